"""The demo's goods: every mishap that was planted is told with its money, and none beyond."""

from collections import Counter
from pathlib import Path

import pytest

from recon_engine.close import close_month
from recon_engine.demo import DemoMonth, against_truth, make_month, write_month
from recon_engine.demo.courier import BILL, CARD, PARCELS, RETURNS, SHIPMENTS
from recon_engine.intake import read_files
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close

SEEDS = (1, 2, 3, 8)
FILES = {BILL, CARD, PARCELS, RETURNS, SHIPMENTS}


@pytest.fixture(scope="module", params=SEEDS)
def month(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[DemoMonth, Close]:
    made = make_month(400, request.param, goods=True)
    paths = write_month(made, Path(tmp_path_factory.mktemp("goods")))
    policy = default_policy()
    return made, close_month(read_files(paths, policy), policy)


def test_what_was_planted_in_the_goods_is_found_and_nothing_beyond(
    month: tuple[DemoMonth, Close],
) -> None:
    made, close = month
    planted = {p.reason for p in made.truth.planted if p.places and p.places[0].file in FILES}
    assert len(planted) >= 9
    for tally in against_truth(close, made.truth).exceptions:
        assert tally.found == tally.planted, tally
        if tally.reason in planted or "ship" in tally.reason or "bill" in tally.reason:
            assert tally.beyond == 0, tally


def test_the_money_at_stake_is_what_the_writer_reckoned(month: tuple[DemoMonth, Close]) -> None:
    made, close = month
    rows = close.records.select("record_id", "source_file", "source_row")
    told = close.exceptions.join(rows, on="record_id")
    at_stake = {
        (code, file, row): stake
        for code, file, row, stake in told.select(
            "code", "source_file", "source_row", "at_stake"
        ).iter_rows()
    }
    for planted in made.truth.planted:
        if planted.places and planted.places[0].file in FILES:
            assert at_stake[str(planted.reason), *planted.places[0]] == planted.amount, planted


def test_the_goods_leave_the_money_as_it_was(month: tuple[DemoMonth, Close]) -> None:
    made, _ = month
    alone = make_month(400, made.truth.seed)
    assert alone.files.items() <= made.files.items()
    assert set(made.files) - set(alone.files) == FILES
    assert Counter(alone.truth.planted) <= Counter(made.truth.planted)


def test_the_same_arguments_give_the_same_goods() -> None:
    assert make_month(300, 5, goods=True) == make_month(300, 5, goods=True)
