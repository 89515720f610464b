"""The add-in's VBA, compiled, checked and run without Excel: a button starts the right command."""

import re
import shlex
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from recon_engine.messages import Language, text
from tests.addin.excel import NOW, UI_LANGUAGES, Excel
from tests.workbook import sample
from workbook_templates.render import workbook_bytes
from xl_addin.actions.call import Call, read_call
from xl_addin.actions.registry import ACTIONS, Need
from xl_addin.addin_file.project import DOCUMENT, MODULES, source

PROGRAM = r"C:\Users\王 芳\AppData\Local\Tieout\venv\Scripts\pythonw.exe"
QUEUE = "C:\\Users\\王 芳\\AppData\\Local\\Tieout\\queue\\"
NAMES = [
    "Monthly Close.xlsx", "O'Brien & Co 100% a=b.xlsx", "%OS%.xlsx", "%LOCALAPPDATA% %x.xlsx",
    'a "quoted" one.xlsx', "月结 2026年1月（终）.xlsx", "~0041 ^!;`$(x).xlsx", "a\tb.xlsx",
    "-.xlsx",
]  # fmt: skip
BUTTONS = [action.name for action in ACTIONS if not action.choices]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Excel:
    return Excel(tmp_path_factory.mktemp("addin"))


@pytest.fixture
def excel(tmp_path: Path) -> Excel:
    return Excel(tmp_path)


def called(words: list[str]) -> Call:
    """The call, but for what was heard: that is told in test_ears."""
    return replace(read_call(words), heard=None)


def spoken(command: str) -> tuple[str, list[str]]:
    """The program and its words, as Windows divides a line that holds no backslash but in paths."""
    program, *words = shlex.split(command.replace("\\", "\\\\"))
    return program, words


@pytest.mark.parametrize("name", NAMES)
def test_a_button_starts_the_right_command_whatever_the_workbook_is_called(
    loaded: Excel, name: str
) -> None:
    loaded.open(name=name)
    loaded.press("action_match")
    command, style, waits = loaded.world.started[-1]
    program, words = spoken(command)
    assert (program, words[:3]) == (PROGRAM, ["-I", "-m", "xl_addin"])
    assert (style, waits) == (0, True), "no window, and nobody types meanwhile"
    assert called(words[3:]) == Call("match", name, 265_482, Language.EN)
    assert loaded.world.shown == []


@pytest.mark.parametrize("action", BUTTONS)
def test_every_button_starts_its_action(loaded: Excel, action: str) -> None:
    loaded.press(f"action_{action}")
    _, words = spoken(loaded.world.started[-1][0])
    assert read_call(words[3:]).action == action


def test_without_a_workbook_the_name_is_empty(excel: Excel) -> None:
    excel.app.application.active_book = None
    excel.press("action_new_close")
    _, words = spoken(excel.world.started[-1][0])
    assert read_call(words[3:]).workbook == ""


@pytest.mark.parametrize("language", list(Language))
def test_captions_and_tips_follow_the_language_of_excel(excel: Excel, language: Language) -> None:
    excel.world.ui_language = UI_LANGUAGES[language]
    for action in ACTIONS:
        asked = f"action_{action.name}"
        for callback, part in (
            ("GetLabel", "action"),
            ("GetTip", "tip"),
            ("GetChanges", "changes"),
        ):
            assert excel.ask(callback, asked) == text(f"ribbon.{part}.{action.name}", language)
    assert excel.ask("GetLabel", "group_review") == text("ribbon.group.review", language)
    assert excel.ask("GetLabel", "tab_tieout") == text("ribbon.tab.tieout", language)


def test_a_chosen_language_stays_until_excels_own_is_chosen_again(excel: Excel) -> None:
    excel.press("choice_zhHant")
    assert excel.ask("GetLabel", "action_match_selected") == "核銷所選"
    _, words = spoken(excel.world.started[-1][0])
    assert called(words[3:]) == Call("language", "Tieout.xlam", 265_482, Language.ZH_HANT,
                                     "zh-Hant")  # fmt: skip
    assert excel.world.asked_again == 1
    assert excel.ask("GetLabel", "choice_excel") == "與 Excel 相同"
    excel.press("choice_excel")
    assert excel.ask("GetLabel", "action_match_selected") == "Match selected"


