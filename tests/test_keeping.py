"""Nothing that a person has is lost: what is written over is kept, what is open is left alone."""

from pathlib import Path

import pytest

from recon_engine.errors import Code, TieoutError
from recon_engine.export.replacing import BACKUPS_MAX, replace_file
from tests.test_command_line import BANK, ORDERS, run
from tests.workbook.edited import cell
from workbook_templates.source import FileSource


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "month"
    place.mkdir()
    (place / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (place / "bank.csv").write_text(BANK, encoding="gb18030")
    return place


@pytest.fixture
def workbook(folder: Path) -> Path:
    out = folder / "close.xlsx"
    assert run("close", folder, "--out", out, "--lang", "en") == 0
    return out


def kept(workbook: Path) -> list[Path]:
    return sorted((workbook.parent / "tieout-backups").glob("*"))


def typed(workbook: Path, text: str = "exclude") -> bytes:
    """Types a decision into the first exception, as a spreadsheet saves it."""
    from openpyxl import load_workbook  # noqa: PLC0415 - only here: it drops what it does not know

    data = workbook.read_bytes()
    grid = FileSource(data, workbook.name).table("Exceptions")
    assert grid
    row = str(grid.rows[0][grid.captions.index("Exception id")])
    sheet, address = cell(data, "Exceptions", row, "decision")
    book = load_workbook(workbook)
    book[sheet][address] = text
    book.save(workbook)
    return workbook.read_bytes()


@pytest.mark.parametrize("verb", ["close", "apply"])
def test_what_is_written_over_is_kept_and_said(
    verb: str, folder: Path, workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand = typed(workbook)
    words = {"close": ("close", folder, "--out", workbook), "apply": ("apply", workbook)}[verb]
    assert run(*words, "--lang", "en") == 0
    (backup,) = kept(workbook)
    assert backup.read_bytes() == by_hand
    assert workbook.read_bytes() != by_hand
    assert str(backup) in capsys.readouterr().out


def test_kept_workbooks_are_no_input(folder: Path, workbook: Path) -> None:
    before = workbook.read_bytes()
    typed(workbook)
    for _ in range(2):
        assert run("close", folder, "--out", workbook, "--lang", "en") == 0
        assert workbook.read_bytes() == before
    assert len(kept(workbook)) == 1  # the second run had nothing to write


def test_the_last_ten_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "close.xlsx"
    other = tmp_path / "close-2.xlsx"
    for n in range(BACKUPS_MAX + 4):
        for file in (target, other):
            replace_file(file, f"{file.name} {n}".encode())
    held = [path.read_bytes() for path in kept(target)]
    assert len(held) == 2 * BACKUPS_MAX
    mine = [said for said in held if said.startswith(b"close.xlsx")]
    assert mine == [f"close.xlsx {n}".encode() for n in range(3, BACKUPS_MAX + 3)]


@pytest.mark.parametrize("mark", ["~${}", ".~lock.{}#"])
@pytest.mark.parametrize("verb", ["close", "apply", "previous"])
def test_an_open_workbook_is_told_and_left_alone(
    verb: str, mark: str, folder: Path, workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand = typed(workbook)
    (folder / mark.format(workbook.name)).write_bytes(b"somebody")
    words = {
        "close": ("close", folder, "--out", workbook),
        "apply": ("apply", workbook),
        "previous": ("close", folder, "--previous", workbook, "--out", workbook),
    }[verb]
    assert run(*words, "--lang", "en") == 2
    told = capsys.readouterr().err
    assert "[target_open]" in told
    assert "close-2.xlsx" in told
    assert workbook.read_bytes() == by_hand
    assert kept(workbook) == []
    assert {path.name for path in folder.iterdir()} == {
        "orders.csv", "bank.csv", "close.xlsx", mark.format(workbook.name),
    }  # fmt: skip


def test_a_disk_that_gives_back_something_else_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "close.xlsx"
    target.write_bytes(b"before")
    honest = Path.read_bytes

    def forgetful(path: Path) -> bytes:
        return honest(path)[: -1 if path.suffix == ".part" else None]

    monkeypatch.setattr(Path, "read_bytes", forgetful)
    with pytest.raises(TieoutError) as told:
        replace_file(target, b"after")
    assert told.value.problems[0].code == Code.WRITTEN_DIFFERS
    assert honest(target) == b"before"


def test_a_full_disk_leaves_the_workbook_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "close.xlsx"
    target.write_bytes(b"before")

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device", str(path), len(content))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(TieoutError) as told:
        replace_file(target, b"after")
    assert told.value.problems[0].code == Code.TARGET_LOCKED
    assert target.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["close.xlsx"]


def test_a_period_that_was_handed_on_is_read_only_and_not_a_byte_of_it_changes(
    folder: Path, workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = workbook.read_bytes()
    later = BANK.replace("2026-10", "2026-11").replace("1100.00", "1250.00")
    later = later.replace("1150.50", "1300.50").replace("1150.00", "1300.00")
    (folder / "later.csv").write_text(later, encoding="gb18030")
    november = folder / "november.xlsx"
    words = ("close", folder / "later.csv", "--previous", workbook, "--lang", "en")
    assert run(*words, "--out", november) == 0
    assert "read-only now" in capsys.readouterr().out
    assert run("apply", workbook, "--lang", "en") == 0  # nothing to take up, nothing to write
    typed_over = typed(november)
    assert workbook.read_bytes() == before
    assert run(*words, "--out", workbook) == 2
    assert "handed on to the next" in capsys.readouterr().err
    assert workbook.read_bytes() == before
    assert november.read_bytes() == typed_over
