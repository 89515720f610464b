"""Tables without a header: read only where the running balance proves what each column is.

``date, text, out, in, balance`` has no names to go by.  Days can be told by their shape; which of
the figures go out, come in and remain is taken from the balances when they follow from each other
in one way only.  Everything else is asked.
"""

from collections.abc import Iterable, Iterator
from itertools import permutations

import polars as pl

from recon_engine.intake import figures, proofs
from recon_engine.intake.cells import clean
from recon_engine.intake.found import Found
from recon_engine.intake.looks import Looks, looks
from recon_engine.intake.names import normal_name
from recon_engine.intake.profile import profile_named
from recon_engine.intake.table import Table

_ROWS_MIN = 4  # fewer balances prove too little
_FIGURE_COLUMNS_MAX = 6
_PLACES = 2
Roles = dict[str, int]


def without_header(table: Table) -> Table:
    """The table under captions of our own: ``column 1``, ``column 2`` …"""
    width = max(map(len, table.top), default=0)
    captions = tuple(f"column {n}" for n in range(1, width + 1))
    return Table(
        table.sheet, (captions, *table.top), (0, *table.lines), lambda header: table.body(header - 1)
    )


def proved(tables: Iterable[Table]) -> Found | None:
    """The one reading whose balances follow from each other; None where there is none, or two."""
    for table in tables:
        bare = without_header(table)
        columns = [clean(column) for column in bare.body(0).cells]
        seen = [looks(column) for column in columns]
        readings = list(_readings(columns, seen))
        if len(readings) == 1:
            captions = bare.top[0]
            names = tuple(map(normal_name, captions))
            roles = _with_words(readings[0], seen)
            return Found(profile_named("headless_bank"), bare, 0, captions, roles, names, len(roles))
    return None


def _readings(columns: list[pl.Series], seen: list[Looks]) -> Iterator[Roles]:
    days = [n for n, look in enumerate(seen) if look.nearly_all("days")]
    if not days or seen[days[0]].filled < _ROWS_MIN:
        return
    rows = columns[days[0]] != ""
    money = [n for n, look in enumerate(seen) if look.nearly_all("figures") and n not in days]
    read = {n: _minor(columns[n].filter(rows)) for n in money[:_FIGURE_COLUMNS_MAX]}
    whole = [n for n in read if read[n].null_count() == 0]
    for balance in whole:
        others = [n for n in read if n != balance]
        for amount in others:
            if amount in whole and _follows(read[amount], read[balance]):
                yield {"date": days[0], "amount": amount, "balance": balance}
        for into, out in permutations(others, 2):
            either = read[into].is_null() != read[out].is_null()
            moved = read[into].fill_null(0) - read[out].fill_null(0)
            if either.all() and _follows(moved, read[balance]):
                yield {"date": days[0], "in": into, "out": out, "balance": balance}


def _minor(cells: pl.Series) -> pl.Series:
    places = pl.Series([_PLACES], dtype=pl.Int64).new_from_index(0, cells.len())
    return figures.to_minor(cells, places, figures.style_of([cells], "auto"))["minor"]


def _follows(amounts: pl.Series, balances: pl.Series) -> bool:
    moved = (amounts != 0).any()
    rows = pl.DataFrame({"amount": amounts, "balance": balances}).with_columns(currency=pl.lit(""))
    return bool(moved) and rows.height >= _ROWS_MIN and proofs.chain_gaps(rows) == 0


def _with_words(roles: Roles, seen: list[Looks]) -> Roles:
    """The longest column of words is the text."""
    free = [n for n in range(len(seen)) if n not in roles.values()]
    words = [n for n in free if seen[n].filled and not seen[n].nearly_all("figures")]
    words = [n for n in words if not seen[n].nearly_all("days")]
    return {**roles, **({"text": max(words, key=lambda n: seen[n].different)} if words else {})}
