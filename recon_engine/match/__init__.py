"""Two sets of items to match groups: one module a pass, in one visible order."""

from recon_engine.match.engine import (
    NEAR_PASSES,
    NUMBER_PASSES,
    ORDER_PASSES,
    PASSES,
    PAYOUT_PASSES,
    Matched,
    match_items,
)

__all__ = [
    "NEAR_PASSES",
    "NUMBER_PASSES",
    "ORDER_PASSES",
    "PASSES",
    "PAYOUT_PASSES",
    "Matched",
    "match_items",
]
