"""Anomalies planted into a clean month, each with what a monitor has to say of it.

python -m bench.anomalies --first 1000 --months 200
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from bench.seller import DAYS, Ints, Month, Store, clean_month, close_of
from recon_engine.control.monitor.run import findings
from recon_engine.model.findings import Code, Finding
from recon_engine.model.records import Kind

TRIES = 40  # stores and days that are tried before a month is said to be too small for a kind


@dataclass(frozen=True, slots=True)
class Planted:
    """What was planted: the finding's code, and where."""

    code: Code
    channel: str = ""
    account: str = ""
    subject: str = ""

    def is_told_by(self, found: Finding) -> bool:
        """Whether a finding is about this."""
        return (
            found.code is self.code
            and found.channel == self.channel
            and found.account in {"", self.account}
            and (not self.subject or self.subject in found.subject)
        )


Plant = Callable[[Month, int], tuple[Month, Planted] | None]


def _store(month: Month, at: int) -> Store:
    return month.stores[at]


def _mine(month: Month, at: int) -> pl.DataFrame:
    """The store's orders of the month that were not cancelled."""
    return month.orders.filter(
        (pl.col("store") == at) & (pl.col("day") >= 0) & (pl.col("state") == "sale")
    )


def _since(month: Month, first: int = 9, last: int = 21) -> int:
    return int(month.rng.integers(first, last))


def _changed(month: Month, where: pl.Expr, **columns: pl.Expr) -> Month:
    kinds = month.orders.schema
    new = [
        pl.when(where).then(expr).otherwise(pl.col(name)).cast(kinds[name]).alias(name)
        for name, expr in columns.items()
    ]
    return replace(month, orders=month.orders.with_columns(new))


def _of(at: int) -> pl.Expr:
    return pl.col("store") == at


def _paid_on() -> pl.Expr:
    return pl.col("day") + pl.col("lag")


def fee_above_contract(month: Month, at: int) -> tuple[Month, Planted] | None:
    """0.3 to 1.5 points above the contract, all month."""
    store = _store(month, at)
    if not store.contract or _mine(month, at).height < 60:
        return None
    more = int(month.rng.integers(3_000, 15_000))
    planted = Planted(Code.FEE_ABOVE_CONTRACT, *store.key)
    return _changed(month, _of(at), rate_ppm=pl.col("rate_ppm") + more), planted


