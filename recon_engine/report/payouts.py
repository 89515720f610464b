"""Payouts: what platforms kept back, paid out, and what reached the bank."""

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report import words
from recon_engine.report.data import Part, Row, Section, Table, Type
from recon_engine.report.flow import flow, waterfall

_MONEY = ("gross", "fees", "refunds", "other", "net", "deposited", "difference")


def payout_totals(payouts: pl.DataFrame) -> pl.DataFrame:
    """One row a currency and channel: ``payouts, lines`` and the sums of the money columns."""
    return (
        payouts.group_by("currency", "channel")
        .agg(pl.len().cast(pl.Int64).alias("payouts"), pl.col("lines", *_MONEY).sum())
        .sort("currency", "channel")
    )


def payouts_section(close: Close, language: Language) -> Section:
    """Per currency: the way from gross to bank, the channels, then every payout."""
    totals, steps = payout_totals(close.payouts), flow(close)
    parts: list[Part] = []
    for currency in words.currencies(set(steps), close.policy.home_currency):
        mine = totals.filter(pl.col("currency") == currency)
        parts.append(waterfall(steps[currency], currency, language))
        if mine.height:
            parts.append(_channel_table(mine, currency, language))
    lead = "lead" if parts else "none"
    return Section(
        "payouts",
        text("report.section.payouts.title", language),
        text(f"report.section.payouts.{lead}", language),
        tuple(parts),
    )


def payout_list_section(close: Close, language: Language) -> Section:
    """Every payout, a table per currency."""
    order = words.currencies(set(close.payouts["currency"]), close.policy.home_currency)
    return Section(
        "payout_list",
        text("report.section.payout_list.title", language),
        text("report.section.payout_list.lead", language),
        tuple(
            _payout_table(close.payouts.filter(pl.col("currency") == currency), currency, language)
            for currency in order
        ),
    )


def _channel_table(totals: pl.DataFrame, currency: str, language: Language) -> Table:
    names = ("payouts", "lines", *_MONEY)
    rows = tuple(
        Row((words.word("channel", row["channel"], language), *(row[name] for name in names),
             _rate(row["fees"], row["gross"])), currency)
        for row in totals.sort("gross", "channel", descending=[True, False]).iter_rows(named=True)
    )  # fmt: skip
    sums = {name: int(totals[name].sum()) for name in names}
    total = Row(
        (words.caption("total", language), *sums.values(), _rate(sums["fees"], sums["gross"])),
        currency,
    )
    columns = words.columns(
        language, ("channel", Type.WORD), ("payouts", Type.COUNT), ("lines", Type.COUNT),
        *((name, Type.MONEY) for name in _MONEY), ("fee_rate", Type.RATE),
    )  # fmt: skip
    title = text("report.table.payouts_by_channel", language, currency=currency)
    return Table(title, columns, rows, (total,))


def _rate(fees: int, gross: int) -> int | None:
    """Fees in parts per million of gross, positive as a cost, half rounded up."""
    return (-fees * 2_000_000 + gross) // (2 * gross) if gross > 0 else None


def _payout_table(payouts: pl.DataFrame, currency: str, language: Language) -> Table:
    ordered = payouts.sort("date", "channel", "payout_id")
    rows = tuple(
        Row((row["date"], words.word("channel", row["channel"], language),
             row["group"] or row["payout_id"], row["lines"], *(row[name] for name in _MONEY),
             words.payout_status(row["status"], language)), currency)
        for row in ordered.iter_rows(named=True)
    )  # fmt: skip
    sums = (int(ordered[name].sum()) for name in ("lines", *_MONEY))
    total = Row((words.caption("total", language), None, None, *sums, None), currency)
    columns = words.columns(
        language, ("date", Type.DATE), ("channel", Type.WORD), ("payout", Type.ID),
        ("lines", Type.COUNT), *((name, Type.MONEY) for name in _MONEY), ("status", Type.STATUS),
    )  # fmt: skip
    title = text("report.table.payouts", language, currency=currency, count=ordered.height)
    return Table(title, columns, rows, (total,))
