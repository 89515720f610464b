"""From what buyers paid to what the bank shows, over all settlement lines of a currency.

Payouts alone do not tell it: a withdrawal from a wallet is one line that knows nothing of the
sales and fees before it.  So gross, fees and refunds are counted on the platforms' accounts, and
what is kept there is the step between their net and what was paid out.
"""

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import Close
from recon_engine.report.data import Bar, Waterfall

_STEPS = ("gross", "fees", "refunds", "other", "net", "kept", "paid_out", "missing", "bank")
_LEVELS = frozenset({"gross", "net", "paid_out", "bank"})


def flow(close: Close) -> dict[str, dict[str, int]]:
    """The steps by currency, minor units.

    ``gross + fees + refunds + other = net``, ``net + kept = paid_out``,
    ``paid_out + missing = bank``.
    """
    lines = _lines(close.records)
    paid = close.payouts.group_by("currency").agg(
        paid_out=pl.col("net").sum(),
        missing=-pl.col("difference").sum(),
        bank=pl.col("deposited").sum(),
    )
    both = lines.join(paid, on="currency", how="full", coalesce=True).fill_null(0)
    full = both.with_columns(
        other=pl.col("net") - pl.col("gross") - pl.col("fees") - pl.col("refunds"),
        kept=pl.col("paid_out") - pl.col("net"),
    )
    return {
        row["currency"]: {step: row[step] for step in _STEPS}
        for row in full.sort("currency").iter_rows(named=True)
    }


def _lines(records: pl.DataFrame) -> pl.DataFrame:
    """What happened on the platforms' accounts: one row a currency, transfers left out."""
    moved = records.filter(
        (pl.col("kind") == Kind.SETTLEMENT_LINE)
        & (pl.col("type") != Type.TRANSFER)
        & (pl.col("place") != "excluded")
    )
    gross, fee = pl.coalesce("gross", "amount"), pl.col("fee").fill_null(0)
    fees = pl.col("type").is_in([Type.COMMISSION, Type.FEE])
    return moved.group_by("currency").agg(
        gross=gross.filter(pl.col("type") == Type.SALE).sum(),
        fees=fee.filter(~fees).sum() + pl.col("amount").filter(fees).sum(),
        refunds=gross.filter(pl.col("type") == Type.REFUND).sum(),
        net=pl.col("amount").sum(),
    )


def waterfall(steps: dict[str, int], currency: str, language: Language) -> Waterfall:
    """The steps as a chart; those that say nothing are left out."""
    optional = {"other": steps["other"], "kept": steps["kept"], "paid_out": steps["kept"]}
    shown = [name for name in _STEPS if optional.get(name, 1)]
    bars = tuple(Bar(text(f"report.waterfall.{name}", language), steps[name]) for name in shown)
    levels = frozenset(at for at, name in enumerate(shown) if name in _LEVELS)
    title = text("report.chart.waterfall", language, currency=currency)
    return Waterfall(title, currency, bars, levels)
