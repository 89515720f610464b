"""The report's totals agree with each other and with the frames, in every language."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_engine.messages import Language
from recon_engine.model.reasons import Reason
from recon_engine.model.results import Close
from recon_engine.report import words
from recon_engine.report.data import BarChart, Section, Table, Type, Waterfall, part_of
from recon_engine.report.flow import flow
from recon_engine.report.payouts import _rate
from recon_engine.report.proof import places
from recon_engine.report.receivables import ageing_totals
from recon_engine.report.sources import PROBLEMS_SHOWN
from recon_engine.report.summary import summary
from recon_engine.report.todo import BARS_SHOWN, EXCEPTIONS_SHOWN
from tests.export.sample import identity_of, sample_close

SIZES = st.tuples(st.integers(0, 60), st.integers(0, 30), st.integers(0, 200))


def close_of(size: tuple[int, int, int]) -> Close:
    close = sample_close(max(size[0], 1), size[1], size[2])
    return close if size[0] else replace(close, receivables=close.receivables.clear())


def section(close: Close, key: str) -> Section:
    return next(s for s in summary(close, Language.EN).sections if s.key == key)


def tables(section: Section) -> list[Table]:
    return [part for part in section.parts if isinstance(part, Table)]


def column(table: Table, caption: str) -> int:
    return [c.caption for c in table.columns].index(caption)


def total(table: Table, caption: str) -> object:
    return table.totals[-1].cells[column(table, caption)]


@settings(max_examples=25, deadline=None)
@given(SIZES)
def test_a_total_is_the_sum_of_its_rows(size: tuple[int, int, int]) -> None:
    for part in summary(close_of(size), Language.EN).sections:
        for table in tables(part):
            if not table.totals:
                continue
            rows = [*table.rows, *table.totals[:-1]]
            for at, kind in enumerate(c.type for c in table.columns):
                stated = table.totals[-1].cells[at]
                if kind in {Type.MONEY, Type.COUNT} and isinstance(stated, int):
                    cells = [row.cells[at] for row in rows]
                    # "n others" sums money only
                    if all(isinstance(cell, int) for cell in cells):
                        assert stated == sum(c for c in cells if isinstance(c, int)), table.title


@settings(max_examples=25, deadline=None)
@given(SIZES)
def test_channels_orders_and_ageing_agree(size: tuple[int, int, int]) -> None:
    close = close_of(size)
    found = [t for t in tables(section(close, "receivables")) if "Outstanding" in t.title + "O"]
    sold = [t for t in found if "receivables by channel" in t.title]
    ageing = [t for t in found if "days past due" in t.title]
    for one, other in zip(sold, ageing, strict=True):
        currency = one.totals[0].currency
        orders = close.receivables.filter(pl.col("currency") == currency)
        assert total(one, "Outstanding") == orders["outstanding"].sum()
        assert total(other, "Outstanding") == orders["outstanding"].sum()
        assert total(one, "Orders") == orders.height
        ages = [cell for cell in other.totals[0].cells[1:-1] if isinstance(cell, int)]
        assert sum(ages) == orders["outstanding"].sum()
        aged = ageing_totals(orders, close.policy.ageing)
        assert ages[: aged.height] == aged["outstanding"].to_list()


@settings(max_examples=25, deadline=None)
@given(SIZES)
def test_payouts_agree_from_gross_to_bank(size: tuple[int, int, int]) -> None:
    close = close_of(size)
    falls = [p for p in section(close, "payouts").parts if isinstance(p, Waterfall)]
    for fall in falls:
        mine = close.payouts.filter(pl.col("currency") == fall.currency)
        level = 0
        for at, step in enumerate(fall.steps):
            if at in fall.levels and at:
                assert step.amount == level
            level = step.amount if at in fall.levels else level + step.amount
        assert level == mine["deposited"].sum()
    for currency, steps in flow(close).items():
        lines = close.records.filter(
            (pl.col("kind") == "settlement_line")
            & (pl.col("currency") == currency)
            & (pl.col("place") != "excluded")
        )
        assert steps["net"] == lines["amount"].sum()
    if close.payouts.height:
        for table in tables(section(close, "payout_list")):
            gross, fees, refunds, other, net, deposited, difference = table.totals[0].cells[4:11]
            assert gross + fees + refunds + other == net  # type: ignore[operator]
            assert net - deposited == difference  # type: ignore[operator]


@settings(max_examples=15, deadline=None)
@given(SIZES)
def test_todo_and_exceptions_agree(size: tuple[int, int, int]) -> None:
    close = close_of(size)
    if close.exceptions.is_empty():
        return
    todo, listed = section(close, "todo"), section(close, "exceptions")
    charts = [p for p in todo.parts if isinstance(p, BarChart)]
    for reasons, single, chart in zip(tables(todo), tables(listed), charts, strict=True):
        assert total(reasons, "At stake") == total(single, "At stake")
        assert total(reasons, "At stake") == sum(bar.amount for bar in chart.bars)
        assert len(single.rows) <= EXCEPTIONS_SHOWN
        assert len(chart.bars) <= BARS_SHOWN
    assert sum(t.totals[0].cells[1] for t in tables(todo)) == close.exceptions.height  # type: ignore[misc]


def test_the_cover_sums_the_identity_over_kinds() -> None:
    close = sample_close()
    for row in summary(close, Language.EN).proof.rows:
        currency, opening, new, cleared, written_off, left, difference, _ = row.cells
        assert opening + new - cleared - written_off - left == difference == 0  # type: ignore[operator]
        mine = close.identity.filter(pl.col("currency") == currency)
        assert (opening, left) == (mine["opening"].sum(), mine["open"].sum())


def test_every_record_stands_in_one_place() -> None:
    records = sample_close(50).records
    frame = places(records)
    parts = ("cleared", "written_off", "open", "excluded")
    assert frame.select(pl.sum_horizontal(parts) == pl.col("amount")).to_series().all()
    counts = [f"{part}_count" for part in parts]
    assert frame.select(pl.sum_horizontal(counts) == pl.col("count")).to_series().all()
    assert frame["count"].sum() == records.height
    left = identity_of(records).sort("kind", "currency")["open"].to_list()
    assert frame["open"].to_list() == left


@pytest.mark.parametrize("language", list(Language))
def test_every_code_of_ours_has_a_word(language: Language) -> None:
    for code in Reason:
        assert words.reason(code, language).word != code
        assert words.next_step(code, language)
    for status in ("matched", "proposed", "open", "not_due"):
        assert words.payout_status(status, language).word != status
    assert words.word("channel", "a_bank_nobody_knows", language) == "a_bank_nobody_knows"
    assert "30" in words.bucket("1-30", language)
    assert "90" in words.bucket("over-90", language)


def test_order_of_rows_changes_nothing() -> None:
    close = sample_close()
    names = ("records", "payouts", "matches", "exceptions", "receivables", "identity")
    turned = replace(close, **{name: getattr(close, name).reverse() for name in names})
    assert summary(close, Language.EN) == summary(turned, Language.EN)


def test_a_long_list_of_refusals_is_cut_and_says_so() -> None:
    close = sample_close()
    file = close.files[2]
    many = replace(file, rejects=file.rejects * 80)
    found = section(replace(close, files=(many,)), "sources")
    listed = next(t for t in tables(found) if t.title.startswith("Refused"))
    assert len(listed.rows) == PROBLEMS_SHOWN
    assert found.notes == ("Another 61 are listed in the workbook.",)


def test_shares_never_claim_more_than_there_is() -> None:
    assert part_of(9_999_999, 10_000_000) == 999_999
    assert part_of(0, 0) is None
    assert (_rate(-5, 100), _rate(-1, 3), _rate(0, 0)) == (50_000, 333_333, None)
