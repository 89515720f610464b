"""Installing twice is installing once, and taking it away leaves nothing."""

from copy import deepcopy
from pathlib import Path

import pytest

from tests.installation.machine import EXCEL, Machine, Registry, with_excel
from xl_addin import install as installer
from xl_addin.build import RELEASES
from xl_addin.install import DONE, FAILED, LAUNCHER_TEXT, all_templates, main
from xl_addin.installation import excel
from xl_addin.installation.hands import mark_of_the_internet
from xl_addin.installation.places import ADDIN, HELPER_LINK, LISTENING, STOP, on_mac
from xl_addin.installation.registry import EXPANDABLE
from xl_addin.installation.user_path import with_entry, without_entry

PLAIN = 1  # REG_SZ
OURS = r"C:\Users\王 芳\AppData\Local\Tieout"
PATHS = [None, "", r"C:\a", r"C:\a;", r"%USERPROFILE%\bin;;C:\b\;", ";"]


def with_path(path: str | None, kind: int = PLAIN) -> Registry:
    return with_excel(**({"HKCU\\Environment": {"Path": (path, kind)}} if path is not None else {}))


def settled(registry: Registry) -> dict[str, object]:
    """The keys that hold something."""
    return {key: values for key, values in registry.keys.items() if values}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("options", [(), ("--helper",)])
def test_install_twice_and_uninstall_leave_nothing(
    tmp_path: Path, path: str | None, options: tuple[str, ...]
) -> None:
    machine = Machine(tmp_path, with_path(path)).prepare()
    log = machine.places.home / "install.log"
    before = settled(deepcopy(machine.registry))
    assert machine.install("--log", str(log), *options) == DONE
    once, files, changes = (
        deepcopy(machine.registry.keys),
        machine.files(),
        machine.registry.changes,
    )
    assert machine.install("--log", str(log), *options) == DONE
    assert (machine.registry.keys, machine.registry.changes) == (once, changes)
    assert machine.files() == files
    assert "self-test: tieout 9.9.9" in log.read_text(encoding="utf-8")
    assert "doctor: ✓ all well" in log.read_text(encoding="utf-8")
    assert machine.uninstall() == DONE
    assert machine.files() == set()
    if path == "":  # an empty PATH and none are the same to Windows
        before.pop("HKCU\\Environment")
    assert settled(machine.registry) == before


def test_everything_is_where_excel_looks_for_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path).prepare()
    machine.install()
    places = machine.places
    assert places.addin.read_bytes() == (RELEASES / ADDIN).read_bytes()
    assert (places.templates / "Monthly Close.xltx").read_bytes() == b"a template"
    assert (places.home / "tieout.cmd").read_bytes() == LAUNCHER_TEXT.encode()
    loaded = excel.loaded(machine.registry, "16.0")
    assert loaded == [("/R EUROTOOL.XLAM", 1), (f'"{places.addin}"', 1)]
    assert machine.registry.keys[excel.MODE_KEY] == {"Mode": ("direct", 1)}
    assert machine.registry.told == 1


def test_with_helper_excel_asks_and_windows_starts_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path).prepare()
    machine.install("--helper")
    assert machine.registry.keys[excel.MODE_KEY] == {"Mode": ("helper", 1)}
    started, _ = machine.registry.keys[excel.RUN_KEY][excel.RUN_NAME]
    assert started == f'"{machine.places.python}" -I -m xl_addin serve'
    assert machine.places.start_menu is not None
    link = machine.places.start_menu / HELPER_LINK
    link.parent.mkdir(parents=True)
    link.write_bytes(b"as install.ps1 makes it")
    machine.install()
    assert machine.registry.keys[excel.RUN_KEY] == {}
    machine.uninstall()
    assert not link.exists()


def test_the_other_add_ins_close_up_in_their_order() -> None:
    listed = {"OPEN": ("a", 1), "OPEN1": ("b", 1), "OPEN10": ("d", 1), "OPEN2": ("c", 2)}
    registry = Registry(**{EXCEL: dict(listed)})
    hands = installer.Hands(registry, lambda _: None)
    excel.register("C:\\x\\Tieout.xlam", "16.0", hands)
    names = {f"OPEN{n or ''}": value for n, value in enumerate(
        [("a", 1), ("b", 1), ("c", 2), ("d", 1), ('"C:\\x\\Tieout.xlam"', 1)])}  # fmt: skip
    assert registry.keys[EXCEL] == names
    excel.register("C:\\X\\TIEOUT.xlam", "16.0", hands)
    assert registry.keys[EXCEL] == names, "Windows knows no case"
    registry.write(EXCEL, "OPEN5", "e", 1)
    excel.unregister("C:\\x\\Tieout.xlam", "16.0", hands)
    assert [value for value, _ in excel.loaded(registry, "16.0")] == ["a", "b", "c", "d", "e"]
    assert set(registry.keys[EXCEL]) == {"OPEN", "OPEN1", "OPEN2", "OPEN3", "OPEN4"}


