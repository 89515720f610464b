"""The list of actions is whole: names, pictures, keys, words in every language, nothing heavy."""

import subprocess
import sys
from itertools import combinations

import pytest

from recon_engine.messages import Language, catalogue, text
from workbook_templates.layout_book import TABLES
from xl_addin.actions.registry import ACTIONS, GROUPS, ROW_TABLES, action, actions_of
from xl_addin.command_line import VERBS

LABEL_MAX, TIP_MAX = 32, 1024  # characters: what a button shows without cutting; Office's limit


def test_names_groups_and_verbs_are_known() -> None:
    names = [each.name for each in ACTIONS]
    assert len(names) == len(set(names))
    assert [action(name) for name in names] == list(ACTIONS)
    grouped = [each for group in GROUPS for each in actions_of(group.name)]
    assert grouped == list(ACTIONS), "buttons stand in the order of their groups"
    assert {each.verb for each in ACTIONS} - {""} <= set(VERBS)


def test_rows_are_those_of_tables_that_know_matches() -> None:
    assert [name for name in ROW_TABLES if "match_id" not in TABLES[name].keys] == []


def test_no_keytip_hides_another() -> None:
    tips = [each.keytip for each in ACTIONS]
    hidden = [pair for pair in combinations(tips, 2) if pair[0].startswith(pair[1])]
    assert [pair for pair in combinations(tips, 2) if pair[1].startswith(pair[0])] + hidden == []


@pytest.mark.parametrize("language", list(Language))
def test_every_action_has_its_words_and_no_word_is_idle(language: Language) -> None:
    told = catalogue("ribbon", language)
    names = {each.name for each in ACTIONS}
    for part in ("action", "tip", "changes"):
        assert {key.partition(".")[2] for key in told if key.startswith(f"{part}.")} == names
    assert {key.removeprefix("group.") for key in told if key.startswith("group.")} == {
        group.name for group in GROUPS
    }
    assert max(len(text(f"ribbon.action.{name}", language)) for name in names) <= LABEL_MAX
    assert max(len(words) for words in told.values()) <= TIP_MAX


@pytest.mark.parametrize("language", list(Language))
def test_what_changes_nothing_says_so(language: Language) -> None:
    """A button that writes must not promise to change nothing."""
    nothing = {
        Language.EN: "Nothing is changed",
        Language.ZH_HANS: "不改动任何内容",
        Language.ZH_HANT: "不改動任何內容",
    }[language]
    promised = {a.name for a in ACTIONS if nothing in text(f"ribbon.changes.{a.name}", language)}
    assert promised & {a.name for a in ACTIONS if a.changes} == set()


def test_the_list_imports_nothing_heavy() -> None:
    asked = "import sys, xl_addin.actions.registry; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded & {"polars", "pandas", "numpy", "xlwings", "xlsxwriter"} == set()
    ours = {name for name in loaded if name.startswith("recon_engine.")}
    assert ours == {"recon_engine.trust", "recon_engine.trust.roles"}
