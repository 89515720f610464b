"""Names in every form banks write them: each meets the full name, two different people do not."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from recon_engine.match.arrays import meetings
from recon_engine.match.names import Keys, keys_of, name_keys
from recon_engine.match.pieces import names_in_texts
from recon_engine.match.signs import Parts, laid_out
from recon_engine.match.sounds import sounds
from tests.match import names_oracle

WANG, ANDERSON = "王小明", "Anna Anderson"


def pairs_of(keys: Keys) -> tuple[np.ndarray, np.ndarray]:
    """Keys that are alike, of two different names, the lower name first."""
    one, two = meetings([keys.key], [keys.key])
    apart = keys.name[one] < keys.name[two]
    return one[apart], two[apart]


def meet(one: str, two: str) -> bool:
    """Whether the two names may be one person's."""
    keys = name_keys(pl.Series([one, two]))
    return bool(keys.may_be_one(*pairs_of(keys)).any())


@pytest.mark.parametrize(
    ("full", "written"),
    [
        (WANG, "王小明"),
        (WANG, "王*明"),
        (WANG, "王**"),
        (WANG, "王*"),
        (WANG, "王○明"),
        (WANG, "WANG XIAOMING"),
        (WANG, "Wang Xiaoming"),
        (WANG, "Xiaoming Wang"),
        (WANG, "wangxiaoming"),
        ("张三丰", "张*丰"),
        ("张三丰", "張三豐"),  # traditional
        ("陈国华", "陳國華"),
        ("陈国华", "CHEN GUOHUA"),
        ("李伟", "李*"),
        (ANDERSON, "ANNA ANDERSON"),
        (ANDERSON, "Anderson, Anna"),
        (ANDERSON, "Anderson Anna"),
        (ANDERSON, "A. Anderson"),
        (ANDERSON, "Anderson, A."),
        (ANDERSON, "A*** Anderson"),
        (ANDERSON, "Anna Ander"),
        (ANDERSON, "ANNA ANDER"),
        (ANDERSON, "Anna Andreson"),  # two letters swapped
        (ANDERSON, "Anna Andeson"),  # a letter gone
    ],
)
def test_every_form_meets_the_full_name(full: str, written: str) -> None:
    assert meet(full, written)
    assert meet(written, full)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param(
            "王小明",
            "王小红",
            marks=pytest.mark.xfail(
                strict=True,
                reason="the last character of a Chinese name may be a slip; homophones meet anyway",
            ),
        ),
        ("王小明", "李小明"),
        ("王小明", "王*红"),
        ("王小明", "李*明"),
        ("张三丰", "张*飞"),
        ("王大明", "王小明"),  # alike only if masked
        ("马有", "茂裕"),  # both have the letters of mayou
        ("王盛之", "王志盛"),
        (ANDERSON, "Alan Anderson"),
        (ANDERSON, "B. Anderson"),
        (ANDERSON, "A. Andrews"),
        (ANDERSON, "Anna Peterson"),
        (ANDERSON, "O*** Anderson"),
        ("WANG XIAOHONG", "王小明"),
    ],
)
def test_two_people_do_not_meet(one: str, two: str) -> None:
    assert not meet(one, two)
    assert not meet(two, one)


def test_names_without_a_letter_have_no_keys() -> None:
    assert not len(name_keys(pl.Series(["", "123456", "—"])))


def test_every_character_is_read_as_the_pinyin_library_reads_it() -> None:
    every = [chr(number) for number in range(0x3400, 0xA000)]
    told = {c: lazy_pinyin(c, style=Style.NORMAL)[0] for c in every}
    assert sounds("".join(every)) == told


# Whatever makes names hard to read, often enough to meet in a few tries.
BITS = st.sampled_from(
    ["王", "小", "明", "李", "張", "〇", "々", "𠀀", "女", "*", "**", "○", "＊", "x", "X", "xx",
     "a", "j", "Anna", "ANDERSON", "Ander", "son", ".", ",", " ", "  ", "-", "1", "é", "ß", "İ",
     "Σ", "ς", "ü", "на", "O'Neil", "\u0301", "\n", "٣"]
)  # fmt: skip
NAMES = st.lists(st.lists(BITS, max_size=6).map("".join), max_size=12)


@given(NAMES)
def test_keys_are_alike_where_those_made_by_hand_are(names: list[str]) -> None:
    keys = name_keys(pl.Series(names, dtype=pl.String))
    made: dict[int, set[tuple[int, int, bool]]] = {n: set() for n in range(len(names))}
    for name, kind, key, short in zip(
        *(part.tolist() for part in (keys.name, keys.kind, keys.key, keys.short)), strict=True
    ):
        made[name].add((kind, key, short))
    told = {n: names_oracle.keys(name) for n, name in enumerate(names)}
    assert {n: len(some) for n, some in made.items()} == {n: len(some) for n, some in told.items()}
    for one, two in combinations(told, 2):
        assert len(made[one] & made[two]) == len(told[one] & told[two])


@given(NAMES)
def test_a_text_shows_what_is_found_in_it_by_hand(texts: list[str]) -> None:
    alphabet, laid = laid_out(pl.Series(texts, dtype=pl.String))
    pieces = names_in_texts(laid, alphabet)
    found: dict[int, set[str]] = {n: set() for n in range(len(texts))}
    for text, name in zip(pieces.text.tolist(), alphabet.strings(pieces.name), strict=True):
        found[text].add(name)
    assert found == {n: names_oracle.pieces(text) for n, text in enumerate(texts)}


@given(NAMES)
def test_a_part_of_a_name_has_the_number_that_it_has_alone(names: list[str]) -> None:
    alphabet, laid = laid_out(pl.Series(names, dtype=pl.String))
    parts = Parts.of(laid, alphabet)
    numbers: dict[str, int] = {}
    for n, name in enumerate(names):
        for start in range(len(name)):
            for size in range(len(name) - start + 1):
                number = int(parts.hashed(np.array([n]), start, size)[0])
                assert numbers.setdefault(name[start : start + size], number) == number
    assert len(set(numbers.values())) == len(numbers)


def test_names_in_texts_are_keyed_once_a_text() -> None:
    owned = keys_of(pl.Series([WANG]), pl.Series(["转账 王小明 王小明", "货款王小明"]), 2)
    texts, keys = owned.in_texts(np.arange(len(owned.keys)))
    assert len({*zip(texts.tolist(), owned.keys.key[keys].tolist(), strict=True)}) == len(texts)
    assert owned.shown(np.array([True]), np.array([False, False]))[owned.name].sum() == 2


def test_what_many_texts_say_is_nobodys_name() -> None:
    texts = [f"转账 {family}小明" for family in "王李张"]
    told = [keys_of(pl.Series([WANG]), pl.Series(texts), most) for most in (3, 2)]
    assert [len(owned.name) for owned in told] == [6, 3]
