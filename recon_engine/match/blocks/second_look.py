"""Nameless deposits that nothing explains where they were put, tried elsewhere.

Sums tell the days of a deposit only roughly, so two channels may each have the other's.  Whether
rows bring a deposit to the cent is known once all payouts are judged: a nameless one that nothing
explains is taken from its channel and offered again, to all channels that wait for one.  A channel
whose payouts are explained better that way keeps what it got.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from recon_engine.match.blocks.deposits import Accounts, Deposits
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.nameless import Scheduled, likely, offered, settled, without
from recon_engine.match.blocks.schedule import Schedule
from recon_engine.match.blocks.verdicts import Judged, judged
from recon_engine.match.case import Case, Flags

Name = tuple[str, str]  # channel and currency


def second_look(
    case: Case,
    accounts: Accounts,
    told: Deposits,
    nameless: Deposits,
    chosen: Sequence[Scheduled],
    first: Sequence[Judged],
) -> list[Judged]:
    """The verdicts, those of some lines with other nameless deposits.

    Args:
        case: both sides.
        accounts: say which rows count.
        told: the named deposits.
        nameless: one for each channel and deposit that may be its own.
        chosen: each channel's line and schedule without any nameless deposit.
        first: the verdicts so far.
    """
    before = {one.line.name: one for one in first}
    if not any(row for one in first for row in _taken(one, explained=False)):
        return list(first)
    found = {one[0].name: one for one in chosen if one[1].blocks}
    offers = nameless.where(_free(case, accounts, nameless, before))
    offers = likely(case, accounts, offers, found)
    wider = settled(offered(case, accounts, told, offers, found), margin=0.0)
    other = [one for one in wider if {*_rows(*one)} != {*_taken(before[one[0].name])}]
    better = {
        one.line.name: one
        for one in judged(other, case.policy)
        if _explained(one) > _explained(before[one.line.name])
    }
    gone = {row for one in better.values() for row in _taken(one)}
    losing = [one for name, one in before.items() if name not in better and gone & {*_taken(one)}]
    poorer = judged([_poorer(one, gone) for one in losing], case.policy)
    return list((before | better | {one.line.name: one for one in poorer}).values())


def _free(
    case: Case, accounts: Accounts, nameless: Deposits, before: Mapping[Name, Judged]
) -> Flags:
    """By offer: neither explained elsewhere nor unexplained where it was."""
    holder = {row: name for name, one in before.items() for row in _taken(one, explained=True)}
    refused = {(name, row) for name, one in before.items() for row in _taken(one, explained=False)}
    names = [
        (accounts.names[account], case.index.currencies[currency])
        for account, currency in zip(
            nameless.account.tolist(), nameless.currency.tolist(), strict=True
        )
    ]
    return np.array(
        [
            holder.get(row, name) == name and (name, row) not in refused
            for name, row in zip(names, nameless.row.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )


def _taken(one: Judged, *, explained: bool | None = None) -> Iterator[int]:
    """The nameless bank rows that a line has; only the explained ones, or only the others."""
    for verdict in one.verdicts:
        deposit = verdict.block.deposit
        is_asked = explained is None or explained == (verdict.left_out is not None)
        if is_asked and not one.line.named[deposit]:
            yield one.line.deposits[deposit][0]


def _rows(line: Line, schedule: Schedule) -> Iterator[int]:
    """The nameless bank rows that a line would have."""
    for block in schedule.blocks:
        if not line.named[block.deposit]:
            yield line.deposits[block.deposit][0]


def _explained(one: Judged) -> int:
    """How many payouts of a line come out to the cent."""
    return sum(verdict.left_out is not None for verdict in one.verdicts)


def _poorer(one: Judged, gone: set[int]) -> Scheduled:
    """A line without deposits that are another's."""
    blocks = tuple(without(one.line, [verdict.block for verdict in one.verdicts], gone))
    return one.line, Schedule(0.0, blocks)
