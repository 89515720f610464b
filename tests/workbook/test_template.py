"""A new close begins with every table and rule in place and not one row."""

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language
from recon_engine.model.results import NO_PERIOD
from tests.run import validator
from tests.workbook import sample
from workbook_templates.layout import ROWS_MAX, Cell
from workbook_templates.layout_book import TABLES
from workbook_templates.properties import LAYOUT_PROPERTY, custom_properties
from workbook_templates.readback import read_workbook
from workbook_templates.render import workbook_bytes
from workbook_templates.state import read_state
from workbook_templates.template import empty_workbook, template_bytes, write_templates
from workbook_templates.template_names import TEMPLATES


def opened(language: Language = Language.EN):
    """The template as the workbook that opening it makes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template_bytes(language))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for name in old.namelist():
            part = old.read(name).replace(
                b"spreadsheetml.template.main", b"spreadsheetml.sheet.main"
            )
            new.writestr(name, part)
    return load_workbook(out)


@pytest.mark.parametrize("language", list(Language))
def test_it_is_a_template_of_ours_and_holds_no_row(language: Language, tmp_path: Path) -> None:
    data = template_bytes(language)
    assert data == template_bytes(language)
    assert custom_properties(data)[LAYOUT_PROPERTY]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        kinds = package.read("[Content_Types].xml").decode()
    assert 'PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats' in kinds
    assert kinds.count("spreadsheetml.template.main+xml") == 1
    assert "spreadsheetml.sheet.main+xml" not in kinds
    (tmp_path / "new.xltx").write_bytes(data)
    read = read_workbook(tmp_path / "new.xltx")
    assert read.problems == ()
    assert {name for name, frame in read.tables.items() if frame.height} == {"Settings"}


def test_each_language_has_its_file(tmp_path: Path) -> None:
    written = write_templates(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(TEMPLATES.values())
    assert [path.read_bytes() for path in written] == [template_bytes(one) for one in TEMPLATES]


@pytest.mark.parametrize("language", list(Language))
def test_the_validator_finds_nothing(language: Language, tmp_path: Path) -> None:
    if not validator().exists():
        pytest.skip("the OOXML validator is not installed")
    target = tmp_path / "new.xltx"
    target.write_bytes(template_bytes(language))
    told = subprocess.run(["node", validator(), target], capture_output=True, check=False)
    assert told.returncode == 0, told.stdout.decode()


def test_rules_and_drop_downs_reach_down_to_where_rows_will_come() -> None:
    page = opened()["Exceptions"]
    offers = [str(each.sqref) for each in page.data_validations.dataValidation]
    colours = [str(area.sqref) for area in page.conditional_formatting]
    assert offers
    assert colours
    assert {int(area.rpartition(":")[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            for area in offers + colours} == {ROWS_MAX}  # fmt: skip


def test_columns_carry_their_formats_before_there_is_a_row() -> None:
    """What the live book writes is text where text belongs, without touching a cell's format."""
    book = opened()
    page = book["Bank"]
    table = page.tables["Bank"]
    column_of = {caption.name: n for n, caption in enumerate(table.tableColumns, 1)}
    for column, position in zip(TABLES["Bank"].columns, column_of.values(), strict=True):
        letter = page.cell(1, position).column_letter
        dimension = next(d for d in page.column_dimensions.values() if d.min <= position <= d.max)
        form = dimension.number_format
        if column.type is Cell.MONEY:
            assert form.startswith("#,##0.00"), letter
        elif column.type is Cell.DATE:
            assert re.fullmatch("yyyy-mm-dd", form), letter
        elif column.type is not Cell.COUNT:
            assert form == "@", letter


def test_no_period_and_no_company_are_told_before_there_is_one() -> None:
    texts = [str(cell.value) for sheet in opened() for row in sheet.iter_rows() for cell in row]
    assert not [text for text in texts if "2000-01" in text]
    assert "Begin on the tab Tieout: Import files" in texts


def test_its_state_is_that_of_a_close_that_has_not_begun(tmp_path: Path) -> None:
    target = tmp_path / "new.xlsx"
    target.write_bytes(empty_workbook(Language.ZH_HANT))
    state = read_state(target)
    assert (state.period, state.intake.records.height) == (NO_PERIOD, 0)


def test_a_close_with_rows_must_tell_its_period(tmp_path: Path) -> None:
    target = tmp_path / "close.xlsx"
    close = replace(sample.small(), period=NO_PERIOD)
    target.write_bytes(workbook_bytes(close, Language.EN))
    with pytest.raises(TieoutError) as told:
        read_state(target)
    assert [problem.code for problem in told.value.problems] == [Code.PERIOD_NOT_READ]
