"""Scores links against the truth.

A link is a pair (order, bank row).  A duplicate of a bank row truly cannot be told from its
original; the truth links the original, and matching the copy counts as a wrong link.
"""

from dataclasses import dataclass

import polars as pl

from bench.case import DUPLICATE, LINKS, NOISE, Case


@dataclass(frozen=True, slots=True)
class Score:
    """How good a set of links is."""

    links: int  # true ones
    found: int  # claimed ones
    right: int  # claimed and true
    recall_by_scenario: dict[str, float]
    noise_rows: int  # bank rows that settle nothing, linked to something
    duplicate_rows: int  # copies of bank rows, linked to something
    unrelated_rows: int  # all noise rows and copies there are

    @property
    def precision(self) -> float:
        """Share of the claimed links that are true; 1 when nothing is claimed."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true links that are claimed."""
        return self.right / self.links if self.links else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(case: Case, links: pl.DataFrame) -> Score:
    """Scores links with the columns ``left_id, right_id``; a repeated one counts once."""
    claimed = links.select("left_id", "right_id").unique()
    marked = case.truth.join(
        claimed.with_columns(hit=pl.lit(True)), on=["left_id", "right_id"], how="left"
    ).with_columns(pl.col("hit").fill_null(value=False))
    scenarios = marked.group_by("scenario").agg(pl.col("hit").mean()).sort("scenario")
    touched = case.kinds.filter(pl.col("right_id").is_in(claimed["right_id"].implode()))
    return Score(
        links=len(case.truth),
        found=len(claimed),
        right=int(marked["hit"].sum()),
        recall_by_scenario=dict(scenarios.iter_rows()),
        noise_rows=_count(touched, NOISE),
        duplicate_rows=_count(touched, DUPLICATE),
        unrelated_rows=_count(case.kinds, NOISE) + _count(case.kinds, DUPLICATE),
    )


def links_of(members: pl.DataFrame, *, with_proposals: bool) -> pl.DataFrame:
    """The links that match groups claim: every left member with every right member.

    Args:
        members: match_id, side, record_id, status (``results.MEMBERS``).
        with_proposals: also members that are only proposed.
    """
    kept = members if with_proposals else members.filter(pl.col("status") == "confirmed")
    left = kept.filter(pl.col("side") == "left").select("match_id", left_id="record_id")
    right = kept.filter(pl.col("side") == "right").select("match_id", right_id="record_id")
    return left.join(right, on="match_id").select(pl.col(c).cast(t) for c, t in LINKS.items())


def misses(case: Case, links: pl.DataFrame) -> pl.DataFrame:
    """The true links that were not claimed, with both items beside: what to look at next."""
    missed = case.truth.join(links, on=["left_id", "right_id"], how="anti")
    return _beside(case, missed)


def wrong(case: Case, links: pl.DataFrame) -> pl.DataFrame:
    """The claimed links that are not true, with both items and the bank row's kind beside."""
    false = links.join(case.truth, on=["left_id", "right_id"], how="anti")
    return _beside(case, false).join(case.kinds, on="right_id", how="left")


def _beside(case: Case, links: pl.DataFrame) -> pl.DataFrame:
    left = case.left.select(pl.all().name.prefix("left_"))
    right = case.right.select(pl.all().name.prefix("right_"))
    return links.join(left, on="left_id", how="left").join(right, on="right_id", how="left")


def _count(kinds: pl.DataFrame, kind: str) -> int:
    return len(kinds.filter(pl.col("kind") == kind))
