"""Money: whole minor units and an ISO currency; the one entrance that reads it from text.

An amount is never a float.  Text is read with the source's own decimal and grouping signs; what
cannot be read for sure is a code, not a guess.  :func:`to_minor` is the plain statement of the
rule, :func:`column_to_minor` the same rule over a whole column; tests hold one against the other.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import polars as pl

from recon_engine.errors import Code

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
         "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip
_DECIMAL_DIGITS = 38  # that a decimal holds; none is lost in between
MAX_DIGITS = 15  # of an amount in minor units; int64 sums of a million such stay exact

# What may stand around a figure without changing it.  Applied after NFKC, so only half-width forms.
CURRENCY_SIGNS = r"(?:[A-Z]{3}|[A-Z]{1,2}\$|Rs\.?|Rp|RM|kr|[¥$€£₹฿₫₩元円])"
_DRESSED = re.compile(rf"^(?P<sign1>[-+]?)\s*(?:{CURRENCY_SIGNS})?\s*(?P<sign2>[-+]?)\s*"
                      rf"(?P<figure>[0-9.,'\s]*[0-9.,'])\s*(?P<wan>万|萬)?\s*(?P<sign3>-?)\s*"
                      rf"(?:{CURRENCY_SIGNS})?$")  # fmt: skip
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\uff0d": "-", "\uffe5": "¥", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a source writes figures: the sign before the decimals and the one between thousands."""

    decimal: str = "."
    grouping: str = ","


PLAIN = NumberStyle()
COMMA = NumberStyle(decimal=",", grouping=".")


def exponent(currency: str) -> int:
    """Number of decimals of a currency's minor unit (ISO 4217); 2 unless the standard differs."""
    return _EXPONENTS.get(currency, 2)


def to_minor(
    text: str, places: int, style: NumberStyle = PLAIN, *, rounded: bool = False
) -> int | Code:
    """The amount in minor units, or the code that says why it cannot be read for sure.

    Args:
        text: the cell, NFKC-normalised; signs, currency signs, brackets and 万 are understood.
        places: decimals of the currency.
        style: the source's decimal and grouping signs.
        rounded: the column is a rate or computed fee that may have more decimals; half goes up.
    """
    text = text.translate(_MINUS).strip()
    bracketed = text.startswith("(") and text.endswith(")")
    found = _DRESSED.match(text[1:-1].strip() if bracketed else text)
    if not found:
        return Code.AMOUNT_NOT_A_NUMBER
    signs = [found["sign1"], found["sign2"], found["sign3"]]
    if sum(bool(s) for s in signs) + bracketed > 1:
        return Code.AMOUNT_NOT_A_NUMBER
    figure = _plain_figure(found["figure"].strip(), style)
    if figure is None:
        return Code.AMOUNT_NOT_A_NUMBER
    value = Decimal(figure) * (10_000 if found["wan"] else 1)
    minor = _scaled(value, places, rounded=rounded)
    if isinstance(minor, Code):
        return minor
    return -minor if bracketed or "-" in signs else minor


def _plain_figure(figure: str, style: NumberStyle) -> str | None:
    whole, found, decimals = figure.partition(style.decimal)
    if not re.fullmatch(r"[0-9]*", decimals) or (found and style.decimal in decimals):
        return None
    if style.grouping and style.grouping in whole:
        groups = whole.split(style.grouping)
        # Two or three digits between the signs: 1,234,567 and the Indian 12,34,567.
        inner = all(len(g) in (2, 3) for g in groups[1:-1])
        if not (1 <= len(groups[0]) <= 3 and inner and len(groups[-1]) == 3):
            return None
        whole = "".join(groups)
    if not re.fullmatch(r"[0-9]*", whole) or not whole + decimals:
        return None
    return f"{whole or '0'}.{decimals or '0'}"


def _scaled(value: Decimal, places: int, *, rounded: bool) -> int | Code:
    scaled = value.scaleb(places)
    whole = int(scaled.to_integral_value(rounding="ROUND_HALF_UP"))
    if whole != scaled and not rounded:
        return Code.AMOUNT_TOO_PRECISE
    return whole if len(str(whole)) <= MAX_DIGITS else Code.AMOUNT_TOO_LARGE


def float_text(value: float) -> str:
    """A spreadsheet's stored number as the figure a person typed.

    Excel stores 19.99 as 19.989999999999998: fifteen significant digits are what it shows and
    what it promises, so those are taken, in plain notation.
    """
    try:
        return f"{Decimal(f'{value:.15g}'):f}"
    except InvalidOperation:  # not a finite number
        return str(value)


def column_to_minor(
    texts: pl.Series, places: pl.Series | int, style: NumberStyle = PLAIN, *, rounded: bool = False
) -> pl.DataFrame:
    """:func:`to_minor` over a column.

    Returns:
        A frame ``minor`` (Int64, null where not read) and ``code`` (String, null where read).  An
        empty or null cell is null in both.
    """
    frame = pl.DataFrame({"t": texts.cast(pl.String).str.strip_chars()}).with_columns(
        places=pl.lit(places, pl.Int64) if isinstance(places, int) else places.cast(pl.Int64)
    )
    minor = _typed(frame, style)
    rest = (minor.is_null() & (frame["t"] != "")).fill_null(value=False)
    code = pl.Series("code", [None], dtype=pl.String).new_from_index(0, minor.len())
    if rest.any():
        read, where = _read_rows(frame.filter(rest), style, rounded=rounded), rest.arg_true()
        minor, code = minor.scatter(where, read["minor"]), code.scatter(where, read["code"])
    return pl.DataFrame([minor.alias("minor"), code.alias("code")])


