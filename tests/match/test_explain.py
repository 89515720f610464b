"""Every rule and every piece of evidence has words, in every language."""

import ast
import re
from pathlib import Path

import pytest

from recon_engine.match.explain import explain, phrases
from recon_engine.messages import Language, catalogue

ENGINE = Path(__file__).resolve().parents[2] / "recon_engine"
SOURCES = [p for part in ("match", "reconcile") for p in sorted((ENGINE / part).rglob("*.py"))]
TREES = [ast.parse(p.read_text(encoding="utf-8")) for p in SOURCES]
CODE = re.compile(r"^[a-z][a-z_]*$")


def takers() -> set[str]:
    """Functions that take a ``rule``."""
    functions = (n for t in TREES for n in ast.walk(t) if isinstance(n, ast.FunctionDef))
    return {f.name for f in functions if "rule" in [a.arg for a in f.args.args]}


def rules() -> set[str]:
    """Every rule that the sources name: given to what takes one, or set as a column."""
    found: set[str] = set()
    names = takers()
    for call in (n for t in TREES for n in ast.walk(t) if isinstance(n, ast.Call)):
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        given = list(call.args) if name in names else []
        columns = [k.value for k in call.keywords if k.arg == "rule"]
        inside = given + [n for column in columns for n in ast.walk(column)]
        found |= {
            n.value for n in inside if isinstance(n, ast.Constant) and isinstance(n.value, str)
        }
    return {rule for rule in found if CODE.match(rule)} - {"rule", "left", "right"}


def codes() -> set[str]:
    """Every evidence code: what stands before ``=`` in a text that is filled in or ends in 1."""
    texts = [
        n.value
        for tree in TREES
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and "\n" not in n.value
    ]
    return {code for t in texts for code in re.findall(r"(?:^|;)([a-z_]+)=(?=\{|1|$)", t)}


def test_the_sources_name_what_we_know_of() -> None:
    assert {
        "exact_reference", "reference_sum", "reference_once", "group_sum", "reference_in_text",
        "references_in_text", "reference_in_text_once", "near_reference", "channel_amount",
        "party_amount", "same_party", "reference_differs", "group_differs", "wire_fee",
        "refund_missing", "nothing_due", "charge",
    } <= rules()  # fmt: skip
    assert {"ids", "party", "channel", "days", "lefts", "rights", "copies", "of", "grade", "slips",
            "tail", "short_id", "fee_minor", "short_minor", "refunds", "refund_missing_minor",
            "type", "decided"} <= codes()  # fmt: skip


@pytest.mark.parametrize("language", list(Language))
def test_every_rule_has_a_name_and_a_sentence(language: Language) -> None:
    words = catalogue("match", language)
    for part in ("rule", "why"):
        assert {r for r in rules() if not words.get(f"{part}.{r}")} == set()


@pytest.mark.parametrize("language", list(Language))
def test_every_code_has_a_phrase(language: Language) -> None:
    words = catalogue("match", language)
    assert {c for c in codes() if f"evidence.{c}" not in words} == set()


@pytest.mark.parametrize("language", list(Language))
def test_names_of_rules_differ_so_that_a_sheet_can_be_read_back(language: Language) -> None:
    names = [w for k, w in catalogue("match", language).items() if k.startswith("rule.")]
    assert len(set(names)) == len(names)


def test_a_match_explains_itself_in_one_sentence() -> None:
    evidence = "ids=1;lefts=2;rights=1;days=0;fee_minor=1250"
    assert explain("reference_sum", evidence, Language.EN, "CNY") == (
        "All records that share this id add up to the same on both sides "
        "(same id; 2 on the left; 1 on the right; on the same day; fee 12.50 CNY)."
    )
    assert explain("reference_sum", evidence, Language.ZH_HANS, "CNY") == (
        "带有该编号的全部记录，两侧合计相符"
        "（编号相同；左侧 2 笔；右侧 1 笔；同一天；手续费 12.50 CNY）。"
    )
    assert explain("nothing_due", "", Language.ZH_HANT) == "訂單已取消或全額退款，無應收款。"


def test_money_without_a_currency_is_said_in_minor_units() -> None:
    assert phrases("short_minor=300", Language.EN) == "short by 300 minor units"


def test_a_type_is_said_by_its_word_and_an_unknown_code_as_it_stands() -> None:
    assert phrases("type=commission;left_out=0", Language.ZH_HANS) == "类型：佣金"
    assert phrases("moon=3", Language.EN) == "moon 3"
