"""A recognised table's columns by role, cleaned: what every later step reads from."""

import re
from dataclasses import dataclass, replace

import polars as pl

from recon_engine.intake import amounts, figures, references
from recon_engine.intake.cells import clean, clean_columns
from recon_engine.intake.currencies import currency
from recon_engine.intake.found import Found, mode_of
from recon_engine.intake.profile import Mode, Profile
from recon_engine.intake.row_currencies import row_currencies
from recon_engine.intake.table import Body
from recon_engine.model import money
from recon_engine.model.money import NumberStyle

_ACCOUNT = (
    r"(?im)(?:账\s*号|帐\s*号|帳\s*號|卡\s*号|卡\s*號|账户|支付宝账户|商户号|account(?:\s*(?:no\.?|number))?)"
    r"\s*[::]\s*\[?([\w*@.\-]*[\d*][\w*@.\-]*)"
)
EXTRA_MONEY = ("gross", "discount", "freight", "tax", "refunded")


@dataclass(frozen=True, slots=True)
class Columns:
    """One table laid out by roles.

    Attributes:
        file: the file's name, for problems.
        found: what it was recognised as.
        body: its raw rows, cut where the footer begins.
        cells: index of a column → its cleaned cells.
        preamble: the rows above the header as lines of text.
        footer: the rows cut off at the end, as (line number, cells).
        currencies: an ISO code a row; "" where the cell is no known currency.
        places: decimals of each row's currency.
        assumed: the file names no currency; the policy's was taken.
        style: how figures are written.
    """

    file: str
    found: Found
    mode: Mode
    body: Body
    cells: dict[int, pl.Series]
    preamble: list[str]
    footer: Body
    currencies: pl.Series
    places: pl.Series
    assumed: bool
    style: NumberStyle

    @property
    def profile(self) -> Profile:
        """The layout."""
        return self.found.profile

    @property
    def rows(self) -> int:
        """Number of rows, blank ones too."""
        return self.body.cells.height

    @property
    def roles(self) -> dict[str, pl.Series]:
        """Role → its cleaned cells."""
        return {role: self.cells[n] for role, n in self.found.columns.items()}

    @property
    def sheet(self) -> str:
        """The sheet's name, "" for text."""
        return self.found.table.sheet

    def caption(self, column: int) -> str:
        """A column's caption as the file writes it."""
        return self.found.captions[column].strip(" \t`'\"\ufeff")

    def caption_of(self, role: str) -> str:
        """The caption of a role's column; "" when the file has none."""
        column = self.found.columns.get(role)
        return "" if column is None else self.caption(column)

    def account(self) -> str:
        """The account that the lines above the header name."""
        pattern = self.profile.account or _ACCOUNT
        named = re.search(pattern, "\n".join(self.preamble))
        return named[1] if named else ""


def columns_of(found: Found, file: str, home_currency: str) -> Columns:
    """Cuts the footer off, cleans the columns with a role, and settles currency and figures."""
    profile = found.profile
    body, footer = _cut(found.table.body(found.header), profile.footer_from)
    figure_columns = amounts.money_columns(
        profile.money, mode_of(found), dict(found.columns), found.names
    )
    wanted = {n for n in (*found.columns.values(), *figure_columns) if n < body.cells.width}
    order = sorted(wanted)
    cleaned = clean_columns(body.cells.select(map(str, order)))
    cells = dict(zip(order, cleaned, strict=True))
    for role in profile.fill:
        if role in found.columns:
            n = found.columns[role]
            cells[n] = (
                cells[n].set(cells[n] == "", None).fill_null(strategy="forward").fill_null("")
            )
    if profile.nothing:
        cells = {
            n: column.set(column.str.contains(profile.nothing), "") for n, column in cells.items()
        }
    if "date" in found.columns and "date_else" in found.columns:
        day, other = cells[found.columns["date"]], cells[found.columns["date_else"]]
        cells[found.columns["date"]] = day.zip_with(day != "", other)
    _fill_from_words(found, cells)
    for role in {*profile.reference, *profile.key} & set(found.columns):
        cells[found.columns[role]] = references.exact(cells[found.columns[role]])
    found = _with_direction(_with_currency(found, cells), cells)
    preamble = _preamble(found)
    currencies, assumed = row_currencies(
        found, cells, preamble, file, home_currency, body.cells.height
    )
    return Columns(
        file=file,
        found=found,
        mode=mode_of(found),
        body=body,
        cells=cells,
        preamble=preamble,
        footer=footer,
        currencies=currencies,
        places=_places(currencies),
        assumed=assumed,
        style=figures.style_of([cells[n] for n in figure_columns if n in cells], profile.numbers),
    )


def _fill_from_words(found: Found, cells: dict[int, pl.Series]) -> None:
    """Empty cells whose figure another column's words tell: CA$60.00 sent to your bank account."""
    for told in found.profile.spelled:
        if {told.role, told.column} <= set(found.columns):
            own, words = found.columns[told.role], cells[found.columns[told.column]]
            figure = (told.before + words.str.extract(told.pattern, 1)).fill_null("")
            cells[own] = figure.zip_with(cells[own] == "", cells[own])


def _with_currency(found: Found, cells: dict[int, pl.Series]) -> Found:
    """Valuta is a second day at some banks and the currency at others: the cells say which."""
    column = found.columns.get("date_other")
    if column is None or "currency" in found.columns or column not in cells:
        return found
    words = [word for word in cells[column].unique() if word]
    if not words or not all(map(currency, words)):
        return found
    roles = {role: n for role, n in found.columns.items() if role != "date_other"}
    return replace(found, columns={**roles, "currency": column})


def _with_direction(found: Found, cells: dict[int, pl.Series]) -> Found:
    """A column of words is the direction where each of its words says in or out: debit, credit.

    A word for money out beside figures that bear no minus says as much; what stands in other rows,
    a transfer, then has no direction.
    """
    if not found.profile.generic or mode_of(found) is not Mode.SIGNED:
        return found
    amount = cells[found.columns["amount"]] if "amount" in found.columns else None
    unsigned = amount is not None and not amount.str.contains(r"^[-(+]|-$").any()
    for role in (*found.profile.text, "movement"):
        column = found.columns.get(role)
        words = [] if column is None else [word for word in cells[column].unique() if word]
        sides = [amounts.side_said(word) for word in words]
        if column is not None and words and (all(sides) or (unsigned and "out" in sides)):
            return replace(found, columns={**found.columns, "direction": column})
    return found


def _cut(body: Body, footer_from: str) -> tuple[Body, Body]:
    """The body in two at the first row whose first cell begins the footer."""
    rows = body.cells.height
    begins = rows
    if footer_from and body.cells.width:
        where = clean(body.cells["0"]).str.contains(footer_from).arg_true()
        begins = int(where[0]) if where.len() else rows
    return _slice(body, 0, begins), _slice(body, begins, rows - begins)


def _slice(body: Body, start: int, rows: int) -> Body:
    return Body(
        body.lines.slice(start, rows),
        body.cells.slice(start, rows),
        body.overflow.slice(start, rows),
        body.notes,
    )


def _preamble(found: Found) -> list[str]:
    return [
        " ".join(c for c in clean(pl.Series(row, dtype=pl.String)) if c)
        for row in found.table.top[: found.header]
    ]


def _places(currencies: pl.Series) -> pl.Series:
    """Decimals of each row's currency."""
    known = currencies.unique()
    return currencies.replace_strict(
        known, [money.exponent(code) for code in known], return_dtype=pl.Int64
    )
