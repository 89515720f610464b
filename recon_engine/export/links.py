"""What ``tieout match`` answers: one line for each member of a match."""

import polars as pl

from recon_engine.match import Matched
from recon_engine.model.money import column_to_text


def links(matched: Matched) -> pl.DataFrame:
    """``match_id, side, id, rule, status, difference`` as text, sorted by match, side and id.

    ``status`` is the member's own: one whose place in a confirmed group is in doubt is proposed.
    ``difference`` is the group's left sum minus its right sum, exact decimal text.
    """
    said = matched.matches.select(
        "match_id", "rule", difference=column_to_text("difference", "currency")
    )
    members = matched.members.rename({"record_id": "id"})
    joined = members.join(said, on="match_id", how="left", maintain_order="left")
    return joined.select("match_id", "side", "id", "rule", "status", "difference")


def match_report(matched: Matched, left: int, right: int) -> dict[str, object]:
    """Counts of a run: items, groups by status, groups by rule, items left open on each side."""
    statuses = dict(matched.matches["status"].value_counts().iter_rows())
    rules = matched.matches.group_by("rule", "status").len().sort("rule", "status")
    sides = dict(matched.members["side"].value_counts().iter_rows())
    return {
        "items": {"left": left, "right": right},
        "matches": {name: statuses.get(name, 0) for name in ("confirmed", "proposed")},
        "rules": [{"rule": r, "status": s, "matches": n} for r, s, n in rules.iter_rows()],
        "open": {"left": left - sides.get("left", 0), "right": right - sides.get("right", 0)},
    }
