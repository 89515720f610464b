"""Follow-up of what is not paid: which orders and payouts, in which order, and what to write.

Overdue comes before what only waits, then money times days: a large sum a little late and a small
one long overdue both come up.  Letters are written by platform, from the overdue orders alone.
"""

import polars as pl

from recon_engine.messages import Language, text
from recon_engine.model.money import exponent, to_text
from recon_engine.model.records import REFERENCE_SEPARATOR
from recon_engine.model.results import Close
from recon_engine.reconcile.due import age_bucket
from recon_engine.report import words
from recon_engine.report.data import Part, Row, Section, Table, Type

NAMED_IN_LETTER = 10  # orders a letter names; the list it goes with has all
BUYERS_SHOWN = 30
_MOST_DECIMALS = 4  # of any currency; one scale for sorting over currencies

# One row an order that is owed something or was paid too much, or a payout not in the bank.
LIST: dict[str, pl.DataType] = {
    "kind": pl.String(),  # order | payout
    "reference": pl.String(),
    "channel": pl.String(),
    "account": pl.String(),
    "party": pl.String(),
    "currency": pl.String(),
    "outstanding": pl.Int64(),
    "date": pl.Date(),
    "due": pl.Date(),
    "overdue_days": pl.Int64(),
    "bucket": pl.String(),
    "reason": pl.String(),
    "follow_up": pl.String(),  # the person's
    "follow_up_note": pl.String(),  # the person's
    "record_id": pl.String(),
}


def follow_up(close: Close) -> pl.DataFrame:
    """LIST, what presses most first; what was noted and is settled since stands at the end."""
    reasons = close.exceptions.select("record_id", reason="code").unique(
        "record_id", keep="first", maintain_order=True
    )
    noted = close.kept.follow_up.unique("record_id", keep="last", maintain_order=True)
    found = (
        pl.concat([part(close, noted["record_id"]) for part in (_orders, _payouts)])
        .join(reasons, on="record_id", how="left")
        .join(noted, on="record_id", how="left")
        .with_columns(pl.col("reason", "follow_up", "follow_up_note").fill_null(""))
    )
    pressing = _common_scale(found["currency"]) * pl.col("outstanding").abs()
    days = pl.max_horizontal(pl.col("overdue_days"), pl.lit(1))
    return found.sort(pl.col("overdue_days") == 0, -pressing * days, "due", "record_id").select(
        list(LIST)
    )


def _common_scale(currencies: pl.Series) -> pl.Expr:
    scale = {code: 10 ** (_MOST_DECIMALS - exponent(code)) for code in currencies.unique()}
    return pl.col("currency").replace_strict(scale, default=1, return_dtype=pl.Int64)


_FOUND = tuple(n for n in LIST if n not in ("reason", "follow_up", "follow_up_note"))


def _orders(close: Close, noted: pl.Series) -> pl.DataFrame:
    """Orders that are owed something or paid too much, and those somebody made a note about."""
    owed = close.receivables.filter(
        (pl.col("outstanding") != 0) | pl.col("record_id").is_in(noted.implode())
    )
    return owed.with_columns(kind=pl.lit("order")).select(_FOUND)


def _payouts(close: Close, noted: pl.Series) -> pl.DataFrame:
    """Payouts that are not in the bank, due within the window in which a deposit follows."""
    due = pl.col("date") + pl.duration(days=close.policy.match.payout_days_after)
    late = (pl.lit(close.as_of) - due).dt.total_days().clip(0)
    waiting = (pl.col("status") != "matched") & (pl.col("difference") != 0)
    told = close.payouts.filter(waiting | pl.col("payout_id").is_in(noted.implode()))
    names = {
        "kind": pl.lit("payout"),
        "reference": pl.col("group"),
        "party": pl.lit(""),
        "outstanding": pl.col("difference"),
        "bucket": age_bucket(pl.col("overdue_days"), close.policy.ageing.bounds_days),
        "record_id": pl.col("payout_id"),
    }
    return told.with_columns(due=due, overdue_days=late).with_columns(**names).select(_FOUND)


def follow_up_section(close: Close, language: Language) -> Section:
    """What presses most, the buyers who owe most, and a letter a platform."""
    found = follow_up(close).filter(pl.col("outstanding") != 0)
    overdue = found.filter(pl.col("overdue_days") > 0)
    parts: list[Part] = []
    for currency in words.currencies(set(found["currency"]), close.policy.home_currency):
        mine = found.filter(pl.col("currency") == currency)
        parts.append(_list_table(mine, currency, language))
        owing = mine.filter((pl.col("party") != "") & (pl.col("kind") == "order"))
        if owing.height:
            parts.append(_buyer_table(owing, currency, language))
    if overdue.height:
        parts.append(_letters(close, overdue, language))
    return Section(
        "follow_up",
        text("reports.section.follow_up.title", language),
        text(f"reports.section.follow_up.{'lead' if parts else 'none'}", language),
        tuple(parts),
    )


