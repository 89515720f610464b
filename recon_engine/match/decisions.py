"""Pass 0: what a person decided.  Pins become groups before anything is looked for; bans hold.

A pin whose records are not all at hand (its other side belongs to another reconciliation) makes no
group here, and what is at hand of it stays open: it is promised elsewhere.
"""

import polars as pl

from recon_engine.errors import Code, error
from recon_engine.match.case import CONFIRMED, FOUND_MEMBERS, Case, Found, Side, nothing
from recon_engine.match.components import sums
from recon_engine.model.decision import LEFT, RIGHT

RULE = "decision"


def pinned(case: Case, pins: pl.DataFrame) -> tuple[Found, Case]:
    """The groups that the pins make, and the case in which records promised elsewhere are closed.

    Args:
        case: both sides, nothing taken yet.
        pins: PINS, free of contradictions.

    Raises:
        TieoutError: CURRENCY_MIXED, when a pin holds records of several currencies.
    """
    if pins.is_empty():
        return nothing(), case
    members = _members(case, pins)
    whole = members.filter(pl.col("row").is_not_null().all().over("pin_id"))
    apart = members.join(whole.select("pin_id").unique(), on="pin_id", how="anti").drop_nulls("row")
    sides = [apart.filter(left)["row"].to_numpy() for left in (pl.col("left"), ~pl.col("left"))]
    return _groups(case, whole), case.without(*sides)


def _members(case: Case, pins: pl.DataFrame) -> pl.DataFrame:
    """``pin_id, left, row`` of every member; ``row`` is null where it is not at hand."""
    asked = pins.unique(["pin_id", "side", "id"]).sort("pin_id", "side", "id")
    return pl.concat([_rows(case.left, asked, LEFT), _rows(case.right, asked, RIGHT)])


def _rows(side: Side, asked: pl.DataFrame, name: str) -> pl.DataFrame:
    known = side.items.select("id", "row")
    ours = asked.filter(pl.col("side") == name).join(known, on="id", how="left")
    return ours.select("pin_id", "row", left=pl.lit(name == LEFT))


def _groups(case: Case, whole: pl.DataFrame) -> Found:
    if whole.is_empty():
        return nothing()
    number = pl.col("pin_id").rank("dense").cast(pl.Int64) - 1
    numbered = whole.with_columns(group=number)
    members = numbered.select(list(FOUND_MEMBERS))
    added = sums(case, members)
    mixed = numbered.join(added.filter(pl.col("currencies") > 1), on="group", how="semi")
    if not mixed.is_empty():
        raise error(Code.CURRENCY_MIXED, value=", ".join(mixed["pin_id"].unique().sort()))
    groups = added.select(
        "group",
        rule=pl.lit(RULE),
        status=pl.lit(CONFIRMED),
        explained=pl.lit(0, pl.Int64),
        evidence=pl.format("decided=1;lefts={};rights={}", "lefts", "rights"),
    )
    return Found(members, groups)


def without_banned(case: Case, found: Found, bans: pl.DataFrame) -> Found:
    """What a pass found, less the groups that hold a banned pair; their rows stay open.

    Args:
        case: both sides.
        found: the groups of one pass.
        bans: BANS.
    """
    if bans.is_empty() or found.groups.is_empty():
        return found
    pairs = bans.join(case.left.items.select("row", left_id="id"), on="left_id").join(
        case.right.items.select("id", row_right="row"), left_on="right_id", right_on="id"
    )
    ours = found.members.filter(pl.col("left")).join(pairs, on="row")
    theirs = found.members.filter(~pl.col("left")).select("group", row_right="row")
    held = ours.join(theirs, on=["group", "row_right"], how="semi").select("group").unique()
    return Found(
        *(
            frame.join(held, on="group", how="anti", maintain_order="left")
            for frame in (found.members, found.groups, found.doubtful)
        )
    )
