"""Match groups of one reconciliation, and putting several of them together."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import polars as pl

from recon_engine.match import Matched
from recon_engine.model.decision import BANS
from recon_engine.model.results import MATCHES, MEMBERS, empty


@dataclass(frozen=True)
class Groups:
    """MATCHES and MEMBERS of one or more reconciliations; match ids are unique."""

    matches: pl.DataFrame
    members: pl.DataFrame

    def of(self, reconciliation: str) -> "Groups":
        """The groups of one reconciliation."""
        return self._those(pl.col("reconciliation") == reconciliation)

    def other_than(self, reconciliations: Collection[str]) -> "Groups":
        """The groups of all other reconciliations."""
        return self._those(~pl.col("reconciliation").is_in(list(reconciliations)))

    def _those(self, wanted: pl.Expr) -> "Groups":
        matches = self.matches.filter(wanted)
        return Groups(
            matches, self.members.join(matches.select("match_id"), on="match_id", how="semi")
        )

    def without(self, records: pl.DataFrame) -> pl.DataFrame:
        """The records that no group of these holds."""
        if self.members.is_empty():
            return records
        return records.filter(~pl.col("record_id").is_in(self.members["record_id"].implode()))

    def confirmed(self, side: str | None = None) -> pl.Series:
        """Record ids whose place in their group is confirmed, of one side or both."""
        return self._ids("confirmed", side)

    def proposed(self, side: str | None = None) -> pl.Series:
        """Record ids whose place in their group is proposed, of one side or both."""
        return self._ids("proposed", side)

    def _ids(self, status: str, side: str | None) -> pl.Series:
        members = self.members.filter(pl.col("status") == status)
        if side:
            members = members.filter(pl.col("side") == side)
        return members["record_id"]


@dataclass(frozen=True)
class Decided:
    """What a person decided about who belongs together.

    Attributes:
        groups: what was put together, of every reconciliation.
        bans: BANS: what was taken apart.
        alone: ids that do not stand for themselves, whatever their type.
    """

    groups: Groups = field(default_factory=lambda: Groups(empty(MATCHES), empty(MEMBERS)))
    bans: pl.DataFrame = field(default_factory=lambda: empty(BANS))
    alone: frozenset[str] = frozenset()

    def free(self, records: pl.DataFrame, key: str = "record_id") -> pl.DataFrame:
        """The records (or payouts) that no decision put together."""
        if self.groups.members.is_empty():
            return records
        return records.filter(~pl.col(key).is_in(self.groups.members["record_id"].implode()))


def named(matched: Matched, reconciliation: str, prefix: str) -> Groups:
    """A matcher's groups as those of a reconciliation, their ids under its prefix."""
    match_id = pl.col("match_id").str.replace("^M", prefix)
    return Groups(
        matched.matches.with_columns(match_id, reconciliation=pl.lit(reconciliation)),
        matched.members.with_columns(match_id),
    )


def together(parts: Iterable[Groups]) -> Groups:
    """All groups, sorted by match id; a member of a group that is only proposed is no surer."""
    parts = list(parts)
    matches = pl.concat([empty(MATCHES), *(p.matches.select(list(MATCHES)) for p in parts)])
    members = pl.concat([empty(MEMBERS), *(p.members.select(list(MEMBERS)) for p in parts)])
    return with_status(
        Groups(matches.sort("match_id"), members.sort("match_id", "side", "record_id"))
    )


def with_status(groups: Groups) -> Groups:
    """The groups, with no member surer than its group is now."""
    group = groups.matches.select("match_id", group="status")
    told = groups.members.join(group, on="match_id", how="left", maintain_order="left")
    status = pl.when(pl.col("group") == "proposed").then("group").otherwise("status")
    return Groups(groups.matches, told.with_columns(status=status).select(list(MEMBERS)))


def one_sided(
    records: pl.DataFrame, side: str, reconciliation: str, rule: str, prefix: str
) -> Groups:
    """A confirmed group for each record that needs no counterpart; nothing is claimed by it.

    Both amounts of such a group are shown as 0: it stands for itself, and clears no one else.
    """
    match_id = pl.concat_str(pl.lit(f"{prefix}-"), pl.col("record_id"))
    zero = pl.lit(0, pl.Int64)
    matches = records.select(
        match_id=match_id,
        reconciliation=pl.lit(reconciliation),
        rule=pl.lit(rule),
        status=pl.lit("confirmed"),
        currency="currency",
        left_count=pl.lit(int(side == "left"), pl.Int64),
        right_count=pl.lit(int(side == "right"), pl.Int64),
        left_amount=zero,
        right_amount=zero,
        difference=zero,
        explained=zero,
        evidence=pl.format("type={}", "type"),
    )
    members = records.select(
        match_id=match_id, side=pl.lit(side), record_id="record_id", status=pl.lit("confirmed")
    )
    return Groups(matches.select(list(MATCHES)), members)
