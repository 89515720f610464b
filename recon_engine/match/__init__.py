"""Two sets of items to match groups: one module a pass, in one visible order."""

from recon_engine.match.engine import PASSES, Matched, match_items

__all__ = ["PASSES", "Matched", "match_items"]
