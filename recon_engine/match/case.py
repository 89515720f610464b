"""What a pass sees: both sides in canonical order, their ids and tokens, and what is still open.

Rows are numbered after sorting by date, amount and id, so that the order in which a file lists them
changes nothing.  Passes never mutate a case; they answer :class:`Found`, and the engine takes what
was confirmed off the table.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from recon_engine.match.fees import after_fees
from recon_engine.match.keys import ids_in_text, normal_ids
from recon_engine.match.names import keys_of_rows
from recon_engine.model.policy import ChannelPolicy, FeeRule, MatchPolicy
from recon_engine.model.results import ITEMS

Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CONFIRMED, PROPOSED = "confirmed", "proposed"


@dataclass(frozen=True)
class Side:
    """One side's items in canonical order, with what passes ask of them computed once.

    Attributes:
        items: ITEMS plus ``row`` and ``due`` (the amount less the fee a named rule knows),
            sorted by date, amount and id.
        policy: the shortest id that counts.
    """

    items: pl.DataFrame
    policy: MatchPolicy

    @classmethod
    def of(
        cls, items: pl.DataFrame, policy: MatchPolicy, rules: tuple[FeeRule, ...] = ()
    ) -> "Side":
        """The side of an ITEMS frame; fee rules say what its items are due."""
        ordered = items.select(list(ITEMS)).sort("date", "amount", "id").with_row_index("row")
        priced = ordered.with_columns(pl.col("row").cast(pl.Int64), due=after_fees("amount", rules))
        return cls(priced, policy)

    def __len__(self) -> int:
        return self.items.height

    @cached_property
    def amount(self) -> Rows:
        """Amounts in minor units, by row."""
        return self.items["amount"].to_numpy()

    @cached_property
    def day(self) -> Rows:
        """Dates as days since 1970, by row."""
        return self.items["date"].cast(pl.Int32).cast(pl.Int64).to_numpy()

    @cached_property
    def ids(self) -> pl.DataFrame:
        """``row, key``: every exact reference of every row, normalised."""
        return normal_ids(self.items, "reference")

    @cached_property
    def groups(self) -> pl.DataFrame:
        """``row, key``: the payout or batch id of every row that has one, normalised."""
        return normal_ids(self.items, "group")

    @cached_property
    def copies(self) -> pl.Series:
        """By row: whether it repeats an earlier row to the word within a day or two."""
        alike = ("amount", "currency", "reference", "text", "party")
        same = self.items.select("row", "date", alike=pl.struct(alike).hash())
        # Only rows that look alike at all are compared, and those to the word.
        some = same.filter(pl.col("alike").is_duplicated()).select("row")
        rows = self.items.join(some, on="row", how="semi", maintain_order="left")
        days = pl.col("date").diff().over(alike).dt.total_days()
        near = rows.filter(days <= self.policy.copy_days_max)
        flags = np.zeros(len(self), dtype=np.bool_)
        flags[near["row"].to_numpy()] = True
        return pl.Series("copy", flags)

    @cached_property
    def names(self) -> pl.DataFrame:
        """``row, who`` and names.KEYS: every key of every name a row has, in party or else text.

        ``who`` is the party, or the text that holds the name: equal for interchangeable rows.
        """
        return keys_of_rows(self.items)

    @cached_property
    def tokens(self) -> pl.DataFrame:
        """``row, key``: everything in a row's free text that could be an id, all of them."""
        return self._pieces.filter(
            pl.col("key").str.len_bytes() >= self.policy.reference_length_min
        )

    @cached_property
    def short_tokens(self) -> pl.DataFrame:
        """``row, key``: pieces too short to name anything by themselves."""
        return self._pieces.filter(pl.col("key").str.len_bytes() < self.policy.reference_length_min)

    @cached_property
    def _pieces(self) -> pl.DataFrame:
        return ids_in_text(self.items, self.policy.short_reference_length_min)


@dataclass(frozen=True)
class Case:
    """Two sides to be matched under one policy; what is still open on each."""

    left: Side
    right: Side
    policy: MatchPolicy
    fees: tuple[FeeRule, ...]
    left_open: Flags
    right_open: Flags
    channels: ChannelPolicy = field(default_factory=ChannelPolicy)

    def open_left(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of ``frame`` (with a ``row`` column) that are still open on the left."""
        return frame.filter(pl.Series(self.left_open[frame["row"].to_numpy()]))

    def open_right(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of ``frame`` (with a ``row`` column) that are still open on the right."""
        return frame.filter(pl.Series(self.right_open[frame["row"].to_numpy()]))


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
