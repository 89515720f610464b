"""Concentration: one buyer or product that the month hangs on; and products that lose."""

import polars as pl

from recon_engine.control.monitor.facts import Facts
from recon_engine.model.findings import Code, Figures, Finding
from recon_engine.model.records import REFERENCE_SEPARATOR, Kind, Type

_MILLION = 1_000_000
_ORDERS_OF_PRODUCT = 5  # fewer say nothing about a product


def concentration(facts: Facts) -> list[Finding]:
    """The buyer or product of too large a part of what was sold, or of what is overdue."""
    policy = facts.policy
    overdue = facts.orders.filter((pl.col("outstanding") > 0) & (pl.col("overdue_days") > 0))
    return [
        *_largest(facts, Code.BUYER_CONCENTRATION, facts.sales, ("party", "sold"),
                  policy.buyer_ppm_max),
        *_largest(facts, Code.PRODUCT_CONCENTRATION, facts.sales, ("product", "sold"),
                  policy.product_ppm_max),
        *_largest(facts, Code.OPEN_CONCENTRATION, overdue, ("party", "outstanding"),
                  policy.overdue_ppm_max),
    ]  # fmt: skip


def _largest(
    facts: Facts, code: Code, frame: pl.DataFrame, what: tuple[str, str], limit_ppm: int
) -> list[Finding]:
    """Per currency, the largest by name; names are needed on most rows, and several of them."""
    name, money = what
    found = []
    for (currency,), rows in sorted(frame.partition_by("currency", as_dict=True).items()):
        named = rows.filter(pl.col(name) != "")
        whole = int(rows[money].sum())
        enough = rows.height >= facts.policy.orders_min or code is Code.OPEN_CONCENTRATION
        if not enough or 2 * named.height < rows.height or named[name].n_unique() < 3:
            continue
        sums = named.group_by(name).agg(pl.col(money).sum()).sort(money, name)
        value, amount = sums.row(-1)
        share = amount * _MILLION // whole if whole > 0 else 0
        if share < limit_ppm or amount < _worth_telling(facts, str(currency)):
            continue
        mine = named.filter(pl.col(name) == value)
        figures: Figures = {"share_ppm": share, "orders": mine.height, "whole_minor": whole}
        found.append(Finding(code, "", "", str(value), str(currency), amount, mine.height,
                             figures, facts.evidence(mine, money)))  # fmt: skip
    return found


def _worth_telling(facts: Facts, currency: str) -> int:
    """The smallest amount that is a risk to a month of these sales."""
    sold = int(facts.sales.filter(pl.col("currency") == currency)["sold"].sum())
    part = sold * facts.policy.risk_ppm_min // _MILLION
    return max(part, facts.policy.at_stake_minor_min)


def losing_products(facts: Facts) -> list[Finding]:
    """Products whose settled orders bring less than nothing after fees and freight."""
    settled = facts.sales.filter((pl.col("product") != "") & pl.col("settled_on").is_not_null())
    if settled.is_empty():
        return []
    charged = settled.join(_freight(facts), on="record_id", how="left").with_columns(
        pl.col("freight").fill_null(0)
    )
    sums = (
        charged.with_columns(left=pl.col("settled") + pl.col("fees") + pl.col("freight"))
        .group_by("channel", "account", "currency", "product")
        .agg(pl.len().cast(pl.Int64).alias("orders"),
             pl.col("sold", "settled", "fees", "freight", "left").sum())
        .filter((pl.col("left") <= -facts.policy.at_stake_minor_min)
                & (pl.col("orders") >= _ORDERS_OF_PRODUCT))
        .sort("left", "channel", "account", "product")
    )  # fmt: skip
    found = []
    for row in sums.head(facts.policy.findings_max).iter_rows(named=True):
        mine = charged.filter(
            (pl.col("product") == row["product"]) & (pl.col("channel") == row["channel"])
            & (pl.col("account") == row["account"])
        )  # fmt: skip
        figures: Figures = {"orders": row["orders"], "sold_minor": row["sold"],
                   "settled_minor": row["settled"], "fees_minor": -row["fees"],
                   "freight_minor": -row["freight"]}  # fmt: skip
        found.append(Finding(
            Code.PRODUCT_LOSES, row["channel"], row["account"], row["product"], row["currency"],
            -row["left"], row["orders"], figures, facts.evidence(mine),
        ))  # fmt: skip
    return found


def _freight(facts: Facts) -> pl.DataFrame:
    """``record_id, freight`` of orders: freight lines and courier charges with their id, signed."""
    records = facts.close.records
    line = (pl.col("kind") == Kind.SETTLEMENT_LINE) & (pl.col("type") == Type.FREIGHT)
    courier = pl.col("kind") == Kind.COURIER_CHARGE
    charges = records.filter((line & (pl.col("amount") < 0)) | courier).select(
        pl.col("reference").str.split(REFERENCE_SEPARATOR),
        freight=pl.when(courier).then(-pl.col("amount").abs()).otherwise(pl.col("amount")),
    )
    ids = facts.orders.select(
        "record_id", pl.col("reference").str.split(REFERENCE_SEPARATOR)
    ).explode("reference")
    by_id = charges.with_row_index("charge").explode("reference").filter(pl.col("reference") != "")
    return (
        by_id.join(ids, on="reference")
        .unique(["charge", "record_id"])
        .group_by("record_id")
        .agg(pl.col("freight").sum())
    )
