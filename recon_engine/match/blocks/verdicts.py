"""The verdict on every payout of some lines: its likeliest rows, and how sure each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recon_engine.match.blocks.asked import Asked, asked
from recon_engine.match.blocks.bags import Floats, ragged
from recon_engine.match.blocks.chain import Chosen, judge
from recon_engine.match.blocks.nameless import Offers
from recon_engine.match.blocks.odds import fee_share
from recon_engine.match.blocks.schedule import Scheduled
from recon_engine.match.blocks.solutions import Quests, search
from recon_engine.match.blocks.steps import Found, Steps, steps
from recon_engine.match.blocks.table import Link, with_fees
from recon_engine.match.case import Rows
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class Verdicts:
    """The likeliest rows of payouts, those of one line in time order.

    Attributes:
        links: the payouts.
        payout: of each row, ascending; rows brought in stand before those of its own days.
        row: of the left side.
        sure: odds of each row that the deposit pays it.
        left_out: by payout: how many rows of its days it left out; -1 where nothing explains it.
        brought: how many rows it brought in.
        fee: what the platform kept back untold, minor units.
        doubt: odds, 0 to 1, that none of the solutions found is true.
    """

    links: Sequence[Link]
    payout: Rows
    row: Rows
    sure: Floats
    left_out: Rows
    brought: Rows
    fee: Rows
    doubt: Floats


def judged(each: Sequence[Scheduled], offers: Offers, policy: MatchPolicy) -> Verdicts:
    """The verdicts on all payouts of some lines, of which there is one at least.

    Args:
        each: lines and their schedules.
        offers: nameless deposits that the lines may get.
        policy: how much is searched, and how odd things are.
    """
    told = asked(each, offers, policy)
    found, table = _with_fees(told, policy), told.table
    ways = steps(table.bags, found, told.stand, table.spread, policy)
    return _verdicts(told, found.quests, ways, judge(table.bags, told.stand, ways))


def _with_fees(asked: Asked, policy: MatchPolicy) -> Found:
    """All solutions.

    A fee that nobody told is looked for only where the payout may well not be explained without.
    With it, one row less may have moved: among so many fees, more rows explain anything.
    """
    plain = Found.without_fees(asked.quests, asked.found)
    doubtful = asked.doubt * _MILLION > policy.payout_wrong_ppm_max
    if not fee_share(policy) or not doubtful.any():
        return plain
    other = with_fees(asked.quests, doubtful, policy)
    few = policy.payout_left_out_max - 1
    return plain.beside(other, search(asked.table.bags, other, policy, few))


def _verdicts(asked: Asked, quests: Quests, told: Steps, chosen: Chosen) -> Verdicts:
    """The rows of the likeliest solutions; what the next payout brings in is not this one's."""
    table, bags = asked.table, asked.table.bags
    solved = np.flatnonzero(chosen.solution >= 0)
    solution = chosen.solution[solved]
    (out, out_place), (come, come_place) = (
        (solved[number], place)
        for number, place in (
            bags.taken(classes[solution])
            for classes in (told.solutions.left_out, told.solutions.brought)
        )
    )
    payout, within = ragged(bags.length[table.own])
    first = bags.length[table.own].cumsum() - bags.length[table.own]
    stays = np.ones(len(payout), np.bool_)
    stays[first[out] + out_place] = False
    follows = table.follows[come]
    stays[first[come[follows] - 1] + come_place[follows]] = False
    payout, within = payout[stays], within[stays]
    left_out, brought = bags.by_row(chosen.left_out), bags.by_row(chosen.brought)
    adrift = chosen.astray + chosen.adrift / np.maximum(1, bags.rows[table.own])
    own = bags.begin[table.own[payout]] + within
    sure = np.concatenate([
        brought[bags.begin[table.pool[come]] + come_place] * (1 - chosen.astray[come]),
        np.maximum(0, 1 - adrift[payout] - np.maximum(left_out[own], brought[own])),
    ])  # fmt: skip
    row = np.concatenate([
        table.rows(come, table.pool_start, come_place), table.rows(payout, table.start, within)
    ])  # fmt: skip
    payout = np.concatenate([come, payout])
    order = np.argsort(payout, kind="stable")
    count, fee = np.full(len(table), -1), np.zeros(len(table), np.int64)
    count[solved] = told.solutions.rows[solution]
    fee[solved] = quests.fee[told.solutions.base[solution]]
    return Verdicts(
        table.links, payout[order], row[order], (sure * asked.owned[payout])[order],
        count, np.bincount(come, minlength=len(table)), fee,
        1 - asked.owned * (1 - chosen.doubt),
    )  # fmt: skip
