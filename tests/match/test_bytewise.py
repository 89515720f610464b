"""Columns read as bytes: the same ids as text by text with a regular expression."""

import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match.keys import ids_in_column, ids_in_texts

_PIECE = re.compile(r"[A-Za-z0-9]+(?:[-_/.#][A-Za-z0-9]+)*")
# Few signs, so that they meet: all kinds of ASCII, digits and letters of other alphabets, breaks.
_TEXTS = st.lists(st.text("0129aZqA-_/.#| \n\0\r订éß０٣", max_size=14), max_size=6)


def slow_ids_in_text(text: str, length_min: int) -> list[str]:
    """Pieces of one text, then the runs of digits beside letters; each once."""
    words = [word for word in _PIECE.findall(text) if re.search("[0-9]", word)]
    keys = [re.sub("[^A-Z0-9]", "", word.upper()) for word in words]
    runs = [run for key in keys if re.search("[A-Z]", key) for run in re.findall("[0-9]+", key)]
    return list(dict.fromkeys(one for one in (*keys, *runs) if len(one) >= length_min))


def slow_ids_in_cell(cell: str) -> list[str]:
    """The ids of one cell in upper case, letters and figures of every alphabet only; each once."""
    keys = (
        "".join(sign for sign in part.upper() if sign.isalpha() or sign.isnumeric())
        for part in cell.split("|")
    )
    return [key for key in dict.fromkeys(keys) if key]


@given(texts=_TEXTS, length_min=st.integers(1, 5))
def test_ids_in_texts_are_those_found_one_by_one(texts: list[str], length_min: int) -> None:
    said = ids_in_texts(pl.Series(texts, dtype=pl.String), length_min)
    found = list(zip(said.row.tolist(), said.key.to_list(), strict=True))
    assert found == [
        (row, key) for row, text in enumerate(texts) for key in slow_ids_in_text(text, length_min)
    ]


@given(cells=_TEXTS)
def test_ids_in_a_column_are_those_of_its_cells(cells: list[str]) -> None:
    said = ids_in_column(pl.Series(cells, dtype=pl.String))
    found = list(zip(said.row.tolist(), said.key.to_list(), strict=True))
    assert found == [(row, key) for row, cell in enumerate(cells) for key in slow_ids_in_cell(cell)]


def test_the_usual_ways_of_writing_an_id() -> None:
    said = ids_in_texts(
        pl.Series(["付款 订单NO20261001/A 余款", "INV so-2610-0005336.", "货款"]), 4
    )
    assert list(zip(said.row.tolist(), said.key.to_list(), strict=True)) == [
        (0, "NO20261001A"),
        (0, "20261001"),
        (1, "SO26100005336"),
        (1, "26100005336"),
    ]
