"""A month from sign-in to the next month, by files: log, sign-off, and whatever voids it."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from recon_engine.close import close_month
from recon_engine.demo import make_month, write_month
from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report.signing import sign_off
from recon_engine.trust.audit import AUDIT, Act, Counts, entries_of, with_entry
from tests.people.firm import machine
from tests.people.tampering import change, empty, grid_of, numbers, swap
from tests.workbook.edited import cell, edited, needs_office
from workbook_templates.drawing import draw
from workbook_templates.readback import read_workbook
from workbook_templates.sign_frames import counted
from workbook_templates.state import read_state
from xl_addin.command_line import main

Run = Callable[..., int]
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


class Month:
    """A month's files, two people, and a command line."""

    def __init__(self, folder: Path, tieout: Run, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.tieout, self.capsys = folder, tieout, capsys
        self.close = folder / "close.xlsx"

    def does(self, *words: object) -> str:
        assert self.tieout(*words) == 0, self.capsys.readouterr().err
        return self.capsys.readouterr().out

    def refused(self, *words: object, code: int = 2) -> str:
        assert self.tieout(*words) == code
        return self.capsys.readouterr().err

    def is_(self, name: str) -> None:
        self.does("sign-in", name, "--password-file", self.folder / f"{name}.txt")

    def log(self) -> pl.DataFrame:
        return read_workbook(self.close).tables["AuditLog"]

    def state(self, part: str) -> str:
        shown = read_workbook(self.close).tables["SignOff"]
        return str(shown.filter(part=part)["state"].item())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month")
    write_month(make_month(100, 1), folder)
    return folder / "files"


@pytest.fixture
def month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Month:
    made = Month(tmp_path, machine(tmp_path, monkeypatch), capsys)
    for name, role in (("Rita", "administrator"), ("Paul", "preparer"), ("观察", "viewer")):
        made.does("users", "add", name, "--role", role, "--password-file", tmp_path / f"{name}.txt")
    made.does("sign-out")
    return made


_signed: dict[Path, bytes] = {}  # the folder of a signed month, made once


@pytest.fixture
def signed(month: Month, files: Path) -> Month:
    """Closed and signed by Paul, signed off by Rita, who has signed in."""
    if _signed:
        for path, content in _signed.items():
            (month.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (month.folder / path).write_bytes(content)
        return month
    month.is_("Paul")
    month.does("close", files, "--out", month.close)
    month.does("sign-off", month.close, "--as", "preparer")
    month.is_("Rita")
    month.does("sign-off", month.close, "--as", "reviewer")
    paths = [path for path in month.folder.rglob("*") if path.is_file()]
    _signed.update({path.relative_to(month.folder): path.read_bytes() for path in paths})
    return month


def test_from_sign_in_to_the_next_month(month: Month, files: Path) -> None:
    assert "[not_signed_in]" in month.refused("close", files, "--out", month.close)
    month.is_("观察")
    assert "[role_lacking]" in month.refused("close", files, "--out", month.close)
    assert not month.close.exists()
    month.is_("Paul")
    month.does("close", files, "--out", month.close)
    change(month.close, "Exceptions", 0, decision="Carry forward", note="asked")
    assert "[sign_off_pending]" in month.refused("sign-off", month.close, "--as", "preparer")
    month.does("apply", month.close)
    decided = read_workbook(month.close).tables["Decisions"]
    assert decided.select("user", "role").rows() == [("Paul", "preparer")]
    assert "[role_lacking]" in month.refused("sign-off", month.close, "--as", "reviewer")
    month.does("sign-off", month.close, "--as", "preparer")
    month.is_("Rita")
    month.does("sign-off", month.close, "--as", "reviewer")
    assert month.does("check", month.close) == ""
    for words in (
        ("apply", month.close),
        ("close", files, "--out", month.close),
        ("close", files, "--previous", month.close, "--out", month.folder / "other.xlsx"),
        ("sign-off", month.close, "--as", "preparer"),
    ):
        assert "[period_locked]" in month.refused(*words)
    month.does("sign-off", month.close, "--as", "withdraw")
    assert "[sign_off_none]" in month.refused("sign-off", month.close, "--as", "withdraw")
    assert month.state("sign_reviewed") == "withdrawn"
    month.does("sign-off", month.close, "--as", "reviewer")
    log = month.log()
    acts = ["close", "apply_decisions", "sign_prepared", "sign_reviewed", "withdraw_sign_off",
            "sign_reviewed"]  # fmt: skip
    assert log["act"].to_list() == acts
    assert log["user"].to_list() == ["Paul"] * 3 + ["Rita"] * 3
    assert log["decisions"].to_list() == [0, 1, 1, 1, 1, 1]
    assert month.does("check", month.close) == ""


def test_the_next_months_log_begins_where_this_one_ended(signed: Month, tmp_path: Path) -> None:
    from tests.workbook.test_previous import shop  # noqa: PLC0415 - rows of another month

    november = shop(tmp_path / "november.csv", [(str(n), f"2026-11-{n:02d}") for n in (3, 4)])
    head = signed.log()["hash"][-1]
    out = tmp_path / "november.xlsx"
    signed.does("close", november, "--previous", signed.close, "--out", out)
    (entry,) = read_workbook(out).tables["AuditLog"].to_dicts()
    assert (entry["act"], entry["user"]) == ("roll_forward", "Rita")
    assert entry["note"] == f"2026-10 3 {head}"
    assert signed.does("check", out) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_signed_workbook_is_proved_in_every_language(
    month: Month, files: Path, language: str
) -> None:
    month.is_("Paul")
    words = ("close", files, "--out", month.close, "--lang", language)
    assert month.tieout(*words) == 0
    month.does("sign-off", month.close, "--as", "preparer")
    month.does("check", month.close)
    before = month.close.read_bytes()
    month.is_("Paul")
    month.does("apply", month.close)
    assert month.close.read_bytes() == before, "nothing was done, so nothing is logged"


def test_who_worked_on_a_month_does_not_review_it(month: Month, files: Path) -> None:
    month.is_("Rita")
    month.does("close", files, "--out", month.close)
    assert "[sign_off_not_prepared]" in month.refused("sign-off", month.close, "--as", "reviewer")
    month.is_("Paul")
    month.does("sign-off", month.close, "--as", "preparer")
    month.is_("Rita")
    assert "[sign_off_own_work]" in month.refused("sign-off", month.close, "--as", "reviewer")
    month.is_("Rita")
    month.does("users", "add", "Rosa", "--role", "reviewer", "--password-file",
               month.folder / "Rita.txt")  # fmt: skip
    month.does("sign-in", "Rosa", "--password-file", month.folder / "Rita.txt")
    month.does("sign-off", month.close, "--as", "reviewer")


CENTS = [
    ("Matches", "left_amount"), ("Exceptions", "at_stake"), ("Receivables", "settled"),
    ("Payouts", "deposited"), ("Bank", "amount"), ("Orders", "amount"), ("Settlements", "fee"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key"), CENTS)
def test_a_cent_voids_the_sign_off(signed: Month, table: str, key: str) -> None:
    amounts = list(numbers(signed.close, table, key))
    row = next(n for n, amount in enumerate(amounts) if amount not in ("", None))
    change(signed.close, table, row, **{key: round(amounts[row] + 0.01, 2)})
    said = signed.refused("check", signed.close, code=3)
    assert said.count("[sign_off_void]") == 2
    change(signed.close, table, row, **{key: amounts[row]})
    assert signed.does("check", signed.close) == ""


@pytest.mark.parametrize(
    ("table", "key"), [("Bank", "party"), ("Orders", "reference"), ("Members", "record_id")]
)
def test_another_text_voids_it_too(signed: Month, table: str, key: str) -> None:
    grid, columns = grid_of(signed.close, table)
    row = next(n for n, cells in enumerate(grid.rows) if cells[columns[key]])
    change(signed.close, table, row, **{key: str(grid.rows[row][columns[key]]) + "x"})
    assert "[sign_off_void]" in signed.refused("check", signed.close, code=3)


def test_rows_in_another_order_void_nothing(signed: Month) -> None:
    swap(signed.close, "Members", 0, 5)
    swap(signed.close, "Matches", 1, 3, but=("records", "decision", "note", "owner"))
    swap(signed.close, "AuditLog", 0, 2)
    assert signed.does("check", signed.close) == ""


@pytest.mark.parametrize("language", list(Language))
def test_a_changed_decision_shows_on_home_and_on_paper(
    month: Month, files: Path, language: Language
) -> None:
    month.is_("Paul")
    month.does("close", files, "--out", month.close)
    change(month.close, "Exceptions", 0, decision="Carry forward", note="asked")
    month.does("apply", month.close)
    month.does("sign-off", month.close, "--as", "preparer")
    month.is_("Rita")
    month.does("sign-off", month.close, "--as", "reviewer")
    closed = _closed(month.close)
    whole = sign_off(closed, language)
    assert (whole.prepared.name, whole.reviewed.name) == ("Paul", "Rita")
    assert whole.status.word == text("report.sign_off.signed", language)
    assert closed.kept.audit["hash"][-1] in whole.log
    assert "Rita" in _home(closed, language)
    change(month.close, "Decisions", 0, note="never asked")
    closed = _closed(month.close)
    void = sign_off(closed, language)
    assert (void.prepared.name, void.reviewed.name) == ("", "")
    assert void.status.word == text("report.sign_off.void", language)
    assert _home(closed, language).endswith(text("workbook.home.void", language))
    assert "[period_locked]" in month.refused("apply", month.close)
    assert "[sign_off_void]" in month.refused("check", month.close, code=3)


def _closed(path: Path) -> Close:
    state = read_state(path)
    return close_month(state.intake, state.policy, state.period, kept=state.kept)


def _home(closed: Close, language: Language) -> str:
    drawn = draw(closed, language).sheets["home"]
    told = {**drawn.texts, **drawn.formulas}
    return " ".join(str(said) for (row, _), said in told.items() if row == 0)


@needs_office
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cent_typed_in_a_spreadsheet_shows_at_once(
    month: Month, files: Path, language: str
) -> None:
    month.is_("Paul")
    assert month.tieout("close", files, "--out", month.close, "--lang", language) == 0
    month.does("sign-off", month.close, "--as", "preparer")
    month.is_("Rita")
    month.does("sign-off", month.close, "--as", "reviewer")
    data = month.close.read_bytes()
    grid, columns = grid_of(month.close, "Receivables")
    held = grid.rows[0][columns["settled"]]
    at = cell(data, "Receivables", str(grid.rows[0][columns["record_id"]]), "settled")
    for typed, state in ((held, "signed"), (held + 0.01, "void")):
        month.close.write_bytes(edited(data, [["number", *at, typed]], month.folder))
        assert month.state("sign_prepared") == month.state("sign_reviewed") == state
        void = text("workbook.home.void", Language(language)) in str(_first_row(month.close))
        assert void == (state == "void")


def _first_row(path: Path) -> list[object]:
    return list(read_workbook(path).home()[0])


# ---- the log -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["at", "user", "os_user", "act", "decisions", "results", "hash"])
def test_a_changed_entry_is_named(signed: Month, key: str) -> None:
    other = {"decisions": 7, "act": "Undo", "hash": "0" * 64, "results": "0" * 64}
    change(signed.close, "AuditLog", 1, **{key: other.get(key, "2026-11-01")})
    said = signed.refused("check", signed.close, code=3)
    assert "entry 2 on" in said
    assert "[log_broken]" in said
    assert "[log_broken]" in signed.refused("sign-off", signed.close, "--as", "withdraw", code=3)


def test_a_removed_entry_is_named(signed: Month) -> None:
    empty(signed.close, "AuditLog", 1)
    assert "entry 2 on" in signed.refused("check", signed.close, code=3)


def test_a_cut_tail_is_noticed(signed: Month) -> None:
    empty(signed.close, "AuditLog", 2)
    said = signed.refused("check", signed.close, code=3)
    assert "[log_cut]" in said
    assert "[log_broken]" not in said


def test_a_log_that_was_emptied_is_noticed(signed: Month) -> None:
    for row in range(3):
        empty(signed.close, "AuditLog", row)
    assert "[log_cut]" in signed.refused("check", signed.close, code=3)


def test_who_forges_log_and_hashes_is_told_by_the_seals(signed: Month) -> None:
    """Without the users file all hashes can be made anew, the seals cannot."""
    log = signed.log()
    forged = pl.DataFrame(schema=AUDIT)
    for entry in entries_of(counted(log)):
        act = Act(entry.act, entry.at, entry.user, entry.role, entry.os_user, "ab" * 32)
        count = Counts(entry.records, entry.matches, entry.exceptions, 9)
        forged = with_entry(forged, act, count, entry.results)
    for row, cells in enumerate(forged.select("decisions", "hash", "seal").to_dicts()):
        change(signed.close, "AuditLog", row, **cells)
    for row, entry in enumerate(forged.rows(named=True)[1:]):
        change(signed.close, "SignOff", row, hash=entry["hash"])
    change(signed.close, "SignOff", 2, hash=forged["hash"][-1])
    assert signed.refused("check", signed.close, code=3).count("[seal_wrong]") == 3
    signed.does("sign-out")
    (signed.folder / "share" / "users.json").unlink()
    assert signed.does("check", signed.close) == "", "and by nothing else, as the guide says"


def test_another_name_in_the_sign_off_block_is_told(signed: Month) -> None:
    change(signed.close, "SignOff", 1, user="Paul")
    assert "[workbook_differs]" in signed.refused("check", signed.close, code=3)


def test_a_workbook_with_a_log_goes_on_where_nobody_signs_in(month: Month, files: Path) -> None:
    month.is_("Paul")
    month.does("close", files, "--out", month.close)
    (month.folder / "share" / "users.json").unlink()
    change(month.close, "Exceptions", 0, decision="Carry forward")
    month.does("apply", month.close)
    assert month.log()["user"].fill_null("").to_list() == ["Paul", ""]
    assert month.does("check", month.close) == ""
    assert "[not_signed_in]" in month.refused("sign-off", month.close, "--as", "preparer")


def test_nothing_is_logged_where_nobody_signs_in(files: Path, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert main(["close", str(files), "--out", str(tmp_path / name), "--lang", "en"]) == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    tables = read_workbook(tmp_path / "a.xlsx").tables
    assert tables["AuditLog"].is_empty()
    assert tables["SignOff"].is_empty()