@pytest.mark.parametrize("options", [(), ("--uninstall",)])
def test_nothing_is_done_while_excel_runs(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(tmp_path).prepare()
    machine.install()
    files, keys = machine.files(), deepcopy(machine.registry.keys)
    machine.excel_runs = True
    assert machine.install(*options) == FAILED
    assert "Excel is running" in capsys.readouterr().out
    assert (machine.files(), machine.registry.keys) == (files, keys)


def test_a_rehearsal_tells_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(tmp_path).prepare()
    files, keys = machine.files(), deepcopy(machine.registry.keys)
    assert machine.install("--what-if") == DONE
    told = capsys.readouterr().out
    assert f"write: {machine.places.addin}" in told
    assert "OPEN1" in told
    assert (machine.files(), machine.registry.keys) == (files, keys)
    machine.install()
    files, keys = machine.files(), deepcopy(machine.registry.keys)
    assert machine.uninstall("--what-if") == DONE
    assert (machine.files(), machine.registry.keys) == (files, keys)


def test_without_excel_the_rest_is_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(tmp_path, Registry()).prepare()
    assert machine.install() == DONE
    assert "Excel: not found" in capsys.readouterr().out
    assert EXCEL not in machine.registry.keys
    assert machine.places.addin.is_file()


def test_the_mark_of_the_internet_is_taken_off(tmp_path: Path) -> None:
    machine = Machine(tmp_path).prepare()
    machine.install()
    mark = mark_of_the_internet(machine.places.addin)
    mark.write_text("[ZoneTransfer]\nZoneId=3\n")
    machine.install()
    assert not mark.exists()
    assert machine.places.addin.is_file()


def test_the_stores_python_is_refused_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12"
    monkeypatch.setattr(installer.sys, "base_prefix", f"{store}\\")
    machine = Machine(tmp_path)
    assert machine.install() == FAILED
    assert "Microsoft Store" in capsys.readouterr().out
    assert machine.files() == set()


def test_a_file_in_use_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def locked(self: Path, _content: bytes) -> int:
        raise PermissionError(13, "in use", str(self))

    monkeypatch.setattr(Path, "write_bytes", locked)
    assert Machine(tmp_path).install() == FAILED
    assert "in use: " in capsys.readouterr().out


def test_uninstall_keeps_what_is_not_ours(tmp_path: Path) -> None:
    machine = Machine(tmp_path).prepare()
    machine.install()
    (machine.places.home / "close.xlsx").write_bytes(b"mine")
    (machine.places.templates / "Budget.xltx").write_bytes(b"mine")
    (machine.places.addins / "Other.xlam").write_bytes(b"theirs")
    (machine.places.home / "venv" / "pyvenv.cfg").unlink()
    (machine.places.home / "venv" / "notes.txt").write_bytes(b"no environment of ours")
    assert machine.uninstall() == DONE
    assert {Path(name).name for name in machine.files()} == {
        "close.xlsx", "Budget.xltx", "Other.xlam", "notes.txt",
    }  # fmt: skip


def test_the_helper_is_asked_to_end_before_its_files_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path).prepare()
    machine.install("--helper")
    machine.places.queue.mkdir()
    mark = machine.places.queue / LISTENING
    mark.touch()

    def as_the_helper(_seconds: float) -> None:
        assert (machine.places.queue / STOP).exists()
        mark.unlink()

    monkeypatch.setattr(installer.time, "sleep", as_the_helper)
    assert machine.uninstall() == DONE
    assert machine.files() == set()


def test_a_launcher_that_does_not_answer_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(tmp_path).prepare()
    machine.version = "No module named xl_addin"
    assert machine.install() == FAILED
    assert "not its version" in capsys.readouterr().out


def test_the_registry_kind_of_a_path_is_kept(tmp_path: Path) -> None:
    machine = Machine(tmp_path, with_path(r"%USERPROFILE%\bin", EXPANDABLE)).prepare()
    machine.install()
    path = machine.registry.keys["HKCU\\Environment"]["Path"]
    assert path == (rf"%USERPROFILE%\bin;{machine.places.home}", EXPANDABLE)


@pytest.mark.parametrize("before", [path for path in PATHS if path])
def test_an_entry_comes_and_goes_to_the_character(before: str) -> None:
    added = with_entry(before, OURS)
    assert with_entry(added, OURS.upper() + "\\") == added
    assert without_entry(added, OURS) == before


def test_on_a_mac_files_are_placed_and_taken_away(tmp_path: Path) -> None:
    """The file part only; no Mac has run it."""
    places = on_mac(tmp_path)

    def run(command: object) -> str:
        return "tieout 9.9.9" if "--version" in str(command) else ""

    assert main([], (places, None), run, lambda: {"Monthly Close.xltx": b"x"}) == DONE
    script = tmp_path / "Library/Application Scripts/com.microsoft.Excel/Tieout.applescript"
    assert "on runAction(" in script.read_text(encoding="utf-8")
    assert places.addin.is_file()
    assert main([], (places, None), lambda _: "Microsoft Excel\n") == FAILED
    assert main(["--uninstall"], (places, None), run) == DONE
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_templates_are_those_of_the_layout() -> None:
    made = all_templates()
    assert len(made) == 3
    assert all(content.startswith(b"PK") for content in made.values())
