"""How often the cash forecast's band holds what then comes, on generated months.

python -m bench.forecast --first 1000 --months 200
"""

import argparse
from datetime import timedelta

import polars as pl

from bench.seller import DAYS, END, START, Month, clean_month, close_of, payout_day
from recon_engine.control.forecast import Forecast, forecasts
from recon_engine.control.monitor.facts import Facts

WEEK = 7


def came(month: Month, told: Forecast, banked: dict[int, bool]) -> int:
    """What the month's open orders bring in the week after it, after fees."""
    stores = [n for n, s in enumerate(month.stores) if s.currency == told.currency]
    total = 0
    for store in stores:
        fixed = month.stores[store].fixed_minor
        rows = month.orders.filter((pl.col("store") == store) & (pl.col("state") == "sale"))
        for day, lag, sold, short, rate in rows.select(
            "day", "lag", "sold", "short", "rate_ppm"
        ).iter_rows():
            settled = day + lag
            arrives = payout_day(month, store, settled) if banked[store] else settled
            if settled >= 0 and DAYS <= arrives < DAYS + WEEK:
                total += sold - short - (sold * rate + 500_000) // 1_000_000 - fixed
    return total


def main() -> None:
    """Prints the share of forecasts whose first week held, and how wide their bands were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--months", type=int, default=200)
    options = parser.parse_args()
    held, widths, errors = 0, [], []
    for seed in range(options.first, options.first + options.months):
        month = clean_month(seed)
        close = close_of(month)
        banked = _banked(close_orders=Facts(close).orders, month=month)
        for told in forecasts(close):
            real, step = came(month, told, banked), told.steps[0]
            assert step.first == END + timedelta(days=1)
            held += step.low <= real <= step.high
            widths.append(told.band_ppm)
            errors.append(abs(real - step.expected) * 1_000_000 // max(step.expected, 1))
    widths.sort()
    errors.sort()
    print(
        f"forecasts: {len(widths)}, first week inside its band: {held} ({held / len(widths):.1%})"
    )
    print(f"median band ±{widths[len(widths) // 2] / 10_000:.1f} %, "
          f"median error {errors[len(errors) // 2] / 10_000:.1f} %")  # fmt: skip


def _banked(close_orders: pl.DataFrame, month: Month) -> dict[int, bool]:
    """Whether a store's money is followed to the bank, as the forecast decides it."""
    sums = close_orders.filter(pl.col("expected") > 0).group_by("account").agg(
        banked=pl.col("cash_on").is_not_null().sum() * 2 >= pl.col("settled_on").is_not_null().sum()
    )  # fmt: skip
    told = dict(sums.iter_rows())
    return {n: bool(told.get(store.account)) for n, store in enumerate(month.stores)}


assert (END - START).days == DAYS - 1
if __name__ == "__main__":
    main()
