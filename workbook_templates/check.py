"""Proves a workbook from what stands in it: sheets = identity = the engine's stored values."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.model.money import column_to_minor, exponent, float_text, to_text
from recon_engine.model.results import NO_ITEMS, PLACES
from workbook_templates import words
from workbook_templates.check_links import linked
from workbook_templates.check_signed import signed
from workbook_templates.edited_rows import edited_rows
from workbook_templates.frames import CARRIED, POSITIONS
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.readback import Readback, read_workbook, sheet_name
from workbook_templates.sheets.home_proof import FIRST_POSITION

_NO_KEYS: Mapping[str, str] = MappingProxyType({})
# What has to hold in every row of a table: what is told, and what it is told to be.
_ROW_LAWS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Payouts", "net", ("gross", "fees", "refunds", "other"), ()),
    ("Payouts", "difference", ("net",), ("deposited",)),
    ("Matches", "difference", ("left_amount",), ("right_amount",)),
    ("Receivables", "outstanding", ("expected",), ("settled",)),
    ("Receivables", "expected", ("sold", "refunded"), ()),
    ("Shipping", "difference", ("amount",), ("shipped_amount",)),
    ("Freight", "difference", ("expected",), ("billed",)),
    ("Shipping", "pieces_off", ("ordered",), ("shipped",)),
    ("Postings", "difference", ("expected",), ("booked",)),
    ("StockCheck", "pieces_off", ("pieces",), ("moved",)),
    ("AccountBalances", "difference", ("opening", "movements"), ("closing",)),
    ("Identity", "difference", ("engine_amount",), ("sheet_amount",)),
    ("ForecastTrials", "difference", ("came",), ("foreseen",)),
    ("History", "outstanding", ("expected",), ("settled",)),
    ("History", "expected", ("sold", "refunded"), ()),
)


def check_workbook(path: Path, keys: Mapping[str, str] = _NO_KEYS) -> list[Problem]:
    """Everything in a workbook that does not agree; nothing when it is proved.

    Args:
        path: a workbook that :func:`workbook_templates.render.render_close` wrote, saved since by
            any program or not.
        keys: everybody's key by name, by which the seals of the log are proved; none to leave them.

    Returns:
        Problems with the code WORKBOOK_DIFFERS, or that of a cell that cannot be read.

    Raises:
        TieoutError: the file is missing, or not a Tieout workbook.
    """
    return check_tables(read_workbook(path), keys)


def check_tables(book: Readback, keys: Mapping[str, str] = _NO_KEYS) -> list[Problem]:
    """As :func:`check_workbook`, for a workbook that was read already, from wherever."""
    return [
        *book.problems,
        *_identity(book),
        *_home(book),
        *_places(book),
        *edited_rows(book),
        *_sheets(book),
        *_control_totals(book),
        *_row_laws(book),
        *linked(book),
        *signed(book, keys),
    ]


def _differs(book: Readback, table: str, said: str) -> Problem:
    place = Place(book.file, sheet_name(table, book.language))
    return Problem(Code.WORKBOOK_DIFFERS, place, said)


def _name(book: Readback, kind: str, currency: str, position: str = "") -> str:
    told = [words.word("kind", kind, book.language), currency]
    if position:
        told.append(words.word("position", position, book.language))
    return " ".join(told)


def _engine(book: Readback) -> dict[tuple[str, str], dict[str, tuple[int, int]]]:
    """The engine's stored count and sum: by kind and currency, then by position."""
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    columns = ("kind", "currency", "position", "engine_count", "engine_amount")
    for kind, currency, position, count, amount in book.tables["Identity"].select(columns).rows():
        found.setdefault((kind, currency), {})[position] = (count or 0, amount or 0)
    return found


def _identity(book: Readback) -> Iterator[Problem]:
    """Opening + new − cleared − written off = open, in counts and in money."""
    for (kind, currency), told in _engine(book).items():
        figures = [told.get(position, (0, 0)) for position in POSITIONS]
        for part in (0, 1):
            opening, new, cleared, written_off, left = (figure[part] for figure in figures)
            rest = opening + new - cleared - written_off - left
            if rest:
                amount = to_text(rest, currency) if part else str(rest)
                yield _differs(book, "Identity", f"{_name(book, kind, currency)}: {amount}")


