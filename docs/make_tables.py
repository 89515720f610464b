"""Writes the tables of README and docs from the code: ``python docs/make_tables.py``.

A table stands between ``<!-- name -->`` and ``<!-- end of name -->``; a test compares it.
"""

import inspect
import re
import string
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from importlib import resources
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from recon_engine import errors  # noqa: E402 - after the path is set
from recon_engine.intake.profile import profiles  # noqa: E402
from recon_engine.match import ORDER_PASSES, PASSES, PAYOUT_PASSES  # noqa: E402
from recon_engine.messages import Language, text  # noqa: E402
from recon_engine.model.policy import FeeRule, default_policy, settings  # noqa: E402
from recon_engine.model.reasons import Reason  # noqa: E402
from workbook_templates import words  # noqa: E402
from workbook_templates.layout_book import SHEETS  # noqa: E402
from xl_addin.actions.registry import ACTIONS  # noqa: E402

EN, ZH = Language.EN, Language.ZH_HANS
GUIDES = {EN: "docs/guide.md", ZH: "docs/guide.zh-Hans.md"}
HEADS = {
    EN: {
        "sheets": ("Sheet", "What it says"),
        "buttons": ("Group", "Button", "Keys", "What it changes", "Needs", "For"),
        "reasons": ("Reason", "Why", "What to do", "Code"),
        "settings": ("Setting", "Value", "Unit", "Meaning"),
        "errors": ("Code", "What it says", "What to do"),
    },
    ZH: {
        "sheets": ("工作表", "内容"),
        "buttons": ("组", "按钮", "按键", "改动什么", "需要", "适用"),
        "reasons": ("原因", "为什么", "怎么办", "代码"),
        "settings": ("设置", "取值", "单位", "含义"),
        "errors": ("代码", "提示", "怎么办"),
    },
}
FAMILIES_ZH = {
    "the open workbook": "打开的工作簿",
    "files and containers": "文件与压缩包",
    "layouts": "格式",
    "cells": "单元格",
    "proofs on a file": "文件的校验",
    "policy, decisions, command line": "规则、决定、命令行",
    "control": "证明",
    "an edited workbook": "改过的工作簿",
    "people, log and sign-off": "人员、日志与签核",
    "writing": "写出",
}


def main() -> None:
    """Writes every table into its page."""
    for page in pages():
        path = ROOT / page
        path.write_text(filled(page, path.read_text(encoding="utf-8")), encoding="utf-8")


def pages() -> list[str]:
    """The pages that hold tables."""
    return ["README.md", "docs/matching.md", *GUIDES.values()]


def filled(page: str, before: str) -> str:
    """A page's text with its tables as the code has them now."""
    after = before
    for name, table in _tables(page).items():
        head, begin, rest = after.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition(f"<!-- end of {name} -->")
        if not (begin and end):
            raise SystemExit(f"{page} has no place for the table {name}")
        after = f"{head}{begin}{table}\n{end}{tail}"
    return after


def _tables(page: str) -> dict[str, str]:
    if page == "README.md":
        return {"files": files()}
    if page == "docs/matching.md":
        return {
            "passes": passes(PASSES),
            "order passes": passes(ORDER_PASSES),
            "payout passes": passes(PAYOUT_PASSES),
        }
    language = next(key for key, value in GUIDES.items() if value == page)
    makers = {
        "buttons": buttons,
        "reasons": reasons,
        "settings": all_settings,
        "errors": all_errors,
    }
    return {name: make(language) for name, make in makers.items()}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def files() -> str:
    """Every layout: whose it is, what it holds, and what its profile says of itself."""
    folder = resources.files("recon_engine.intake") / "profiles"
    found = []
    for profile in profiles():
        first = (folder / f"{profile.name}.toml").read_text(encoding="utf-8").splitlines()[0]
        kind = words.word("kind", profile.kind, EN)
        found.append((kind, _channel(profile), first.removeprefix("# "), f"`{profile.name}`"))
    swift = (
        words.word("kind", "statement_line", EN),
        "any bank",
        "SWIFT MT940 statements",
        "`mt940`",
    )
    order = [words.word("kind", kind, EN) for kind in ("order", "settlement_line")]
    rank = {kind: n for n, kind in enumerate(order)}
    rows = sorted([*found, swift], key=lambda row: (rank.get(row[0], 9), row[3]))
    return table(("Rows are", "Of", "Layout", "Profile"), rows)


