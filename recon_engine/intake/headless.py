"""Tables without a header: read only where the cells prove what each column is.

``date, text, out, in, balance`` has no names to go by.  Days can be told by their shape; which of
the figures go out, come in and remain is taken from the balances when they follow from each other
in one way only.  Without a balance, one column of figures with signs beside one of currencies can
be nothing but the movements.  Everything else is asked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import polars as pl

from recon_engine.intake import figures, limits, proofs
from recon_engine.intake.cells import clean
from recon_engine.intake.found import Found
from recon_engine.intake.looks import Looks, looks
from recon_engine.intake.names import normal_name
from recon_engine.intake.profile import profile_named
from recon_engine.intake.table import Table

_STEPS_MIN = 3  # fewer prove too little
_STEPS_SHOWN_MIN = 2  # and fewer are not even worth showing
_FIGURE_COLUMNS_MAX = 6
_PLACES = 2
Roles = dict[str, int]


@dataclass(frozen=True, slots=True)
class Chain:
    """Columns read as movements and balance, and how many of the steps follow."""

    roles: Roles
    holds: int
    steps: int


def without_header(table: Table) -> Table:
    """The table under captions of our own: ``column 1``, ``column 2`` and so on."""
    width = max(map(len, table.top), default=0)
    captions = tuple(f"column {n}" for n in range(1, width + 1))
    return Table(
        table.sheet,
        (captions, *table.top),
        (0, *table.lines),
        lambda header: table.body(header - 1),
    )


def proved(tables: Iterable[Table]) -> Found | None:
    """The one reading whose balances follow from each other; None where there is none, or two."""
    for table in tables:
        bare = without_header(table)
        if len(bare.top[0]) > limits.GUESSED_COLUMNS_MAX:
            continue
        columns = [clean(column) for column in bare.body(0).cells]
        seen = [looks(column) for column in columns]
        roles = _chained(columns, seen) or _signed(columns, seen)
        if roles:
            captions = bare.top[0]
            names = tuple(map(normal_name, captions))
            roles = _with_words(roles, seen)
            return Found(
                profile_named("headless_bank"), bare, 0, captions, roles, names, len(roles)
            )
    return None


def _chained(columns: Sequence[pl.Series], seen: Sequence[Looks]) -> Roles:
    """What the balances prove; nothing where they prove no reading, or two."""
    days = _days(seen)
    whole = [chain for chain in _chains(columns, seen) if chain.holds == chain.steps]
    if days is None or len(whole) != 1 or whole[0].steps < _STEPS_MIN:
        return {}
    return {"date": days, **whole[0].roles}


def _signed(columns: Sequence[pl.Series], seen: Sequence[Looks]) -> Roles:
    """The only figures, with pluses and minuses, and their currency; the first day is the date."""
    days = _days(seen)
    money = [n for n, look in enumerate(seen) if look.figures and not look.nearly_all("days")]
    codes = [n for n, look in enumerate(seen) if look.nearly_all("currencies")]
    if days is None or len(money) != 1 or len(codes) != 1 or money == codes:
        return {}
    read = _minor(columns[money[0]])
    if read.len() < _STEPS_MIN or read[0] is None:  # captions of their own may say otherwise
        return {}
    if not ((read < 0).any() and (read > 0).any()):
        return {}
    return {"date": days, "amount": money[0], "currency": codes[0]}


def best_chain(columns: Sequence[pl.Series], seen: Sequence[Looks]) -> Chain | None:
    """The reading whose balances follow most often, if that is nearly always; else None."""
    chains = sorted(_chains(columns, seen), key=lambda chain: chain.steps - chain.holds)
    if not chains or chains[0].steps < _STEPS_SHOWN_MIN:
        return None
    return chains[0] if chains[0].holds * 4 >= chains[0].steps * 3 else None


def _days(seen: Sequence[Looks]) -> int | None:
    return next((n for n, look in enumerate(seen) if look.nearly_all("days")), None)


def _chains(columns: Sequence[pl.Series], seen: Sequence[Looks]) -> Iterator[Chain]:
    """Every way to read columns of figures as movements and their balance."""
    days = _days(seen)
    if days is None:
        return
    rows = columns[days] != ""
    money = [n for n, look in enumerate(seen) if look.nearly_all("figures") and n != days]
    read = {n: _minor(columns[n].filter(rows)) for n in money[:_FIGURE_COLUMNS_MAX]}
    whole = [n for n in read if read[n].null_count() == 0]
    for balance in whole:
        others = [n for n in read if n != balance]
        for amount in others:
            if amount in whole:
                yield _chain({"amount": amount, "balance": balance}, read[amount], read[balance])
        for into, out in permutations(others, 2):
            if ((read[into].fill_null(0) != 0) != (read[out].fill_null(0) != 0)).all():
                moved = read[into].fill_null(0) - read[out].fill_null(0)
                yield _chain({"in": into, "out": out, "balance": balance}, moved, read[balance])


def _chain(roles: Roles, amounts: pl.Series, balances: pl.Series) -> Chain:
    rows = pl.DataFrame({"amount": amounts, "balance": balances}).with_columns(currency=pl.lit(""))
    steps = max(rows.height - 1, 0)
    still = steps if amounts.n_unique() < 2 else 0  # equal amounts prove neither order nor sign
    return Chain(roles, steps - max(proofs.chain_gaps(rows), still), steps)


def _minor(cells: pl.Series) -> pl.Series:
    places = pl.Series([_PLACES], dtype=pl.Int64).new_from_index(0, cells.len())
    return figures.to_minor(cells, places, figures.style_of([cells], "auto"))["minor"]


def _with_words(roles: Roles, seen: Sequence[Looks]) -> Roles:
    """The longest column of words is the text."""
    free = [n for n in range(len(seen)) if n not in roles.values()]
    words = [n for n in free if seen[n].filled and not seen[n].nearly_all("figures")]
    words = [n for n in words if not seen[n].nearly_all("days")]
    return {**roles, **({"text": max(words, key=lambda n: seen[n].different)} if words else {})}
