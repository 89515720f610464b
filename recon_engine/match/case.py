"""What a pass sees: both sides, what they share, and what is still open.

Passes never mutate a case; they answer :class:`Found`, and the engine takes what was confirmed off
the table.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows
from recon_engine.match.index import Index, Tie
from recon_engine.match.named import Names
from recon_engine.match.side import Side
from recon_engine.model.policy import ChannelPolicy, FeeRule, MatchPolicy, Policy

__all__ = ["CONFIRMED", "PROPOSED", "Case", "Flags", "Found", "Rows", "Side", "nothing", "pairs"]

CONFIRMED, PROPOSED = "confirmed", "proposed"


@dataclass(frozen=True)
class Case:
    """Two sides to be matched under one policy; what is still open on each.

    Attributes:
        index: what both sides share, made once for all passes.
    """

    left: Side
    right: Side
    index: Index
    policy: MatchPolicy
    fees: tuple[FeeRule, ...]
    left_open: Flags
    right_open: Flags
    channels: ChannelPolicy = field(default_factory=ChannelPolicy)

    @classmethod
    def of(cls, left: pl.DataFrame, right: pl.DataFrame, policy: Policy) -> "Case":
        """The case of two ITEMS frames, everything open."""
        ours = Side.of(left, policy.match, policy.fees)
        theirs = Side.of(right, policy.match)
        return cls(
            left=ours,
            right=theirs,
            index=Index(ours, theirs),
            policy=policy.match,
            fees=policy.fees,
            left_open=np.ones(len(ours), dtype=np.bool_),
            right_open=np.ones(len(theirs), dtype=np.bool_),
            channels=policy.channels,
        )

    def without(self, left: Rows, right: Rows) -> "Case":
        """The case in which these rows are no longer open."""
        return replace(
            self,
            left_open=_closed(self.left_open, left),
            right_open=_closed(self.right_open, right),
        )

    @cached_property
    def payable(self) -> Flags:
        """The open rows of the right that may be a buyer's payment, by what they say."""
        return self.right_open & ~self.right.other_business

    @property
    def open_count(self) -> int:
        """How many rows of both sides are still open."""
        return int(np.count_nonzero(self.left_open) + np.count_nonzero(self.right_open))

    def days(self, left: Rows, right: Rows) -> tuple[Rows, Flags]:
        """Days from left rows to right rows, and whether they lie within the window."""
        days, policy = self.right.day[right] - self.left.day[left], self.policy
        inside = (days >= -policy.window_days_before) & (days <= policy.window_days_after)
        return days, inside

    @property
    def names(self) -> Names:
        """The names on the rows that are still open."""
        return self.index.names(self.left_open, self.right_open)

    def open_ties(self, tie: Tie) -> Tie:
        """The ties between rows that are still open."""
        return tie.open(self.left_open, self.right_open)

    def open_left(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of ``frame`` (with a ``row`` column) that are still open on the left."""
        return frame.filter(pl.Series(self.left_open[frame["row"].to_numpy()]))

    def open_right(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of ``frame`` (with a ``row`` column) that are still open on the right."""
        return frame.filter(pl.Series(self.right_open[frame["row"].to_numpy()]))


def _closed(is_open: Flags, rows: Rows) -> Flags:
    after = is_open.copy()
    after[rows] = False
    return after


# What a pass found: one row a member …
FOUND_MEMBERS: dict[str, pl.DataType] = {
    "group": pl.Int64(),  # numbered within the pass
    "left": pl.Boolean(),
    "row": pl.Int64(),
}
# … and one row a group.
FOUND_GROUPS: dict[str, pl.DataType] = {
    "group": pl.Int64(),
    "rule": pl.String(),
    "status": pl.String(),  # CONFIRMED | PROPOSED
    "explained": pl.Int64(),  # part of the difference that a named rule explains
    "evidence": pl.String(),  # "code=figure;code=figure"
}


@dataclass(frozen=True)
class Found:
    """The groups of one pass; confirmed groups never share a row.

    Attributes:
        members: FOUND_MEMBERS.
        groups: FOUND_GROUPS.
        doubtful: FOUND_MEMBERS of confirmed groups whose own place in the group is in doubt.
    """

    members: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FOUND_MEMBERS))
    groups: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FOUND_GROUPS))
    doubtful: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FOUND_MEMBERS))


def nothing() -> Found:
    """A pass that found nothing."""
    return Found()


def pairs(
    left: Rows, right: Rows, rule: str, evidence: pl.Series | str, status: str = CONFIRMED
) -> Found:
    """One group for each pair of rows; the amounts are equal."""
    count = len(left)
    if not count:
        return nothing()
    number = np.arange(count)
    members = pl.DataFrame(
        {
            "group": np.concatenate([number, number]),
            "left": np.repeat([True, False], count),
            "row": np.concatenate([left, right]),
        },
        schema=FOUND_MEMBERS,
    )
    groups = pl.DataFrame({"group": number}).select(
        pl.col("group").cast(pl.Int64),
        rule=pl.lit(rule),
        status=pl.lit(status),
        explained=pl.lit(0, pl.Int64),
        evidence=pl.lit(evidence) if isinstance(evidence, str) else evidence,
    )
    return Found(members, groups)
