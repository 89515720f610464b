"""Scenarios in which a platform pays out many orders together.

A store settles blocks of one to five contiguous days and pays some days later.  What its fees look
like is the store's mode, on both sides:

- ``net``: the left amounts are settlement lines, already net; the deposit is their sum.
- ``each``: left amounts are gross; the platform rounds its fee on every line, half up.
- ``total``: left amounts are gross; the platform rounds its fee once, on the payout's total.

A refund is a negative line of the same store; it gets the proportional fee back.  The rates are
told in the policy.  A payout without an id may also come short by a fee that nobody told.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from bench.case import DAYS
from bench.world import (
    UNPAID_IN_STORES,
    Channel,
    Ints,
    Part,
    World,
    fee,
    left_rows,
    order_days,
    retail,
    right_rows,
)

CADENCES = (1, 2, 3, 5)  # days a payout covers
MODES = ("net", "each", "total")
RATES_PPM = (6_000, 20_000, 50_000, 80_000, 120_000)
EXTRA_FEES = (500, 1_000, 1_500, 2_500)
REFUNDED = 0.03
SPLIT_DEPOSIT = 0.03  # of the payouts with an id: two bank rows
STORES_PER_KIND = 6  # at 10,000 orders; grows with the size, or with its root
SHORT = "payout_short"  # without an id, and short by a fee that nobody told


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one kind: parallel columns, one row a store."""

    channels: tuple[Channel, ...]
    titles: tuple[str, ...]  # how the bank writes them
    modes: tuple[str, ...]
    cadence: Ints
    lag: Ints