def _list_table(frame: pl.DataFrame, currency: str, language: Language) -> Table:
    columns = words.columns(
        language, ("reason", Type.STATUS), ("reference", Type.ID), ("channel", Type.WORD),
        ("outstanding", Type.MONEY), ("due", Type.DATE), ("overdue_days", Type.DAYS),
        ("next_step", Type.PROSE), ("follow_up", Type.WORD), ("follow_up_note", Type.TEXT),
    )  # fmt: skip
    shown = frame.head(BUYERS_SHOWN)
    rows = tuple(_list_row(row, currency, language) for row in shown.iter_rows(named=True))
    rest = frame.slice(BUYERS_SHOWN)
    sums = [(words.caption("total", language), frame)]
    if rest.height:
        sums.insert(0, (text("report.caption.others", language, count=rest.height), rest))
    totals = tuple(
        Row((None, name, None, int(part["outstanding"].sum()), None, None, None, None, None),
            currency)
        for name, part in sums
    )  # fmt: skip
    title = text("reports.table.follow_up", language, currency=currency, count=frame.height)
    return Table(title, columns, rows, totals)


def _list_row(row: dict[str, object], currency: str, language: Language) -> Row:
    code = str(row["reason"])
    cells = (
        words.reason(code, language) if code else None, first_reference(str(row["reference"])),
        words.word("channel", str(row["channel"]), language), row["outstanding"], row["due"],
        row["overdue_days"], words.next_step(code, language),
        follow_up_word(str(row["follow_up"]), language), row["follow_up_note"],
    )  # fmt: skip
    return Row(cells, currency)  # type: ignore[arg-type]  # cells of a typed frame


def follow_up_word(code: str, language: Language) -> str:
    """The word of a follow-up status; what a person typed instead stands as it is."""
    key = f"workbook.follow_up.{code}"
    return text(key, language) if code in STATES else code


STATES = ("asked", "promised", "disputed", "given_up", "done")


def first_reference(reference: str) -> str:
    """The first of a record's ids: what a person looks for."""
    return reference.split(REFERENCE_SEPARATOR, maxsplit=1)[0]


def _buyer_table(frame: pl.DataFrame, currency: str, language: Language) -> Table:
    every = (
        frame.group_by("party")
        .agg(
            pl.len().cast(pl.Int64).alias("orders"),
            pl.col("outstanding").sum(),
            pl.col("overdue_days").max(),
        )
        .sort("outstanding", "party", descending=[True, False])
    )
    columns = words.columns(
        language, ("party", Type.TEXT), ("orders", Type.COUNT), ("outstanding", Type.MONEY),
        ("overdue_days", Type.DAYS),
    )  # fmt: skip
    rows = tuple(Row(row, currency) for row in every.head(BUYERS_SHOWN).iter_rows())
    rest = every.slice(BUYERS_SHOWN)
    totals = []
    if rest.height:
        others = text("report.caption.others", language, count=rest.height)
        totals.append((others, rest))
    totals.append((words.caption("total", language), every))
    summed = tuple(
        Row((name, int(part["orders"].sum()), int(part["outstanding"].sum()), None), currency)
        for name, part in totals
    )
    return Table(text("reports.table.buyers", language, currency=currency), columns, rows, summed)


def _letters(close: Close, overdue: pl.DataFrame, language: Language) -> Table:
    """One letter a platform and currency, ready to be sent."""
    columns = words.columns(
        language, ("channel", Type.WORD), ("count", Type.COUNT), ("outstanding", Type.MONEY),
        ("letter", Type.PROSE),
    )  # fmt: skip
    owed = overdue.filter((pl.col("outstanding") > 0) & (pl.col("kind") == "order"))
    order = owed.select("channel", "currency").unique().sort("channel", "currency").rows()
    rows = []
    for channel, currency in order:
        mine = owed.filter((pl.col("channel") == channel) & (pl.col("currency") == currency))
        sum_ = int(mine["outstanding"].sum())
        letter = _letter(close, mine, currency, language)
        name = words.word("channel", channel, language)
        rows.append(Row((name, mine.height, sum_, letter), currency))
    return Table(text("reports.table.letters", language), columns, tuple(rows))


def _letter(close: Close, orders: pl.DataFrame, currency: str, language: Language) -> str:
    oldest_first = orders.sort("due", "record_id")
    named = [
        f"{first_reference(reference)} ({to_text(amount, currency)})"
        for reference, amount in oldest_first.select("reference", "outstanding")
        .head(NAMED_IN_LETTER)
        .iter_rows()
    ]
    separator = text("reports.letter.separator", language)
    more = orders.height - len(named)
    return text(
        "reports.letter.more" if more else "reports.letter.whole",
        language,
        company=close.company or text("reports.letter.we", language),
        channel=words.word("channel", orders["channel"][0], language),
        count=orders.height,
        amount=to_text(int(orders["outstanding"].sum()), currency),
        currency=currency,
        oldest=f"{oldest_first['due'][0]:%Y-%m-%d}",
        as_of=f"{close.as_of:%Y-%m-%d}",
        orders=separator.join(named),
        **({"rest": more} if more else {}),
    )
