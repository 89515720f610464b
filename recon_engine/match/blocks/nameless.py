"""Deposits that name no channel, tried where a channel's payouts leave days unpaid.

Such a deposit is looked at only when it comes as long after unpaid days as the channel's payouts
usually do.  Where several channels want one deposit, the channel that it fits clearly best gets it,
or none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import log

import numpy as np

from recon_engine.match.arrays import distinct, meetings
from recon_engine.match.blocks.deposits import Accounts, Deposits
from recon_engine.match.blocks.line import Line, lines
from recon_engine.match.blocks.schedule import Block, Schedule, again
from recon_engine.match.case import Case
from recon_engine.model.policy import MatchPolicy

Scheduled = tuple[Line, Schedule]

_AFTER_FEES = 75  # of a hundred at least are left of rows whose fee is taken from their sum


def with_nameless(
    case: Case,
    accounts: Accounts,
    told: Deposits,
    nameless: Deposits,
    chosen: Sequence[Scheduled],
) -> list[Scheduled]:
    """The lines that gain deposits, with their new schedules.

    Args:
        case: both sides.
        accounts: say which rows count.
        told: the named deposits, as :func:`lines` takes them.
        nameless: one for each channel and deposit that may be its own.
        chosen: each channel's line and schedule so far.
    """
    found = {one[0].name: one for one in chosen if one[1].blocks}
    offers = likely(case, accounts, nameless, found)
    wider = offered(case, accounts, told, offers, found)
    return list(settled(wider, log(case.policy.margin_min)))


def offered(
    case: Case,
    accounts: Accounts,
    told: Deposits,
    offers: Deposits,
    found: Mapping[tuple[str, str], Scheduled],
) -> list[Scheduled]:
    """The lines that some nameless deposits are offered, and what each would take of them."""
    theirs = told.where(np.isin(told.line(case), offers.line(case)))
    wider = [
        line
        for line in lines(case, accounts, theirs.and_also(offers))
        if line.way == found[line.name][0].way
    ]
    before = [found[line.name][1] for line in wider]
    return list(zip(wider, again(wider, before, case.policy), strict=True))


def likely(
    case: Case, accounts: Accounts, nameless: Deposits, found: Mapping[tuple[str, str], Scheduled]
) -> Deposits:
    """The deposits that come when one for unpaid days of their channel would, and of its size."""
    currencies = {name: n for n, name in enumerate(case.index.currencies)}
    place = {name: n for n, name in enumerate(accounts.names)}
    waits = [
        (place[name] * len(currencies) + currencies[currency], *awaited)
        for (name, currency), one in found.items()
        for awaited in _awaited(*one, case.policy)
    ]
    line, first, last, least, most = np.array(waits, np.int64).reshape(-1, 5).T
    offer, wait = meetings([nameless.line(case)], [line])
    day, paid = (each[nameless.row[offer]] for each in (case.right.day, case.right.amount))
    fits = (first[wait] <= day) & (day <= last[wait]) & (least[wait] <= paid) & (paid <= most[wait])
    return nameless.where(distinct(offer[fits]))


def _awaited(
    line: Line, schedule: Schedule, policy: MatchPolicy
) -> Iterator[tuple[int, int, int, int]]:
    """Deposits for unpaid days: first and last day, least and greatest amount, minor units.

    No more than the days bring and rows from before; and for days that are no more than one payout
    covers, no less than what fees and rows left out leave of them.
    """
    lags, lengths = (
        Counter(getattr(block, of) for block in schedule.blocks) for of in ("lag_days", "days")
    )
    usual = min(lags, key=lambda lag: (-lags[lag], lag))
    longest = max(lengths)
    ends = [(block.follows, block.start) for block in schedule.blocks]
    ends.append((schedule.blocks[-1].end, len(line.rows)))
    reach = [
        int(rows * line.typical) for rows in (policy.payout_left_out_max, policy.payout_brought_max)
    ]
    for start, end in ends:
        if end > start:
            first, last = int(line.day[start]), int(line.day[end - 1])
            total = int(line.before[end] - line.before[start])
            least = total * _AFTER_FEES // 100 - reach[0] if last - first < longest else 0
            yield first + usual, last + usual, least, total + reach[1]


def settled(wider: Sequence[Scheduled], margin: float) -> Iterator[Scheduled]:
    """The lines with those nameless deposits that no other line wants nearly as much."""
    wanted: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for n, (line, schedule) in enumerate(wider):
        for block in schedule.blocks:
            if not line.named[block.deposit]:
                wanted[line.deposits[block.deposit][0]].append((block.fit, n))
    owner = {row: _clear_best(claims, margin) for row, claims in wanted.items()}
    for n, (line, schedule) in enumerate(wider):
        lost = {
            line.deposits[block.deposit][0]
            for block in schedule.blocks
            if not line.named[block.deposit] and owner[line.deposits[block.deposit][0]] != n
        }
        yield line, Schedule(schedule.fit, tuple(without(line, schedule.blocks, lost)))


def _clear_best(claims: list[tuple[float, int]], margin: float) -> int:
    """Who claims most, or -1 when the next is too near."""
    ranked = sorted(claims, reverse=True)
    clear = len(ranked) == 1 or ranked[0][0] - ranked[1][0] >= margin
    return ranked[0][1] if clear else -1


def without(line: Line, blocks: Sequence[Block], lost: set[int]) -> Iterator[Block]:
    """The blocks of the other deposits; the days of the lost ones are unpaid again."""
    follows = 0
    for block in blocks:
        if line.deposits[block.deposit][0] not in lost:
            yield replace(block, follows=follows)
            follows = block.end
