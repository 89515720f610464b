"""A reading → its report: counts, totals, and every proof the file allows."""

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.intake import figures, proofs, signs
from recon_engine.intake.cells import clean
from recon_engine.intake.columns import Columns
from recon_engine.intake.names import normal_name
from recon_engine.intake.reading import Reading
from recon_engine.intake.rows import Left, lines_of_text
from recon_engine.model.records import Kind
from recon_engine.model.results import Check, FileReport, Total

_TOLD = {
    "balance_chain": Code.BALANCE_CHAIN_BROKEN,
    "total": Code.TOTAL_DIFFERS,
    "parts": Code.TOTAL_DIFFERS,
}


def reported(columns: Columns, reading: Reading, sha256: str) -> FileReport:
    """The report of one table.  A proof that fails is also a note: nothing is lost by it."""
    footer = _footer_rows(columns)
    counted = int((reading.left != Left.BLANK).sum()) + footer
    excluded = dict(reading.excluded)
    if footer:
        excluded[Left.FOOTER.value] = excluded.get(Left.FOOTER.value, 0) + footer
    left_out = sum(excluded.values())
    taken = int(reading.records["source_rows"].sum())
    checks = [
        proofs.rows_check(counted, taken, left_out, len(reading.rejects)),
        *proofs.excluded_check(excluded),
        *_totals(columns, reading),
        *_balances(columns, reading),
        *_parts(columns, reading),
    ]
    if columns.assumed and reading.records.height:
        checks.append(Check("currency_assumed", ok=True, detail=reading.records["currency"][0]))
    if signs.assumed(columns, reading.money, reading.left == ""):
        checks.append(Check("sign_assumed", ok=True, detail=columns.caption_of("amount")))
    place = Place(columns.file, columns.sheet)
    notes = [
        Problem(_TOLD[c.code], place, c.detail) for c in checks if not c.ok and c.code in _TOLD
    ]
    return FileReport(
        file=columns.file,
        sha256=sha256,
        profile=columns.profile.name,
        kind=columns.profile.kind.value,
        rows=counted,
        records=reading.records.height,
        excluded=left_out,
        rejects=reading.rejects,
        totals=totals_of(reading.records),
        checks=tuple(checks),
        notes=(*columns.found.changes, *notes),
    )


def totals_of(records: pl.DataFrame) -> dict[str, Total]:
    """Count and sum of the records by currency, sorted."""
    sums = records.group_by("currency").agg(n=pl.len(), s=pl.col("amount").sum()).sort("currency")
    return {row["currency"]: Total(row["n"], row["s"]) for row in sums.iter_rows(named=True)}


def _footer_rows(columns: Columns) -> int:
    rows = pl.int_range(columns.footer.cells.height, eager=True)
    return sum(1 for line in lines_of_text(columns.footer, rows) if line)


def _totals(columns: Columns, reading: Reading) -> list[Check]:
    """Totals told in words, in a totals row under its own header, or in a summary cell."""
    checks: list[Check] = []
    currency = columns.currencies[0] if columns.currencies.len() else ""
    if columns.profile.own_totals:
        seen = ~reading.left.is_in([Left.BLANK, Left.TOTAL, Left.FOOTER, Left.HEADER, Left.NOTE])
        lines = [*columns.preamble, *_outside(columns, reading)]
        checks += proofs.stated_totals(
            columns.profile.own_totals,
            lines,
            reading.money.amount.filter(seen),
            reading.sides.filter(seen),
            currency,
        )
    if columns.profile.total_captions and columns.footer.cells.height > 1:
        checks += _captioned(columns, reading, currency)
    if columns.profile.sum_column in columns.roles:
        checks += _summed(columns, reading)
    return checks


def _outside(columns: Columns, reading: Reading) -> list[str]:
    """Rows that are no data, as lines of text."""
    left = reading.left
    rows = ((left != "") & (left != Left.BLANK)).arg_true()
    footer = pl.int_range(columns.footer.cells.height, eager=True)
    return [*lines_of_text(columns.body, rows), *lines_of_text(columns.footer, footer)]


