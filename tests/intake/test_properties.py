"""Laws that hold for any file: dirt changes nothing, order of columns neither, all rows counted."""

import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_engine.intake.cells import clean_cell, clean_column
from recon_engine.intake.dates import Order, is_day, read_dates
from recon_engine.model.results import Intake
from tests.intake.shared import SAMPLES, accounted, read

amounts = st.integers(-99_999_999, 99_999_999)
BEFORE = ["", " ", "\t", "`", "'", "　", "¥", "￥", "CNY ", "\u00a0"]
AFTER = ["", " ", "\t", "　", "元", " CNY", "\u00a0"]


def read_text(text: str, name: str = "a.csv") -> Intake:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        return read(path)


def plain(minor: int) -> str:
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:02d}"


def grouped(minor: int) -> str:
    whole, rest = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole:,}.{rest:02d}"


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


@st.composite
def dirty(draw: st.DrawFn, minor: int) -> str:
    figure = draw(st.sampled_from([plain, grouped]))(minor)
    if draw(st.booleans()):
        figure = wide(figure)
    before, after = draw(st.sampled_from(BEFORE)), draw(st.sampled_from(AFTER))
    if "CNY" in before or "¥" in before or "￥" in before:
        after = ""
    cell = f"{before}{figure}{after}"
    return f'="{plain(minor)}"' if draw(st.integers(0, 9)) == 0 else cell


@settings(max_examples=40, deadline=None)
@given(data=st.data(), figures=st.lists(amounts, min_size=1, max_size=12))
def test_any_dirt_around_an_amount_reads_the_same(data: st.DataObject, figures: list[int]) -> None:
    cells = [data.draw(dirty(minor)).replace('"', '""') for minor in figures]
    rows = "".join(f'2026-05-01,货款,"{cell}"\n' for cell in cells)
    paid = "2026-05-01,付款,-1.00\n"  # without any minus the sign would have to be asked
    intake = read_text("日期,摘要,金额\n" + rows + paid)
    assert intake.files[0].rejects == ()
    assert intake.records["amount"].to_list() == [*figures, -100]


CELLS = st.sampled_from(
    ["", "2026-05-01", "13/05/2026", "合计", "Total", "-", "1.00", "x", "1.234", "EUR", "#", "日期",
     "9.99E+20", "  ", "2026-02-30", "Opening balance", '"'],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=0, max_size=6), max_size=15))
def test_every_row_is_a_record_excluded_or_rejected(rows: list[list[str]]) -> None:
    body = "".join(",".join(row) + "\n" for row in rows)
    intake = read_text("日期,摘要,金额,币种,流水号\n2026-05-01,ok,1.00,EUR,1\n" + body)
    for report in intake.files:
        assert accounted(report, intake.records)
        assert report.rows <= len(rows) + 1
        assert report.rows >= 1
    assert intake.files or intake.problems


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(7)))
def test_shuffled_columns_read_the_same(order: list[int]) -> None:
    text = (SAMPLES / "cmb" / "cmb.csv").read_text(encoding="utf-8")
    rows = [
        ["记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息", "客户摘要"],
        ["2026-05-01", "CNY", "1234.00", "1734.00", "网联收款", "财付通支付科技有限公司", "结算款"],
        ["2026-05-02", "CNY", "-34.00", "1700.00", "手续费", "", ""],
    ]
    shuffled = "\n".join(",".join(row[n] for n in order) for row in rows) + "\n"
    names = ["record_id", "date", "amount", "balance", "text", "party", "channel"]
    assert read_text(shuffled).records.select(names).equals(read_text(text).records.select(names))


@settings(max_examples=25, deadline=None)
@given(figures=st.lists(amounts, min_size=2, max_size=10), newest_first=st.booleans())
def test_a_true_running_balance_is_proved_in_either_order(
    figures: list[int], *, newest_first: bool
) -> None:
    balance, rows = 10_000, []
    for minor in figures:
        balance += minor
        rows.append(f"2026-05-01,x,{plain(minor)},{plain(balance)}\n")
    if newest_first:
        rows.reverse()
    (report,) = read_text("日期,摘要,金额,余额\n" + "".join(rows)).files
    assert [c.ok for c in report.checks if c.code == "balance_chain"] == [True]


DIRT = st.text("0123456789.,-/ \t\u3000\xa0`'\"=(¥￥元年月日：:TZabcMay１２\ufeff—", max_size=24)


@given(cells=st.lists(DIRT, max_size=12))
def test_a_cell_alone_is_cleaned_as_in_its_column(cells: list[str]) -> None:
    assert clean_column(pl.Series(cells, dtype=pl.String)).to_list() == list(map(clean_cell, cells))


DAYS = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda d: d.strftime("%d.%m.%Y %H:%M")),
    st.datetimes().map(lambda d: d.strftime("%Y%m%d%H%M%S")),
    st.dates().map(lambda d: d.strftime("%a, %b %d, %Y")),
    DIRT,
)


@given(cells=st.lists(DAYS.map(clean_cell), max_size=8), order=st.sampled_from(["dmy", "mdy"]))
def test_a_cell_alone_is_a_day_where_its_column_reads_one(cells: list[str], order: str) -> None:
    # One more that no short cut takes keeps the column off the way of plain ISO days.
    read_ = read_dates(pl.Series([*cells, "x"], dtype=pl.String), Order(order)).days[:-1]
    assert [is_day(cell, Order(order)) for cell in cells] == read_.is_not_null().to_list()
