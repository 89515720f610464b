"""A seller's month as frames: stores with weekdays, tariffs, lags and rhythms of their own.

No files and no matching: the frames are what a close of such a month holds, so that hundreds of
months can be judged in a minute.  Everything that varies by nature varies here too: stores grow or
shrink, weekdays differ, days scatter more than chance alone, products differ in price, tariff and
refunds, platforms pay daily, on working days, weekly or when the seller thinks of it.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from recon_engine.model.policy import FeeRule, Policy
from recon_engine.model.records import Kind, as_records
from recon_engine.model.results import (
    EXCEPTIONS,
    IDENTITY,
    MATCHES,
    MEMBERS,
    PAYOUTS,
    RECEIVABLES,
    Close,
    Period,
    empty,
)

START, END = date(2026, 10, 1), date(2026, 10, 31)
DAYS = 31
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# channel, currency, days to settlement (shortest, longest), rhythm of payouts
PLATFORMS = (
    ("tmall", "CNY", (3, 13), "some_day"),
    ("douyin", "CNY", (2, 8), "weekly"),
    ("wechat", "CNY", (0, 1), "daily"),
    ("jd", "CNY", (4, 9), "working"),
    ("shopify", "USD", (0, 2), "working"),
    ("amazon", "USD", (1, 5), "weekly"),
    ("ebay", "USD", (1, 4), "daily"),
)


@dataclass(frozen=True, slots=True)
class Store:
    """One store on a platform, and its habits."""

    channel: str
    account: str
    currency: str
    lag_days: tuple[int, int]
    rhythm: str
    orders_a_day: float
    rates_ppm: Ints  # by product
    fixed_minor: int
    contract: bool  # whether the policy holds its fee rule; then one rate for all products

    @property
    def key(self) -> tuple[str, str]:
        """Platform and store."""
        return self.channel, self.account


@dataclass(frozen=True, slots=True)
class Month:
    """The plan of a month: one row an order, before it becomes records.

    Attributes:
        orders: ``store, n, day, product, buyer, sold, lag, rate_ppm, refund_ppm`` (of what was
            sold), ``short`` (minor units not paid), ``state`` (sale, cancelled, unpaid).
        absent: (kind, store, day) of rows that the files do not hold.
        unpaid_payouts: (store, day) of payouts that do not come.
        copied: (kind, store, share) of rows that a second file repeats under other ids.
        freight: minor units a parcel, by (store, product).
    """

    rng: np.random.Generator
    stores: tuple[Store, ...]
    orders: pl.DataFrame
    absent: frozenset[tuple[str, int, int]] = frozenset()
    unpaid_payouts: frozenset[tuple[int, int]] = frozenset()
    copied: tuple[tuple[str, int, float], ...] = ()
    freight: tuple[tuple[int, int, int], ...] = ()


def clean_month(seed: int) -> Month:
    """A month in which nothing is unusual."""
    rng = np.random.default_rng([20261031, seed])
    prices = np.exp(rng.normal(4.3, 0.7, 120)).clip(15, 900).astype(np.int64) * 100 + 90
    refunds = 0.025 * rng.gamma(1 / 0.25**2, 0.25**2, 120)
    stores = _stores(rng)
    frames = [_orders(rng, n, store, prices, refunds) for n, store in enumerate(stores)]
    return Month(rng, stores, pl.concat(frames))


def _stores(rng: np.random.Generator) -> tuple[Store, ...]:
    chosen = rng.choice(len(PLATFORMS), rng.integers(2, 5), replace=False)
    stores = []
    for at in sorted(chosen):
        channel, currency, lag, rhythm = PLATFORMS[at]
        contract = bool(rng.random() < 0.5)
        for n in range(int(rng.choice([1, 1, 2, 3]))):
            base = int(rng.choice([6_000, 20_000, 50_000]))
            tariffs = [base] if contract else [base, base + 10_000, base + 30_000]
            rates = rng.choice(tariffs, 120)
            size = float(np.exp(rng.uniform(np.log(8), np.log(220))))
            fixed = int(rng.choice([0, 0, 30]))
            stores.append(Store(channel, f"{channel}-{n + 1}", currency, lag, rhythm, size,
                                rates.astype(np.int64), fixed, contract))  # fmt: skip
        if contract:  # a contract is the platform's: one rate for all its stores
            first = next(store for store in stores if store.channel == channel)
            stores = [
                replace(s, rates_ppm=first.rates_ppm, fixed_minor=first.fixed_minor)
                if s.channel == channel else s for s in stores
            ]  # fmt: skip
    return tuple(stores)


def _orders(
    rng: np.random.Generator, number: int, store: Store, prices: Ints, refunds: Floats
) -> pl.DataFrame:
    days = _days(rng, store)
    n = days.size
    weight = 1 / np.arange(1, prices.size + 1) ** 0.8
    product = rng.permutation(prices.size)[
        rng.choice(prices.size, n, p=weight / weight.sum()).astype(np.int64)
    ]
    quantity = rng.choice([1, 2, 3], n, p=[0.9, 0.07, 0.03])
    sold = prices[product] * quantity - rng.choice([0, 0, 0, 300, 500], n)
    draw = rng.random(n)
    state = np.where(draw < 0.03, "cancelled", np.where(draw < 0.035, "unpaid", "sale"))
    refunded = rng.random(n) < refunds[product]
    part = np.where(rng.random(n) < 0.6, 1_000_000, rng.choice([200_000, 500_000], n))
    short = np.where(rng.random(n) < 0.004, np.minimum(sold // 3, rng.integers(100, 2_000, n)), 0)
    shortest, longest = store.lag_days
    return pl.DataFrame({
        "store": np.full(n, number), "n": np.arange(n), "day": days, "product": product,
        "buyer": rng.integers(0, max(n * 7 // 10, 30), n), "sold": sold,
        "lag": rng.integers(shortest, longest + 1, n), "rate_ppm": store.rates_ppm[product],
        "refund_ppm": np.where(refunded, part, 0), "short": short, "state": state,
    })  # fmt: skip


def _days(rng: np.random.Generator, store: Store) -> Ints:
    """The days of the orders; in half of the months some were placed before the month."""
    weekday = np.exp(rng.normal(0, 0.12, 7))
    first = -12 if rng.random() < 0.5 else 0
    span = np.arange(first, DAYS)
    trend = np.exp(rng.normal(0, 0.15) * span / DAYS)
    scatter = np.exp(rng.normal(0, 0.10, span.size))
    mean = store.orders_a_day * weekday[span % 7] * trend * scatter
    mean[span < 0] *= 0.3  # those before the month that are in its files
    return np.repeat(span, rng.poisson(mean)).astype(np.int64)


def close_of(month: Month) -> Close:
    """The close that the month's files would give."""
    orders = _placed(month)
    receivables = _receivables(orders)
    lines, payouts, bank = _money(month, orders)
    records = _records(month, orders, lines, bank)
    policy = Policy(company="Example", fees=_rules(month.stores))
    return Close(
        period=Period(START, END), as_of=END, company="Example", policy=policy, files=(),
        problems=(), records=records, payouts=payouts, matches=empty(MATCHES),
        members=empty(MEMBERS), exceptions=empty(EXCEPTIONS), receivables=receivables,
        identity=empty(IDENTITY),
    )  # fmt: skip


