"""The doctor finds each planted fault, says what to do, and finds nothing on a sound machine."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from recon_engine.errors import Code
from recon_engine.messages import Language, catalogue
from tests.installation.machine import EXCEL, Machine
from workbook_templates.template_names import TEMPLATES as NAMES
from xl_addin import command_line, doctor
from xl_addin.doctor import CHECKS, NO_CHILD_PROCESSES, Patient, examine
from xl_addin.install import main
from xl_addin.installation.hands import mark_of_the_internet
from xl_addin.installation.places import LISTENING, on_mac
from xl_addin.verbs import doctor as verb

NOW = 1_800_000_000.0
GUARD = "Microsoft\\Windows Defender\\Windows Defender Exploit Guard\\ASR\\Rules"
SECURITY = "HKCU\\Software\\Microsoft\\Office\\16.0\\Excel\\Security"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine on which everything is installed."""
    sound = Machine(tmp_path).prepare()
    assert sound.install() == 0
    return sound


def patient(machine: Machine) -> Patient:
    return Patient(machine.places, machine.registry, machine.places.home / "venv", NOW)


def wrong(machine: Machine) -> list[str]:
    return [finding.code for finding in examine(patient(machine)) if not finding.ok]


def test_a_sound_machine_is_well(machine: Machine) -> None:
    assert wrong(machine) == []
    assert len(list(examine(patient(machine)))) == len(CHECKS) - 2, "no Mac, no helper"


def listen(machine: Machine, seconds_ago: float) -> None:
    machine.install("--helper")
    mark = machine.places.queue / LISTENING
    mark.parent.mkdir(exist_ok=True)
    mark.touch()
    os.utime(mark, (NOW - seconds_ago, NOW - seconds_ago))


def key(name: str, value: object, where: str = EXCEL) -> Callable[[Machine], object]:
    return lambda m: m.registry.keys.setdefault(where, {}).update({name: (value, 1)})


FAULTS: dict[str, Callable[[Machine], object]] = {
    "command": lambda m: m.registry.keys.pop("HKCU\\Environment"),
    "excel": lambda m: m.registry.keys.pop("HKCR\\Excel.Application\\CurVer"),
    "addin_file": lambda m: m.places.addin.write_bytes(b"older"),
    "addin_loaded": lambda m: m.registry.keys[EXCEL].pop("OPEN1"),
    "addin_loaded ": lambda m: key("OPEN7", f'"{m.places.addin}"')(m),
    "blocked": lambda m: mark_of_the_internet(m.places.addin).write_text("ZoneId=3"),
    "disabled": key(
        "1A2B", b"\x02\x00" + "c:\\addins\\TIEOUT.xlam".encode("utf-16-le"),
        "HKCU\\Software\\Microsoft\\Office\\16.0\\Excel\\Resiliency\\DisabledItems",
    ),
    "macros": key("VBAWarnings", 4, SECURITY),
    "macros ": key("DisableAllAddins", 1, SECURITY.replace("Software", "Software\\Policies")),
    "templates": lambda m: m.places.template_files[1].unlink(),
    "starting": key(NO_CHILD_PROCESSES, "1", f"HKLM\\SOFTWARE\\Policies\\{GUARD}"),
    "starting ": key(NO_CHILD_PROCESSES, 1, f"HKLM\\SOFTWARE\\{GUARD}"),
    "helper": lambda m: listen(m, 11),
    "helper ": lambda m: m.install("--helper"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_planted_fault_is_found_and_no_other(machine: Machine, fault: str) -> None:
    FAULTS[fault](machine)
    found = wrong(machine)
    assert found == [fault.strip()]


def test_what_is_forbidden_elsewhere_is_no_fault(machine: Machine) -> None:
    """Macros with a question, a rule that only audits, a helper that listens."""
    key("VBAWarnings", 2, SECURITY)(machine)
    key(NO_CHILD_PROCESSES, "2", f"HKLM\\SOFTWARE\\Policies\\{GUARD}")(machine)
    assert wrong(machine) == []
    key(NO_CHILD_PROCESSES, "1", f"HKLM\\SOFTWARE\\Policies\\{GUARD}")(machine)
    listen(machine, 9)
    assert wrong(machine) == []


def test_another_python_than_the_one_excel_starts_is_told(machine: Machine) -> None:
    other = Patient(machine.places, machine.registry, machine.root / "elsewhere", NOW)
    assert [f.code for f in examine(other) if not f.ok] == ["environment"]


def test_a_missing_package_is_named(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    needs = ["polars>=2.1,<3", "no-such.package<9", 'ruff>=0.17; extra == "dev"']
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: needs)
    (found,) = [f for f in examine(patient(machine)) if not f.ok]
    assert (found.code, found.params) == ("packages", {"missing": "no-such.package"})


def test_on_a_mac_the_script_is_looked_for(tmp_path: Path) -> None:
    places = on_mac(tmp_path)
    templates = dict.fromkeys(NAMES.values(), b"x")
    main(
        [], (places, None), lambda command: "tieout 9" * ("--version" in command), lambda: templates
    )
    on_the_mac = Patient(places, None, places.home / "venv", NOW)
    assert [f.code for f in examine(on_the_mac) if not f.ok] == []
    assert places.scripts is not None
    (places.scripts / "Tieout.applescript").unlink()
    assert [f.code for f in examine(on_the_mac) if not f.ok] == ["script"]


@pytest.mark.parametrize("language", list(Language))
def test_every_check_has_its_words(language: Language, machine: Machine) -> None:
    told = catalogue("doctor", language)
    codes = {f.code for f in examine(patient(machine))} | {"script", "helper"}
    assert {name.partition(".")[0] for name in told} == codes
    assert {name.partition(".")[2] for name in told} == {"ok", "wrong", "remedy"}


def test_the_command_says_each_line_and_ends_with_2_when_something_is_wrong(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verb, "this_patient", lambda: patient(machine))
    assert command_line.main(["doctor", "--lang", "zh-Hans"]) == 0
    assert "! " not in capsys.readouterr().out
    machine.places.addin.unlink()
    assert command_line.main(["doctor", "--lang", "zh-Hans"]) == 2
    out, err = capsys.readouterr()
    assert f"! 加载项缺失或版本不同：{machine.places.addin} 请关闭 Excel" in out
    assert f"[{Code.MACHINE_UNFIT}]" in err


def test_on_any_other_system_only_python_is_looked_at() -> None:
    plain = Patient(None, None, Path("somewhere"), NOW)
    assert [f.code for f in examine(plain)] == ["python", "packages"]