def _captioned(columns: Columns, reading: Reading, currency: str) -> list[Check]:
    """A second header and the totals beneath it: each known caption against the data."""
    names = [normal_name(column[0] or "") for column in columns.footer.cells]
    cells = [clean(column.slice(1, 1))[0] for column in columns.footer.cells]
    data = reading.left == ""
    checks = []
    for name, cell in zip(names, cells, strict=True):
        what = (columns.profile.total_captions or {}).get(name, "")
        stated = proofs.figure(cell)
        if not what or not stated:
            continue
        if what.endswith("rows"):
            side = what.removesuffix("rows").removesuffix("_")
            counted = data & (reading.sides == side) if side else data
            checks.append(proofs.captioned_total(name, stated, int(counted.sum()), None))
        else:
            read = _sums(reading, data)[what]
            checks.append(proofs.captioned_total(name, stated, read, currency))
    return checks


def _sums(reading: Reading, data: pl.Series) -> dict[str, int]:
    money = reading.money
    amounts = money.amount.filter(data)
    sums = {
        "amount": amounts,
        "in": amounts.filter(amounts > 0),
        "out": -amounts.filter(amounts < 0),
    }
    if money.gross is not None and money.fee is not None:
        gross, fee = money.gross.filter(data), money.fee.filter(data)
        sums |= {"sold": gross.filter(gross > 0), "refunded": -gross.filter(gross < 0), "fee": -fee}
    return {name: int(series.sum() or 0) for name, series in sums.items()}


def _summed(columns: Columns, reading: Reading) -> list[Check]:
    """A summary row's total against all lines of its settlement."""
    cells = columns.roles[columns.profile.sum_column]
    stated = figures.to_minor(cells, columns.places, columns.style)["minor"]
    group = columns.roles.get(columns.profile.group, cells.clear(cells.len()).fill_null(""))
    frame = pl.DataFrame(
        {
            "group": group,
            "stated": stated,
            "amount": reading.money.amount,
            "data": reading.left == "",
            "currency": columns.currencies,
        }
    )
    sums = frame.group_by("group", maintain_order=True).agg(
        stated=pl.col("stated").drop_nulls().first(),
        read=pl.col("amount").filter(pl.col("data")).sum(),
        currency=pl.col("currency").first(),
    )
    return [
        proofs.settled_total(row["group"], row["stated"], row["read"], row["currency"])
        for row in sums.drop_nulls("stated").iter_rows(named=True)
    ]


def _parts(columns: Columns, reading: Reading) -> list[Check]:
    """Whether each row's stated parts make its amount: 应付 = 总金额 + 预付, net = gross - fee."""
    roles = [role.removeprefix("-") for role in columns.profile.adds_up]
    if not roles or any(role not in columns.roles for role in roles):
        return []
    total = pl.Series([0], dtype=pl.Int64).new_from_index(0, columns.rows)
    told = pl.Series([False], dtype=pl.Boolean).new_from_index(0, columns.rows)
    for role, signed in zip(roles, columns.profile.adds_up, strict=True):
        read = figures.to_minor(columns.roles[role], columns.places, columns.style)["minor"]
        told = told | read.is_not_null()
        total = total + read.fill_null(0) * (-1 if signed.startswith("-") else 1)
    taken = (reading.left == "") & ~reading.refused & told  # no part told proves nothing
    wrong = (taken & (total != reading.money.amount)).arg_true()
    detail = f"{columns.caption_of('amount')}: {int(taken.sum())}"
    if wrong.len():
        detail += f", {wrong.len()} differ, row {columns.body.lines[wrong[0]]}"
    return [Check("parts", ok=not wrong.len(), detail=detail)]


def _balances(columns: Columns, reading: Reading) -> list[Check]:
    if reading.balances is None or columns.profile.kind is Kind.ORDER:
        return []
    rows = pl.DataFrame(
        {
            "amount": reading.money.amount.set(reading.refused, None),
            "balance": reading.balances,
            "currency": columns.currencies,
            "source_row": columns.body.lines,
        }
    )
    return proofs.balance_chain(rows.filter(reading.left == ""))
