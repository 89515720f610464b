"""Nameless deposits that nothing explains are tried elsewhere: what changes is for the better."""

from collections import Counter

import pytest

from bench.generate import make
from recon_engine.match import engine
from recon_engine.match.blocks import second_look
from recon_engine.match.blocks.verdicts import Judged
from recon_engine.match.case import Case
from recon_engine.match.passes import payout_blocks
from recon_engine.model.policy import read_policy

Looks = list[tuple[list[Judged], list[Judged]]]


@pytest.fixture(scope="module")
def looks() -> Looks:
    """The verdicts of a month with eighteen stores a kind, before and after the second look."""
    month = make(30_000, 2, 1)
    seen: Looks = []
    inner = second_look.second_look

    def watched(case: Case, *rest: object) -> list[Judged]:
        after = inner(case, *rest)  # type: ignore[arg-type]
        seen.append((list(rest[-1]), after))  # type: ignore[call-overload]
        return after

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(payout_blocks, "second_look", watched)
        engine.match_items(month.left, month.right, read_policy(month.policy, "policy.toml"))
    return seen


def rows_of(judged: list[Judged]) -> list[int]:
    return [
        row
        for one in judged
        for verdict in one.verdicts
        for row in one.line.deposits[verdict.block.deposit]
    ]


def explained(judged: list[Judged]) -> int:
    return sum(v.left_out is not None for one in judged for v in one.verdicts)


def test_more_payouts_come_out_to_the_cent(looks: Looks) -> None:
    ((before, after),) = looks
    assert explained(after) > explained(before)


def test_every_line_is_there_once_and_every_deposit_at_most_once(looks: Looks) -> None:
    ((before, after),) = looks
    assert sorted(one.line.name for one in after) == sorted(one.line.name for one in before)
    assert max(Counter(rows_of(after)).values()) == 1


def test_deposits_that_name_their_channel_stay_where_they_are(looks: Looks) -> None:
    for judged in looks[0]:
        assert all(one.line.named.any() for one in judged)
    named = [
        {row for one in judged for n, rows in enumerate(one.line.deposits) if one.line.named[n]
         for row in rows}
        for judged in looks[0]
    ]  # fmt: skip
    assert named[0] == named[1]
