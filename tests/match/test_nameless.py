"""Deposits that name no channel: which unpaid days they are put to, and when they stay open."""

from itertools import groupby, pairwise

import pytest

from bench.generate import make
from recon_engine.match import engine
from recon_engine.match.blocks.verdicts import Verdicts
from recon_engine.match.case import Case
from recon_engine.match.passes import payout_blocks
from recon_engine.model.policy import read_policy
from tests.match.test_payout_blocks import days_of, deposit, ids, matched, month, total

LAG = 2  # days


def paid(orders, text, *, days=2):
    """The payouts of a month and their deposits."""
    blocks = [days_of(orders, day, day + days - 1) for day in range(1, 16, days)]
    return blocks, [
        deposit(day + days - 1 + LAG, total(block), text)
        for day, block in zip(range(1, 16, days), blocks, strict=True)
    ]


def nameless(row):
    return {**row, "id": f"{row['id']}-nameless", "text": "payout"}


def test_of_channels_that_wait_on_one_day_each_gets_what_its_rows_bring():
    orders = [month(seed, channel) for seed, channel in ((1, "shop"), (2, "shop2"))]
    each = [paid(rows, text) for rows, text in zip(orders, ("SHOP ONE", "SHOP TWO"), strict=True)]
    bank = [
        nameless(row) if n == 3 else row for _, deposits in each for n, row in enumerate(deposits)
    ]
    found = matched([*orders[0], *orders[1]], bank)
    for blocks, deposits in each:
        assert found[f"{deposits[3]['id']}-nameless"] == ("confirmed", ids(blocks[3]))


def test_what_the_next_payout_brings_in_tells_whose_a_deposit_is():
    orders = [month(seed, channel) for seed, channel in ((1, "shop"), (2, "shop2"))]
    blocks = [paid(rows, "")[0] for rows in orders]
    for ours in blocks:  # of each block in the middle one row comes with the next
        ours[4].append(ours[3].pop(2))
    bank = [
        (nameless if n == 3 else dict)(deposit(2 * n + 4, total(block), text))
        for ours, text in zip(blocks, ("SHOP ONE", "SHOP TWO"), strict=True)
        for n, block in enumerate(ours)
    ]
    found = matched([*orders[0], *orders[1]], bank)
    for ours in blocks:
        assert found[f"bank-10-{total(ours[3])}-nameless"] == ("confirmed", ids(ours[3]))


def test_two_missing_in_a_row_are_found_one_by_one():
    orders = month(1)
    blocks, deposits = paid(orders, "SHOP ONE")
    bank = [nameless(row) if n in (3, 4) else row for n, row in enumerate(deposits)]
    found = matched(orders, bank)
    for n in (3, 4):
        assert found[f"{deposits[n]['id']}-nameless"] == ("confirmed", ids(blocks[n]))


def test_what_two_channels_explain_equally_is_confirmed_for_neither():
    one = month(1)
    two = [{**row, "id": f"other-{row['id']}", "channel": "shop2"} for row in one]
    each = [paid(rows, text)[1] for rows, text in ((one, "SHOP ONE"), (two, "SHOP TWO"))]
    named = [row for deposits in each for n, row in enumerate(deposits) if n != 3]
    bank = [{**row, "id": f"{row['id']}-{n}"} for n, row in enumerate(named)]
    found = matched([*one, *two], [*bank, nameless(each[0][3])])
    assert found.get(f"{each[0][3]['id']}-nameless", ("open", set()))[0] != "confirmed"


def test_a_deposit_much_larger_than_unpaid_days_stays_open():
    blocks, deposits = paid(month(1), "SHOP ONE")
    large = nameless({**deposits[3], "amount": 10 * deposits[3]["amount"]})
    found = matched(month(1), [*deposits[:3], large, *deposits[4:]])
    assert large["id"] not in found
    assert found[deposits[5]["id"]] == ("confirmed", ids(blocks[5]))


@pytest.fixture(scope="module")
def judged() -> Verdicts:
    """The verdicts of a month with eighteen stores a kind."""
    case = make(30_000, 2, 1)
    seen: list[Verdicts] = []
    inner = payout_blocks.payouts

    def watched(case: Case) -> Verdicts | None:
        found = inner(case)
        assert found is not None
        seen.append(found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payout_blocks, "payouts", watched)
        engine.match_items(case.left, case.right, read_policy(case.policy, "policy.toml"))
    return seen[0]


def chains(judged):
    """The links of each line, in time order."""
    each = groupby(judged.links, key=lambda link: link.line.name)
    return [list(links) for _, links in each]


def test_every_deposit_pays_one_block_at_most(judged):
    rows = [row for link in judged.links for row in link.line.deposits[link.block.deposit]]
    assert len(set(rows)) == len(rows)
    names = [links[0].line.name for links in chains(judged)]
    assert len(set(names)) == len(names)


def test_a_row_is_paid_once_at_most(judged):
    assert len(set(judged.row.tolist())) == len(judged.row)


def test_blocks_of_a_channel_do_not_overlap(judged):
    for links in chains(judged):
        for before, after in pairwise(link.block for link in links):
            assert before.end == after.follows <= after.start < after.end


def test_nameless_deposits_come_as_late_as_some_named_one(judged):
    got = 0
    for links in chains(judged):
        named = [bool(link.line.named[link.block.deposit]) for link in links]
        lags = [link.block.lag_days for link in links]
        got += named.count(False)
        assert set(lags) == {lag for lag, has_name in zip(lags, named, strict=True) if has_name}
    assert got > 0
