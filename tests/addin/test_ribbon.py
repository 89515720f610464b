"""The ribbon's XML: every button once, every callback a public Sub with the right arguments."""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from xl_addin.actions.registry import ACTIONS, GROUPS
from xl_addin.addin_file.project import MODULES, source
from xl_addin.addin_file.ribbon import EDITIONS, TAB_KEYTIP, Edition, ribbon_xml

# Names of pictures that Microsoft lists for Excel 2013, 2016, 2019 and 365 alike
# (github.com/OfficeDev/office-fluent-ui-command-identifiers), of which ours must be some.
ICONS = Path(__file__).with_name("office_icons.txt").read_text(encoding="ascii").split()
ARGUMENTS = {"onLoad": 1, "onAction": 1, "getLabel": 2, "getScreentip": 2, "getSupertip": 2,
             "getEnabled": 2}  # fmt: skip
LARGE_MAX = 3  # large pictures of a group, so that the tab fits a small screen
LETTERS = re.compile(r"[A-Z]{1,3}")
EITHER = pytest.mark.parametrize("edition", EDITIONS, ids=lambda e: e.part)


def elements(edition: Edition) -> list[Element]:
    return list(ElementTree.fromstring(ribbon_xml(edition)).iter())


def name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def procedures() -> dict[str, tuple[str, int]]:
    """Public or private, and how many arguments, by Module.Name."""
    found = {}
    for module in MODULES:
        for scope, sub, arguments in re.findall(
            r"(?m)^(Public|Private) Sub (\w+)\(([^)]*)\)", source(module)
        ):
            found[f"{module}.{sub}"] = (scope, len([a for a in arguments.split(",") if a.strip()]))
    return found


def faults(edition: Edition) -> list[str]:
    """All that a ribbon may be refused for, or be silent about when pressed."""
    return lint(elements(edition), procedures())


def lint(listed: list[Element], known: dict[str, tuple[str, int]]) -> list[str]:
    told = []
    ids = [element.get("id") for element in listed if element.get("id")]
    told += [f"twice: {one}" for one in sorted(set(ids)) if ids.count(one) > 1]
    for element in listed:
        for attribute, value in element.attrib.items():
            if attribute in ARGUMENTS and known.get(value) != ("Public", ARGUMENTS[attribute]):
                told.append(f"{name(element)} {attribute}: {value}")
        icon = element.get("imageMso", ICONS[0])
        told += [] if icon in ICONS else [f"no such picture: {icon}"]
        keytip = element.get("keytip", "A")
        told += [] if LETTERS.fullmatch(keytip) else [f"no keytip: {keytip}"]
    return told


@EITHER
def test_nothing_is_wrong_with_it(edition: Edition) -> None:
    assert faults(edition) == []


@pytest.mark.parametrize(
    ("attribute", "value", "told"),
    [
        ("id", "action_match", "twice: action_match"),
        ("imageMso", "HappyFace", "no such picture: HappyFace"),
        ("onAction", "TieoutRibbon.OnClick", "button onAction: TieoutRibbon.OnClick"),
        ("getLabel", "TieoutRibbon.OnAction", "button getLabel: TieoutRibbon.OnAction"),
        ("keytip", "m1", "no keytip: m1"),
    ],
)
def test_the_lint_sees_a_planted_fault(attribute: str, value: str, told: str) -> None:
    listed = elements(EDITIONS[1])
    next(e for e in listed if e.get("id") == "action_undo").set(attribute, value)
    assert lint(listed, procedures()) == [told]


@EITHER
def test_every_action_has_its_button_in_its_group(edition: Edition) -> None:
    root = ElementTree.fromstring(ribbon_xml(edition))
    assert root.tag == f"{{{edition.namespace}}}customUI"
    shown = {
        group.get("id"): [button.get("id") for button in group] for group in root.iter()
        if name(group) == "group"
    }  # fmt: skip
    assert shown == {
        f"group_{group.name}": [f"action_{a.name}" for a in ACTIONS if a.group == group.name]
        for group in GROUPS
    }
    assert all(sum(a.large for a in ACTIONS if a.group == g.name) <= LARGE_MAX for g in GROUPS)


def test_the_list_of_pictures_holds_those_we_use_and_no_other() -> None:
    assert set(ICONS) == {a.icon for a in ACTIONS} | {g.icon for g in GROUPS}
    assert sorted(ICONS) == ICONS


def test_the_tabs_own_letter_is_not_taken() -> None:
    assert TAB_KEYTIP not in {"F", "H", "N", "P", "M", "A", "R", "W", "L", "Y", "X", "JA", "JT"}


@EITHER
def test_what_is_asked_is_answered_for_every_control(edition: Edition) -> None:
    """No control has a fixed caption: all follow the language."""
    asked = {"tab", "group", "button", "menu"}
    shown = [element for element in elements(edition) if name(element) in asked]
    assert [e.get("id") for e in shown if e.get("label") or not e.get("getLabel")] == []
