"""Every action behind the ribbon, as data: the one list from which all others are made.

The ribbon's XML, the words that the add-in carries, the guide's table of buttons and the tests
read this list.  Importing it costs nothing: the function behind an action is looked up by name
when the button is pressed (:func:`function_of`).  Words are in ``messages/*/ribbon.toml``:
``ribbon.action.NAME`` is the caption, ``ribbon.tip.NAME`` the line above the long tip,
``ribbon.changes.NAME`` the long tip, which says what will change.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from recon_engine.trust.roles import Role


class Need(StrEnum):
    """What must be open for a button to be alive; each includes those above it."""

    EXCEL = "excel"  # nothing but Excel itself
    BOOK = "book"  # any workbook
    CLOSE = "close"  # a workbook of Tieout
    ROWS = "rows"  # a sheet of it with records; which rows are selected, the action asks itself


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the ribbon: its name, the module with its functions, its picture when folded."""

    name: str
    module: str
    icon: str


@dataclass(frozen=True, slots=True)
class Action:
    """One button.

    Attributes:
        name: of the action, of its function, and the id of its button.
        group: the name of the group it stands in.
        icon: the name of a picture that every Excel since 2013 has.
        keytip: the two letters that press it after Alt and the tab's own letter.
        need: what must be open.
        role: the least that a person must be to press it.
        large: a large picture, for the ordinary way through a month.
        changes: whether it writes into the workbook, so that Undo can give it back.
        verb: the command line's verb that does the same with files, "" when there is none.
        choices: what its menu offers, in order; a plain button when empty.
        reads_all: whether it reads every cell, whatever the launcher heard: it proves the month,
            hands it on or puts it on paper.
    """

    name: str
    group: str
    icon: str
    keytip: str
    need: Need = Need.CLOSE
    role: Role = Role.PREPARER
    large: bool = False
    changes: bool = False
    verb: str = ""
    choices: tuple[str, ...] = ()
    reads_all: bool = False

    @property
    def locked(self) -> bool:
        """Whether it is refused once the reviewer has signed: all that changes a period."""
        return self.changes and self.name not in SIGNING


GROUPS: tuple[Group, ...] = (
    Group("import", "importing", "GetExternalDataFromText"),
    Group("match", "matching", "Consolidate"),
    Group("review", "review", "ReviewNextComment"),
    Group("report", "reports", "PivotTableReport"),
    Group("close", "closing", "FileMarkAsFinal"),
    Group("share", "sharing", "FileSaveAsPdfOrXps"),
    Group("tieout", "house", "FileNew"),
)
# Tables whose rows can be matched or taken apart; a sheet that holds one meets Need.ROWS.
SIGNING = ("sign_prepared", "sign_reviewed", "withdraw_sign_off")
ROW_TABLES = ("Orders", "Settlements", "Bank", "Matches", "Members", "Exceptions", "Payouts")
LANGUAGE_CHOICES = ("excel", "en", "zh-Hans", "zh-Hant")  # "excel": as Excel itself speaks

ACTIONS: tuple[Action, ...] = (
    Action("import_files", "import", "GetExternalDataFromText", "IF", large=True, changes=True,
           verb="close"),
    Action("import_folder", "import", "FileOpen", "IO", changes=True, verb="close"),
    Action("mapping", "import", "DataFormExcel", "IM", changes=True, verb="read"),
    Action("reimport", "import", "RefreshAll", "IR", changes=True, verb="close"),
    Action("match", "match", "Consolidate", "MA", large=True, changes=True, verb="apply"),
    Action("match_selected", "match", "TracePrecedents", "MS", Need.ROWS, changes=True),
    Action("unmatch", "match", "TraceRemoveAllArrows", "MU", Need.ROWS, changes=True),
    Action("suggest", "match", "GoalSeek", "MG", Need.ROWS, Role.VIEWER),
    Action("next_exception", "review", "ReviewNextComment", "RN", role=Role.VIEWER, large=True),
    Action("previous_exception", "review", "ReviewPreviousComment", "RP", role=Role.VIEWER),
    Action("apply_decisions", "review", "ReviewTrackChangesMenu", "RA", large=True, changes=True,
           verb="apply"),
    Action("bulk_accept", "review", "DataValidation", "RB", changes=True),
    Action("undo", "review", "Undo", "RU", changes=True),
    Action("learned_rules", "review", "NameManager", "RL", changes=True),
    Action("refresh_reports", "report", "PivotTableReport", "PR", large=True, changes=True),
    Action("checks", "close", "ErrorChecking", "CC", role=Role.VIEWER, large=True, verb="check",
           reads_all=True),
    Action("sign_prepared", "close", "SignatureLineInsert", "CP", changes=True, verb="sign-off",
           reads_all=True),
    Action("sign_reviewed", "close", "FileAddDigitalSignature", "CS", role=Role.REVIEWER,
           changes=True, verb="sign-off", reads_all=True),
    Action("withdraw_sign_off", "close", "FileViewDigitalSignatures", "CW", role=Role.REVIEWER,
           changes=True, verb="sign-off", reads_all=True),
    Action("roll_forward", "close", "OutlineGroup", "CR", verb="close", reads_all=True),
    Action("pdf", "share", "FileSaveAsPdfOrXps", "SP", role=Role.VIEWER, large=True,
           verb="export", reads_all=True),
    Action("partner_copy", "share", "FileSendAsAttachment", "SC", role=Role.VIEWER,
           verb="export", reads_all=True),
    Action("new_close", "tieout", "FileNew", "TN", Need.EXCEL, large=True),
    Action("sign_in", "tieout", "FilePermission", "TI", Need.EXCEL, Role.ANYONE, verb="sign-in"),
    Action("sign_out", "tieout", "Lock", "TO", Need.EXCEL, Role.ANYONE, verb="sign-out"),
    Action("users", "tieout", "ReviewAllowUsersToEditRanges", "TU", Need.EXCEL,
           Role.ADMINISTRATOR, verb="users"),
    Action("language", "tieout", "Translate", "TL", Need.EXCEL, Role.ANYONE,
           choices=LANGUAGE_CHOICES),
    Action("settings", "tieout", "ControlProperties", "TS", role=Role.VIEWER),
    Action("help", "tieout", "Help", "TH", Need.EXCEL, Role.ANYONE),
    Action("about", "tieout", "FileProperties", "TA", Need.EXCEL, Role.ANYONE),
)  # fmt: skip
# The verbs of the command line that read or change a workbook of ours, and the least that a person
# must be; the others need nobody: they take files and make files.  Users look after themselves.
VERB_ROLES = {
    "close": Role.PREPARER,
    "apply": Role.PREPARER,
    "export": Role.VIEWER,
    "check": Role.VIEWER,
    "sign-off": Role.PREPARER,
}
_BY_NAME = {action.name: action for action in ACTIONS}
_MODULES = {group.name: group.module for group in GROUPS}


def action(name: str) -> Action:
    """The action of that name.

    Raises:
        KeyError: there is none.
    """
    return _BY_NAME[name]


def actions_of(group: str) -> tuple[Action, ...]:
    """The actions of one group, in the order of their buttons."""
    return tuple(action for action in ACTIONS if action.group == group)


def function_of(action: Action) -> Callable[..., Any]:
    """The function behind an action, imported now: ``xl_addin.actions.<module of its group>``."""
    module = importlib.import_module(f"xl_addin.actions.{_MODULES[action.group]}")
    return cast("Callable[..., Any]", getattr(module, action.name))
