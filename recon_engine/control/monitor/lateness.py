"""Platforms and stores that pay later: than before, than their peers, or than agreed.

How long an order waits is known only once it is paid, so the last days of a period look quick.
Shares of orders paid within a fixed number of days, over orders that have had these days, do not.
"""

import math

import numpy as np
import polars as pl

from recon_engine.control.monitor.chances import Ints, middle, share_shift
from recon_engine.control.monitor.facts import Facts, accounts, by_day
from recon_engine.model.findings import Code, Figures, Finding

_SHARE_MIN = 0.25  # of the orders that must come later, before a delay is one
_MILLION = 1_000_000
Key = tuple[str, str, str]


def lateness(facts: Facts) -> list[Finding]:
    """What pays later, account by account."""
    plain = facts.sales.filter((pl.col("expected") > 0) & (pl.col("refunded") == 0))
    waited = (pl.lit(facts.close.as_of) - pl.col("date")).dt.total_days()
    orders = plain.with_columns(
        at=facts.position(), waited=waited,
        lag=(pl.col("settled_on") - pl.col("date")).dt.total_days(),
    )  # fmt: skip
    found: list[Finding] = []
    enough = [
        (key, frame) for key, frame in accounts(orders)
        if frame.filter(pl.col("lag").is_not_null()).height >= facts.policy.orders_min
    ]  # fmt: skip
    for key, frame in enough:
        peers = [part for other, part in enough
                 if other != key and (other[0], other[2]) == (key[0], key[2])]  # fmt: skip
        mine = _than_before(facts, key, frame)
        found += mine or _than_peers(facts, key, frame, peers)
    return found + _after_due(facts)


def _than_before(facts: Facts, key: Key, frame: pl.DataFrame) -> list[Finding]:
    policy = facts.policy
    first = frame.filter((pl.col("at") < facts.days // 3) & pl.col("lag").is_not_null())
    if first.is_empty():
        return []
    within = int(first["lag"].quantile(0.75, "lower") or 0)
    ripe = frame.filter(pl.col("waited") >= within)
    days = min(facts.days, facts.days - within)
    if days < 2 * policy.change_days_min or ripe.is_empty():
        return []
    paid = (pl.col("lag") <= within).fill_null(value=False).sum().cast(pl.Int64)
    shift = share_shift(
        by_day(ripe, days, paid), by_day(ripe, days, pl.len().cast(pl.Int64)),
        policy.change_days_min,
    )  # fmt: skip
    if shift is None or shift.score < policy.deviations_min:
        return []
    later = frame.filter(pl.col("at") >= shift.at)
    before = _usual(ripe.filter(pl.col("at") < shift.at))
    after = _usual(ripe.filter(pl.col("at") >= shift.at))
    if shift.before - shift.after < _SHARE_MIN or after - before < policy.later_days_min:
        return []
    figures: Figures = {"before_days": before, "after_days": after, "since_on": facts.day(shift.at)}
    return [_finding(facts, Code.PAYS_LATER, key, later, figures)]


def _than_peers(
    facts: Facts, key: Key, frame: pl.DataFrame, peers: list[pl.DataFrame]
) -> list[Finding]:
    if not peers:
        return []
    others = pl.concat(peers)
    within = int(others["lag"].drop_nulls().quantile(0.75, "lower") or 0)
    ripe, ripe_others = (f.filter(pl.col("waited") >= within) for f in (frame, others))
    if min(ripe.height, ripe_others.height) < facts.policy.orders_min:
        return []
    quick, quick_others = _share_within(ripe, within), _share_within(ripe_others, within)
    both = (quick * ripe.height + quick_others * ripe_others.height) / (
        ripe.height + ripe_others.height
    )
    error = math.sqrt(max(both * (1 - both), 1e-9) * (1 / ripe.height + 1 / ripe_others.height))
    before, after = _usual(ripe_others), _usual(ripe)
    if after - before < facts.policy.later_days_min or quick_others - quick < _SHARE_MIN:
        return []
    if (quick_others - quick) / error < facts.policy.deviations_min:
        return []
    figures: Figures = {"peers_days": before, "after_days": after}
    return [_finding(facts, Code.PAYS_LATER_THAN_PEERS, key, frame, figures)]


def _after_due(facts: Facts) -> list[Finding]:
    """Accounts that let many orders wait past the day on which they were due."""
    due = facts.orders.filter(
        ~pl.col("cancelled") & (pl.col("expected") > 0) & (pl.col("due") < facts.close.as_of)
    )
    late = (pl.col("settled_on") > pl.col("due")) | (
        pl.col("settled_on").is_null() & (pl.col("outstanding") > 0)
    )
    found = []
    for key, frame in accounts(due):
        mine = frame.filter(late.fill_null(value=False))
        share = mine.height * _MILLION // frame.height
        if frame.height < facts.policy.orders_min or share < facts.policy.after_due_ppm_min:
            continue
        figures: Figures = {"orders": frame.height, "late": mine.height, "share_ppm": share}
        found.append(_finding(facts, Code.PAYS_AFTER_DUE, key, mine, figures))
    return found


def _usual(frame: pl.DataFrame) -> int:
    """The usual wait; an order that still waits counts with its wait so far."""
    waits: Ints = frame.select(pl.coalesce("lag", "waited")).to_series().to_numpy()
    return middle(np.asarray(waits, dtype=np.int64))


def _share_within(frame: pl.DataFrame, days: int) -> float:
    return int((frame["lag"] <= days).fill_null(value=False).sum()) / frame.height


def _finding(facts: Facts, code: Code, key: Key, frame: pl.DataFrame, figures: Figures) -> Finding:
    channel, account, currency = key
    return Finding(code, channel, account, "", currency, int(frame["expected"].sum()),
                   frame.height, figures, facts.evidence(frame))  # fmt: skip
