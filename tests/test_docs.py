"""The house rules that no linter knows, and that README, guide and pages are true."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from docs.make_tables import EN, GUIDES, ZH, families, filled, pages, sheet_names
from recon_engine import __version__
from recon_engine.errors import Code, ExitCode
from recon_engine.match import NUMBER_PASSES, ORDER_PASSES, PASSES, PAYOUT_PASSES
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy, settings
from recon_engine.model.reasons import Reason
from xl_addin.command_line import VERBS, _parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGES = ("recon_engine", "workbook_templates", "xl_addin")
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
MODULE_LINES_MAX, FUNCTION_LINES_MAX, PICTURE_BYTES_MAX = 400, 60, 200_000
TEXTS = {".py", ".md", ".toml", ".ps1", ".sh", ".cfg", ".txt", ""}
ASIDE = {"build", "dist", "node_modules", "samples", "__pycache__"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files() -> Iterator[Path]:
    """Every text file of the project that a person writes."""
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        hidden = any(p in ASIDE or p.endswith(".egg-info") or _hidden(p) for p in inside)
        if path.is_file() and not hidden and path.suffix in TEXTS:
            yield path


def _hidden(part: str) -> bool:
    return part.startswith(".") and part not in (".ci", ".gitignore")


def guide(language: Language) -> str:
    return (ROOT / GUIDES[language]).read_text(encoding="utf-8")


def command_lines(page: Path) -> list[list[str]]:
    """The words of every ``tieout …`` in code blocks and code spans of a page."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines = [part.strip() for block in blocks for part in re.split(r"\n|&&", block)]
    lines += [part.strip() for span in spans for part in span.split("&&")]
    given = [shlex.split(line)[1:] for line in lines if line.startswith("tieout ")]
    return [[re.sub(r"^[NS]$", "100", word.strip("[].")) for word in words] for words in given]


# What README and pages say


@pytest.mark.parametrize("page", pages())
def test_the_tables_are_as_the_code_has_them(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert filled(page, text) == text, "run: python docs/make_tables.py"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_in_the_readme_and_says_whether_it_is_there(verb: str) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| `tieout {verb} "))
    module = verb.replace("-", "_")
    source = ROOT / "xl_addin" / "verbs" / f"{module}.py"
    refuses = f'NOT_YET, value="tieout {verb}"' in source.read_text(encoding="utf-8")
    assert ("*coming*" in row) == refuses
    assert import_module(f"xl_addin.verbs.{module}").run


def test_every_exit_code_is_in_the_readme() -> None:
    told = set(re.findall(r"^\| (\d) \|", README, re.MULTILINE))
    assert told == {str(int(code)) for code in ExitCode}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_commands_of_a_page_parse(page: Path) -> None:
    for spoken in command_lines(page):
        if len(spoken) > 1 and spoken[0] in VERBS and "--help" not in spoken:
            assert _parser(spoken, Language.EN).parse_args(spoken).verb == spoken[0]


def test_the_readme_has_the_two_main_commands_and_installs_what_it_names() -> None:
    assert "pip install . && tieout demo" in README
    assert "python tests/run.py" in README
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[><=\[]", needed)[0].lower() for needed in project["dependencies"]}
    assert {needed for needed in named if needed not in README.lower()} == set()


@pytest.mark.parametrize("language", [EN, ZH])
def test_the_guide_holds_every_reason_setting_error_and_sheet(language: Language) -> None:
    text = guide(language)
    settings_of_policy = {key for key, *_ in settings(default_policy())} - {"fees"}
    wanted = {*Reason, *Code, *settings_of_policy}
    assert {key for key in wanted if f"`{key}`" not in text} == set()
    assert {sheet for sheet in sheet_names(language) if f"| **{sheet}** |" not in text} == set()
    assert [code for codes in families().values() for code in codes] == list(Code)


def test_every_pass_is_explained() -> None:
    text = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    headings = re.findall(r"^\*\*.+?\*\*", text, re.MULTILINE)
    told = {word for heading in headings for word in re.findall(r"`(\w+)`", heading)}
    passes = (*PASSES, *ORDER_PASSES, *PAYOUT_PASSES, *NUMBER_PASSES)
    names = {(p.__module__.rpartition(".")[2], p.__name__) for p in passes}
    assert {one for one in names if not told & set(one)} == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_and_pictures_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in t]
    paths = {target.partition("#")[0] for target in targets} - {""}
    assert {path for path in paths if not (page.parent / path).exists()} == set()
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
    assert {target[1:] for target in targets if target.startswith("#")} <= anchors


def test_every_picture_is_shown_and_small() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert f"pictures/{picture.name}" in shown
        assert picture.stat().st_size <= PICTURE_BYTES_MAX


def test_the_changelog_has_an_entry_for_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{__version__}]" in text
    assert "## [Unreleased]" in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__


# How the code stands


def test_no_leftovers_and_no_machine_in_any_file() -> None:
    # Put together here, so that this file does not hold what it looks for.
    marks = ["TO" + "DO:", "TO" + "DO(", "FIX" + "ME", "XX" + "X:", "HA" + "CK:"]
    places = ["/" + "tmp/", "/" + "home/", "/" + "root/", "/" + "work/", "local" + "host:"]
    pattern = re.compile("|".join(map(re.escape, [*marks, *places])))
    found = [
        f"{name(path)}:{number}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_modules_are_short() -> None:
    lines = {name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert {path: count for path, count in lines.items() if count > MODULE_LINES_MAX} == {}


def test_functions_are_short() -> None:
    long = [
        f"{name(path)}: {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert long == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        name(path)
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
