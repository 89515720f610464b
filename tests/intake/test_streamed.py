"""A large sheet read in pieces is the same table as the whole sheet read cell by cell."""

import io
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_engine.errors import Code
from recon_engine.intake import limits, pieces, read_files, workbook
from recon_engine.intake.table import Table
from recon_engine.model.policy import default_policy
from tests.intake.shared import GOLDEN, as_text, read, samples

# A sheet knows no time zone.
DAYS = st.datetimes(datetime(1899, 12, 31), datetime(2080, 1, 1))  # noqa: DTZ001
CELLS = st.one_of(
    st.none(),
    st.sampled_from(["货款", "1.50", "2026-05-01", "4111111111111111", " x ", "#N/A"]),
    st.floats(-1e18, 1e18),
    st.decimals(-(10**9), 10**9, places=2).map(float),
    st.booleans(),
    st.dates(date(1990, 1, 1), date(2080, 1, 1)),
    DAYS,
)
# Columns of one kind go the fast way, mixed ones the other.
COLUMNS = st.lists(
    st.sampled_from([st.floats(-1e17, 1e17), st.text("货a <&1.", max_size=5), DAYS, CELLS]),
    min_size=1,
    max_size=5,
)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sheet is large, and its pieces are of a few rows."""
    monkeypatch.setattr(limits, "WHOLE_SHEET_BYTES_MAX", 0)
    monkeypatch.setattr(pieces, "_PIECE_BYTES", 1_500)
    monkeypatch.setattr(pieces, "_PIECE_BYTES_MAX", 1_500)


def written(rows: list[list[object]], down: int = 0, right: int = 0) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        book.add_worksheet("说明")
        sheet = book.add_worksheet("明细 & more")
        for n, row in enumerate(rows):
            for m, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(n + down, m + right, cell)
                else:
                    sheet.write(n + down, m + right, cell)
    return target.getvalue()


def rows_of(table: Table) -> dict[int, tuple[str, ...]]:
    """Row number → filled cells with their places, top and body."""
    body = table.body(0)
    rows: dict[int, tuple[str | None, ...]] = {table.lines[0]: table.top[0]}
    rows |= dict(zip(body.lines, body.cells.iter_rows(), strict=True))
    return {line: told for line, row in rows.items() if (told := _filled(row))}


def _filled(row: tuple[str | None, ...]) -> tuple[str, ...]:
    cells = [cell or "" for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


@pytest.mark.usefixtures("cut")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), columns=COLUMNS, down=st.integers(0, 12), height=st.integers(1, 150))
def test_pieces_read_as_the_whole_does(
    data: st.DataObject,
    columns: list[st.SearchStrategy[object]],
    down: int,
    height: int,
) -> None:
    rows = [[data.draw(cells) for cells in columns] for _ in range(min(height, 40))]
    rows = [["x", *rows[n % len(rows)]] for n in range(height)]
    content = written(rows, down)
    (in_pieces,) = workbook.tables(content, "a.xlsx")
    with pytest.MonkeyPatch.context() as whole:
        whole.setattr(limits, "WHOLE_SHEET_BYTES_MAX", 1 << 40)
        (at_once,) = workbook.tables(content, "a.xlsx")
    assert in_pieces.top == at_once.top
    assert in_pieces.lines == at_once.lines
    assert rows_of(in_pieces) == rows_of(at_once)


@pytest.mark.usefixtures("cut")
@pytest.mark.parametrize("path", [p for p in samples() if p.suffix == ".xlsx"], ids=str)
def test_a_sample_in_pieces_reads_as_its_golden_file_says(
    path: Path,
) -> None:
    golden = path.with_name(path.name + GOLDEN).read_text(encoding="utf-8")
    assert as_text(read(path).records) == golden


@pytest.mark.usefixtures("cut")
def test_rows_are_told_as_they_are_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    head = ["日期", "摘要", "收入", "支出"]
    body = [["2026-05-01", f"货款{n}", n + 0.25, None] for n in range(400)]
    path = tmp_path / "a.xlsx"
    path.write_bytes(written([head, *body]))
    told: list[tuple[str, int, int]] = []
    intake = read_files([path], default_policy(), lambda *step: told.append(step))
    done = [count for key, count, _ in told if key == "rows"]
    assert intake.records.height == 400
    assert len(done) > 3
    assert done == sorted(done)
    assert caplog.records == []
    assert intake.records["source_row"].to_list() == list(range(2, 402))
    assert intake.records["amount"].sum() == sum(n * 100 + 25 for n in range(400))


@pytest.mark.usefixtures("cut")
def test_one_far_cell_in_a_large_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows: list[list[object]] = [["日期", "收入"], *[["2026-05-01", 1.0]] * 50]
    content = written([*rows, [*[None] * 16_383, "x"], *[list[object]()] * 1_000_000, ["x"]])
    path.write_bytes(content)
    (problem,) = read(path).problems
    assert problem.code is Code.FILE_TOO_LARGE


@pytest.mark.parametrize(
    ("column", "inside", "outside"),
    [("C", "C9", "D9"), ("Z", "Z9", "AA9"), ("AD", "AD9", "AE9"), ("AZ", "AZ9", "BA9")],
)
def test_a_cell_to_the_right_or_of_another_row_is_seen(
    column: str, inside: str, outside: str
) -> None:
    pattern = pieces._beyond(column, 1, 3)

    def seen(place: str) -> bool:
        return bool(pl.Series([f'<c r="{place}" t="s">']).str.contains(pattern).item())

    assert not seen(inside)
    assert not seen(f"{column}999")
    assert seen(outside)
    assert seen(f"{column}1000")
    assert seen("XFD1")
