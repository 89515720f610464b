"""A table recognised: its layout, where its header stands, and which column has which role."""

from collections.abc import Mapping
from dataclasses import dataclass

from recon_engine.errors import Problem
from recon_engine.intake.profile import Mode, Profile
from recon_engine.intake.table import Row, Table


@dataclass(frozen=True, slots=True)
class Found:
    """A table recognised.

    Attributes:
        header: index of the header row in the table's top.
        captions: the header's cells as they stand.
        columns: role → index of its column.
        names: every column's normal name.
        score: known captions, the more the surer.
        missing: required roles that no column has; then it is a near miss.
        changes: how the header differs from the layout's, worth a note.
    """

    profile: Profile
    table: Table
    header: int
    captions: Row
    columns: Mapping[str, int]
    names: tuple[str, ...]
    score: int
    missing: tuple[str, ...] = ()
    changes: tuple[Problem, ...] = ()


def mode_of(found: Found) -> Mode:
    """The money mode, settled where a layout leaves it open by the columns that are there."""
    mode = found.profile.money.mode
    if mode is not Mode.AUTO:
        return mode
    sides = {"in", "out"} & set(found.columns)
    # One side alone beside an amount is the amount once more: 交易金额, 入账金额.
    if len(sides) == 2 or (sides and "amount" not in found.columns):
        return Mode.IN_OUT
    return Mode.DIRECTION if "direction" in found.columns else Mode.SIGNED
