"""Units and the bank rows that nearly name them, as pairs."""

from dataclasses import dataclass

from recon_engine.match.arrays import Flags, Rows


@dataclass(frozen=True)
class Near:
    """Pairs of a unit and a right row that nearly names it and brings its amount.

    Attributes:
        unit: left rows as they are numbered, payouts after them.
        row: right rows.
        how: in which way it is named, as the pass that found them counts.
        fee: what a named rule took off the amount, minor units.
        strange: whether what the row says is nobody's id as it stands.
        whole: whether the row brings all; else other rows name the unit and bring a part.
    """

    unit: Rows
    row: Rows
    how: Rows
    fee: Rows
    strange: Flags
    whole: Flags

    def where(self, kept: Flags | Rows) -> "Near":
        """Some of them."""
        unit, row, how, fee = (each[kept] for each in (self.unit, self.row, self.how, self.fee))
        return Near(unit, row, how, fee, self.strange[kept], self.whole[kept])
