"""The installer on a Windows: real registry, real files, by a Windows Python under Wine.

Runs where Wine is installed and ``TIEOUT_WINDOWS_PYTHON`` names a ``python.exe`` of 3.11 or later
(python.org's embeddable package will do); about a minute and a half.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from workbook_templates.template_names import TEMPLATES

WINDOWS_PYTHON = os.environ.get("TIEOUT_WINDOWS_PYTHON", "")
SCRIPT = Path(__file__).with_name("on_windows.py")
pytestmark = pytest.mark.skipif(
    not (WINDOWS_PYTHON and shutil.which("wine")), reason="no Wine with a Windows Python"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict:
    prefix = tmp_path_factory.mktemp("prefix")
    settings = os.environ | {"WINEPREFIX": str(prefix), "WINEDEBUG": "-all", "WINEARCH": "win64"}
    options = {"env": settings, "stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 300}
    subprocess.run(["wine", "wineboot", "-i"], check=False, **options)
    done = subprocess.run(["wine", WINDOWS_PYTHON, str(SCRIPT)], check=False, **options)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    assert lines, done.stderr.decode("utf-8", "replace")
    return json.loads(lines[-1])


def test_twice_is_once_and_nothing_is_left(told: dict) -> None:
    before, once, twice, after = told["states"]
    assert told["codes"] == [0, 0, 0]
    assert once == twice
    assert after == before
    assert not told["home"]


def test_excel_would_find_everything(told: dict) -> None:
    once = told["states"][1]
    assert set(once["files"]) == {*TEMPLATES.values(), "Tieout.xlam", "tieout.cmd"}
    (options,) = [values for key, values in once["registry"].items() if key.endswith("Options")]
    assert options == {"OPEN": ["/R EUROTOOL.XLAM", 1], "OPEN1": [f'"{told["addin"]}"', 1]}
