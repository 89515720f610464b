"""The search for what was hidden: what it finds, what it lets pass, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.trust.leaks import Hidden

VALUES = frozenset(
    {"Élodie Weiß", "张三", "John O'Neill", "Li", "13800138000", "a@b.co", "6222 0212 3456 7890"}
)


def places(text: str, public: tuple[str, ...] = ()) -> list[str]:
    return [leak.place for leak in Hidden(VALUES, public).find([("here", text)])]


@pytest.mark.parametrize("text", [
    "张三", "转账张三丰", "to JOHN O'NEILL, thanks", "call 13800138000.", "mail a@b.co",
    "card 6222 0212 3456 7890", "Li paid", "x\nJohn  O'Neill", "ＪＯＨＮ　O'Neill",
    "ÉLODIE WEISS pays", "Élodie Weiß",
    "１３８００１３８０００",
])  # fmt: skip
def test_a_value_is_found_within_other_text(text: str) -> None:
    assert places(text) == ["here"]


@pytest.mark.parametrize("text", [
    "", "张*", "Johnny", "Limited", "li", "9138001380001", "138****8000", "O'Neill", "a@b.com",
])  # fmt: skip
def test_what_only_looks_like_it_passes(text: str) -> None:
    assert places(text) == []


def test_our_own_words_are_not_searched_for() -> None:
    assert places("张三旗舰店 张三", ("张三旗舰店",)) == []
    assert places("13800138000", ("张三旗舰店",)) == ["here"]


def test_few_digits_and_single_characters_are_nobody() -> None:
    hidden = Hidden(frozenset({"张", "1234", "138****8000", " "}))
    assert list(hidden.find([("here", "张 1234 138****8000")])) == []


def test_the_value_is_told_by_its_length_only() -> None:
    (leak,) = Hidden(VALUES).find([("Sheet!B2", "call 13800138000")])
    assert (leak.place, leak.characters) == ("Sheet!B2", 11)


@given(st.sampled_from(sorted(VALUES)), st.text(" ,;:/\n", max_size=5), st.text(" ,;", max_size=5))
def test_wherever_it_stands(value: str, before: str, after: str) -> None:
    assert places(f"x{before or ' '}{value}{after}") == ["here"]
