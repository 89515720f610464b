"""Every language says the same things, with the same figures in them."""

import re
import string

import pytest

from recon_engine.errors import Code, Place, Problem
from recon_engine.messages import Language, areas, catalogue, explain
from workbook_templates.own.sheets import _NOT_CARRIED

OTHERS = [Language.ZH_HANS, Language.ZH_HANT]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("area", areas())
@pytest.mark.parametrize("language", OTHERS)
def test_same_keys_and_placeholders_in_every_language(area: str, language: Language) -> None:
    english, other = catalogue(area, Language.EN), catalogue(area, language)
    assert set(english) == set(other)
    differing = {k for k in english if placeholders(english[k]) != placeholders(other[k])}
    assert differing == set()


@pytest.mark.parametrize("language", list(Language))
def test_every_code_has_words_and_a_remedy(language: Language) -> None:
    words = catalogue("errors", language)
    assert {f"{code}.{part}" for code in Code for part in ("what", "remedy")} <= set(words)


def test_a_problem_is_one_sentence_with_its_place_and_remedy() -> None:
    place = Place("建行流水.xls", "明细", 17, "金额")
    problem = Problem(Code.AMOUNT_NOT_A_NUMBER, place, "一百")
    assert explain(problem, Language.ZH_HANS) == (
        "建行流水.xls，工作表 明细，第 17 行，“金额”列：“金额”列中的“一百”不是金额 "
        "[amount_not_a_number]。处理办法：请在源文件中更正该单元格。"
    )
    assert explain(problem, Language.EN).startswith(
        "建行流水.xls, sheet 明细, row 17, column “金额”"
    )


def test_traditional_chinese_is_not_simplified() -> None:
    everything = "".join(
        text for area in areas() for text in catalogue(area, Language.ZH_HANT).values()
    )
    assert not re.findall("[们这为会时对说无发现实际单账户应]", everything)


@pytest.mark.parametrize("language", list(Language))
def test_why_a_sheet_cannot_be_carried_is_said_in_words(language: Language) -> None:
    """The problem holds a code; every one that the program gives has words."""
    problem = Problem(Code.OWN_SHEET_REFUSED, Place("a.xlsx", "Mine"), "pivot")
    assert "(pivot)" not in explain(problem, language)
    known = catalogue("errors", language)
    reasons = {*_NOT_CARRIED.values(), "drawing", "kind", "outside"}
    assert all(f"{Code.OWN_SHEET_REFUSED}.value.{reason}" in known for reason in reasons)
