"""Parts are independent: what ids prove is the same part by part and all at once."""

import polars as pl
import pytest
from hypothesis import given

from recon_engine.match import ORDER_PASSES, PAYOUT_PASSES, match_items
from recon_engine.match.parts import match_parts, parts
from recon_engine.model.policy import Policy
from tests.match.items import frame, item
from tests.match.small import BY_ID, Sides, sides


@pytest.mark.parametrize("passes", [ORDER_PASSES, PAYOUT_PASSES])
@given(case=sides(shapes=BY_ID, cases=6))
def test_part_by_part_is_the_same_as_all_at_once(passes: tuple, case: Sides) -> None:
    left, right = frame(case.left), frame(case.right)
    whole = match_items(left, right, case.policy, passes)
    by_part = match_parts(left, right, case.policy, passes)
    assert by_part.matches.equals(whole.matches)
    assert by_part.members.equals(whole.members)


@given(sides(cases=6))
def test_every_row_is_in_one_part(case: Sides) -> None:
    left, right = frame(case.left), frame(case.right)
    found = list(parts(left, right, case.policy))
    for n, whole in enumerate((left, right)):
        rows = [(part.left, part.right)[n] for part in found]
        assert sorted(pl.concat([whole.clear(), *rows])["id"]) == sorted(whole["id"])


def test_an_id_in_two_currencies_makes_one_part() -> None:
    left = [item("l1", 1000, reference="N-10001"), item("l2", 2000, reference="N-20002")]
    right = [
        {**item("r1", 1000, text="pays N10001"), "currency": "USD"},
        {**item("r2", 1000, reference="N-30003"), "currency": "EUR"},
    ]
    found = parts(frame(left), frame(right), Policy())
    assert [part.currencies for part in found] == [("CNY", "USD"), ("EUR",)]


def test_nothing_in_no_parts() -> None:
    assert match_parts(frame([]), frame([]), Policy()).matches.is_empty()
