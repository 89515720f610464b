"""Another program calculates the workbook afresh and comes to the engine's figures."""

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from recon_engine.messages import Language
from tests.workbook import sample
from workbook_templates.check import check_workbook
from workbook_templates.render import workbook_bytes

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def without_results(data: bytes) -> bytes:
    """The workbook with nonsense for every cached result, so that only a calculation helps."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>", b"</f><v>4711</v>", part)
                part = re.sub(rb' t="str"><f>', b"><f>", part)
            new.writestr(name, part)
    return out.getvalue()


def calculated(data: bytes, folder: Path) -> bytes:
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    source = folder / "close.xlsx"
    source.write_bytes(without_results(data))
    command = ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}"]
    command += ["--convert-to", "xlsx", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (out / "close.xlsx").read_bytes()


@pytest.mark.parametrize("language", [Language.ZH_HANS, Language.EN])
def test_every_formula_comes_to_the_engines_value(language: Language, tmp_path: Path) -> None:
    data = workbook_bytes(sample.small(), language)
    formulas = load_workbook(io.BytesIO(data))
    stored = load_workbook(io.BytesIO(data), data_only=True)
    afresh = load_workbook(io.BytesIO(calculated(data, tmp_path)), data_only=True)
    compared, wrong = 0, []
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            ours = stored[sheet.title][cell.coordinate].value
            theirs = afresh[sheet.title][cell.coordinate].value
            compared += 1
            if not same(ours, theirs):
                wrong.append((sheet.title, cell.coordinate, cell.value, ours, theirs))
    assert wrong == []
    assert compared > 300


def same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return f"{one:.15g}" == f"{other:.15g}"
    return one == other


def test_a_workbook_saved_by_libreoffice_is_still_proved(tmp_path: Path) -> None:
    path = tmp_path / "saved.xlsx"
    path.write_bytes(calculated(workbook_bytes(sample.small(), Language.ZH_HANS), tmp_path))
    assert check_workbook(path) == []
