"""Installing twice is installing once, uninstalling leaves nothing, and the script is sound."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from xl_addin.install import (
    DONE,
    EXPANDABLE,
    FAILED,
    LAUNCHER_TEXT,
    answer_of,
    main,
    with_entry,
    without_entry,
)

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "install.ps1"
PLAIN = 1  # REG_SZ
OURS = r"C:\Users\王 芳\AppData\Local\Tieout"


class Registry:
    """A user's PATH in memory, and how often it was touched."""

    def __init__(self, value: str | None, kind: int = PLAIN) -> None:
        self.held = None if value is None else (value, kind)
        self.writes = 0

    def read(self) -> tuple[str, int] | None:
        return self.held

    def write(self, value: str, kind: int) -> None:
        self.held, self.writes = (value, kind), self.writes + 1

    def delete(self) -> None:
        self.held, self.writes = None, self.writes + 1


def answers_version(command: Sequence[str]) -> str:
    assert Path(command[0]).read_bytes() == LAUNCHER_TEXT.encode()
    return "tieout 9.9.9\n"


def with_environment(home: Path) -> Path:
    """The folder as install.ps1 leaves it before it calls us."""
    (home / "venv" / "Scripts").mkdir(parents=True)
    (home / "venv" / "pyvenv.cfg").write_text("home = somewhere")
    return home


PATHS = [None, "", r"C:\a", r"C:\a;", r"%USERPROFILE%\bin;;C:\b\;", ";"]


@pytest.mark.parametrize("before", PATHS)
def test_install_twice_and_uninstall_leave_nothing(tmp_path: Path, before: str | None) -> None:
    home, registry = with_environment(tmp_path / "Tieout"), Registry(before)
    log = home / "install.log"
    arguments = ["--home", str(home), "--log", str(log)]
    assert main(arguments, registry, answers_version) == DONE
    once = registry.held
    assert main(arguments, registry, answers_version) == DONE
    assert registry.held == once
    assert registry.writes == 1
    assert "self-test: tieout 9.9.9" in log.read_text(encoding="utf-8")
    assert main(["--home", str(home), "--uninstall"], registry) == DONE
    assert list(tmp_path.iterdir()) == []
    assert registry.held == ((before, PLAIN) if before else None)


def test_the_registry_kind_of_a_path_is_kept(tmp_path: Path) -> None:
    registry = Registry(r"%USERPROFILE%\bin", EXPANDABLE)
    home = with_environment(tmp_path / "Tieout")
    main(["--home", str(home)], registry, answers_version)
    assert registry.held == (rf"%USERPROFILE%\bin;{home}", EXPANDABLE)


@pytest.mark.parametrize("before", [path for path in PATHS if path])
def test_an_entry_comes_and_goes_to_the_character(before: str) -> None:
    added = with_entry(before, OURS)
    assert with_entry(added, OURS.upper() + "\\") == added
    assert without_entry(added, OURS) == before


def test_uninstall_keeps_what_is_not_ours(tmp_path: Path) -> None:
    home = with_environment(tmp_path / "Tieout")
    (home / "close.xlsx").write_bytes(b"mine")
    foreign = tmp_path / "Other"
    (foreign / "venv").mkdir(parents=True)
    assert main(["--home", str(home), "--uninstall"], Registry(r"C:\a")) == DONE
    assert main(["--home", str(foreign), "--uninstall"], Registry(r"C:\a")) == DONE
    assert [path.name for path in home.iterdir()] == ["close.xlsx"]
    assert (foreign / "venv").is_dir()


def test_a_launcher_that_does_not_answer_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--home", str(tmp_path / "Tieout")]
    assert main(arguments, Registry(None), lambda _: "No module named xl_addin") == FAILED
    assert "not its version" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="says what it says elsewhere")
def test_outside_windows_nothing_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(tmp_path / "Tieout")]) == FAILED
    assert "only for Windows" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_it_runs_as_a_file_by_any_python() -> None:
    command = [sys.executable, "-I", str(ROOT / "xl_addin" / "install.py"), "--help"]
    assert (
        "--uninstall" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )


def test_the_self_test_asks_the_real_program() -> None:
    assert answer_of([sys.executable, "-m", "xl_addin", "--version"]).startswith("tieout ")
    assert answer_of([str(ROOT / "no such program")])


def test_the_script_parses() -> None:
    language = pytest.importorskip("tree_sitter_powershell")
    tree_sitter = pytest.importorskip("tree_sitter")
    parser = tree_sitter.Parser(tree_sitter.Language(language.language()))
    assert not parser.parse(SCRIPT.read_bytes()).root_node.has_error
    assert parser.parse(SCRIPT.read_bytes()[:-2]).root_node.has_error


def test_the_script_is_safe_for_windows_powershell() -> None:
    text = SCRIPT.read_text(encoding="ascii")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    newer = re.findall(r"&&|\|\||\?\?|\?\.|-Parallel|\bternary\b", code)
    assert newer == []
    assert {"Uninstall", "Python", "Offline", "Log"} <= set(re.findall(r"\] \$(\w+)", text))
