"""The bench's months are what they claim to be: sums agree, seeds repeat, ablations take away."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from bench.case import DUPLICATE, NOISE, SETTLES, Case, load, save, write_csv
from bench.generate import ABLATIONS, LARGE_PAYOUTS, make
from bench.payouts import SHORT
from bench.world import SHARES
from recon_engine.model.policy import read_policy
from recon_engine.model.results import ITEMS

SIZE = 3_000


@pytest.fixture(scope="module")
def case() -> Case:
    return make(SIZE, 1, 1)


@pytest.mark.parametrize("noise", [0, 1, 2])
def test_sums_of_every_true_group_agree_up_to_what_it_declares(noise):
    case = make(SIZE, 2, noise)
    left = _sums(case, "left", case.left)
    right = _sums(case, "right", case.right)
    agree = case.groups.join(left, on="group").join(right, on="group")
    assert len(agree) == len(case.groups)
    difference = pl.col("left") - pl.col("right") - pl.col("told") - pl.col("untold")
    assert agree.filter(difference != 0).is_empty()


def _sums(case: Case, side: str, items: pl.DataFrame) -> pl.DataFrame:
    members = case.truth.select("group", id=f"{side}_id").unique()
    joined = members.join(items, on="id")
    assert joined.group_by("group").agg(pl.col("currency").n_unique())["currency"].max() == 1
    return joined.group_by("group").agg(pl.col("amount").sum().alias(side))


def test_untold_differences_stay_within_the_policys_allowances(case):
    policy = read_policy(case.policy, "policy.toml").match
    left = _sums(case, "left", case.left)
    fx = case.groups.filter(scenario="fx").join(left, on="group")
    assert fx.filter(pl.col("untold").abs() * 1_000_000 > pl.col("left") * 3_001).is_empty()
    others = case.groups.filter(pl.col("scenario") != "fx")["untold"]
    assert others.min() == 0
    assert 0 < others.max() <= policy.wire_fee_max_minor


def test_the_same_seed_gives_the_same_case_and_another_another(case):
    again, other = make(SIZE, 1, 1), make(SIZE, 2, 1)
    for name in ("left", "right", "truth", "kinds", "groups"):
        assert_frame_equal(getattr(case, name), getattr(again, name))
    assert not case.right.equals(other.right)


def test_tables_have_the_items_columns_without_nulls_and_unique_ids(case):
    for items in (case.left, case.right):
        assert dict(items.schema) == ITEMS
        assert items.null_count().sum_horizontal().item() == 0
        assert items["id"].is_unique().all()


def test_every_scenario_is_there_and_every_bank_row_has_one_kind(case):
    assert set(case.truth["scenario"].unique()) - {SHORT} == {*SHARES, "direct"}
    assert sorted(case.kinds["right_id"]) == sorted(case.right["id"])
    settles = case.kinds.filter(kind=SETTLES)["right_id"]
    assert set(settles) == set(case.truth["right_id"])
    for kind in (NOISE, DUPLICATE):
        assert not case.kinds.filter(kind=kind).is_empty()


def test_a_payout_short_by_an_untold_fee_is_a_scenario_of_its_own():
    groups = make(10_000, 1, 1).groups
    untold = groups.filter(scenario=SHORT)["untold"]
    assert len(untold) > 0
    assert untold.min() > 0
    assert groups.filter(scenario="payout_without_id")["untold"].to_list().count(0) == len(
        groups.filter(scenario="payout_without_id")
    )


def test_payouts_are_as_long_in_a_large_month_unless_they_shall_grow():
    small, large = (_rows_a_payout(make(n, 1, 1)) for n in (10_000, 40_000))
    grown = _rows_a_payout(make(40_000, 1, 1, LARGE_PAYOUTS))
    assert 0.8 * small < large < 1.3 * small
    assert grown > 1.5 * large


def _rows_a_payout(case: Case) -> float:
    of = case.truth.filter(pl.col("scenario") == "payout_without_id")
    return len(of) / of["group"].n_unique()


def test_bank_rows_are_about_three_quarters_of_the_orders():
    case = make(10_000, 1, 1)
    assert 7_100 <= len(case.right) <= 7_500


def test_a_copy_follows_an_original_with_the_same_text_and_amount(case):
    rows = case.right.with_row_index("place").join(case.kinds, left_on="id", right_on="right_id")
    same = ["amount", "currency", "text", "party", "reference"]
    copies = rows.filter(kind=DUPLICATE)
    pairs = copies.join(rows.filter(kind=SETTLES), on=same, suffix="_original")
    earlier = pairs.filter(pl.col("place_original") < pl.col("place"))
    assert set(earlier["id"]) == set(copies["id"])


@pytest.mark.parametrize("ablation", ABLATIONS)
def test_an_ablation_takes_its_evidence_away_and_nothing_else(case, ablation):
    bare = make(SIZE, 1, 1, ablation)
    assert_frame_equal(case.truth, bare.truth)
    for side in ("left", "right"):
        full, poor = getattr(case, side), getattr(bare, side)
        assert_frame_equal(
            full.select("id", "date", "amount", "currency", "channel"),
            poor.select("id", "date", "amount", "currency", "channel"),
        )
    assert (bare.left["party"].str.join("").item() == "") == (ablation == "no_names")
    assert (bare.left["group"].str.join("").item() == "") == (ablation == "no_payout_ids")
    assert (bare.right["group"].str.join("").item() == "") == (ablation == "no_payout_ids")
    assert (bare.left["reference"].str.join("").item() == "") == (ablation == "no_references")
    assert (not read_policy(bare.policy, "p").fees) == (ablation == "no_fees")


def test_an_unknown_ablation_is_refused():
    with pytest.raises(ValueError, match="no_money"):
        make(100, 1, 0, "no_money")


def test_the_policy_is_the_products_and_names_every_store(case):
    policy = read_policy(case.policy, "policy.toml")
    stores = {c for c in case.left["channel"].unique() if c.startswith("store")}
    assert stores <= set(policy.channels.bank_names)
    assert {rule.channel for rule in policy.fees} >= {"wechat", "paypal"}
    converted = {c for c in case.left["channel"].unique() if c.startswith("abroad")}
    assert converted == {rule.channel for rule in policy.fees if rule.spread_ppm}


def test_a_case_survives_the_disk(case, tmp_path):
    save(case, tmp_path)
    again = load(tmp_path)
    assert_frame_equal(case.right, again.right)
    assert case.policy == again.policy


def test_csv_shows_exact_decimal_amounts(tmp_path):
    columns = {"id": ["a", "b", "c"], "amount": [-5, 123456, 70], "currency": ["CNY", "USD", "JPY"]}
    write_csv(pl.DataFrame(columns), tmp_path / "items.csv")
    rows = (tmp_path / "items.csv").read_text(encoding="utf-8").split()
    assert [row.split(",")[1] for row in rows] == ["amount", "-0.05", "1234.56", "70"]
