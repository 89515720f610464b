"""Each row's currency: its own cell, else the amount's caption or sign, else what the file says."""

import re
from collections.abc import Sequence

import polars as pl

from recon_engine.errors import Code, Place, error
from recon_engine.intake.currencies import DOLLARS, currency
from recon_engine.intake.found import Found
from recon_engine.intake.names import caption_currency
from recon_engine.intake.profile import Profile

# Lines above the header.  An account's line may end with its currency: Account Number: 123 SGD.
_WORD = (
    r"币\s*种|幣\s*別|货币|(?:account )?currency|waluta|devise|moneda|(?:konto)?währung|"
    r"pénznem|měna"
)
_SENTENCE = (
    r"all amounts in|alle beträge in|tous les montants sont(?: exprimés)? en|"
    r"tutti gli importi sono espressi in|todos los importes en"
)
_PREAMBLE = (
    rf"(?im)^\s*(?:{_WORD})(?:\s*[::]\s*|\s+)(\S+)",
    r"(?im)^\s*account(?:\s*(?:no\.?|number))?\s*[::]\s*\S+\s+([A-Z]{3})\s*$",
    rf"(?im)^\W*(?:{_SENTENCE})\s+([A-Z]{{3}}|euro)\b",
)
_SIGN = r"[A-Z]{3}|[A-Z]{0,2}\$|€|£"
_SIGNED = rf"(?i)^[-+]?\s*({_SIGN})|({_SIGN})\s*-?$"
_BARE_DOLLAR = "$"
_MONEY = ("amount", "in", "out")


def row_currencies(
    found: Found, cells: dict[int, pl.Series], preamble: Sequence[str], file: str, home: str,
    rows: int,
) -> tuple[pl.Series, bool]:  # fmt: skip
    """The currency of every row.

    Args:
        found: the table's layout and columns.
        cells: index of a column → its cleaned cells.
        preamble: the lines above the header.
        file: its name, which tells the currency in some layouts.
        home: the policy's currency, for files that name none.
        rows: number of rows.

    Returns:
        ISO codes, "" where a cell is no known currency; and whether the policy's was taken.

    Raises:
        TieoutError: CURRENCY_UNKNOWN, where all figures are dollars and nothing says whose.
    """
    told = _of_file(found, preamble) or _of_name(found.profile, file) or found.profile.currency
    fallback = told or home
    column = found.columns.get("currency")
    source = cells.get(column) if column is not None else _signs(found, cells)
    if source is None or not (source != "").any():
        return pl.Series([fallback], dtype=pl.String).new_from_index(0, rows), not told
    words = source.unique()
    if set(words) - {""} == {_BARE_DOLLAR} and fallback not in DOLLARS:
        place = Place(file, found.table.sheet, 0, _caption(found))
        raise error(Code.CURRENCY_UNKNOWN, place, _BARE_DOLLAR)
    known = {word: _meant(word, fallback) for word in words}
    assumed = not told and not (set(words) - {"", _BARE_DOLLAR})
    codes = source.replace_strict(list(known), list(known.values()), return_dtype=pl.String)
    return codes, assumed


def _meant(word: str, fallback: str) -> str:
    """A bare $ is the file's or the policy's own dollar; it is never another currency."""
    if word == _BARE_DOLLAR:
        return fallback if fallback in DOLLARS else ""
    return currency(word) if word else fallback


def _caption(found: Found) -> str:
    role = next(role for role in ("currency", *_MONEY) if role in found.columns)
    return found.captions[found.columns[role]].strip()


def _of_file(found: Found, preamble: Sequence[str]) -> str:
    for role in _MONEY:
        if role in found.columns:
            code = currency(caption_currency(found.captions[found.columns[role]]))
            if code:
                return code
    lines = "\n".join(preamble)
    named = (currency(word) for p in _PREAMBLE for word in re.findall(p, lines))
    return next(filter(None, named), "")


def _of_name(profile: Profile, file: str) -> str:
    """What the file's name tells: Income.released.my.20260501_20260531.xlsx."""
    rules = (profile.file_currency or {}).items()
    return next((code for pattern, code in rules if re.search(pattern, file)), "")


def _signs(found: Found, cells: dict[int, pl.Series]) -> pl.Series | None:
    """Codes and signs that stand in the amount cells themselves: CNY 123.18, £67.40."""
    told = []
    for role in _MONEY:
        column = cells.get(found.columns.get(role, -1))
        if column is not None and column.str.contains(r"[A-Za-z€£$]").any():
            frame = column.to_frame("c").select(
                pl.coalesce(
                    pl.col("c").str.extract(_SIGNED, 1), pl.col("c").str.extract(_SIGNED, 2)
                ).fill_null("")
            )
            codes = frame.to_series().str.to_uppercase()
            known = {
                code: code if currency(code) or code == _BARE_DOLLAR else ""
                for code in codes.unique()
            }
            told.append(
                codes.replace_strict(list(known), list(known.values()), return_dtype=pl.String)
            )
    if not told:
        return None
    first = told[0]
    for other in told[1:]:  # money in and money out stand in columns of their own
        first = first.zip_with(first != "", other)
    return first
