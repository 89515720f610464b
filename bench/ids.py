"""Order ids in the styles of the platforms, and what a payer makes of them."""

import numpy as np
import polars as pl

from bench.world import Bools

STYLES = ("taobao", "pdd", "amazon", "erp", "short")
SHARES = (0.35, 0.20, 0.27, 0.10, 0.08)
DASHES_DROPPED, TYPO, TAIL = "dashes", "typo", "tail"
TAIL_LENGTH = 6


def order_ids(rng: np.random.Generator, orders: pl.DataFrame) -> pl.DataFrame:
    """Adds ``style`` and ``id`` to orders with a ``day``: unique, and as the platform writes it."""
    n = len(orders)
    style = pl.Series("style", rng.choice(STYLES, n, p=SHARES))
    day = (pl.col("day").clip(0, 30) + 1).cast(pl.String).str.zfill(2)
    serial = pl.Series(rng.permutation(n))
    return orders.with_columns(style).with_columns(
        id=pl.when(style == "taobao").then(_digits(rng, n, 19))
        .when(style == "pdd").then("2610" + day + "-" + _digits(rng, n, 15))
        .when(style == "amazon")
        .then(_digits(rng, n, 3) + "-" + _digits(rng, n, 7) + "-" + _digits(rng, n, 7))
        .when(style == "erp").then("SO-2610-" + serial.cast(pl.String).str.zfill(7))
        .otherwise("#" + (1001 + serial).cast(pl.String))
    )  # fmt: skip


def damaged(rng: np.random.Generator, damage: Bools) -> pl.Expr:
    """The ``id`` with dashes dropped, one typo, or only its last six digits, where ``damage``.

    A short id only loses its sign: with a typo or cut it would be the id of another order.
    """
    n = len(damage)
    how = pl.Series(rng.choice([DASHES_DROPPED, TYPO, TAIL], n, p=[0.35, 0.40, 0.25]))
    bare = pl.col("id").str.replace_all(r"[#-]", "")
    return (
        pl.when(~pl.Series(damage)).then(pl.col("id"))
        .when((how == DASHES_DROPPED) | (pl.col("style") == "short")).then(bare)
        .when(how == TAIL).then(bare.str.slice(-TAIL_LENGTH))
        .otherwise(typo(rng, n, "id"))
    )  # fmt: skip


def typo(rng: np.random.Generator, n: int, column: str) -> pl.Expr:
    """One character of a text wrong, missing or typed twice; never the first."""
    text = pl.col(column)
    place = 1 + (pl.Series(rng.random(n)) * (text.str.len_chars() - 1)).cast(pl.Int64)
    head, there, rest = (
        text.str.slice(0, place),
        text.str.slice(place, 1),
        text.str.slice(place + 1),
    )
    drawn = pl.Series(rng.integers(0, 10, n))
    same = drawn.cast(pl.String) == there
    wrong = pl.when(same).then((drawn + 1) % 10).otherwise(drawn).cast(pl.String)
    kind = pl.Series(rng.choice(3, n, p=[0.6, 0.2, 0.2]))
    put = pl.when(kind == 0).then(wrong).when(kind == 1).then(pl.lit("")).otherwise(there + there)
    return head + put + rest


def _digits(rng: np.random.Generator, n: int, length: int) -> pl.Series:
    """Random whole numbers of so many digits, the first from 1 to 4."""
    low = 10 ** (length - 1)
    return pl.Series(rng.integers(low, 5 * low, n)).cast(pl.String)