def _rules(stores: tuple[Store, ...]) -> tuple[FeeRule, ...]:
    held = {store.channel: store for store in stores if store.contract}
    return tuple(
        FeeRule(f"{name} fee", name, int(store.rates_ppm[0]), store.fixed_minor)
        for name, store in held.items()
    )


def _placed(month: Month) -> pl.DataFrame:
    """The orders with names, days and money; what falls after the month is not settled yet."""
    named = pl.DataFrame({
        "store": range(len(month.stores)),
        "channel": [s.channel for s in month.stores],
        "account": [s.account for s in month.stores],
        "currency": [s.currency for s in month.stores],
        "fixed": [s.fixed_minor for s in month.stores],
    })  # fmt: skip
    paid_on = pl.col("day") + pl.col("lag")
    back_on = paid_on + 1 + pl.col("n") % 5
    settled = (pl.col("state") == "sale") & paid_on.is_between(0, DAYS - 1)
    before = (pl.col("state") == "sale") & (paid_on < 0)  # settled in an earlier month: not here
    fee = (pl.col("sold") * pl.col("rate_ppm") + 500_000) // 1_000_000 + pl.col("fixed")
    return (
        month.orders.join(named, on="store", how="left")
        .filter(~before)
        .with_columns(
            record_id=pl.format("o-{}-{}", "store", "n"),
            reference=pl.format("{}{}", pl.col("store") + 10, pl.col("n") + 1_000_000),
            date=pl.lit(START) + pl.duration(days=pl.col("day")),
            settled_on=pl.when(settled).then(pl.lit(START) + pl.duration(days=paid_on)),
            refund=pl.when(settled & (back_on < DAYS))
            .then(pl.col("sold") * pl.col("refund_ppm") // 1_000_000).otherwise(0),
            fee=pl.when(settled).then(-fee).otherwise(0),
            paid=pl.when(settled).then(pl.col("sold") - pl.col("short")).otherwise(0),
            match_id=pl.when(settled).then(pl.format("OS-{}-{}", "store", "n"))
            .otherwise(pl.lit("")),
        )
    )  # fmt: skip


def _receivables(orders: pl.DataFrame) -> pl.DataFrame:
    cancelled = pl.col("state") == "cancelled"
    refunded = pl.when(cancelled).then(-pl.col("sold")).otherwise(-pl.col("refund"))
    weighed = orders.with_columns(
        refunded=refunded, fees="fee", settled=pl.col("paid") - pl.col("refund"),
        due=pl.col("date") + pl.duration(days=15), party=pl.format("buyer {}-{}", "store", "buyer"),
    ).with_columns(expected=pl.col("sold") + pl.col("refunded"))  # fmt: skip
    open_ = pl.col("expected") - pl.col("settled")
    late = (pl.lit(END) - pl.col("due")).dt.total_days().clip(0)
    status = (
        pl.when(cancelled).then(pl.lit("cancelled"))
        .when(open_ == 0).then(pl.lit("settled"))
        .when(pl.col("settled") == 0).then(pl.lit("unpaid"))
        .otherwise(pl.lit("part_settled"))
    )  # fmt: skip
    return weighed.with_columns(
        net_expected=pl.col("expected") + pl.col("fees"),
        outstanding=open_, banked=pl.lit(0, pl.Int64), status=status,
        overdue_days=pl.when(open_ != 0).then(late).otherwise(0),
        bucket=pl.when(open_ == 0).then(pl.lit("settled")).otherwise(pl.lit("current")),
    ).select([pl.col(name).cast(dtype) for name, dtype in RECEIVABLES.items()])  # fmt: skip


def _money(month: Month, orders: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Settlement lines, the payouts that hold them, and the bank lines that bring these."""
    paying = pl.DataFrame(
        [(n, day, _next_payout(month, n, day)) for n in range(len(month.stores))
         for day in range(DAYS)],
        schema={"store": pl.Int64, "on": pl.Int64, "pay_day": pl.Int64}, orient="row",
    )  # fmt: skip
    common = ("store", "record_id", "channel", "account", "currency", "reference", "match_id")
    paid = orders.filter(pl.col("settled_on").is_not_null())
    sales = paid.select(*common, date="settled_on", type=pl.lit("sale"), gross="paid", fee="fee")
    later = pl.col("settled_on") + pl.duration(days=1 + pl.col("n") % 5)
    refunds = paid.filter(pl.col("refund") != 0).select(
        *common, date=later, type=pl.lit("refund"), gross=-pl.col("refund"), fee=pl.lit(0, pl.Int64)
    )
    lines = pl.concat([sales, refunds]).with_columns(
        amount=pl.col("gross") + pl.col("fee"), record_id=pl.format("l-{}-{}", "record_id", "type"),
        on=(pl.col("date") - pl.lit(START)).dt.total_days(),
    )  # fmt: skip
    held = lines.join(paying, on=["store", "on"], how="left").with_columns(
        payout_id=pl.format("PO-{}-{}", "account", "pay_day").fill_null("")
    )
    return held, _payouts(held), _bank(held)


def _next_payout(month: Month, store: int, day: int) -> int | None:
    """The day on which lines of ``day`` are paid out; null after the month."""
    at = payout_day(month, store, day)
    return at if at < DAYS else None


def payout_day(month: Month, store: int, day: int) -> int:
    """The day on which lines of ``day`` are paid out, in this month or the next."""
    step = {"daily": 1, "working": 1, "weekly": 7, "some_day": 4}[month.stores[store].rhythm]
    at = day + 1 if step == 1 else (day // step + 1) * step + (store % 3)
    if month.stores[store].rhythm == "some_day":  # when the seller thinks of it
        at += (at * 7 + store * 3) % 4
    if month.stores[store].rhythm == "working":
        while (START + timedelta(days=at)).weekday() > 4:
            at += 1
    while (store, at) in month.unpaid_payouts:
        at += step
    return at


def _payouts(lines: pl.DataFrame) -> pl.DataFrame:
    sale = pl.col("type") == "sale"
    sums = lines.filter(pl.col("payout_id") != "").group_by("payout_id").agg(
        pl.col("channel", "account", "currency", "pay_day").first(), lines=pl.len(),
        gross=pl.col("gross").filter(sale).sum(), fees=pl.col("fee").sum(),
        refunds=pl.col("gross").filter(~sale).sum(), net=pl.col("amount").sum(),
    )  # fmt: skip
    return sums.with_columns(
        group="payout_id", date=pl.lit(START) + pl.duration(days=pl.col("pay_day")),
        other=pl.lit(0), deposited="net", difference=pl.lit(0), status=pl.lit("matched"),
        match_id=pl.format("PB-{}", "payout_id"),
    ).select([pl.col(name).cast(dtype) for name, dtype in PAYOUTS.items()])  # fmt: skip


def _bank(lines: pl.DataFrame) -> pl.DataFrame:
    payouts = _payouts(lines)
    return payouts.with_row_index("n").select(
        record_id=pl.format("b-{}", "n"), kind=pl.lit(Kind.STATEMENT_LINE.value),
        type=pl.lit("receipt"), date="date", amount="net", currency="currency",
        channel=pl.lit("bank"), text=pl.format("payout {}", "group"), match_id="match_id",
        source_file=pl.lit("bank.csv"), source_row=pl.col("n").cast(pl.Int64) + 2,
    )  # fmt: skip


def _records(
    month: Month, orders: pl.DataFrame, lines: pl.DataFrame, bank: pl.DataFrame
) -> pl.DataFrame:
    freight = pl.DataFrame(
        month.freight, schema={"store": pl.Int64, "product": pl.Int64, "each": pl.Int64},
        orient="row",
    )  # fmt: skip
    sold = orders.select(
        "record_id", "store", "date", "channel", "account", "currency", "reference", "match_id",
        "product", kind=pl.lit(Kind.ORDER.value), type=pl.lit("sale"), amount="sold",
        items=pl.format("product {} ×1", "product"),
        party=pl.format("buyer {}-{}", "store", "buyer"),
    ).with_columns(day=(pl.col("date") - pl.lit(START)).dt.total_days())  # fmt: skip
    moved = lines.with_columns(kind=pl.lit(Kind.SETTLEMENT_LINE.value), day="on")
    parcels = sold.join(freight, on=["store", "product"]).with_columns(
        record_id=pl.format("f-{}", "record_id"), kind=pl.lit(Kind.SETTLEMENT_LINE.value),
        type=pl.lit("freight"), amount=-pl.col("each"), items=pl.lit(""),
    )  # fmt: skip
    named = [
        frame.with_columns(source_file=pl.format("{}-{}.csv", "account", "kind"))
        for frame in (sold, moved, parcels)
    ]
    gone = pl.DataFrame(
        sorted(month.absent), orient="row",
        schema={"kind": pl.String, "store": pl.Int64, "day": pl.Int64},
    )  # fmt: skip
    there = [frame.join(gone, on=["kind", "store", "day"], how="anti") for frame in named]
    again = [
        there[0 if kind == Kind.ORDER else 1]
        .filter((pl.col("store") == store) & (pl.col("reference").hash(7) % 1_000 < share * 1_000))
        .with_columns(record_id=pl.format("again-{}", "record_id"),
                      source_file=pl.format("copy of {}", "source_file"), match_id=pl.lit(""))
        for kind, store, share in month.copied
    ]  # fmt: skip
    framed = [as_records(frame).with_columns(
        match_id=frame["match_id"],
        payout_id=frame["payout_id"] if "payout_id" in frame.columns else pl.lit(""),
    ) for frame in (*there, *again, bank)]  # fmt: skip
    return pl.concat(framed).with_columns(
        place=pl.when(pl.col("match_id") != "").then(pl.lit("cleared")).otherwise(pl.lit("open"))
    )
