"""What a person decided is kept: pinned records are always together, banned pairs never."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.errors import Code, TieoutError
from recon_engine.model.decision import Ban, Pin, bans_frame, contradictions, pins_frame
from tests.match.items import item, matched, told
from tests.match.small import Sides, pairs_of, sides

A, B = item("a", 500, reference="N-100001"), item("b", 700, reference="N-100002")
X, Y = item("x", 500, reference="N-100001"), item("y", 700, reference="N-100002")


def test_a_pin_is_made_first_with_its_difference_as_it_is() -> None:
    pins = pins_frame([Pin("p1", ("a",), ("y",))])
    assert told([A, B], [X, Y], pins=pins) == ["decision: a = y (-200)"]


def test_a_banned_pair_is_left_open_and_the_rest_goes_on() -> None:
    bans = bans_frame([Ban("a", "x")])
    assert told([A, B], [X, Y], bans=bans) == ["exact_reference: b = y"]


def test_a_group_of_many_falls_with_one_banned_pair() -> None:
    halves = [item("x1", 300, reference="N-100001"), item("x2", 200, reference="N-100001")]
    assert told([A], halves) == ["reference_sum: a = x1 x2"]
    assert told([A], halves, bans=bans_frame([Ban("a", "x2")])) == []


def test_a_pin_may_lie_on_one_side() -> None:
    entry, undone = item("e", 900, text="货款"), item("r", -900, 3, text="红冲")
    pins = pins_frame([Pin("p1", ("e", "r"))])
    assert told([entry, undone], [X], pins=pins) == ["decision: e r = "]


def test_a_pin_whose_other_side_is_elsewhere_makes_no_group_and_keeps_its_record_free() -> None:
    pins = pins_frame([Pin("p1", ("a",), ("elsewhere",))])
    assert told([A, B], [X, Y], pins=pins) == ["exact_reference: b = y"]


def test_decisions_that_contradict_each_other_are_all_named() -> None:
    pins = pins_frame([Pin("p1", ("a",), ("x",)), Pin("p2", ("b",), ("x",))])
    bans = bans_frame([Ban("a", "x")])
    found = contradictions(pins, bans)
    assert [(p.code, p.value, p.params["pin"]) for p in found] == [
        (Code.DECISIONS_CONTRADICT, "a / x", "p1"),
        (Code.DECISIONS_CONTRADICT, "x", "p1"),
        (Code.DECISIONS_CONTRADICT, "x", "p2"),
    ]
    with pytest.raises(TieoutError):
        matched([A, B], [X, Y], pins=pins, bans=bans)


def test_a_pin_of_two_currencies_is_refused() -> None:
    dollars = {**X, "currency": "USD"}
    with pytest.raises(TieoutError) as raised:
        matched([A], [dollars], pins=pins_frame([Pin("p1", ("a",), ("x",))]))
    assert raised.value.problems[0].code == Code.CURRENCY_MIXED


@given(sides(), st.data())
def test_pinned_pairs_are_together_and_banned_pairs_are_not(
    case: Sides, data: st.DataObject
) -> None:
    left, right = case
    every = [
        (one["id"], two["id"])
        for one in left
        for two in right
        if one["currency"] == two["currency"]
    ]
    chosen = data.draw(st.lists(st.sampled_from(every), max_size=2) if every else st.just([]))
    free = [p for p in every if p not in chosen]
    banned = data.draw(st.lists(st.sampled_from(free), max_size=4) if free else st.just([]))
    pins = [Pin(f"p{n}", (one,), (two,)) for n, (one, two) in enumerate(chosen)]
    lefts, rights = [one for one, _ in chosen], [two for _, two in chosen]
    if len(set(lefts)) < len(lefts) or len(set(rights)) < len(rights):
        pins, chosen = pins[:1], chosen[:1]
    bans = bans_frame(Ban(one, two) for one, two in banned)
    found = matched(left, right, case.policy, pins=pins_frame(pins), bans=bans)
    together = pairs_of(found)
    assert set(chosen) <= together
    assert not set(banned) & together