def stores(w: World, *, with_id: bool, large: bool = False) -> Stores:
    """Stores of both currencies, of all modes and cadences; large: fewer, so of longer payouts."""
    count = max(2, round(STORES_PER_KIND * (w.orders / 10_000) ** (0.5 if large else 1)))
    kind = "id" if with_id else "no"
    modes = tuple(MODES[n % 3] for n in range(count))
    channels = tuple(
        Channel(
            f"store-{kind}-{n:02}",
            ("CNY", "USD")[n // 3 % 2],
            0 if modes[n] == "net" else RATES_PPM[n % len(RATES_PPM)],
        )
        for n in range(count)
    )
    title = {"CNY": "启明{}旗舰店", "USD": "LUMEN {} OUTLET"}
    titles = tuple(title[c.currency].format(c.name[6:].upper()) for c in channels)
    cadence = np.array(CADENCES)[w.rng.integers(0, len(CADENCES), count)]
    return Stores(channels, titles, modes, cadence, w.rng.integers(1, 4, count))


def payouts(w: World, n: int, known: Stores, *, with_id: bool) -> Part:
    """Orders and refunds of the stores, their payouts, and the deposits at the bank."""
    scenario = "payout_with_id" if with_id else "payout_without_id"
    lines = _lines(w, n, known)
    lines = _held_back(w, lines.with_columns(block=_block(lines, known)))
    unpaid = w.rng.random(len(lines)) < UNPAID_IN_STORES
    lines = lines.with_columns(
        group=pl.when(~pl.Series(unpaid)).then(pl.struct("store", "block").rank("dense") - 1)
    ).with_columns(pl.col("group").cast(pl.Int64))
    paid = _paid(w, lines.drop_nulls("group"), known)
    if with_id:
        paid = paid.with_columns(payout=_payout_ids(w, paid))
    lines = lines.join(
        paid.select("group", "payout"), on="group", how="left", maintain_order="left"
    )
    channel = pl.Series([c.name for c in known.channels])
    currency = pl.Series([c.currency for c in known.channels])
    left = lines.with_columns(
        pl.col("payout").fill_null(""), channel=channel.gather(lines["store"]),
        currency=currency.gather(lines["store"]),
    )  # fmt: skip
    right = paid.with_columns(
        channel=channel.gather(paid["store"]), currency=currency.gather(paid["store"]),
        store=pl.Series(known.titles).gather(paid["store"]),
    )  # fmt: skip
    if with_id:
        right = _split_deposits(w, right)
    return Part(
        left_rows(scenario, left.drop("key", "store", "block").to_dict()),
        right_rows(scenario, right.to_dict()),
    )


def _lines(w: World, n: int, known: Stores) -> pl.DataFrame:
    """Sales spread unevenly over the stores, then the refunds of some of them."""
    count = len(known.channels)
    weight = 1 / (1 + np.arange(count) % STORES_PER_KIND) ** 0.5
    store = w.rng.choice(count, n, p=weight / weight.sum())
    amount, day = retail(w, n), order_days(w, n)
    refunded = np.flatnonzero(w.rng.random(n) < REFUNDED)
    whole = w.rng.random(len(refunded)) < 0.7
    back = -np.where(whole, amount[refunded], amount[refunded] // 2)
    later = (day[refunded] + w.rng.integers(1, 11, len(refunded))).clip(0, DAYS - 1)
    return pl.DataFrame({
        "key": np.arange(n + len(refunded)),
        "refers": np.concatenate([np.arange(n), refunded]),
        "store": np.concatenate([store, store[refunded]]),
        "day": np.concatenate([day, later]),
        "amount": np.concatenate([amount, back]),
        "buyer": w.rng.integers(0, w.buyers, n)[np.concatenate([np.arange(n), refunded])],
    })  # fmt: skip


def _block(lines: pl.DataFrame, known: Stores) -> Ints:
    """The number of the payout that a line's day falls in."""
    block: Ints = lines["day"].to_numpy() // known.cadence[lines["store"].to_numpy()]
    return block


def _held_back(w: World, lines: pl.DataFrame) -> pl.DataFrame:
    """Moves one to three lines of some payouts to the store's next payout."""
    key = pl.struct("store", "block").rank("dense").cast(pl.Int64) - 1
    lines = lines.with_columns(payout_number=key, drawn=pl.Series(w.rng.random(len(lines))))
    count = int(lines["payout_number"].max() or 0) + 1  # type: ignore[arg-type]
    hold = w.rng.integers(1, 4, count) * (w.rng.random(count) < w.level.held_back)
    place = pl.col("drawn").rank("ordinal").over("payout_number")
    large = pl.len().over("payout_number") >= 6
    last = pl.col("block") == pl.col("block").max().over("store")
    held = (place <= pl.Series(hold).gather(lines["payout_number"])) & large & ~last
    moved = lines.with_columns(block=pl.col("block") + held.cast(pl.Int64))
    return moved.drop("payout_number", "drawn")


def _paid(w: World, lines: pl.DataFrame, known: Stores) -> pl.DataFrame:
    """One row a payout: its store, the day it reaches the bank, its amount and its fees."""
    rate = np.array([c.rate_ppm for c in known.channels])[lines["store"].to_numpy()]
    fees = pl.Series(fee(lines["amount"].to_numpy(), rate))
    paid = (
        lines.with_columns(fees=fees)
        .group_by("group", maintain_order=True)
        .agg(
            pl.col("store", "block").first(), pl.col("amount").sum(), each=pl.col("fees").sum()
        )
        .sort("group")
    )  # fmt: skip
    store, block = paid["store"].to_numpy(), paid["block"].to_numpy()
    rate = np.array([c.rate_ppm for c in known.channels])[store]
    on_total = np.array([mode == "total" for mode in known.modes])[store]
    told = np.where(on_total, fee(paid["amount"].to_numpy(), rate), paid["each"].to_numpy())
    extra = w.rng.choice(EXTRA_FEES, len(paid)) * (w.rng.random(len(paid)) < w.level.extra_fee)
    extra = extra * np.array(["-no-" in c.name for c in known.channels])[store]
    end = np.minimum((block + 1) * known.cadence[store], DAYS) - 1
    return paid.drop("each").with_columns(
        told=pl.Series(told), untold=pl.Series(extra), payout=pl.lit(""),
        amount=pl.Series(paid["amount"].to_numpy() - told - extra),
        day=pl.Series(end + known.lag[store]),
    )  # fmt: skip


def _payout_ids(w: World, paid: pl.DataFrame) -> pl.Expr:
    """Ids in two styles: dated with dashes, and plain digits as some settlement reports have."""
    n = len(paid)
    day = pl.col("day").cast(pl.String).str.zfill(2)
    serial = pl.Series(w.rng.integers(10**7, 10**8, n)).cast(pl.String)
    digits = pl.Series(w.rng.integers(10**10, 10**11, n)).cast(pl.String)
    return pl.when(pl.col("store") % 2 == 0).then("PO-2610" + day + "-" + serial).otherwise(digits)


def _split_deposits(w: World, right: pl.DataFrame) -> pl.DataFrame:
    """Pays some payouts in two deposits that both carry the id."""
    split = pl.Series(w.rng.random(len(right)) < SPLIT_DEPOSIT) & (right["amount"] > 10_000)
    part = (right["amount"] * 3 // 5).fill_null(0)
    first = right.with_columns(amount=pl.when(split).then(part).otherwise(pl.col("amount")))
    rest = right.with_columns(amount=pl.col("amount") - part, told=0, untold=0).filter(split)
    return pl.concat([first, rest], how="vertical_relaxed")
