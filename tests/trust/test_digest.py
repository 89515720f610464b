"""The number of results and decisions: of what stands there, and of nothing else."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.trust.digest import digest

FRAME = pl.DataFrame(
    {
        "record_id": ["a", "b", "c", "d"],
        "amount": [100, -250, 0, None],
        "text": ["", None, "货款 ✓", "x_y"],
        "date": [date(2026, 10, 1), None, date(2026, 10, 3), date(2026, 10, 3)],
    }
)


@given(st.permutations(range(4)), st.permutations(FRAME.columns))
def test_the_order_of_rows_and_columns_changes_nothing(rows: list[int], keys: list[str]) -> None:
    assert digest({"t": FRAME[rows].select(keys)}) == digest({"t": FRAME})


@given(st.integers(0, 3), st.integers(-3, 3).filter(bool))
def test_any_cent_changes_it(row: int, cents: int) -> None:
    amounts = FRAME["amount"].to_list()
    amounts[row] = (amounts[row] or 0) + cents
    changed = FRAME.with_columns(amount=pl.Series(amounts, dtype=pl.Int64))
    assert digest({"t": changed}) != digest({"t": FRAME})


@given(st.integers(0, 3), st.sampled_from(["record_id", "text"]), st.text("abc", min_size=1))
def test_any_text_changes_it(row: int, key: str, more: str) -> None:
    texts = FRAME[key].to_list()
    texts[row] = (texts[row] or "") + more
    assert digest({"t": FRAME.with_columns(pl.Series(key, texts))}) != digest({"t": FRAME})


def test_a_row_twice_a_row_less_and_another_table_change_it() -> None:
    others = [
        {"t": pl.concat([FRAME, FRAME[:1]])}, {"t": FRAME[1:]}, {"u": FRAME},
        {"t": FRAME, "u": FRAME.clear()}, {"t": FRAME.rename({"text": "note"})},
    ]  # fmt: skip
    assert len({digest(each) for each in [{"t": FRAME}, *others]}) == len(others) + 1


def test_text_does_not_slip_from_cell_to_cell() -> None:
    one = pl.DataFrame({"a": ["xy"], "b": ["z"]})
    other = pl.DataFrame({"a": ["x"], "b": ["yz"]})
    assert digest({"t": one}) != digest({"t": other})
    lines = pl.DataFrame({"a": ["x\ny"]})
    assert digest({"t": lines}) != digest({"t": pl.DataFrame({"a": ["x", "y"]})})


def test_what_a_sheet_cannot_tell_apart_is_the_same() -> None:
    bare = pl.DataFrame({"a": ["x", ""]})
    for said in (["x", None], ["x\r\n", ""], ["x_x000D_", ""]):
        assert digest({"t": pl.DataFrame({"a": said})}) == digest({"t": bare})
