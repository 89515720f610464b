"""Scores of hand-made claims."""

import polars as pl
import pytest

from bench.case import Case
from bench.score import links_of, misses, score, wrong

LEFT = pl.DataFrame({"id": ["L1", "L2", "L3"], "amount": [100, 200, 300]})
RIGHT = pl.DataFrame({"id": ["B1", "B2", "B3", "B4"], "amount": [100, 500, 100, 7]})
TRUTH = pl.DataFrame({
    "left_id": ["L1", "L2", "L3"], "right_id": ["B1", "B2", "B2"],
    "scenario": ["direct", "several_orders", "several_orders"], "group": [0, 1, 1],
})  # fmt: skip
KINDS = pl.DataFrame({
    "right_id": ["B1", "B2", "B3", "B4"],
    "kind": ["settles", "settles", "duplicate", "noise"],
})  # fmt: skip
CASE = Case(LEFT, RIGHT, TRUTH, KINDS, pl.DataFrame(), "")


def links(*pairs: str) -> pl.DataFrame:
    return pl.DataFrame(
        [pair.split("-") for pair in pairs], ["left_id", "right_id"], orient="row"
    ).cast(pl.String)


def test_all_right():
    done = score(CASE, links("L1-B1", "L2-B2", "L3-B2"))
    assert (done.precision, done.recall, done.f1) == (1.0, 1.0, 1.0)
    assert (done.noise_rows, done.duplicate_rows, done.unrelated_rows) == (0, 0, 2)


def test_half_a_group_and_a_copy_instead_of_the_original():
    done = score(CASE, links("L1-B3", "L2-B2"))
    assert (done.found, done.right, done.duplicate_rows) == (2, 1, 1)
    assert done.precision == 0.5
    assert done.recall == pytest.approx(1 / 3)
    assert done.recall_by_scenario == {"direct": 0.0, "several_orders": 0.5}


def test_noise_rows_count_once_and_a_repeated_link_too():
    done = score(CASE, links("L1-B4", "L2-B4", "L2-B4"))
    assert (done.found, done.right, done.noise_rows) == (2, 0, 1)
    assert done.f1 == 0.0


def test_nothing_claimed_is_precise_and_finds_nothing():
    done = score(CASE, links())
    assert (done.precision, done.recall) == (1.0, 0.0)


def test_links_of_groups_are_all_pairs_and_proposals_only_when_asked():
    members = pl.DataFrame({
        "match_id": ["m1", "m1", "m1", "m1", "m2", "m2"],
        "side": ["left", "left", "left", "right", "left", "right"],
        "record_id": ["L2", "L3", "L4", "B2", "L1", "B1"],
        "status": ["confirmed", "confirmed", "proposed", "confirmed", "proposed", "proposed"],
    })  # fmt: skip
    sure = links_of(members, with_proposals=False)
    assert sorted(sure.rows()) == [("L2", "B2"), ("L3", "B2")]
    every = links_of(members, with_proposals=True)
    assert sorted(every.rows()) == [("L1", "B1"), ("L2", "B2"), ("L3", "B2"), ("L4", "B2")]


def test_misses_and_wrong_links_come_with_both_items():
    claimed = links("L1-B4", "L2-B2")
    assert misses(CASE, claimed).select("left_id", "right_amount").rows() == [
        ("L1", 100),
        ("L3", 500),
    ]
    assert wrong(CASE, claimed).select("left_amount", "right_amount", "kind").rows() == [
        (100, 7, "noise")
    ]
