"""Run by a Windows Python: installs twice, takes away, and prints what registry and disk held.

Uses the real registry and the real folders of the user it runs for, so only for a throw-away one.
``python on_windows.py``; :mod:`tests.installation.test_wine` starts it under Wine.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from workbook_templates.template_names import TEMPLATES  # noqa: E402
from xl_addin.install import main  # noqa: E402 - the path comes first
from xl_addin.installation import excel, user_path  # noqa: E402
from xl_addin.installation.places import on_windows  # noqa: E402
from xl_addin.installation.registry import windows_registry  # noqa: E402

REGISTRY = windows_registry()
PLACES = on_windows(os.environ)
OPTIONS = excel.options_key("16.0")
KEYS = (OPTIONS, user_path.KEY, excel.MODE_KEY, excel.RUN_KEY)


def state():
    """Everything of interest that the machine holds now."""
    folders = (PLACES.home, PLACES.addins, PLACES.templates)
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    kept = sorted(str(p.name) for p in files if PLACES.home / "venv" not in p.parents)
    return {"files": kept, "registry": {key: REGISTRY.values(key) for key in KEYS}}


def prepare():
    """An Excel with somebody's add-in, as the registry tells it, and a home with a Python in it."""
    subprocess.run(
        ["reg", "add", r"HKLM\Software\Classes\Excel.Application\CurVer", "/ve", "/d",
         "Excel.Application.16", "/f"], check=True, capture_output=True,
    )  # fmt: skip
    REGISTRY.write(OPTIONS, "OPEN", "/R EUROTOOL.XLAM", 1)
    scripts = PLACES.home / "venv" / "Scripts"
    shutil.copytree(Path(sys.executable).parent, scripts, dirs_exist_ok=True)
    (scripts.parent / "pyvenv.cfg").write_text("")
    (scripts / "python311._pth").write_text(f"python311.zip\n.\n{ROOT}\n")


def install(*options):
    made = dict.fromkeys(TEMPLATES.values(), b"a template")
    return main(list(options), templates=lambda: made)


prepare()
told = [state()]
codes = [install("--helper")]
told.append(state())
codes.append(install("--helper"))
told.append(state())
codes.append(main(["--uninstall"]))
told.append(state())
answer = {"codes": codes, "states": told, "home": PLACES.home.exists(), "addin": str(PLACES.addin)}
sys.stdout.write(f"\n{json.dumps(answer)}\n")
