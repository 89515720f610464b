"""Amounts are read exactly or not at all; the fast column reader agrees with the plain rule."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.errors import Code
from recon_engine.model.money import (
    COMMA,
    PLAIN,
    NumberStyle,
    column_to_minor,
    column_to_text,
    float_text,
    to_minor,
    to_text,
)

READ = [
    ("1,234.50", PLAIN, 2, 123450),
    ("-12,345.89", PLAIN, 2, -1234589),
    ("4.093,32 €", COMMA, 2, 409332),
    ("¥22.30", PLAIN, 2, 2230),
    ("CNY 123.18", PLAIN, 2, 12318),
    ("CNY13.50", PLAIN, 2, 1350),
    ("£67.40", PLAIN, 2, 6740),
    ("(8.00)", PLAIN, 2, -800),
    ("12.00-", PLAIN, 2, -1200),
    ("+0.01", PLAIN, 2, 1),
    ("1.5万元", PLAIN, 2, 1_500_000),
    ("12,34,567.00", PLAIN, 2, 123456700),
    ("1000", PLAIN, 0, 1000),
    ("1.234", PLAIN, 3, 1234),
    ("5.00000", PLAIN, 2, 500),
    ("1 234,56", NumberStyle(",", " "), 2, 123456),
    ("−5.00", PLAIN, 2, -500),
    (".5", PLAIN, 2, 50),
]
REFUSED = [
    ("12.345", Code.AMOUNT_TOO_PRECISE),
    ("4.00123E+27", Code.AMOUNT_NOT_A_NUMBER),
    ("一百", Code.AMOUNT_NOT_A_NUMBER),
    ("1,23.00", Code.AMOUNT_NOT_A_NUMBER),
    ("1.2.3", Code.AMOUNT_NOT_A_NUMBER),
    ("--5", Code.AMOUNT_NOT_A_NUMBER),
    ("-(5.00)", Code.AMOUNT_NOT_A_NUMBER),
    ("235.61(已退款235.50)", Code.AMOUNT_NOT_A_NUMBER),
    ("12345678901234567", Code.AMOUNT_TOO_LARGE),
]


@pytest.mark.parametrize(("text", "style", "places", "minor"), READ)
def test_reads_to_the_cent(text: str, style: NumberStyle, places: int, minor: int) -> None:
    assert to_minor(text, places, style) == minor


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_refuses_what_is_not_sure(text: str, code: Code) -> None:
    assert to_minor(text, 2) == code


def test_a_rate_column_may_be_rounded_and_an_amount_may_not() -> None:
    assert to_minor("0.125", 2, rounded=True) == 13
    assert to_minor("0.125", 2) == Code.AMOUNT_TOO_PRECISE


cells = st.one_of(
    st.sampled_from([t for t, *_ in READ] + [t for t, _ in REFUSED] + ["", " ", "0.00", "-0"]),
    st.decimals(-(10**12), 10**12, places=2).map(str),
    st.integers(-(10**9), 10**9).map(lambda n: f"{n:,}"),
    st.text("0123456789.,-+() ¥", max_size=12),
)


@given(st.lists(cells, max_size=30), st.sampled_from([0, 2, 3]), st.sampled_from([PLAIN, COMMA]))
def test_a_column_reads_as_its_cells_do(texts: list[str], places: int, style: NumberStyle) -> None:
    column = column_to_minor(pl.Series(texts, dtype=pl.String), places, style)
    for text, minor, code in zip(texts, column["minor"], column["code"], strict=True):
        if not text.strip():
            assert (minor, code) == (None, None)
            continue
        expected = to_minor(text, places, style)
        assert (code if minor is None else minor) == expected


@given(st.integers(-(10**14), 10**14), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_text_and_back_is_the_same_amount(minor: int, currency: str) -> None:
    places = {"CNY": 2, "JPY": 0, "KWD": 3}[currency]
    text = to_text(minor, currency)
    assert to_minor(text, places) == minor
    frame = pl.DataFrame({"amount": [minor], "currency": [currency]})
    assert frame.select(column_to_text()).item() == text


def test_excel_floats_are_the_figures_that_were_typed() -> None:
    assert float_text(19.989999999999998) == "19.99"
    assert float_text(100.0) == "100"
    assert float_text(0.1 + 0.2) == "0.3"
