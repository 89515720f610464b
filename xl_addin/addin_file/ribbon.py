"""The ribbon's XML from the list of actions, for Excel 2007 and for 2010 and later.

Captions, tips and what is alive are asked of the VBA module, so that they follow the language and
the workbook in front; the XML only says what stands where.
"""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from xl_addin.actions.registry import GROUPS, Action, Group, actions_of

AFTER_TAB = "TabData"
TAB_KEYTIP = "T"
_MODULE = "TieoutRibbon"


@dataclass(frozen=True, slots=True)
class Edition:
    """One of the two forms that Office reads: its part, its namespace, its kind of relation."""

    part: str
    namespace: str
    relation: str


EDITIONS = (
    Edition(
        "customUI/customUI.xml",
        "http://schemas.microsoft.com/office/2006/01/customui",
        "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    ),
    Edition(
        "customUI/customUI14.xml",
        "http://schemas.microsoft.com/office/2009/07/customui",
        "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
    ),
)


def ribbon_xml(edition: Edition) -> bytes:
    """The ribbon for an edition of Office; both hold the same buttons."""
    root = ET.Element("customUI", xmlns=edition.namespace, onLoad=_callback("OnLoad"))
    tabs = ET.SubElement(ET.SubElement(root, "ribbon"), "tabs")
    tab = ET.SubElement(
        tabs, "tab", id="tab_tieout", getLabel=_callback("GetLabel"), keytip=TAB_KEYTIP,
        insertAfterMso=AFTER_TAB,
    )  # fmt: skip
    for group in GROUPS:
        _add_group(tab, group)
    ET.indent(root)
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return head + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _add_group(tab: ET.Element, group: Group) -> None:
    element = ET.SubElement(
        tab, "group", id=f"group_{group.name}", getLabel=_callback("GetLabel"),
        imageMso=group.icon,
    )  # fmt: skip
    for action in actions_of(group.name):
        _add_action(element, action)


def _add_action(group: ET.Element, action: Action) -> None:
    """A button, or a menu where there is something to choose; its tag says what must be open."""
    said = {
        "id": f"action_{action.name}",
        "tag": action.need.value,
        "imageMso": action.icon,
        "size": "large" if action.large else "normal",
        "keytip": action.keytip,
        "getLabel": _callback("GetLabel"),
        "getScreentip": _callback("GetTip"),
        "getSupertip": _callback("GetChanges"),
        "getEnabled": _callback("GetEnabled"),
    }
    if not action.choices:
        ET.SubElement(group, "button", said, onAction=_callback("OnAction"))
        return
    menu = ET.SubElement(group, "menu", said)
    for choice in action.choices:
        chosen = {
            "id": choice_id(choice),
            "tag": f"{action.name} {choice}",
            "getLabel": _callback("GetLabel"),
            "onAction": _callback("OnChoice"),
        }
        ET.SubElement(menu, "button", chosen)


def choice_id(choice: str) -> str:
    """The id of a choice; it finds its caption as all ids do."""
    return f"choice_{choice.replace('-', '')}"


def _callback(name: str) -> str:
    return f"{_MODULE}.{name}"
