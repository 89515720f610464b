"""An unknown layout: what each column seems to be, how sure that is, and why.

Names are compared with every caption that any known layout uses; cells must look like what the
name says; and where balances follow from each other, they prove which figures move them.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

import polars as pl
from rapidfuzz import fuzz, process

from recon_engine.intake import limits
from recon_engine.intake.cells import clean
from recon_engine.intake.headless import best_chain, without_header
from recon_engine.intake.looks import Looks, looks
from recon_engine.intake.names import bare_name, normal_name
from recon_engine.intake.profile import profile_named
from recon_engine.intake.table import Table
from recon_engine.model.records import Kind
from recon_engine.model.results import ColumnGuess, Proposal

_ROWS = 300  # so many rows show what a column is
_LIKE_MIN = 62  # of 100: below, a name says nothing
_HEADER_NAMES_MIN = 2  # names that a header row must at least have
_SURE, _BY_SHAPE, _BY_FIGURES = 99, 60, 40  # confidence of proof, of shape, of mere figures
_NEEDS: Mapping[str, str] = {
    "date": "days", "date_other": "days", "amount": "figures", "in": "figures", "out": "figures",
    "balance": "figures", "gross": "figures", "discount": "figures", "freight": "figures",
    "tax": "figures", "refunded": "figures", "quantity": "figures", "currency": "currencies",
}  # fmt: skip
_SECOND = {"date": "date_other", "text": "purpose"}
_WORDS = ("text", "party", "purpose", "memo", "title")


def proposal(tables: Sequence[Table], file: str) -> Proposal | None:
    """What the columns of a sheet's likeliest reading seem to be; None where there is no row."""
    ranked = sorted(((_header(table), table) for table in tables), key=lambda pair: -pair[0][0])
    if not ranked:
        return None
    (score, header), table = ranked[0]
    named = score >= _HEADER_NAMES_MIN
    if not named:
        table = max(tables, key=_width)
        above = _above_data(table)
        named = above is not None
        table, header = (table, above) if above is not None else (without_header(table), 0)
    captions = tuple(c.strip() for c in table.top[header][: limits.GUESSED_COLUMNS_MAX])
    body = table.body(header)
    shown = body.cells[:, : len(captions)]
    columns = [clean(column.head(_ROWS)) for column in shown]
    guesses = _guessed(captions, columns, named=named)
    roles = {guess.role for guess in guesses}
    ordered = "order_id" in roles and not roles & {"balance", "in", "out", "direction"}
    kind = Kind.ORDER if ordered else Kind.STATEMENT_LINE
    return Proposal(file, table.sheet, kind.value, named, tuple(guesses))


def _width(table: Table) -> int:
    """Cells of the usual row: a delimiter that is not one makes rows of one cell."""
    widths = sorted(len(row) for row in table.top)
    return widths[len(widths) // 2] if widths else 0


@cache
def _captions() -> dict[str, str]:
    """Caption → role, in every language that the general layouts know."""
    found: dict[str, str] = {}
    for name in ("generic_bank", "generic_orders"):
        for role, captions in profile_named(name).columns.items():
            for caption in captions:
                found.setdefault(caption, role)
    return found


def _header(table: Table) -> tuple[int, int]:
    """How many names the likeliest header row has, and which row it is."""
    best = (0, 0)
    for index, row in enumerate(table.top):
        filled = [normal_name(cell) for cell in row if cell.strip()]
        known = sum(_likest(name)[1] >= _LIKE_MIN for name in filled)
        if known <= best[0] or known * 3 < len(filled):
            continue
        look = looks(clean(pl.Series(row, dtype=pl.String)))
        if not look.figures and not look.days:  # captions are words
            best = (known, index)
    return best


def _above_data(table: Table) -> int | None:
    """The row of words right above the first row with a day and a figure, one for each cell."""
    for index, (row, below) in enumerate(pairwise(table.top)):
        look = looks(clean(pl.Series(below, dtype=pl.String)))
        if not (look.days and look.figures):
            continue
        words = looks(clean(pl.Series(row, dtype=pl.String)))
        named = all(a.strip() for a, b in zip(row, below, strict=False) if b.strip())
        whole = named and len(row) >= len(below) and words.different == words.filled
        return index if whole and not (words.days or words.figures) else None
    return None


@cache
def _likest(name: str) -> tuple[str, int, str]:
    """The role whose caption a name is most like, how much of 100, and that caption."""
    found = process.extractOne(bare_name(name), list(_captions()), scorer=fuzz.ratio)
    return (_captions()[found[0]], int(found[1]), found[0]) if found else ("", 0, "")


def _guessed(
    captions: Sequence[str], columns: Sequence[pl.Series], *, named: bool
) -> list[ColumnGuess]:
    """A guess for every column; a role is given once, to the column it fits best."""
    seen = [looks(column) for column in columns]
    told = [_one(caption, look, named=named) for caption, look in zip(captions, seen, strict=False)]
    chain = best_chain(columns, seen)
    if chain:
        sure = min(_SURE, 100 * chain.holds // chain.steps)
        for role, n in chain.roles.items():
            told[n] = (role, sure, (f"balance={chain.holds}/{chain.steps}",))
    taken: set[str] = set()
    guesses: dict[int, ColumnGuess] = {}
    for n in sorted(range(len(told)), key=lambda n: (-told[n][1], n)):
        role, confidence, evidence = told[n]
        if role in taken:
            role, confidence = _SECOND.get(role, ""), confidence // 2
        if not role or role in taken:
            role, confidence = "", 0
        taken |= {role} - {""}
        guesses[n] = ColumnGuess(captions[n], role, confidence, evidence)
    return [guesses[n] for n in sorted(guesses)]


def _one(caption: str, look: Looks, *, named: bool) -> tuple[str, int, tuple[str, ...]]:
    """A column by its name if its cells agree, else by its cells alone."""
    shape = _shape(look)
    if named and caption:
        role, likeness, like = _likest(normal_name(caption))
        need = _NEEDS.get(role)
        # A name that says so needs half the cells to agree: some are Pending.
        agrees = need is None or not look.filled or 2 * getattr(look, need) >= look.filled
        if role in _WORDS and look.nearly_all("days"):
            agrees = False
        if likeness >= _LIKE_MIN and agrees:
            return role, likeness, (f"name={like}", *shape)
    if look.nearly_all("days"):
        return "date", _BY_SHAPE, shape
    if look.nearly_all("currencies"):
        return "currency", _BY_SHAPE, shape
    if look.nearly_all("figures") and not look.nearly_all("ids"):
        return "amount", _BY_FIGURES, shape
    if look.nearly_all("ids"):
        return "reference", _BY_FIGURES, shape
    return ("text", _BY_FIGURES, shape) if look.filled and not look.few_words else ("", 0, shape)


def _shape(look: Looks) -> tuple[str, ...]:
    """Evidence from the cells: what they are, and of how many."""
    told = [
        f"{what}={getattr(look, what)}/{look.filled}"
        for what in ("days", "figures", "currencies", "ids")
        if look.nearly_all(what)
    ]
    return tuple(told) if look.filled else ("empty",)
