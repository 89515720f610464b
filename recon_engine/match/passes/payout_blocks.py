"""Pass 6: payouts without an id, found by the days they cover and the few rows they left out.

For each channel the open rows and its deposits are laid side by side in time.  First the days that
each deposit pays are found, then for each chain of payouts which rows were left out of their days
and came with the next payout instead.  A payout is confirmed when the odds against its rows are
within the policy's limits; otherwise the likeliest rows are proposed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from recon_engine.match.blocks.chain import Verdict, judge, links
from recon_engine.match.blocks.deposits import named
from recon_engine.match.blocks.line import Line, lines
from recon_engine.match.blocks.schedule import Schedule, schedules
from recon_engine.match.case import CONFIRMED, FOUND_GROUPS, FOUND_MEMBERS, PROPOSED, Case, Found
from recon_engine.model.policy import MatchPolicy

_MILLION = 1_000_000


@dataclass(frozen=True)
class _Group:
    """One payout as it will be told."""

    left: list[int]
    right: tuple[int, ...]
    status: str
    explained: int
    evidence: str


def run(case: Case) -> Found:
    """Confirms and proposes payouts of channels."""
    known = named(case).filter(pl.col("channel") != "")
    ways = list(lines(case, known))
    told = [
        group
        for line, verdicts in _chosen(ways, schedules(ways, case.policy), case.policy)
        for group in _groups(case, line, verdicts)
    ]
    return _found(told)


def _chosen(
    ways: Sequence[Line], found: Sequence[Schedule], policy: MatchPolicy
) -> Iterator[tuple[Line, list[Verdict]]]:
    """Of each channel the way of taking fees that explains it best."""
    for _, each in groupby(zip(ways, found, strict=True), key=lambda pair: pair[0].name):
        tried = []
        for line, schedule in each:
            chain = links(line, schedule.blocks, policy)
            evidence, verdicts = judge(line, chain, policy)
            tried.append((schedule.fit, evidence, line, verdicts))
        best = max(tried, key=lambda one: one[0])
        yield best[2], best[3]


def _groups(case: Case, line: Line, verdicts: Sequence[Verdict]) -> Iterator[_Group]:
    amount = case.left.items["amount"].to_numpy()
    taken: set[int] = set()
    places = [_places(verdict) for verdict in verdicts]
    for n, verdict in enumerate(verdicts):
        left = [int(line.rows[place]) for place in places[n]]
        deposit = line.deposits[verdict.link.block.deposit]
        status = _status(verdict, len(left), case.policy)
        if status is None or taken & set(left):
            continue
        taken |= set(left)
        explained = int(amount[left].sum() - case.right.amount[list(deposit)].sum())
        out = len(verdict.left_out or ())
        doubt = round(verdict.doubt * _MILLION)
        evidence = (
            f"days={verdict.link.block.days};lag={verdict.link.block.lag_days};"
            f"left_out={out};brought={len(verdict.brought)};chance_ppm={doubt}"
        )
        yield _Group(left, deposit, status, explained, evidence)


def _places(verdict: Verdict) -> list[int]:
    block, link = verdict.link.block, verdict.link
    out = set(link.own.rows(verdict.left_out or ()))
    own = [block.start + n for n in range(block.end - block.start) if n not in out]
    return [link.pool_start + n for n in link.pool.rows(verdict.brought)] + own


def _status(verdict: Verdict, rows: int, policy: MatchPolicy) -> str | None:
    if verdict.left_out is None:
        return None
    wrong_ppm = verdict.wrong / rows * _MILLION
    sure = (
        verdict.doubt * _MILLION <= policy.chance_ppm_max
        and wrong_ppm <= policy.payout_wrong_ppm_max
    )
    return CONFIRMED if sure else PROPOSED


def _found(told: Sequence[_Group]) -> Found:
    members = [
        (number, is_left, row)
        for number, group in enumerate(told)
        for is_left, rows in ((True, group.left), (False, group.right))
        for row in rows
    ]
    groups = [
        (number, "payout_block", group.status, group.explained, group.evidence)
        for number, group in enumerate(told)
    ]
    return Found(
        pl.DataFrame(members, schema=FOUND_MEMBERS, orient="row"),
        pl.DataFrame(groups, schema=FOUND_GROUPS, orient="row"),
    )