def fee_rose(month: Month, at: int) -> tuple[Month, Planted] | None:
    """0.6 to 1.5 points more, and a fifth at least, from a day on."""
    store, mine = _store(month, at), _mine(month, at)
    since = _since(month)
    usual = int(mine["rate_ppm"].median() or 0)  # type: ignore[arg-type]  # whole numbers
    settled = mine.filter(_paid_on() < DAYS)
    if settled.height < 200 or settled.filter(_paid_on() >= since).height < 60:
        return None
    more = max(int(month.rng.integers(6_000, 15_000)), usual // 5)
    changed = _changed(month, _of(at) & (_paid_on() >= since), rate_ppm=pl.col("rate_ppm") + more)
    return changed, Planted(Code.FEE_ROSE, *store.key)


def fee_outliers(month: Month, at: int) -> tuple[Month, Planted] | None:
    """Some orders, up to one in thirty, charged two to three times their rate and 4 points more."""
    store, mine = _store(month, at), _mine(month, at)
    settled = mine.filter(
        (_paid_on() < DAYS) & (pl.col("refund_ppm") == 0) & (pl.col("short") == 0)
    )
    if settled.height < 300:
        return None
    count = min(int(month.rng.integers(8, 30)), settled.height // 30)
    chosen = settled.sample(count, seed=int(month.rng.integers(1 << 30)))["n"]
    hit = _of(at) & pl.col("n").is_in(chosen.implode())
    rate = pl.col("rate_ppm") * int(month.rng.integers(2, 4)) + 40_000
    return _changed(month, hit, rate_ppm=rate), Planted(Code.FEE_OUTLIERS, *store.key)


def _product(month: Month, at: int, least: int) -> int | None:
    counts = _mine(month, at)["product"].value_counts().filter(pl.col("count") >= least)
    if counts.is_empty():
        return None
    return int(month.rng.choice(counts["product"].sort().to_numpy()))


def refund_cluster(month: Month, at: int) -> tuple[Month, Planted] | None:
    """Four to seven in ten orders of a product sent back; of a product with 25 orders or more."""
    product = _product(month, at, 25)
    if product is None:
        return None
    settled = _paid_on() < DAYS
    hit = _of(at) & (pl.col("product") == product) & settled & (
        pl.col("n") * 7919 % 10 < int(month.rng.integers(4, 8))
    )  # fmt: skip
    planted = Planted(Code.REFUND_CLUSTER, *_store(month, at).key, f"product {product}")
    return _changed(month, hit, refund_ppm=pl.lit(1_000_000)), planted


def refund_day(month: Month, at: int) -> tuple[Month, Planted] | None:
    """Half of the orders of one day sent back; a day of 25 orders or more."""
    day = int(month.rng.integers(2, 15))
    hit = _of(at) & (pl.col("day") == day) & (_paid_on() < DAYS) & (pl.col("n") % 2 == 0)
    if month.orders.filter(hit).height < 12:
        return None
    planted = Planted(Code.REFUND_CLUSTER, *_store(month, at).key, f"2026-10-{day + 1:02d}")
    return _changed(month, hit, refund_ppm=pl.lit(1_000_000)), planted


def short_paid_cluster(month: Month, at: int) -> tuple[Month, Planted] | None:
    """Half of a product's orders paid short; of a product with 25 settled orders or more."""
    product = _product(month, at, 30)
    if product is None:
        return None
    hit = _of(at) & (pl.col("product") == product) & (pl.col("n") % 2 == 0) & (_paid_on() < DAYS)
    hit = hit & (pl.col("state") == "sale") & (pl.col("refund_ppm") == 0)
    if month.orders.filter(hit).height < 8:
        return None
    planted = Planted(Code.SHORT_PAID_CLUSTER, *_store(month, at).key, f"product {product}")
    return _changed(month, hit, short=pl.col("sold") // 5), planted


def refunds_rose(month: Month, at: int) -> tuple[Month, Planted] | None:
    """A fifth of all that is sold comes back from a day on."""
    since = _since(month, 8, 18)
    hit = _of(at) & (_paid_on() >= since) & (_paid_on() < DAYS) & (pl.col("n") * 31 % 5 == 0)
    if month.orders.filter(hit).height < 25:
        return None
    return _changed(month, hit, refund_ppm=pl.lit(1_000_000)), Planted(
        Code.REFUNDS_ROSE, *_store(month, at).key
    )


def pays_later(month: Month, at: int) -> tuple[Month, Planted] | None:
    """Three to six days later, and half as long again, from a day on that leaves time to see it."""
    store = _store(month, at)
    longest = store.lag_days[1]
    since = _since(month, 8, 13)
    mine = _mine(month, at)
    if DAYS - longest - since < 7 or mine.height < 150:
        return None
    more = max(int(month.rng.integers(3, 7)), longest // 2)
    return _changed(month, _of(at) & (pl.col("day") >= since), lag=pl.col("lag") + more), Planted(
        Code.PAYS_LATER, *store.key
    )


def pays_later_than_peers(month: Month, at: int) -> tuple[Month, Planted] | None:
    """One store of several on a platform waits four to eight days more, all month."""
    store = _store(month, at)
    peers = [n for n, s in enumerate(month.stores) if s.channel == store.channel and n != at]
    if not peers or any(_mine(month, n).height < 120 for n in (at, *peers)):
        return None
    more = max(int(month.rng.integers(4, 9)), store.lag_days[1] // 2)
    if store.lag_days[1] + more > 15:
        return None
    return _changed(month, _of(at), lag=pl.col("lag") + more), Planted(
        Code.PAYS_LATER_THAN_PEERS, *store.key
    )


def pays_after_due(month: Month, at: int) -> tuple[Month, Planted] | None:
    """Nearly every order waits past the fifteen days agreed, all month."""
    store = _store(month, at)
    if _mine(month, at).filter(pl.col("day") < 12).height < 60:
        return None
    return _changed(month, _of(at), lag=pl.lit(17) + pl.col("n") % 9), Planted(
        Code.PAYS_AFTER_DUE, *store.key
    )


def payout_missing(month: Month, at: int) -> tuple[Month, Planted] | None:
    """One payout of a store that pays daily, on working days or weekly does not come."""
    store = _store(month, at)
    step = 7 if store.rhythm == "weekly" else 1
    if store.rhythm == "some_day" or store.orders_a_day < 8:
        return None
    days = range(7 + at % 3 + step, DAYS - step - 1, step) if step == 7 else range(6, 26)
    day = int(month.rng.choice(list(days)))
    weekday = (day + 3) % 7  # the month begins on a Thursday
    if store.rhythm == "working" and weekday > 4:
        return None
    changed = replace(month, unpaid_payouts=month.unpaid_payouts | {(at, day)})
    return changed, Planted(Code.PAYOUT_MISSING, *store.key)


def missing_days(month: Month, at: int) -> tuple[Month, Planted] | None:
    """One to four days of orders or settlement lines are not in the file."""
    kind = str(month.rng.choice([Kind.ORDER.value, Kind.SETTLEMENT_LINE.value]))
    store = _store(month, at)
    if store.orders_a_day < 20:
        return None
    length = int(month.rng.integers(1, 5))
    first = int(month.rng.integers(max(store.lag_days[1] + 2, 3), DAYS - length + 1))
    gone = {(kind, at, first + n) for n in range(length)}
    changed = replace(month, absent=month.absent | gone)
    if kind == Kind.ORDER:
        days = [first + n for n in range(length)]
        kept = ~(_of(at) & pl.col("day").is_in(days))
        changed = replace(changed, orders=month.orders.filter(kept))
    return changed, Planted(Code.MISSING_DAYS, *store.key, f"{kind} 2026-10-{first + 1:02d}")


def duplicate_export(month: Month, at: int) -> tuple[Month, Planted] | None:
    """A quarter to nine tenths of a file again in a second one, under other ids."""
    kind = str(month.rng.choice([Kind.ORDER.value, Kind.SETTLEMENT_LINE.value]))
    share = float(month.rng.uniform(0.25, 0.9))
    changed = replace(month, copied=(*month.copied, (kind, at, share)))
    return changed, Planted(Code.DUPLICATE_EXPORT, subject=f"{_store(month, at).account}-{kind}")


def unusual_day(month: Month, at: int) -> tuple[Month, Planted] | None:
    """Five to eight times the usual orders on a day, in a store of twelve or more a day."""
    store, mine = _store(month, at), _mine(month, at)
    day = int(month.rng.integers(1, DAYS - 1))
    of_day = mine.filter(pl.col("day") == day)
    if store.orders_a_day < 12 or of_day.is_empty():
        return None
    times = int(month.rng.integers(5, 9))
    count = times * (mine.height // DAYS) - of_day.height
    more = _more_orders(month, mine.filter(pl.col("day") != day), count, day)
    changed = replace(month, orders=pl.concat([month.orders, more]))
    return changed, Planted(Code.UNUSUAL_DAY_HIGH, *store.key, f"2026-10-{day + 1:02d}")


def _more_orders(month: Month, like: pl.DataFrame, count: int, day: int | Ints) -> pl.DataFrame:
    """Orders like others of the store, on other days."""
    seed = int(month.rng.integers(1 << 30))
    start = int(month.orders["n"].max() or 0) + 1  # type: ignore[arg-type]  # whole numbers
    drawn = like.sample(count, with_replacement=True, seed=seed)
    return drawn.with_columns(
        n=pl.int_range(start, start + count, dtype=pl.Int64),
        day=pl.lit(day) if isinstance(day, int) else pl.Series(day),
        lag=pl.col("lag"),
    ).select(month.orders.columns).cast(dict(month.orders.schema))  # type: ignore[arg-type]  # fmt: skip


def slow_day(month: Month, at: int) -> tuple[Month, Planted] | None:
    """A day with a tenth of the usual orders, in a store of sixty or more a day."""
    store = _store(month, at)
    day = int(month.rng.integers(1, DAYS - 1))
    if store.orders_a_day < 60:
        return None
    kept = ~(_of(at) & (pl.col("day") == day)) | (pl.col("n") % 10 == 0)
    changed = replace(month, orders=month.orders.filter(kept))
    return changed, Planted(Code.UNUSUAL_DAY_LOW, *store.key, f"2026-10-{day + 1:02d}")


def sales_fell(month: Month, at: int) -> tuple[Month, Planted] | None:
    """From a day on a third of the orders, in a store of twenty or more a day."""
    store, since = _store(month, at), _since(month)
    if store.orders_a_day < 20:
        return None
    kept = ~(_of(at) & (pl.col("day") >= since)) | (pl.col("n") % 3 == 0)
    return replace(month, orders=month.orders.filter(kept)), Planted(Code.SALES_FELL, *store.key)


def sales_rose(month: Month, at: int) -> tuple[Month, Planted] | None:
    """From a day on three times the orders, in a store of fifteen or more a day."""
    store, mine, since = _store(month, at), _mine(month, at), _since(month)
    later = mine.filter(pl.col("day") >= since)
    if store.orders_a_day < 15 or later.is_empty():
        return None
    days = np.repeat(later["day"].to_numpy(), 2).astype(np.int64)
    more = _more_orders(month, mine, days.size, days)
    changed = replace(month, orders=pl.concat([month.orders, more]))
    return changed, Planted(Code.SALES_ROSE, *store.key)


def buyer_concentration(month: Month, at: int) -> tuple[Month, Planted] | None:
    """One buyer buys 40 % of all that is sold in the currency."""
    store = _store(month, at)
    same = [n for n, s in enumerate(month.stores) if s.currency == store.currency]
    mine = _mine(month, at)
    whole = int(
        month.orders.filter(pl.col("store").is_in(same) & (pl.col("day") >= 0))["sold"].sum()
    )
    if mine.height < 60:
        return None
    each = whole * 2 // 3 // 20
    rows = mine.head(20)["n"]
    hit = _of(at) & pl.col("n").is_in(rows.implode())
    changed = _changed(month, hit, buyer=pl.lit(0), sold=pl.lit(each))
    return changed, Planted(Code.BUYER_CONCENTRATION, subject=f"buyer {at}-0")


def overdue_concentration(month: Month, at: int) -> tuple[Month, Planted] | None:
    """One buyer of the first days owes most of what is overdue, 4 % of all sales."""
    store = _store(month, at)
    same = [n for n, s in enumerate(month.stores) if s.currency == store.currency]
    whole = int(
        month.orders.filter(pl.col("store").is_in(same) & (pl.col("day") >= 0))["sold"].sum()
    )
    early = _mine(month, at).filter(pl.col("day") < 10)
    if early.height < 5:
        return None
    hit = _of(at) & (pl.col("n") == early["n"][0])
    changed = _changed(month, hit, buyer=pl.lit(99_999), sold=pl.lit(whole // 25),
                       state=pl.lit("unpaid"))  # fmt: skip
    others = pl.col("store").is_in(same) & (pl.col("state") == "unpaid") & (pl.col("day") < 15)
    if changed.orders.filter(others)["buyer"].n_unique() < 3:
        return None
    return changed, Planted(Code.OPEN_CONCENTRATION, subject=f"buyer {at}-99999")


def losing_product(month: Month, at: int) -> tuple[Month, Planted] | None:
    """A product whose freight is a third more than its price; ten orders or more."""
    product = _product(month, at, 15)
    if product is None:
        return None
    price = int(_mine(month, at).filter(pl.col("product") == product)["sold"].max() or 0)  # type: ignore[arg-type]  # whole numbers  # fmt: skip
    changed = replace(month, freight=(*month.freight, (at, product, price * 4 // 3)))
    return changed, Planted(Code.PRODUCT_LOSES, *_store(month, at).key, f"product {product}")


def product_concentration(month: Month, at: int) -> tuple[Month, Planted] | None:
    """Two thirds of all orders in the currency are for one product."""
    store = _store(month, at)
    same = [n for n, s in enumerate(month.stores) if s.currency == store.currency]
    if _mine(month, at).height < 60:
        return None
    price = int(month.orders["sold"].median() or 0)  # type: ignore[arg-type]  # whole numbers
    hit = pl.col("store").is_in(same) & (pl.col("n") % 3 != 0)
    changed = _changed(month, hit, product=pl.lit(7), sold=pl.lit(price * 3 // 2))
    return changed, Planted(Code.PRODUCT_CONCENTRATION, subject="product 7")


PLANTS: tuple[Plant, ...] = (
    fee_above_contract, fee_rose, fee_outliers, refund_cluster, refund_day, short_paid_cluster,
    refunds_rose, pays_later, pays_later_than_peers, pays_after_due, payout_missing, missing_days,
    duplicate_export, unusual_day, slow_day, sales_fell, sales_rose, buyer_concentration,
    overdue_concentration, losing_product, product_concentration,
)  # fmt: skip


def planted_month(seed: int) -> tuple[Month, Planted, str]:
    """A month with one anomaly, its truth and its kind; kinds take turns from seed to seed."""
    plant = PLANTS[seed % len(PLANTS)]
    for again in range(TRIES):
        month = clean_month(seed * TRIES + again + 1_000_000)
        for at in month.rng.permutation(len(month.stores)).tolist():
            made = plant(month, at)
            if made:
                return made[0], made[1], plant.__name__
    raise ValueError(f"no month can hold {plant.__name__}")


def measure(first: int, months: int) -> dict[str, object]:
    """What the monitor finds in that many planted and that many clean months."""
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    by_month: list[int] = []
    misses = []
    for seed in range(first, first + months):
        month, truth, kind = planted_month(seed)
        told = findings(close_of(month))
        tried[kind] += 1
        if not any(truth.is_told_by(found) for found in told):
            missed[kind] += 1
            misses.append((seed, truth, [found.id for found in told]))
        false = findings(close_of(clean_month(seed)))
        by_month.append(len(false))
        alarms.update(found.code for found in false)
    return {"tried": tried, "missed": missed, "alarms": alarms, "by_month": by_month,
            "misses": misses}  # fmt: skip


def main() -> None:
    """Prints the figures for bench/README.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--months", type=int, default=200)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    started = time.process_time()
    done = measure(options.first, options.months)
    tried, missed, alarms = done["tried"], done["missed"], done["alarms"]
    by_month = done["by_month"]
    assert isinstance(tried, Counter)
    assert isinstance(missed, Counter)
    assert isinstance(alarms, Counter)
    assert isinstance(by_month, list)
    found = tried.total() - missed.total()
    print(f"planted: {found} of {tried.total()} found ({found / tried.total():.1%})")
    for kind, count in sorted(tried.items()):
        print(f"  {kind:24} {count - missed[kind]:3} of {count}")
    print(f"clean months: {len(by_month)}, alarms {sum(by_month)}, most in a month {max(by_month)}")
    print(f"  {dict(alarms)}")
    if options.misses:
        for miss in done["misses"]:  # type: ignore[attr-defined]  # a list
            print(*miss, sep="\n   ")
    print(f"{time.process_time() - started:.1f} s of processor time")


if __name__ == "__main__":
    main()