@pytest.fixture(scope="module")
def close(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("close") / "close.xlsx"
    path.write_bytes(workbook_bytes(sample.small(), Language.ZH_HANS))
    return path


def alive(excel: Excel) -> set[Need]:
    """Of which needs the buttons are alive."""
    states = {a.need: excel.ask("GetEnabled", f"action_{a.name}") for a in ACTIONS}
    return {need for need, state in states.items() if state is True}


def test_buttons_are_alive_by_what_is_in_front(loaded: Excel, close: Path) -> None:
    used = {action.need for action in ACTIONS}
    loaded.open(name="budget.xlsx")
    assert alive(loaded) == {Need.EXCEL, Need.BOOK} & used
    loaded.open(close)
    book = loaded.app.workbooks()[-1]
    assert alive(loaded) == {Need.EXCEL, Need.BOOK, Need.CLOSE} & used, "Home holds no table"
    for sheet, rows in ((text("workbook.sheet.bank", Language.ZH_HANS), True), ("设置", False)):
        book.active_sheet_index = [s.name for s in book.sheets_].index(sheet)
        assert (Need.ROWS in alive(loaded)) == rows


def test_what_goes_wrong_is_told_in_the_ribbons_language(excel: Excel) -> None:
    excel.world.ui_language = UI_LANGUAGES[Language.ZH_HANS]
    excel.world.may_start = False
    excel.press("action_match")
    excel.world.may_start, excel.world.exit_code = True, 1
    excel.press("action_match")
    told = ("not_started", "no_answer")
    assert excel.world.shown == [text(f"ribbon.trouble.{k}", Language.ZH_HANS) for k in told]
    for said_already in (0, 2, 3):
        excel.world.exit_code = said_already
        excel.press("action_match")
    assert len(excel.world.shown) == 2


def test_where_programs_are_forbidden_the_helper_is_asked(excel: Excel) -> None:
    excel.world.settings["Tieout", "Launcher", "Mode"] = "helper"
    excel.open(name="a b.xlsx")
    excel.press("action_match")
    excel.world.touched[f"{QUEUE}listening"] = NOW - timedelta(seconds=11)
    excel.press("action_match")
    assert excel.world.shown == [text("ribbon.trouble.no_helper", Language.EN)] * 2
    assert excel.world.files == {}
    excel.world.touched[f"{QUEUE}listening"] = NOW - timedelta(seconds=9)
    excel.press("action_match")
    ((path, words),) = excel.world.files.items()
    assert re.fullmatch(re.escape(QUEUE) + r"20261125090000-\d+\.request", path)
    assert called(words.split()) == Call("match", "a b.xlsx", 265_482, Language.EN)
    assert words.endswith("\n"), "by its end the helper knows that the line is whole"
    assert excel.world.started == []


def test_on_a_mac_a_script_is_asked(tmp_path: Path) -> None:
    """Only that the right words reach AppleScriptTask; no Mac has run it."""
    excel = Excel(tmp_path, mac=True)
    excel.open(name="月结 a=b.xlsx")
    excel.press("action_match")
    ((file, handler, words),) = excel.world.scripts
    assert (file, handler) == ("Tieout.applescript", "runAction")
    app = "/Applications/Microsoft Excel.app/Microsoft Excel"
    assert called(words.split(" ")) == Call("match", "月结 a=b.xlsx", 0, Language.EN, app=app)
    assert not set(words) & set("\"'`$;&|<>()\\\n")
    assert excel.world.started == []


# What a compiler would say


def written(folder: Path, name: str, code: str) -> str:
    path = folder / f"{name}.bas"
    path.write_bytes(code.encode("ascii"))
    return str(path)


def problems(folder: Path, changed: dict[str, str]) -> list[str]:
    analysis = pytest.importorskip("pyvbaanalysis")
    paths = [written(folder, name, changed.get(name, source(name))) for name in MODULES]
    found = analysis.analyze_loose_files(paths)
    return sorted(problem.message for told in found.values() for problem in told)


def test_nothing_is_undeclared_or_wrongly_called(tmp_path: Path) -> None:
    (only,) = problems(tmp_path, {})
    assert "'LanguageID'" in only, "it knows no property with an argument; Office has this one"


@pytest.mark.parametrize(
    ("module", "before", "after"),
    [
        ("TieoutRibbon", "RefreshRibbon\r\nEnd Sub\r\n\r\n'", "RefreshRibon\r\nEnd Sub\r\n\r\n'"),
        ("TieoutWords", "Dim chosen As String\r\n", ""),
        ("TieoutRibbon", "ChooseLanguage parts(1)", "ChooseLanguage parts(0), parts(1)"),
    ],
)
def test_the_analysis_sees_a_planted_fault(
    tmp_path: Path, module: str, before: str, after: str
) -> None:
    code = source(module)
    assert before in code
    assert problems(tmp_path, {module: code.replace(before, after, 1)})[1:] != []


def test_the_events_are_those_that_excel_raises() -> None:
    """The interpreter raises none, so names and arguments are held against Excel's own."""
    known = {"WorkbookActivate": ["Workbook"], "WorkbookDeactivate": ["Workbook"],
             "SheetActivate": ["Object"], "SheetChange": ["Object", "Range"],
             "WorkbookBeforeClose": ["Workbook", "Boolean"]}  # fmt: skip
    heard = re.findall(r"Sub excelNow_(\w+)\((.+)\)", source(DOCUMENT))
    assert {name: re.findall(r" As (\w+)", given) for name, given in heard} == known
    assert "ByRef cancel As Boolean" in source(DOCUMENT), "the only one that is given to be changed"


def test_every_module_declares_its_variables_and_is_plain_ascii() -> None:
    for name in (*MODULES, DOCUMENT):
        assert "\r\nOption Explicit\r\n" in "\r\n" + source(name)
