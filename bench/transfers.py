"""Scenarios in which a buyer pays by transfer: one to one, several orders, instalments, n to m."""

import numpy as np
import polars as pl

from bench.world import (
    CONVERTED,
    PROCESSED,
    TRANSFER,
    Channel,
    Ints,
    Part,
    World,
    bulk,
    fee,
    lags,
    left_rows,
    order_days,
    retail,
    right_rows,
)

WIRE_FEES = np.array([500, 1_000, 1_500, 2_000, 2_500, 5_000])
FX_PPM = 3_000  # a bank's rate differs from the order's by up to this


def direct(w: World, n: int) -> Part:
    """One order, one transfer of its amount."""
    return _single(w, "direct", retail(w, n), TRANSFER)


def direct_fee(w: World, n: int) -> Part:
    """One order through a payment processor that keeps a fee back; its rule is known."""
    return _single(w, "direct_fee", retail(w, n), PROCESSED)


def bank_fee(w: World, n: int) -> Part:
    """One order, wired; a bank on the way kept a round fee of at most 0.3 %."""
    amounts = bulk(w, n)
    top = np.searchsorted(WIRE_FEES, amounts * FX_PPM // 1_000_000, side="right")
    fees = np.where(top > 0, WIRE_FEES[(w.rng.random(n) * top).astype(np.int64)], 0)
    return _single(w, "bank_fee", amounts, TRANSFER, fees)


def fx(w: World, n: int) -> Part:
    """One order, charged in another currency; the rates differ by up to 0.3 % either way."""
    amounts = bulk(w, n)
    spread = w.rng.integers(-FX_PPM, FX_PPM + 1, n)
    return _single(w, "fx", amounts, CONVERTED, amounts * spread // 1_000_000)


def unpaid(w: World, n: int) -> Part:
    """Orders that nobody paid in the month, or only the platform knows why."""
    paid = _single(w, "unpaid", retail(w, n), (*TRANSFER, *PROCESSED))
    return Part(paid.left.with_columns(group=pl.lit(None, pl.Int64)), paid.right.clear())


def _single(
    w: World, scenario: str, amounts: Ints, channels: tuple[Channel, ...], untold: Ints | int = 0
) -> Part:
    n = len(amounts)
    pick = w.rng.integers(0, len(channels), n)
    rates = np.array([c.rate_ppm for c in channels])[pick]
    fixed = np.array([c.fixed_minor for c in channels])[pick]
    told, untold = fee(amounts, rates, fixed), np.zeros(n, np.int64) + untold
    day, buyer = order_days(w, n), w.rng.integers(0, w.buyers, n)
    currency = np.array([c.currency for c in channels])[pick]
    left = {
        "day": day, "amount": amounts, "currency": currency, "buyer": buyer,
        "channel": np.array([c.name for c in channels])[pick],
    }  # fmt: skip
    right = {
        "group": np.arange(n), "day": day + lags(w, n), "amount": amounts - told - untold,
        "currency": currency, "buyer": buyer, "names": np.arange(n), "told": told,
        "untold": untold,
    }  # fmt: skip
    return Part(left_rows(scenario, left), right_rows(scenario, right))


def several_orders(w: World, n: int) -> Part:
    """One transfer for two to six orders that a buyer placed within a few days."""
    sizes = w.rng.choice([2, 3, 4, 5, 6], n, p=[0.35, 0.28, 0.18, 0.12, 0.07])
    group = np.repeat(np.arange(n), sizes)[:n]
    left = _orders_of_groups(w, "several_orders", group, retail(w, n))
    paid = left.group_by("group", maintain_order=True).agg(
        pl.col("day").max(), pl.col("amount").sum(), pl.col("currency").first(),
        pl.col("buyer").first(), names=pl.col("key").first(),
    )  # fmt: skip
    count = len(paid)
    columns = {
        **paid.with_columns(day=pl.col("day") + lags(w, count)).to_dict(),
        "names_all": w.rng.random(count) < 0.5,
    }
    return Part(left, right_rows("several_orders", columns))


def instalments(w: World, n: int) -> Part:
    """One order, two to four transfers: equal parts, a deposit and the rest, or round sums."""
    left = _orders_of_groups(w, "instalments", np.arange(n), bulk(w, n))
    counts = w.rng.choice([2, 3, 4], n, p=[0.5, 0.35, 0.15])
    row, number, amount = _split(w, left["amount"].to_numpy(), counts)
    gaps = w.rng.integers(3, 13, len(row)) * (number > 0)
    start = left["day"].to_numpy() + lags(w, n).clip(-1, 8)
    columns = {
        "group": row, "amount": amount, "day": start[row] + _running(gaps, number),
        "currency": left["currency"].to_numpy()[row], "buyer": left["buyer"].to_numpy()[row],
        "names": row,
    }  # fmt: skip
    return Part(left, right_rows("instalments", columns))


def n_to_m(w: World, n: int) -> Part:
    """Two orders of a buyer, paid by two or three transfers that fit neither alone."""
    group = np.arange(n) // 2
    left = _orders_of_groups(w, "n_to_m", group, bulk(w, n))
    both = left.group_by("group", maintain_order=True).agg(
        pl.col("day").max(), pl.col("amount").sum(), pl.col("currency", "buyer", "key").first(),
        size=pl.len(),
    )  # fmt: skip
    counts = w.rng.integers(2, 4, len(both))
    row, number, amount = _split(w, both["amount"].to_numpy(), counts)
    named = both["key"].to_numpy()[row] + number % both["size"].to_numpy()[row]
    columns = {
        "group": row, "amount": amount, "names": named,
        "day": both["day"].to_numpy()[row] + lags(w, len(row)).clip(-1, 12),
        "currency": both["currency"].to_numpy()[row], "buyer": both["buyer"].to_numpy()[row],
    }  # fmt: skip
    return Part(left, right_rows("n_to_m", columns))


def _orders_of_groups(w: World, scenario: str, group: Ints, amounts: Ints) -> pl.DataFrame:
    """Orders of which those of a group share buyer and channel and lie within a few days."""
    n, groups = len(group), int(group.max(initial=-1)) + 1
    pick = w.rng.integers(0, len(TRANSFER), groups)[group]
    return left_rows(scenario, {
        "group": group, "amount": amounts,
        "day": order_days(w, groups)[group] + w.rng.integers(0, 4, n),
        "currency": np.array([c.currency for c in TRANSFER])[pick],
        "channel": np.array([c.name for c in TRANSFER])[pick],
        "buyer": w.rng.integers(0, w.buyers, groups)[group],
    })  # fmt: skip


def _split(w: World, totals: Ints, counts: Ints) -> tuple[Ints, Ints, Ints]:
    """Totals in so many parts each: (row of the total, number of the part, its amount)."""
    n, most = len(totals), int(counts.max(initial=1))
    used = np.arange(most)[None, :] < counts[:, None]
    style = w.rng.choice(3, n, p=[0.35, 0.30, 0.35])[:, None]
    deposit = np.where(np.arange(most)[None, :] == 0, 0.3, 0.7 / (counts[:, None] - 1))
    loose = w.rng.uniform(0.2, 1.0, (n, most))
    weight = np.select([style == 0, style == 1], [np.ones((n, most)), deposit], loose) * used
    parts = (totals[:, None] * (weight / weight.sum(1, keepdims=True))).astype(np.int64)
    parts = np.where(style == 2, parts // 10_000 * 10_000, parts) * used
    last = (np.arange(n), counts - 1)
    parts[last] = 0
    parts[last] = totals - parts.sum(1)
    row, number = np.nonzero(used & (parts > 0))
    return row, number, parts[row, number]


def _running(gaps: Ints, number: Ints) -> Ints:
    """Sums of gaps so far within each total; a new one starts where the part number is lowest."""
    total = np.cumsum(gaps)
    first = np.concatenate([[True], number[1:] <= number[:-1]])
    base = np.maximum.accumulate(np.where(first, np.arange(len(gaps)), 0))
    return total - total[base]
