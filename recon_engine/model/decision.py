"""What a person decided about matches: records that belong together, and pairs that never do.

The matcher takes both before it looks at anything else: pins are made into groups first, and no
group that would hold a banned pair is ever kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from recon_engine.errors import Code, Problem, TieoutError

LEFT, RIGHT = "left", "right"

# One row a member of a pin.
PINS: dict[str, pl.DataType] = {
    "pin_id": pl.String(),
    "side": pl.String(),  # LEFT | RIGHT
    "id": pl.String(),
}

# One row a pair that must never stand in one group.
BANS: dict[str, pl.DataType] = {"left_id": pl.String(), "right_id": pl.String()}


@dataclass(frozen=True, slots=True)
class Pin:
    """Records that must be together; either side may be empty (an entry and its reversal)."""

    pin_id: str
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Ban:
    """A left and a right record that must never be together."""

    left_id: str
    right_id: str


def pins_frame(pins: Iterable[Pin]) -> pl.DataFrame:
    """PINS of the pins, one row a member."""
    rows = [
        (pin.pin_id, side, record)
        for pin in pins
        for side, records in ((LEFT, pin.left), (RIGHT, pin.right))
        for record in records
    ]
    return pl.DataFrame(rows, schema=PINS, orient="row")


def bans_frame(bans: Iterable[Ban]) -> pl.DataFrame:
    """BANS of the bans."""
    return pl.DataFrame([(ban.left_id, ban.right_id) for ban in bans], schema=BANS, orient="row")


def contradictions(pins: pl.DataFrame, bans: pl.DataFrame) -> tuple[Problem, ...]:
    """Decisions that cannot both be kept: a banned pair inside a pin, a record in two pins.

    Args:
        pins: PINS.
        bans: BANS.
    """
    if pins.is_empty():
        return ()
    members = pins.unique(["pin_id", "side", "id"], maintain_order=True)
    left = members.filter(pl.col("side") == LEFT).select("pin_id", left_id="id")
    right = members.filter(pl.col("side") == RIGHT).select("pin_id", right_id="id")
    both = left.join(right, on="pin_id").join(bans.select(list(BANS)).unique(), on=list(BANS))
    banned = both.select("pin_id", value=pl.format("{} / {}", "left_id", "right_id"))
    twice = members.filter(pl.struct("side", "id").is_duplicated()).select("pin_id", value="id")
    told = pl.concat([banned, twice]).unique().sort("pin_id", "value")
    return tuple(
        Problem(Code.DECISIONS_CONTRADICT, value=value, params={"pin": pin})
        for pin, value in told.iter_rows()
    )


def agreeing(pins: pl.DataFrame, bans: pl.DataFrame) -> None:
    """Passes where all decisions can be kept.

    Raises:
        TieoutError: DECISIONS_CONTRADICT, naming every pin and what contradicts it.
    """
    if problems := contradictions(pins, bans):
        raise TieoutError(problems)
