"""What a file proves about itself: its own totals, its running balance, its count of rows."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl

from recon_engine.intake.profile import OwnTotal
from recon_engine.model import money
from recon_engine.model.results import Check

_FIGURE = re.compile(r"-?[\d,]*\.?\d+")


def rows_check(rows: int, taken: int, excluded: int, rejected: int) -> Check:
    """Every row beneath the header is a record's, excluded with a reason, or rejected."""
    detail = f"{rows} = {taken} + {excluded} + {rejected}"
    return Check("rows", rows == taken + excluded + rejected, detail)


def excluded_check(reasons: Mapping[str, int]) -> list[Check]:
    """How many rows were left out, by reason; nothing when none were."""
    told = "; ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    return [Check("excluded", ok=True, detail=told)] if told else []


def stated_totals(
    totals: Sequence[OwnTotal],
    lines: Sequence[str],
    amounts: pl.Series,
    sides: pl.Series,
    currency: str,
) -> list[Check]:
    """The file's own totals, told in words outside the data, against the rows.

    Args:
        totals: the profile's patterns.
        lines: preamble and footer as lines of text.
        amounts: minor units of every row that was read.
        sides: ``in``, ``out`` or ``neutral`` of every row.
        currency: of the amounts.
    """
    checks = []
    for total in totals:
        found = next((m for line in lines if (m := re.search(total.pattern, line))), None)
        if found:
            mask = (
                sides == total.side
                if total.side != "all"
                else pl.Series([True] * sides.len(), dtype=pl.Boolean)
            )
            checks.append(_stated(total, found, amounts.filter(mask), currency))
    return checks


def _stated(total: OwnTotal, found: re.Match[str], amounts: pl.Series, currency: str) -> Check:
    groups = found.groupdict()
    holds = True
    told, read = [], []
    if groups.get("count"):
        told.append(groups["count"])
        read.append(str(amounts.len()))
        holds &= int(groups["count"]) == amounts.len()
    if groups.get("sum"):
        stated = _minor(groups["sum"], currency)
        told.append(money.to_text(abs(stated), currency))
        read.append(money.to_text(abs(_sum(amounts)), currency))
        holds &= abs(stated) == abs(_sum(amounts))
    detail = f"{total.side}: file {' / '.join(told)}, read {' / '.join(read)}"
    if total.informational:
        return Check("total_stated", ok=True, detail=detail)
    return Check("total", holds, detail)


def _minor(text: str, currency: str) -> int:
    scaled = Decimal(text.replace(",", "")).scaleb(money.exponent(currency))
    return int(scaled.to_integral_value())


def _sum(amounts: pl.Series) -> int:
    return int(amounts.sum() or 0)


def figure(text: str) -> str:
    """The figure in a cell of a totals row; "" when there is none."""
    found = _FIGURE.search(text)
    return found[0] if found else ""


def captioned_total(caption: str, stated: str, read: int, currency: str | None) -> Check:
    """One cell of a totals row against what was read; ``currency`` None for a count."""
    if currency is None:
        holds = Decimal(stated.replace(",", "")) == read
        return Check("total", holds, f"{caption}: file {stated}, read {read}")
    wanted = _minor(stated, currency)
    return Check(
        "total",
        wanted == read,
        f"{caption}: file {money.to_text(wanted, currency)}, read {money.to_text(read, currency)}",
    )


def settled_total(group: str, stated: int, read: int, currency: str) -> Check:
    """A settlement's stated total against the sum of its lines, minor units."""
    figures = f"file {money.to_text(stated, currency)}, read {money.to_text(read, currency)}"
    return Check("total", stated == read, f"{group} {currency}: {figures}")


def balance_chain(rows: pl.DataFrame) -> list[Check]:
    """Whether each balance follows from the one before, newest first or oldest first.

    Args:
        rows: ``amount``, ``balance``, ``currency``, ``source_row`` in the file's order; rejected
            rows have a null amount.
    """
    checks = []
    for (currency,), part in rows.group_by("currency", maintain_order=True):
        known = part.filter(pl.col("balance").is_not_null())
        if known.height > 1:
            checks.append(_chain(known, str(currency)))
    return checks


def chain_gaps(rows: pl.DataFrame) -> int:
    """How often a balance does not follow from the one before; rows as balance_chain has them."""
    known = rows.filter(pl.col("balance").is_not_null())
    parts = known.group_by("currency", maintain_order=True)
    return rows.height - known.height + sum(len(_gaps(part)) for _, part in parts)


def _gaps(rows: pl.DataFrame) -> list[int]:
    step = pl.col("balance").diff()
    # Oldest first, a row's own amount leads to its balance; newest first, the row above's does.
    forward = rows.select(gap=step - pl.col("amount"))["gap"]
    backward = rows.select(gap=step + pl.col("amount").shift(1))["gap"]
    return min((_broken(forward), _broken(backward)), key=len)


def _chain(rows: pl.DataFrame, currency: str) -> Check:
    gaps = _gaps(rows)
    if not gaps:
        return Check("balance_chain", ok=True, detail=f"{currency}: {rows.height}")
    row = rows["source_row"][gaps[0]]
    return Check("balance_chain", ok=False, detail=f"{currency}: {len(gaps)}, row {row}")


def _broken(gaps: pl.Series) -> list[int]:
    return ((gaps.slice(1).fill_null(1) != 0).arg_true() + 1).to_list()