def _channel(profile: object) -> str:
    channel, generic = getattr(profile, "channel", ""), getattr(profile, "generic", False)
    return "any" if generic else words.word("channel", channel, EN)


def passes(listed: Sequence[object]) -> str:
    """Passes in their order, each with the sentence it says of itself."""
    rows = []
    for number, each in enumerate(listed, 1):
        module = str(getattr(each, "__module__", "")).rpartition(".")[2]
        name = f"`{module}.{getattr(each, '__name__', '')}`"
        rows.append((str(number), name, (inspect.getdoc(each) or "").splitlines()[0]))
    return table(("", "Pass", "What it takes"), rows)


def buttons(language: Language) -> str:
    """Every button of the ribbon, in its order."""
    rows = [
        (
            text(f"ribbon.group.{action.group}", language),
            f"**{text(f'ribbon.action.{action.name}', language)}**",
            f"{action.keytip[0]} {action.keytip[1]}",
            text(f"ribbon.changes.{action.name}", language),
            text(f"ribbon.need.{action.need}", language),
            text(f"ribbon.role.{action.role}", language),
        )
        for action in ACTIONS
    ]
    return table(HEADS[language]["buttons"], rows)


def reasons(language: Language) -> str:
    """Every reason in words."""
    rows = [
        (
            f"**{text(f'reasons.{code}.name', language)}**",
            text(f"reasons.{code}.cause", language),
            text(f"reasons.{code}.next", language),
            f"`{code}`",
        )
        for code in Reason
    ]
    return table(HEADS[language]["reasons"], rows)


def all_settings(language: Language) -> str:
    """Every setting with its default; the fields of a fee rule, of which there is none at first."""
    listed = [row for row in settings(default_policy()) if row[0] != "fees"]
    for f in fields(FeeRule):
        unit, meaning = f.metadata.get("unit", "text"), f.metadata.get("meaning", "its name")
        value = "" if f.name == "name" else str(f.default)
        listed.append((f"fees.….{f.name}", value, unit, meaning))
    rows = [
        (
            f"`{key}`",
            value,
            _unit(unit, language),
            words.setting(key, meaning, language) + _idle(key, language),
        )
        for key, value, unit, meaning in listed
    ]
    return table(HEADS[language]["settings"], rows)


def _idle(key: str, language: Language) -> str:
    """A remark where no step reads a setting yet."""
    used = re.compile(rf"[\"'.]{key.rpartition('.')[2]}\b")
    group = ("due.days.", "channels.")
    if "." not in key or key.startswith(group) or any(used.search(text) for text in _sources()):
        return ""
    return " (*尚未使用*)" if language == ZH else " (*not used yet*)"


@cache
def _sources() -> tuple[str, ...]:
    paths = sorted((ROOT / "recon_engine").rglob("*.py"))
    kept = [path for path in paths if path.name != "policy.py"]
    return tuple(path.read_text(encoding="utf-8") for path in kept)


def _unit(unit: str, language: Language) -> str:
    return words.word("unit", unit, language)


def all_errors(language: Language) -> str:
    """Every error by family, with what it says; figures and names are left out."""
    parts = []
    for family, codes in families().items():
        title = FAMILIES_ZH[family] if language == ZH else family.capitalize()
        rows = [
            (
                f"`{code}`",
                _plain(text(f"errors.{code}.what", language)),
                _plain(text(f"errors.{code}.remedy", language)),
            )
            for code in codes
        ]
        parts.append(f"**{title}**\n\n{table(HEADS[language]['errors'], rows)}")
    return "\n\n".join(parts)


def _plain(template: str) -> str:
    return "".join(
        literal + ("…" if name is not None else "")
        for literal, name, _, _ in string.Formatter().parse(template)
    )


def families() -> dict[str, list[str]]:
    """The families of error codes, as the comments of their class divide them."""
    found: dict[str, list[str]] = {}
    codes: list[str] = []
    for line in inspect.getsource(errors.Code).splitlines():
        heading = re.fullmatch(r"\s+# (.+)", line)
        code = re.fullmatch(r'\s+[A-Z_]+ = "(\w+)".*', line)
        if heading:
            codes = found.setdefault(heading[1], [])
        elif code:
            codes.append(code[1])
    return found


def sheet_names(language: Language) -> list[str]:
    """The workbook's sheets as their tabs name them."""
    return [text(f"workbook.sheet.{sheet.key}", language) for sheet in SHEETS]


if __name__ == "__main__":
    main()
