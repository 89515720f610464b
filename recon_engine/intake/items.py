"""Any table of ``id, date, amount`` … as ITEMS: tables to match that are no platform's files."""

import polars as pl

from recon_engine.errors import Code, Place, Problem, TieoutError
from recon_engine.model.money import column_to_minor, exponent
from recon_engine.model.results import ITEMS

REQUIRED = ("id", "date", "amount")
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_SHOWN = 20  # problems of one column told one by one; the count of the rest is in the last


def read_items(content: bytes, file: str, home_currency: str) -> pl.DataFrame:
    """The items of a CSV table.

    Args:
        content: UTF-8 CSV with a header; columns of ITEMS in any order, others are left aside.
        file: its name, for errors.
        home_currency: for rows that name none.

    Raises:
        TieoutError: with every missing column and every cell that cannot be read.
    """
    texts = _texts(content, file)
    missing = [name for name in REQUIRED if name not in texts.columns]
    if missing:
        raise TieoutError(
            [Problem(Code.COLUMN_MISSING, Place(file, column=name), "match") for name in missing]
        )
    full = texts.select(
        pl.col(name).fill_null("").str.strip_chars()
        if name in texts.columns
        else pl.lit("").alias(name)
        for name in ITEMS
    ).with_columns(
        currency=pl.when(pl.col("currency") == "")
        .then(pl.lit(home_currency))
        .otherwise(pl.col("currency").str.to_uppercase())
    )
    amounts = _amounts(full)
    items = full.with_columns(date=_dates(full), amount=amounts["minor"])
    problems = _problems(full, items, amounts["code"], file)
    if problems:
        raise TieoutError(problems)
    return items


def only_currency(content: bytes, file: str) -> str:
    """The one currency that a table names, "" when it names none or several.

    Two tables of one account often say it once: the other takes it from here.

    Raises:
        TieoutError: the table cannot be opened.
    """
    texts = _texts(content, file)
    if "currency" not in texts.columns:
        return ""
    named = texts["currency"].drop_nulls().str.strip_chars().str.to_uppercase().unique()
    found = [currency for currency in named if currency]
    return found[0] if len(found) == 1 else ""


def _texts(content: bytes, file: str) -> pl.DataFrame:
    if not content.strip():
        raise TieoutError([Problem(Code.FILE_EMPTY, Place(file))])
    try:
        return pl.read_csv(content.removeprefix(b"\xef\xbb\xbf"), infer_schema=False)
    except pl.exceptions.PolarsError as fault:
        first = str(fault).splitlines()[0]
        raise TieoutError([Problem(Code.FILE_DAMAGED, Place(file), first)]) from fault


def _amounts(full: pl.DataFrame) -> pl.DataFrame:
    known = full["currency"].unique().to_list()
    places = full["currency"].replace_strict({c: exponent(c) for c in known}, return_dtype=pl.Int64)
    return column_to_minor(full["amount"], places)


def _dates(full: pl.DataFrame) -> pl.Series:
    """The first form that fits a cell; all are year first, so none can be mistaken for another."""
    forms = [pl.col("date").str.to_date(form, strict=False) for form in _DATE_FORMATS]
    return full.select(pl.coalesce(forms)).to_series()


def _problems(
    full: pl.DataFrame, items: pl.DataFrame, amount_codes: pl.Series, file: str
) -> list[Problem]:
    id_again = (full["id"] != "") & ~full["id"].is_first_distinct()
    wrong = [
        ("id", Code.ID_MISSING, full["id"] == ""),
        ("id", Code.ID_TWICE, id_again),
        ("date", Code.DATE_NOT_READ, items["date"].is_null()),
        ("amount", Code.AMOUNT_NOT_A_NUMBER, items["amount"].is_null()),
    ]
    problems: list[Problem] = []
    for column, code, flags in wrong:
        for row in flags.arg_true().to_list()[:_SHOWN]:
            told = Code(amount_codes[row]) if column == "amount" and amount_codes[row] else code
            place = Place(file, row=row + 2, column=column)  # the header is row 1
            problems.append(Problem(told, place, full[column][row]))
    return problems


def check_currencies(left: pl.DataFrame, right: pl.DataFrame, file: str) -> None:
    """Refuses two tables that share no currency: nothing could ever be compared.

    Raises:
        TieoutError: CURRENCY_MIXED, naming the currencies of both.
    """
    ours, theirs = set(left["currency"].unique()), set(right["currency"].unique())
    if ours and theirs and not ours & theirs:
        value = f"{', '.join(sorted(ours))} / {', '.join(sorted(theirs))}"
        raise TieoutError([Problem(Code.CURRENCY_MIXED, Place(file, column="currency"), value)])
