"""The open workbook shows a close exactly as its file would, in blocks, and gives back what was."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from recon_engine.messages import Language
from tests.live.calc.wire import WIRE
from tests.live.conftest import Opened
from tests.live.tables import WANTED, cells_of, tables_of
from tests.workbook.sample import INJECTED, empty, large, small
from workbook_templates.drawing import draw
from workbook_templates.readback import read_tables, read_workbook
from workbook_templates.render import render_close
from xl_addin.live.plan import plan


def from_file(close, folder: Path, language: Language = Language.EN) -> dict[str, pl.DataFrame]:
    target = folder / "file.xlsx"
    render_close(close, target, language)
    return read_workbook(target).tables


@pytest.mark.parametrize("language", list(Language))
def test_a_template_that_takes_a_close_holds_what_its_file_holds(
    opened: Opened, tmp_path: Path, language: Language
) -> None:
    book = opened(language=language)
    assert book.language is language
    assert book.write(small(), "match")
    expected = from_file(small(), tmp_path, language)
    found = tables_of(book)
    assert set(found) == set(WANTED)
    for name, frame in expected.items():
        assert_frame_equal(found[name], frame)
    assert book.disproved() == []
    texts = [found[name][key] for name, key in (("Bank", "text"), ("Orders", "party"))]
    assert INJECTED in pl.concat(texts).to_list()


def test_what_stands_there_already_is_not_written_again(opened: Opened) -> None:
    book = opened(small())
    patch = plan(book.source, draw(small(), Language.EN))
    assert [table.values for sheet in patch.sheets for table in sheet.tables if table.values] == []
    assert [sheet.key for sheet in patch.sheets if sheet.visible is not None] == []


def test_tables_shrink_and_undo_gives_every_cell_back(opened: Opened) -> None:
    book = opened(small())
    before = cells_of(book)
    shorter = replace(small(), exceptions=small().exceptions.head(2), log=())
    assert book.write(shorter, "match")
    assert tables_of(book)["Exceptions"].height == 2
    assert book.undo() == "match"
    assert cells_of(book) == before


def test_undo_goes_back_step_by_step_to_the_empty_template(opened: Opened) -> None:
    book = opened()
    start = cells_of(book)
    book.write(replace(small(), exceptions=small().exceptions.head(3)), "import_files")
    between = cells_of(book)
    book.write(small(), "match")
    assert [step.action for step in book.steps] == ["import_files", "match"]
    assert book.undo() == "match"
    assert cells_of(book) == between
    assert book.undo() == "import_files"
    assert cells_of(book) == start


def test_no_cell_is_touched_alone(opened: Opened) -> None:
    """Ten times the rows take as many calls; none of them writes a single row of a table."""
    calls = []
    for orders in (30, 300):
        book = opened()
        WIRE.reset()
        book.write(large(orders), "match")
        calls.append(dict(WIRE.calls))
        written = [cells for kind, cells in WIRE.cells if kind == "write"]
        assert min(written) > 1
    assert calls[0] == calls[1]


def test_a_persons_own_column_stays_beside_its_rows(opened: Opened) -> None:
    book = opened(small())
    place = book.source.place("Bank")
    sheet, right = place.sheet, place.left + len(place.captions)
    sheet.range((place.header, right)).raw_value = "Mine"
    ids = [row[-1] for row in book.source.table("Bank").rows]
    sheet.range((place.first, right), (place.first + len(ids) - 1, right)).raw_value = [
        [f"note on {one}"] for one in ids
    ]
    place.table.resize(sheet.range((place.header, 1), (place.header + place.rows + 1, right)))
    again = type(book)(book.book, book.host, book._folder)
    records = small().records
    bank = pl.col("kind") == "statement_line"
    later = records.with_columns(
        date=pl.when(bank)
        .then(pl.lit(records["date"].max()) - pl.duration(days=pl.int_range(pl.len()) % 9))
        .otherwise(pl.col("date"))
    )
    again.write(replace(small(), records=later), "match")
    grid = again.source.table("Bank")
    at = grid.captions.index("Mine"), grid.captions.index("Mine") - 1
    shown = [(row[at[0]], row[at[1]]) for row in grid.rows if row[at[1]]]
    assert [one for one, _ in shown] == [f"note on {record}" for _, record in shown]
    assert [record for _, record in shown] != ids


def test_an_empty_close_leaves_the_tables_ready(opened: Opened) -> None:
    book = opened(small())
    book.write(empty(), "reimport")
    found = tables_of(book)
    assert {name for name, frame in found.items() if frame.height} <= {"Settings", "RunLog"}
    book.write(small(), "match")
    assert tables_of(book)["Bank"].height == read_tables(book.source, WANTED).tables["Bank"].height
