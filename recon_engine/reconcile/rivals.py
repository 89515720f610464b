"""What else an open item might belong to, and how certain a proposal therefore is.

A rival is an open record of the other side that brings the same amount of the same currency in
time.  All of them are counted, the nearest are named.
"""

from datetime import date

import numpy as np
import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import Kind, Type
from recon_engine.reconcile.pinning import PAYOUT

_NAMED = 5  # rivals that a cell names; the count says how many there are
_MILLION, _PERCENT = 1_000_000, 100
_EPOCH = date(1970, 1, 1)

# One row an item and a rival's side.
_SIDES = (
    (Kind.ORDER, Kind.SETTLEMENT_LINE),
    (Kind.ORDER, Kind.STATEMENT_LINE),
    (PAYOUT, Kind.STATEMENT_LINE),
)


def rivals(items: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """``record_id, alternatives, alternative_ids`` of each item that has a rival.

    Args:
        items: ``record_id, code, kind, type, date, currency, measure, candidate`` of what is open;
            the candidate (ids joined by a blank) is no rival of its own item.
        policy: the windows.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    counts: dict[str, int] = {}
    asked = pl.col("code") != str(Reason.NOT_YET_DUE)  # what waits for its day asks nobody
    for left_kind, right_kind in _SIDES:
        left = items.filter(pl.col("kind") == left_kind)
        right = items.filter((pl.col("kind") == right_kind) & _may_meet(right_kind))
        windows = _window(left_kind, policy)
        _meet(left.filter(asked), right, windows, found, counts)
        _meet(right.filter(asked), left, (windows[1], windows[0]), found, counts)
    rows = [
        (name, counts[name], " ".join(rival for _, rival in sorted(near)[:_NAMED]))
        for name, near in sorted(found.items())
    ]
    schema = {"record_id": pl.String, "alternatives": pl.Int64, "alternative_ids": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _may_meet(kind: str) -> pl.Expr:
    """Settlement lines that can pay for an order; of the others all."""
    sale = pl.col("type").is_in([Type.SALE, Type.REFUND])
    return sale if kind == Kind.SETTLEMENT_LINE else pl.lit(value=True)


def _window(kind: str, policy: Policy) -> tuple[int, int]:
    own = policy.match
    if kind == PAYOUT:
        return own.payout_days_before, own.payout_days_after
    return own.window_days_before, own.window_days_after


def _meet(
    ours: pl.DataFrame,
    theirs: pl.DataFrame,
    window: tuple[int, int],
    found: dict[str, list[tuple[int, str]]],
    counts: dict[str, int],
) -> None:
    """Adds each item's rivals: equal amounts by sorted days, so that crowds cost no more."""
    classes = {
        key: (np.array([(d - _EPOCH).days for d in days]), ids, {n: i for i, n in enumerate(ids)})
        for key, days, ids in theirs.sort("date", "record_id")
        .group_by(key=pl.struct("currency", "measure"), maintain_order=True)
        .agg("date", "record_id")
        .select(
            pl.concat_str(
                pl.col("key").struct[0], pl.col("key").struct[1].cast(pl.String), separator=" "
            ),
            "date",
            "record_id",
        )
        .iter_rows()
    }
    columns = ("record_id", "date", "currency", "measure", "candidate")
    for name, when, currency, measure, candidate in ours.select(columns).iter_rows():
        alike = classes.get(f"{currency} {measure}")
        if alike is None or when is None:
            continue
        days, ids, places = alike
        day = (when - _EPOCH).days
        low = int(np.searchsorted(days, day - window[0], side="left"))
        high = int(np.searchsorted(days, day + window[1], side="right"))
        own = [n for n in candidate.split(" ") if low <= places.get(n, -1) < high]
        others = high - low - len(own)
        if others <= 0:
            continue
        counts[name] = counts.get(name, 0) + others
        found.setdefault(name, []).extend(_nearest(days, ids, day, (low, high), set(own)))


def _nearest(
    days: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    ids: list[str],
    day: int,
    span: tuple[int, int],
    own: set[str],
) -> list[tuple[int, str]]:
    """The rivals nearest in time, at most as many as a cell names."""
    low, high = span
    middle = min(max(int(np.searchsorted(days, day)), low), high)
    reach = _NAMED + len(own)
    around = range(max(low, middle - reach), min(high, middle + reach))
    near = sorted((abs(int(days[n]) - day), ids[n]) for n in around if ids[n] not in own)
    return near[:_NAMED]


def certainty() -> pl.Expr:
    """Percent that a proposal is right, from its evidence and its rivals.

    Where the matcher counted the odds, those.  Else an id says who belongs together and the rivals
    share what is left of the doubt; sums that agree only with a repeated row, or a party alone,
    are worth half.  It orders a list for bulk decisions; it confirms nothing by itself.
    """
    counted = pl.col("evidence").str.extract(r"chance_ppm=(\d+)", 1).cast(pl.Int64)
    odds = ((_MILLION - counted.clip(0, _MILLION)) * _PERCENT) // _MILLION
    by_id = pl.col("evidence").str.contains(r"(?:^|;)ids=1")
    whole = pl.when(by_id & (pl.col("rule") != "rows_repeat")).then(_PERCENT)
    shared = whole.otherwise(_PERCENT // 2) // (1 + pl.col("alternatives"))
    return pl.when(pl.col("match_id") == "").then(0).otherwise(pl.coalesce(odds, shared))
