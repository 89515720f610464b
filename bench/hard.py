"""Months that are hard on time and memory rather than on judgement.

``python -m bench.hard [NAME …]`` runs the product on each in a process of its own.  Many rows are
interchangeable here, so a link counts as right when it joins rows that look exactly like the two of
a true link.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from bench.case import DAYS, SETTLES, START, Case, save
from bench.generate import make
from bench.run import run_worker
from bench.worker import TIEOUT
from bench.world import Ints, world
from recon_engine.model.results import ITEMS

ROWS = 20_000
PAYOUT = 5_000
SECONDS_MAX = 600


def identical() -> Case:
    """Equal amounts, names and days on both sides: 400 million pairs fit."""
    same = np.zeros(ROWS, np.int64)
    return _transfers(same + 9_990, same + 5, same + 6, ["王伟"] * ROWS)


def one_buyer() -> Case:
    """Everything is bought by one buyer: the name says nothing."""
    w, rng = world(ROWS, 1, 1), np.random.default_rng(1)
    prices, days = w.prices[rng.integers(0, 300, ROWS)], rng.integers(0, DAYS, ROWS)
    return _transfers(prices, days, days + rng.integers(0, 4, ROWS), ["ACME TRADING LTD"] * ROWS)


def one_amount() -> Case:
    """Everything costs the same: the amount says nothing, each buyer comes about twice."""
    rng = np.random.default_rng(2)
    days = rng.integers(0, DAYS, ROWS)
    names = [f"Buyer {n:05}" for n in rng.integers(0, ROWS // 2, ROWS)]
    return _transfers(days * 0 + 1_990, days, days + rng.integers(0, 4, ROWS), names)


def payout_with_id() -> Case:
    """One payout of 5,000 orders whose id both sides know."""
    return _payout("PO-261031-00000001")


def payout_without_id() -> Case:
    """One payout of 5,000 orders: the store's whole month, nothing but its sum."""
    return _payout("")


def million_without_ids() -> Case:
    """A million orders, 710,000 bank rows, no order's and no payout's id anywhere on the left."""
    case = make(1_000_000, 1, 1, "no_references")
    return replace(case, left=case.left.with_columns(group=pl.lit("")))


CASES: dict[str, Callable[[], Case]] = {
    made.__name__: made
    for made in (
        identical, one_buyer, one_amount, payout_with_id, payout_without_id, million_without_ids,
    )
}  # fmt: skip


def main() -> None:
    """Runs the hard cases that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench.hard", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CASES))
    names = parser.parse_args().names or list(CASES)
    print("| case | seconds | peak MB | confirmed links | right | proposed links | right |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        print(measured(name, CASES[name]()), flush=True)


def measured(name: str, case: Case) -> str:
    """Runs the product on one case; a row of the table."""
    with tempfile.TemporaryDirectory() as made:
        save(case, Path(made))
        timed = run_worker(sys.executable, TIEOUT, Path(made), SECONDS_MAX)
        if not timed:
            return f"| {name} | failed |"
        links = pl.read_parquet(Path(made) / "links.parquet")
    cells = [name, f"{timed['seconds']:.3g}", f"{timed['peak_mb']:,.0f}"]
    for status in ("confirmed", "proposed"):
        claimed = links.filter(pl.col("status") == status)
        cells += [f"{len(claimed):,}", f"{right_share(case, claimed):.4f}"]
    return "| " + " | ".join(cells) + " |"


def right_share(case: Case, links: pl.DataFrame) -> float:
    """Share of links that join rows which look like those of a true link; 1 for none."""
    if links.is_empty():
        return 1.0
    looks = {"left_id": _looks(case.left, "left_id"), "right_id": _looks(case.right, "right_id")}
    kinds = [
        frame.join(looks["left_id"], on="left_id")
        .join(looks["right_id"], on="right_id")
        .select("left_look", "right_look")
        for frame in (links, case.truth)
    ]
    return len(kinds[0].join(kinds[1].unique(), on=["left_look", "right_look"])) / len(links)


def _looks(items: pl.DataFrame, name: str) -> pl.DataFrame:
    """Each item's id with the number of its class: all that shows is equal within a class."""
    shown = pl.struct(pl.exclude("id")).rank("dense").alias(name.replace("_id", "_look"))
    return items.select(pl.col("id").alias(name), shown)


def _transfers(amounts: Ints, days: Ints, paid: Ints, names: list[str]) -> Case:
    """One order, one transfer, no ids."""
    left = _items("L", amounts, days, {"party": names, "channel": "web-cn"})
    right = _items("B", amounts, paid, {"party": names, "text": "转账"})
    return _case(left, right, left["id"], right["id"])


def _payout(payout: str) -> Case:
    w, rng = world(ROWS, 3, 1), np.random.default_rng(3)
    amounts = w.prices[rng.integers(0, 300, PAYOUT)]
    left = _items("L", amounts, rng.integers(0, DAYS, PAYOUT), {"group": payout, "channel": "shop"})
    sums = np.array([amounts.sum()])
    right = _items(
        "B", sums, np.array([DAYS]), {"text": f"shop payout {payout}", "channel": "shop"}
    )
    return _case(left, right, left["id"], pl.Series(["B0000000"] * PAYOUT))


def _items(
    letter: str, amounts: Ints, days: Ints, columns: dict[str, str | list[str]]
) -> pl.DataFrame:
    """A side's table; columns that are not given are empty."""
    dates = [START + timedelta(days=int(day)) for day in days]
    texts = {
        name: columns.get(name, "") for name in ("reference", "group", "text", "party", "channel")
    }
    frame = pl.DataFrame({"amount": amounts, "date": dates}).with_columns(
        pl.lit(value).alias(name) if isinstance(value, str) else pl.Series(name, value)
        for name, value in texts.items()
    )
    number = pl.int_range(pl.len()).cast(pl.String).str.zfill(7)
    full = frame.with_columns(id=pl.lit(letter) + number, currency=pl.lit("CNY"))
    return full.select(pl.col(name).cast(dtype) for name, dtype in ITEMS.items())


def _case(
    left: pl.DataFrame, right: pl.DataFrame, left_ids: pl.Series, right_ids: pl.Series
) -> Case:
    truth = pl.DataFrame({"left_id": left_ids, "right_id": right_ids}).with_columns(
        scenario=pl.lit("hard"), group=pl.int_range(pl.len())
    )
    kinds = right.select(right_id="id", kind=pl.lit(SETTLES))
    return Case(left, right, truth, kinds, truth.select("group"), "")


if __name__ == "__main__":
    main()
