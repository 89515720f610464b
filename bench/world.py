"""The seller's world: price list, buyers, channels, how often what happens.

All shares and probabilities of the bench live here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.case import DAYS

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Of all orders.  What is left over goes to "direct".
SHARES = {
    "payout_with_id": 0.15,
    "payout_without_id": 0.11,
    "several_orders": 0.09,
    "direct_fee": 0.07,
    "instalments": 0.05,
    "n_to_m": 0.02,
    "bank_fee": 0.01,
    "fx": 0.01,
}
UNPAID_SHARE = 0.10  # of all orders, nearly all in channels where a buyer pays by transfer
UNPAID_IN_STORES = 0.02  # of a store's orders: more would make its sums a riddle nobody solves


@dataclass(frozen=True, slots=True)
class Level:
    """How dirty the data is: probabilities, each of one text, row or payout."""

    id_shown: float  # a transfer names its order
    id_damaged: float  # of those: dashes dropped, a typo, or the last six digits only
    name_damaged: float  # truncated, reversed, mistyped, masked, pinyin
    name_missing: float  # on the bank row
    name_masked: float  # on the order: platforms mask buyers in their exports
    payout_id_damaged: float
    store_missing: float  # a payout without an id does not name its store
    held_back: float  # a payout holds 1-3 rows back to the next
    extra_fee: float  # a payout without an id comes short by a fee nobody told
    noise_rows: float  # of the bank rows that settle something
    duplicate_rows: float


LEVELS = (
    Level(0.80, 0.00, 0.10, 0.00, 0.00, 0.00, 0.00, 0.30, 0.03, 0.03, 0.005),
    Level(0.75, 0.30, 0.35, 0.03, 0.03, 0.10, 0.15, 0.50, 0.05, 0.05, 0.014),
    Level(0.50, 0.50, 0.55, 0.06, 0.06, 0.20, 0.25, 0.70, 0.20, 0.07, 0.020),
)


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to be paid, its currency and its fee."""

    name: str
    currency: str
    rate_ppm: int = 0
    fixed_minor: int = 0


TRANSFER = (Channel("web-cn", "CNY"), Channel("web-us", "USD"))
# Charged in another currency: the bank's rate is not the order's.  The spread is told.
CONVERTED = (Channel("abroad-cn", "CNY"), Channel("abroad-us", "USD"))
PROCESSED = (Channel("wechat", "CNY", 6_000), Channel("paypal", "USD", 44_000, 30))


@dataclass(frozen=True, slots=True)
class World:
    """What all scenarios of one case share."""

    rng: np.random.Generator
    level: Level
    orders: int
    prices: Ints  # 300 list prices in minor units
    popularity: npt.NDArray[np.float64]  # cumulative; few prices sell most
    buyers: int


def world(orders: int, seed: int, noise: int) -> World:
    """The world of a case."""
    rng = np.random.default_rng([seed, orders, noise])
    whole = np.exp(rng.normal(4.4, 0.9, 300)).clip(9, 3_000).astype(np.int64)
    prices = whole * 100 + rng.choice([90, 99, 0, 80, 50], 300, p=[0.4, 0.3, 0.15, 0.1, 0.05])
    weight = 1 / np.arange(1, 301) ** 0.9
    popularity = np.cumsum(weight / weight.sum())
    return World(rng, LEVELS[noise], orders, prices, popularity, max(1, orders * 6 // 10))


def list_prices(w: World, n: int) -> Ints:
    """Prices as the list's popularity draws them."""
    drawn = np.searchsorted(w.popularity, w.rng.random(n)).clip(0, 299)
    prices: Ints = w.prices[drawn]
    return prices


def retail(w: World, n: int) -> Ints:
    """Amounts of ordinary orders: a list price, seldom two or three, a coupon or freight."""
    quantity = w.rng.choice([1, 2, 3], n, p=[0.86, 0.10, 0.04])
    coupon = w.rng.choice([0, 300, 500, 1_000], n, p=[0.86, 0.06, 0.05, 0.03])
    freight = w.rng.choice([0, 800, 1_200], n, p=[0.90, 0.06, 0.04])
    gross: Ints = list_prices(w, n) * quantity
    coupon[gross <= 3_000] = 0
    amounts: Ints = gross - coupon + freight
    return amounts


def bulk(w: World, n: int) -> Ints:
    """Amounts of orders worth a wire or instalments: a list price times dozens."""
    amounts: Ints = list_prices(w, n) * w.rng.integers(10, 61, n)
    return amounts


def order_days(w: World, n: int) -> Ints:
    """Days of the month, 0-based."""
    return w.rng.integers(0, DAYS, n)


def lags(w: World, n: int) -> Ints:
    """Days from an order to its money: mostly few, some long, a few paid the day before."""
    short = (w.rng.geometric(0.45, n) - 1).clip(0, 12)
    long = w.rng.integers(5, 31, n)
    kind = w.rng.random(n)
    return np.where(kind < 0.05, long, np.where(kind > 0.98, -1, short))


def fee(amounts: Ints, rate_ppm: Ints | int, fixed_minor: Ints | int = 0) -> Ints:
    """A channel's fee, half up away from zero; a refund gets the proportional part back."""
    size = (np.abs(amounts) * rate_ppm + 500_000) // 1_000_000
    return np.where(amounts < 0, -size, size) + np.where(amounts > 0, fixed_minor, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One scenario's rows before they have ids and texts; keys and groups count from 0.

    left: key, refers (key of the order whose id it carries), group (null: unpaid), scenario, day,
    amount, currency, channel, buyer, payout.  right: group, scenario, day, amount, currency,
    channel, store (title, "" for transfers), buyer, payout, names (key of the order that it may
    name), names_all (it may name all of the group), told and untold (parts of the difference).
    """

    left: pl.DataFrame
    right: pl.DataFrame


def left_rows(scenario: str, columns: Mapping[str, object]) -> pl.DataFrame:
    """The left rows of a part; what a scenario does not say is filled in."""
    frame = pl.DataFrame(columns).with_row_index("key").with_columns(pl.col("key").cast(pl.Int64))
    given = {"refers": pl.col("key"), "group": pl.col("key"), "payout": pl.lit("")}
    filled = frame.with_columns(**{k: v for k, v in given.items() if k not in frame.columns})
    return filled.with_columns(scenario=pl.lit(scenario)).select(
        "key", "refers", "group", "scenario", "day", "amount", "currency", "channel", "buyer",
        "payout",
    )  # fmt: skip


def right_rows(scenario: str, columns: Mapping[str, object]) -> pl.DataFrame:
    """The right rows of a part; what a scenario does not say is filled in."""
    frame = pl.DataFrame(columns)
    given = {
        "channel": pl.lit(""), "store": pl.lit(""), "payout": pl.lit(""),
        "buyer": pl.lit(-1, pl.Int64), "names": pl.lit(-1, pl.Int64), "names_all": pl.lit(False),
        "told": pl.lit(0, pl.Int64), "untold": pl.lit(0, pl.Int64),
    }  # fmt: skip
    filled = frame.with_columns(**{k: v for k, v in given.items() if k not in frame.columns})
    return filled.with_columns(scenario=pl.lit(scenario)).select(
        "group", "scenario", "day", "amount", "currency", "channel", "store", "buyer", "payout",
        "names", "names_all", "told", "untold",
    )  # fmt: skip
