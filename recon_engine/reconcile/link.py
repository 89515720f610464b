"""What a person put together: the items of a decision, and the links that they make."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """What a link needs to know of a record or payout."""

    record_id: str
    kind: str  # Kind, or PAYOUT
    type: str
    amount: int
    currency: str
    gross: int  # a settlement line before its fee; else the amount
    refunded: int
    payout_id: str
    lines: int  # of a payout
    fee_settled: int = 0  # an order's fee by the named rules of the channel that settles it
    fee_banked: int = 0  # and by those of its own channel, where the bank pays it

    @property
    def has_fee(self) -> bool:
        """Whether a named rule knows a fee of it."""
        return bool(self.fee_settled or self.fee_banked)


@dataclass(frozen=True, slots=True)
class Link:
    """Two sides that clear each other, or one that clears itself.

    Attributes:
        reconciliation: whose link it is.
        prefix: of its match id.
        left: ids, sorted.
        right: ids, sorted.
        left_amount: what the left side is to bring.
        right_amount: what the right side brings.
        explained: the part of the difference that refund lines explain.
    """

    reconciliation: str
    prefix: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    left_amount: int
    right_amount: int
    explained: int = 0

    @property
    def rest(self) -> int:
        """What is left over: left minus right, less what is explained."""
        return self.left_amount - self.right_amount - self.explained

    @property
    def left_over(self) -> tuple[bool, int]:
        """Whether the left side has more, and the part of its records that is left over."""
        on_left = self.left_amount != 0 and (self.rest > 0) == (self.left_amount > 0)
        return on_left, self.rest if on_left else -self.rest

    @property
    def match_id(self) -> str:
        """Named after its first item, left side first, as the matcher does."""
        return f"{self.prefix}-{(self.left + self.right)[0]}"
