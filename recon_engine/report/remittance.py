"""Remittance analysis: what was sold, kept back, settled and banked, and how fast money came."""

from collections.abc import Iterator

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report import grids, words
from recon_engine.report.data import Part, Row, Section, Table, Type
from recon_engine.report.measures import Grain, added_up, first_day, last_day, with_products
from recon_engine.report.receipts import days_to_cash, receipts

PRODUCTS_SHOWN = 50  # of a currency; the rest stands in one row


def remittance_section(close: Close, language: Language) -> Section:
    """Per currency: platforms, stores, weeks, days, products; then what the bank saw."""
    orders = with_products(close)
    found = set(orders["currency"]) | set(receipts(close)["currency"])
    parts: list[Part] = []
    for currency in words.currencies(found, close.policy.home_currency):
        mine = orders.filter(pl.col("currency") == currency)
        parts += _sold(mine, currency, language)
        parts += _received(close, currency, language)
    lead = "lead" if parts else "none"
    return Section(
        "remittance",
        text("reports.section.remittance.title", language),
        text(f"reports.section.remittance.{lead}", language),
        tuple(parts),
    )


def _sold(orders: pl.DataFrame, currency: str, language: Language) -> Iterator[Table]:
    if orders.is_empty():
        return
    channel = grids.of_channel(language)
    by_channel = added_up(orders, ["channel"]).sort("sold", "channel", descending=[True, False])
    yield _table("by_channel", by_channel, (channel,), currency, language)
    if orders["account"].n_unique() > 1:
        stores = added_up(orders, ["channel", "account"]).sort("channel", "account")
        dimensions = (channel, grids.of_account(language))
        yield _table("by_account", stores, dimensions, currency, language)
    for grain in (Grain.MONTH, Grain.WEEK, Grain.DAY):
        stretches = added_up(orders, [first_day(grain)]).with_columns(last_day(grain)).sort("from")
        if grain is not Grain.MONTH or stretches.height > 1:
            yield _table(f"by_{grain}", stretches, grids.of_days(), currency, language)
    if (orders["product"] != "").any():
        products = _most_sold(orders)
        yield _table("by_product", products, (grids.of_product(language),), currency, language)


def _most_sold(orders: pl.DataFrame) -> pl.DataFrame:
    """Products by what they sold; those beyond PRODUCTS_SHOWN added up in one row."""
    every = added_up(orders, ["product"]).sort("sold", "product", descending=[True, False])
    rest = every.slice(PRODUCTS_SHOWN)
    if rest.is_empty():
        return every
    others = rest.select(pl.lit(f"+{rest.height}").alias("product"), pl.exclude("product").sum())
    return pl.concat([every.head(PRODUCTS_SHOWN), others.select(every.columns)])


def _table(
    name: str,
    frame: pl.DataFrame,
    dimensions: tuple[grids.Dimension, ...],
    currency: str,
    language: Language,
) -> Table:
    title = text(f"reports.table.{name}", language, currency=currency)
    return grids.measure_table(title, frame, dimensions, currency, language)


def _received(close: Close, currency: str, language: Language) -> Iterator[Table]:
    """Remittances by platform and week of the bank's own day; days from order to bank."""
    mine = receipts(close).filter(pl.col("currency") == currency)
    if mine.height:
        yield _receipt_table(mine, currency, language)
    waited = days_to_cash(close).filter(pl.col("currency") == currency)
    if waited.height:
        yield _days_table(waited, currency, language)


def _receipt_table(receipts: pl.DataFrame, currency: str, language: Language) -> Table:
    weeks = (
        receipts.group_by("channel", first_day(Grain.WEEK))
        .agg(pl.len().cast(pl.Int64).alias("count"), pl.col("amount").sum())
        .with_columns(last_day(Grain.WEEK))
        .sort("from", "channel")
    )
    columns = words.columns(
        language, ("from", Type.DATE), ("to", Type.DATE), ("channel", Type.WORD),
        ("count", Type.COUNT), ("received", Type.MONEY),
    )  # fmt: skip
    rows = tuple(
        Row((start, end, words.word("channel", channel, language), count, amount), currency)
        for start, end, channel, count, amount in weeks.select(
            "from", "to", "channel", "count", "amount"
        ).iter_rows()
    )
    sums = (int(weeks["count"].sum()), int(weeks["amount"].sum()))
    total = Row((words.caption("total", language), None, None, *sums), currency)
    return Table(text("reports.table.received", language, currency=currency), columns, rows,
                 (total,))  # fmt: skip


def _days_table(waited: pl.DataFrame, currency: str, language: Language) -> Table:
    """Days from order to bank by platform: quickest, middle, nine of ten, slowest."""
    days = pl.col("days")
    found = (
        waited.group_by("channel")
        .agg(
            pl.len().cast(pl.Int64).alias("orders"),
            pl.col("banked").sum(),
            shortest=days.min(),
            middle=days.quantile(0.5, "lower").cast(pl.Int64),
            most=days.quantile(0.9, "lower").cast(pl.Int64),
            longest=days.max(),
        )
        .sort("middle", "channel", descending=[True, False])
    )
    columns = words.columns(
        language, ("channel", Type.WORD), ("orders", Type.COUNT), ("banked", Type.MONEY),
        ("days_shortest", Type.DAYS), ("days_middle", Type.DAYS), ("days_most", Type.DAYS),
        ("days_longest", Type.DAYS),
    )  # fmt: skip
    rows = tuple(
        Row((words.word("channel", channel, language), *figures), currency)
        for channel, *figures in found.iter_rows()
    )
    return Table(text("reports.table.days_to_cash", language, currency=currency), columns, rows)
