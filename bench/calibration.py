"""Are the odds true that the product gives the rows of payouts without an id?

``python -m bench.calibration --orders 10000 100000 --seeds 1 2 3 --noise 1``

Every row that a payout is shown with has odds of belonging elsewhere.  Rows are put together by
these odds; beside what they promise stands how many are wrong by the truth, over all seeds.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import polars as pl

from bench.case import Case
from bench.generate import make
from recon_engine.match import match_items
from recon_engine.match.case import Case as Sides
from recon_engine.match.case import Found
from recon_engine.match.engine import PASSES
from recon_engine.match.passes import payout_blocks
from recon_engine.model.policy import read_policy

BOUNDS = (0.0, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0)


@dataclass(frozen=True, slots=True)
class Band:
    """Rows whose odds of belonging elsewhere lie between two bounds."""

    low: float
    high: float
    rows: int
    promised: float
    wrong: float


def main() -> None:
    """Prints a table for each size and noise."""
    parser = argparse.ArgumentParser(prog="python -m bench.calibration", description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=[10_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--noise", type=int, nargs="+", default=[1], choices=(0, 1, 2))
    options = parser.parse_args()
    for orders, noise in product(options.orders, options.noise):
        told = pl.concat(judged(make(orders, seed, noise)) for seed in options.seeds)
        print(f"### {orders:,} orders, noise {noise}\n")
        print(
            "| odds of belonging elsewhere | rows | promised wrong | wrong |\n" + "| --- " * 4 + "|"
        )
        for band in bands(told):
            print(
                f"| {band.low:.1%} to {band.high:.1%} | {band.rows:,} "
                f"| {band.promised:.2%} | {band.wrong:.2%} |"
            )
        print()


def judged(case: Case) -> pl.DataFrame:
    """``odds, wrong``: every row of every payout found, in the product's order of passes."""
    told: list[pl.DataFrame] = []
    truth = case.truth.select("left_id", "right_id", true=pl.lit(value=True))

    def watched(sides: Sides) -> Found:
        left, right = sides.left.items["id"], sides.right.items["id"]
        found = payout_blocks.payouts(sides)
        if found is not None:
            paid = [link.line.deposits[link.block.deposit][0] for link in found.links]
            told.append(
                pl.DataFrame(
                    {
                        "left_id": left.gather(found.row),
                        "right_id": right.gather(paid).gather(found.payout),
                        "odds": 1 - found.sure,
                    }
                )
            )
        return Found()

    before = PASSES[: PASSES.index(payout_blocks.run)]
    policy = read_policy(case.policy, "policy.toml")
    match_items(case.left, case.right, policy, [*before, watched])
    every = pl.concat(told).join(truth, on=["left_id", "right_id"], how="left")
    return every.select("odds", wrong=pl.col("true").is_null())


def bands(told: pl.DataFrame) -> Iterator[Band]:
    """The rows by their odds."""
    odds, wrong = told["odds"].to_numpy(), told["wrong"].to_numpy()
    for low, high in pairwise(BOUNDS):
        inside = (odds >= low) & ((odds < high) | (high == BOUNDS[-1]))
        if inside.any():
            promised, found = float(np.mean(odds[inside])), float(np.mean(wrong[inside]))
            yield Band(low, high, int(inside.sum()), promised, found)


if __name__ == "__main__":
    main()
