"""The installer's scripts are sound, and Python's part runs by any Python."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from xl_addin.install import FAILED, answer_of, main

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "install.ps1"


@pytest.mark.skipif(sys.platform == "win32", reason="says what it says elsewhere")
def test_outside_windows_nothing_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(tmp_path / "Tieout")]) == FAILED
    assert "only for Windows and Mac" in capsys.readouterr().out
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
    assert {"Uninstall", "Helper", "WhatIf", "Python", "Offline", "Log"} <= set(
        re.findall(r"\] \$(\w+)", text)
    )


def test_the_mac_script_parses_and_knows_what_it_says() -> None:
    script = ROOT / "install.sh"
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    done = subprocess.run(
        ["bash", script, "--nonsense"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "Unknown: --nonsense\n")
    head = script.read_text(encoding="ascii")
    for option in ("--uninstall", "--what-if", "--python", "--offline"):
        assert f"[{option}" in head
        assert f"{option})" in head or f"{option} |" in head


def test_both_scripts_leave_the_deciding_to_python() -> None:
    for name in ("install.ps1", "install.sh"):
        text = (ROOT / name).read_text(encoding="ascii")
        assert "xl_addin.install" in text
        assert "OPEN" not in text
        assert "AddIns" not in text