def _home(book: Readback) -> Iterator[Problem]:
    """What Home shows is what the engine stored."""
    for (kind, currency), told in _engine(book).items():
        word = words.word("kind", kind, book.language)
        rows = [row for row in book.home() if row[:2] == [word, currency]]
        if not rows:
            yield _differs(book, "Identity", _name(book, kind, currency))
            continue
        shown = rows[0][FIRST_POSITION : FIRST_POSITION + len(POSITIONS)]
        read = column_to_minor(pl.Series([_figure(cell) for cell in shown]), exponent(currency))
        for position, minor in zip(POSITIONS, read["minor"], strict=True):
            expected = told.get(position, (0, 0))[1]
            if minor != expected:
                said = (
                    f"{_name(book, kind, currency, position)}: {_pair(minor, expected, currency)}"
                )
                yield _differs(book, "Identity", said)


def _figure(cell: object) -> str:
    return float_text(cell) if isinstance(cell, float) else str(cell)


def _pair(one: int | None, other: int, currency: str) -> str:
    shown = "–" if one is None else to_text(one, currency)
    return f"{shown} ≠ {to_text(other, currency)}"


def _places(book: Readback) -> Iterator[Problem]:
    """Every record has an id of its own and exactly one place."""
    for table in TABLE_OF_KIND.values():
        frame = book.tables[table.name]
        unknown = frame.filter(~pl.col("place").is_in(PLACES))["place"].unique().sort()
        for place in unknown:
            yield _differs(book, table.name, f"{place!r}")
        for name in frame.filter(pl.col("record_id").is_duplicated())["record_id"].unique().sort():
            yield _differs(book, table.name, f"{name!r}")


def _sheets(book: Readback) -> Iterator[Problem]:
    """Counts and sums of the sheets, place by place, are what the engine stored."""
    engine = _engine(book)
    for kind, table in TABLE_OF_KIND.items():
        frame = book.tables[table.name].filter(~pl.col("place").is_in(NO_ITEMS))
        currencies = {c for k, c in engine if k == kind} | set(frame["currency"].unique())
        for currency in sorted(currencies):
            told = engine.get((kind, currency), {})
            for position, expected in _expected(told).items():
                part = frame.filter(pl.col("currency") == currency)
                if position in PLACES:
                    part = part.filter(pl.col("place") == position)
                found = (part.height, int(part["amount"].sum()))
                if found != expected:
                    said = _pair(found[1], expected[1], currency)
                    counts = f"{found[0]} / {expected[0]}"
                    name = _name(book, kind, currency, position)
                    yield _differs(book, table.name, f"{name}: {said} ({counts})")


def _expected(told: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """What a sheet must add up to: all that came in, and each place."""
    opening, new = told.get("opening", (0, 0)), told.get("new", (0, 0))
    whole = {"new": (opening[0] + new[0], opening[1] + new[1])}
    return whole | {position: told.get(position, (0, 0)) for position in POSITIONS[2:]}


def _control_totals(book: Readback) -> Iterator[Problem]:
    """What the sheets hold is what the files brought."""
    files = (
        book.tables["FileTotals"]
        .group_by("kind", "currency")
        .agg(pl.col("count").sum(), pl.col("amount").sum())
    )
    told = {(k, c): (n, a) for k, c, n, a in files.rows()}
    for kind, table in TABLE_OF_KIND.items():
        frame = book.tables[table.name].filter(pl.col("carried") != CARRIED)
        for currency in sorted({c for k, c in told if k == kind} | set(frame["currency"].unique())):
            part = frame.filter(pl.col("currency") == currency)
            whole = part.filter(pl.col("part_of") == "").height
            found = (whole, int(part["amount"].sum()))
            expected = told.get((kind, currency), (0, 0))
            if found != expected:
                said = f"{_name(book, kind, currency)}: {_pair(found[1], expected[1], currency)}"
                yield _differs(book, "FileTotals", said)


def _row_laws(book: Readback) -> Iterator[Problem]:
    """Columns that follow from others in the same row."""
    for name, column, added, taken in _ROW_LAWS:
        frame = book.tables[name]
        follows = pl.sum_horizontal(*added) - (pl.sum_horizontal(*taken) if taken else 0)
        wrong = frame.filter(follows != pl.col(column))
        if wrong.height:
            caption = words.captions_by_key(name, book.language)[column]
            yield _differs(book, name, f"{caption}: {wrong.height} / {frame.height}")
