"""Items made by hand, and matches as lines a person can read."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from recon_engine.match import Matched, match_items
from recon_engine.messages import has
from recon_engine.model.policy import MatchPolicy, Policy
from recon_engine.model.results import ITEMS

FIRST_DAY = date(2026, 10, 1)

Item = dict[str, Any]


def item(record: str, amount: int, day: int = 1, **rest: str) -> Item:
    """One item; ``day`` counts from 1 October 2026, everything not given is empty."""
    empty = {"reference": "", "group": "", "text": "", "party": "", "channel": ""}
    when = FIRST_DAY + timedelta(days=day - 1)
    return {"id": record, "date": when, "amount": amount, "currency": "CNY", **empty, **rest}


def frame(rows: list[Item]) -> pl.DataFrame:
    """ITEMS of the rows, in their order."""
    return pl.DataFrame(rows, schema=ITEMS)


def gate_open(**changes: Any) -> Policy:
    """A policy whose gate lets small cases through, for what is tested besides the gate."""
    return Policy(match=MatchPolicy(**{"stranger_ppm": 1, **changes}))


def matched(left: list[Item], right: list[Item], policy: Policy = Policy(), **how: Any) -> Matched:  # noqa: B008 - frozen
    return match_items(frame(left), frame(right), policy, **how)


def lines(found: Matched) -> list[str]:
    """``rule: left ids = right ids (difference, explained)``; a proposal ends in ``?``.

    Whatever the matcher emits must have words: every test that runs it proves that too.
    """
    told = []
    for match in found.matches.iter_rows(named=True):
        assert has(f"match.why.{match['rule']}")
        for part in match["evidence"].split(";"):
            assert has(f"match.evidence.{part.partition('=')[0]}"), part
        members = found.members.filter(pl.col("match_id") == match["match_id"])
        sides = [
            " ".join(members.filter(pl.col("side") == side)["record_id"].sort())
            for side in ("left", "right")
        ]
        off = "" if match["difference"] == 0 else f" ({match['difference']})"
        if match["explained"]:
            off = f" ({match['difference']}, explained {match['explained']})"
        ask = "?" if match["status"] == "proposed" else ""
        told.append(f"{match['rule']}: {sides[0]} = {sides[1]}{off}{ask}")
    return sorted(told)


def told(left: list[Item], right: list[Item], policy: Policy = Policy(), **how: Any) -> list[str]:  # noqa: B008 - frozen
    """What the matcher says of two lists of items, as lines."""
    return lines(matched(left, right, policy, **how))
