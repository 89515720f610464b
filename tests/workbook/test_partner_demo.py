"""The demo's month, given to a partner: files that platforms write, to a copy with nobody in it."""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from recon_engine.demo import make_month, write_month
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close
from recon_engine.report.masked import masked_close
from tests.workbook.test_libreoffice import calculated, same
from workbook_templates.partner import partner_bytes
from workbook_templates.partner_check import texts_of
from workbook_templates.partner_layout import NAMES
from xl_addin.partner import write_partner
from xl_addin.verbs.close import close_files

ERRORS = re.compile(r"#(REF|NAME|VALUE|DIV/0|N/A|NUM|NULL)[!?]?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo")
    write_month(make_month(300, 2), place)
    return place


@pytest.fixture(scope="module")
def whole(folder: Path) -> Close:
    return close_files([folder / "files"], default_policy())


def buyers(folder: Path) -> set[str]:
    """Names as the shops' own exports write them, read without anything of ours."""
    named = set()
    for file, encoding, column in (
        ("shopify_orders_export.csv", "utf-8-sig", "Billing Name"),
        ("天猫订单.csv", "gb18030", "收货人姓名"),
        ("天猫订单.csv", "gb18030", "买家会员名"),
        ("天猫订单.csv", "gb18030", "买家昵称"),
    ):
        rows = csv.DictReader(io.StringIO((folder / "files" / file).read_text(encoding)))
        named |= {(row.get(column) or "").strip() for row in rows}
    return {name for name in named if len(name) > 1 and "*" not in name}


@pytest.mark.parametrize("language", [Language.ZH_HANS, Language.EN])
def test_no_buyer_of_the_shops_own_files_is_in_it(
    folder: Path, whole: Close, language: Language, tmp_path: Path
) -> None:
    write_partner(masked_close(whole), tmp_path / "p.xlsx", language, chosen=NAMES)
    said = "\n".join(text for _, text in texts_of((tmp_path / "p.xlsx").read_bytes()))
    names = buyers(folder)
    assert len(names) > 20
    assert sorted(name for name in names if name in said) == []


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_another_program_comes_to_the_same_figures_without_an_error(
    whole: Close, tmp_path: Path
) -> None:
    data = partner_bytes(masked_close(whole), Language.EN, NAMES)
    formulas = load_workbook(io.BytesIO(data))
    stored = load_workbook(io.BytesIO(data), data_only=True)
    afresh = load_workbook(io.BytesIO(calculated(data, tmp_path)), data_only=True)
    assert formulas.sheetnames == afresh.sheetnames
    wrong, errors, compared = [], [], 0
    for sheet in formulas:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            theirs = afresh[sheet.title][cell.coordinate].value
            if isinstance(theirs, str) and ERRORS.match(theirs):
                errors.append((sheet.title, cell.coordinate, theirs))
            if cell.data_type == "f":
                compared += 1
                ours = stored[sheet.title][cell.coordinate].value
                if not same(ours, theirs):
                    wrong.append((sheet.title, cell.coordinate, cell.value, ours, theirs))
    assert errors == []
    assert wrong == []
    assert compared > 500
