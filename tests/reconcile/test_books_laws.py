"""What holds for own books in any month: nothing missed, nothing invented, all in one place."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_engine.model.results import PLACES
from recon_engine.reconcile.books.totals import added_up
from tests.reconcile.books import CODES
from tests.reconcile.books_month import Planted, Record, daily, numbered
from tests.reconcile.goods import closed

MONTHS = (numbered, daily)
Make = Callable[[int], tuple[list[Record], Planted]]


@pytest.mark.parametrize("make", MONTHS)
@pytest.mark.parametrize("seed", range(1, 5))
def test_all_that_was_planted_is_told_and_nothing_else(make: Make, seed: int) -> None:
    rows, planted = make(seed)
    month = closed(*rows)
    found = month.exceptions.filter(pl.col("code").is_in(CODES))
    told = sorted(found.select("record_id", "code", "at_stake").rows())
    assert told == sorted((name.strip(), *said) for name, said in planted.items())


@pytest.mark.parametrize("make", MONTHS)
@pytest.mark.parametrize("seed", range(5, 8))
def test_the_order_of_rows_changes_nothing(make: Make, seed: int) -> None:
    rows, _ = make(seed)
    mixed = [*rows]
    Random(seed).shuffle(mixed)
    first, second = closed(*rows), closed(*mixed)
    for name in ("matches", "members", "exceptions", "identity"):
        assert getattr(first, name).equals(getattr(second, name)), name
    assert first.books.postings.equals(second.books.postings)
    assert first.books.stock.equals(second.books.stock)


@pytest.mark.parametrize("make", MONTHS)
@pytest.mark.parametrize("seed", range(8, 11))
def test_every_record_is_in_one_place_and_everything_adds_up(make: Make, seed: int) -> None:
    rows, _ = make(seed)
    month = closed(*rows)
    assert sorted(month.records["record_id"]) == sorted(str(row["record_id"]) for row in rows)
    assert set(month.records["place"]) <= set(PLACES)
    assert set(month.identity["difference"]) == {0}
    postings = month.books.postings
    assert (postings["difference"] == postings["expected"] - postings["booked"]).all()
    by_line = dict(postings.group_by("line").agg(pl.col("expected").sum()).iter_rows())
    sold = sum(row["amount"] for row in rows if row["kind"] == "order")
    assert by_line["sales"] == sold
    open_books = month.records.filter((pl.col("place") == "open") & (pl.col("channel") == "books"))
    told = month.exceptions.filter(pl.col("code").is_in(CODES))
    behind = month.members.join(told.select("match_id"), on="match_id", how="semi")["record_id"]
    assert set(open_books["record_id"]) <= {*behind, *told["record_id"]}


Row = tuple[str, date, int]


def by_hand(left: list[Row], right: list[Row], days: int) -> dict[str, str]:
    """How each row agrees, counted out stretch by stretch: the basis by its id, "" for none."""
    rest = {"left": list(left), "right": list(right)}
    found = {row[0]: "" for row in (*left, *right)}

    def take(basis: str, picked: dict[str, set[date]]) -> None:
        for side, when in picked.items():
            for row in [row for row in rest[side] if row[1] in when]:
                rest[side].remove(row)
                found[row[0]] = basis

    def sums(side: str) -> dict[date, int]:
        total: dict[date, int] = defaultdict(int)
        for _, day, value in rest[side]:
            total[day] += value
        return total

    def stretches(basis: str, first: Callable[[date], date]) -> None:
        for start in {first(row[1]) for row in rest["right"]}:
            ours, theirs = (
                [row for row in rest[side] if first(row[1]) == start] for side in ("left", "right")
            )
            if sum(row[2] for row in ours) == sum(row[2] for row in theirs):
                take(basis, {"left": {row[1] for row in ours}, "right": {row[1] for row in theirs}})

    stretches("day", lambda day: day)
    ours, theirs = sums("left"), sums("right")
    pairs = []
    for value in {*ours.values()} - {0}:
        mine = [day for day, total in ours.items() if total == value]
        their = [day for day, total in theirs.items() if total == value]
        if len(mine) == len(their) == 1 and abs((mine[0] - their[0]).days) <= days:
            pairs.append((mine[0], their[0]))
    for mine_day, their_day in pairs:
        take("amount", {"left": {mine_day}, "right": {their_day}})
    stretches("week", lambda day: max(day - timedelta(day.weekday()), day.replace(day=1)))
    stretches("month", lambda day: day.replace(day=1))
    return found


_ROWS = st.lists(st.tuples(st.integers(0, 45), st.integers(-2, 4)), max_size=9)


@given(left=_ROWS, right=_ROWS, days=st.integers(0, 20))
@settings(max_examples=300, deadline=None)
def test_totals_agree_with_a_slow_count(
    left: list[tuple[int, int]], right: list[tuple[int, int]], days: int
) -> None:
    start = date(2026, 9, 21)
    sides = [
        [(f"{side}{n}", start + timedelta(day), value) for n, (day, value) in enumerate(rows)]
        for side, rows in (("l", left), ("r", right))
    ]
    frames = [
        pl.DataFrame(
            rows, schema={"record_id": pl.String, "date": pl.Date, "value": pl.Int64}, orient="row"
        ).with_columns(line=pl.lit("sales"))
        for rows in sides
    ]
    none = pl.DataFrame(schema={"line": pl.String})
    members = added_up(frames[0], frames[1], ["line"], days, none).members
    assert members.height == len(left) + len(right)
    found = {
        name: basis if agrees else ""
        for name, basis, agrees in members.select("record_id", "basis", "agrees").iter_rows()
    }
    assert found == by_hand(sides[0], sides[1], days)