def _typed(frame: pl.DataFrame, style: NumberStyle) -> pl.Series:
    """What is written like a typed figure, -12.34, where all rows have one currency's decimals."""
    places = frame["places"]
    if style.decimal != "." or not frame.height or places.n_unique() > 1 or places[0] is None:
        return pl.Series([None], dtype=pl.Int64).new_from_index(0, frame.height)
    count = int(places[0])
    decimals = rf"(?:\.[0-9]{{1,{count}}})?" if count else ""
    typed = pl.col("t").str.contains(rf"^-?[0-9]{{1,11}}{decimals}$")
    figure = pl.when(typed).then(pl.col("t")).cast(pl.Decimal(18, count))
    return frame.select(figure.to_physical().cast(pl.Int64)).to_series()


def _read_rows(frame: pl.DataFrame, style: NumberStyle, *, rounded: bool) -> pl.DataFrame:
    plain = _plain_rows(frame, style)
    rest = plain["minor"].is_null() & (frame["t"].fill_null("") != "")
    if not rest.any():
        return plain
    return _with_slow_rows(frame, plain, rest, style, rounded=rounded)


def _plain_rows(frame: pl.DataFrame, style: NumberStyle) -> pl.DataFrame:
    """The overwhelming many: an optional minus, digits, thousands, at most ``places`` decimals."""
    decimal, grouping = re.escape(style.decimal), re.escape(style.grouping)
    whole = rf"[0-9]{{1,11}}|[0-9]{{1,3}}(?:{grouping}[0-9]{{3}}){{1,3}}"
    shape = rf"^([-+]?)({whole})(?:{decimal}([0-9]*))?$"
    parts = frame.select(
        "places",
        sign=pl.col("t").str.extract(shape, 1),
        whole=pl.col("t").str.extract(shape, 2).str.replace_all(style.grouping, "", literal=True),
        decimals=pl.col("t").str.extract(shape, 3).fill_null("").str.strip_chars_end("0"),
    )
    length = pl.col("decimals").str.len_bytes().cast(pl.Int64)
    scale = pl.lit(10, pl.Int64).pow(pl.col("places"))
    fraction = pl.when(length > 0).then(pl.col("decimals")).otherwise(pl.lit("0")).cast(
        pl.Int64, strict=False
    ) * pl.lit(10, pl.Int64).pow((pl.col("places") - length).clip(0))
    size = pl.col("whole").cast(pl.Int64) * scale + fraction
    return parts.select(
        minor=pl.when(pl.col("whole").is_not_null() & (length <= pl.col("places")))
        .then(pl.when(pl.col("sign") == "-").then(-size).otherwise(size))
        .otherwise(None),
        code=pl.lit(None, pl.String),
    )


def _with_slow_rows(
    frame: pl.DataFrame, plain: pl.DataFrame, rest: pl.Series, style: NumberStyle, *, rounded: bool
) -> pl.DataFrame:
    where = rest.arg_true()
    minor, code = plain["minor"].to_list(), plain["code"].to_list()
    cells = zip(
        where.to_list(), frame["t"].gather(where), frame["places"].gather(where), strict=True
    )
    for row, cell, places in cells:
        read = to_minor(cell, places, style, rounded=rounded)
        if isinstance(read, Code):
            code[row] = read.value
        else:
            minor[row] = read
    return pl.DataFrame(
        {"minor": minor, "code": code}, schema={"minor": pl.Int64, "code": pl.String}
    )


def to_text(minor: int, currency: str) -> str:
    """The exact decimal text of an amount, as the command line and CSV files write it."""
    places = exponent(currency)
    if places == 0:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{places}d}"


def column_to_text(amount: str = "amount", currency: str = "currency") -> pl.Expr:
    """:func:`to_text` as an expression over the named columns; null stays null."""
    minor, unit = pl.col(amount), pl.col(currency)
    none = [code for code, places in _EXPONENTS.items() if places == 0]
    three = [code for code, places in _EXPONENTS.items() if places == 3]
    return (
        pl.when(unit.is_in(none))
        .then(minor_to_text(minor, 0))
        .when(unit.is_in(three))
        .then(minor_to_text(minor, 3))
        .otherwise(minor_to_text(minor, 2))
    )


def minor_to_text(minor: pl.Expr, places: int) -> pl.Expr:
    """Minor units of currencies of so many decimals as exact decimal text; null stays null."""
    if places == 0:
        return minor.cast(pl.String)
    exact = pl.Decimal(_DECIMAL_DIGITS, places)
    return (minor.cast(exact) / pl.lit(10**places).cast(exact)).cast(pl.String)


def grouped(minor: int, currency: str) -> str:
    """An amount for reading: thousands separators and the currency's own decimals."""
    whole, dot, decimals = to_text(abs(minor), currency).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{dot}{decimals}"
