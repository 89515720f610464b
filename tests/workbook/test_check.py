"""A workbook proves itself, and a changed cent does not get past the proof."""

import io
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language
from recon_engine.model.results import Close
from tests.workbook import sample
from workbook_templates.check import check_workbook
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.readback import read_workbook
from workbook_templates.render import render_close
from xl_addin.command_line import main


def rendered(close: Close, folder: Path, language: Language = Language.ZH_HANS) -> Path:
    path = folder / "close.xlsx"
    render_close(close, path, language)
    return path


def told(close: Close, folder: Path) -> str:
    problems = check_workbook(rendered(close, folder))
    assert {problem.code for problem in problems} <= {Code.WORKBOOK_DIFFERS}
    return "\n".join(f"{problem.place.sheet}: {problem.value}" for problem in problems)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("make", [sample.small, sample.empty, lambda: sample.large(600)])
def test_what_was_rendered_is_proved(make, language: Language, tmp_path: Path) -> None:
    assert check_workbook(rendered(make(), tmp_path, language)) == []


@pytest.mark.parametrize("language", list(Language))
def test_records_come_back_as_they_went(language: Language, tmp_path: Path) -> None:
    close = sample.small()
    back = read_workbook(rendered(close, tmp_path, language))
    assert back.language == language
    for kind, table in TABLE_OF_KIND.items():
        keys = [key for key in table.keys if key in close.records.columns]
        went = close.records.filter(pl.col("kind") == kind).select(keys).sort("record_id")
        came = back.tables[table.name].select(keys).sort("record_id")
        assert came.equals(went.with_columns(pl.col(pl.String).fill_null("")))


@pytest.mark.parametrize(
    ("table", "frame"), [("Matches", "matches"), ("Payouts", "payouts"), ("Members", "members")]
)
def test_results_come_back_as_they_went(table: str, frame: str, tmp_path: Path) -> None:
    close = sample.small()
    went = getattr(close, frame)
    came = read_workbook(rendered(close, tmp_path)).tables[table].select(went.columns)
    assert came.sort(went.columns).equals(went.sort(went.columns))


def test_exceptions_come_back_with_their_decision_cells(tmp_path: Path) -> None:
    close = sample.small()
    came = read_workbook(rendered(close, tmp_path)).tables["Exceptions"]
    assert set(came["exception_id"]) == set(close.exceptions["exception_id"])
    assert set(came["reason"]) == set(close.exceptions["code"])
    assert came.select("decision", "match_with", "note", "owner").unique().rows() == [("",) * 4]


def test_a_changed_amount_is_found(tmp_path: Path) -> None:
    close = sample.small()
    one_cent = pl.when(pl.col("record_id") == "tmall:0001").then(1).otherwise(0)
    records = close.records.with_columns(amount=pl.col("amount") + one_cent)
    said = told(replace(close, records=records), tmp_path)
    assert "订单: 订单 CNY 已核销: 587.91 ≠ 587.90 (2 / 2)" in said
    assert "文件: 订单 CNY: 2208.47 ≠ 2208.46" in said


def test_a_moved_record_is_found(tmp_path: Path) -> None:
    close = sample.small()
    moved = pl.when(pl.col("record_id") == "tmall:0001").then(pl.lit("open"))
    records = close.records.with_columns(place=moved.otherwise("place"))
    said = told(replace(close, records=records), tmp_path)
    assert "已核销" in said
    assert "期末未达" in said


def test_an_identity_that_does_not_add_up_is_found(tmp_path: Path) -> None:
    close = sample.small()
    identity = close.identity.with_columns(opening=pl.col("opening") + 1)
    assert "证明: 订单 CNY: 0.01" in told(replace(close, identity=identity), tmp_path)


@pytest.mark.parametrize("table", ["members", "exceptions"])
def test_a_row_about_an_unknown_record_is_found(table: str, tmp_path: Path) -> None:
    close = sample.small()
    frame = getattr(close, table).with_columns(record_id=pl.lit("nowhere"))
    assert "'nowhere'" in told(replace(close, **{table: frame}), tmp_path)


def test_a_match_whose_difference_is_wrong_is_found(tmp_path: Path) -> None:
    close = sample.small()
    matches = close.matches.with_columns(difference=pl.lit(1, pl.Int64))
    assert "核销组: 差额: 6 / 6" in told(replace(close, matches=matches), tmp_path)


def plain_workbook() -> bytes:
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("Home")
    return stream.getvalue()


@pytest.mark.parametrize("data", [b"", b"not a workbook", plain_workbook()])
def test_another_file_is_not_taken_for_ours(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    path.write_bytes(data)
    with pytest.raises(TieoutError) as refused:
        check_workbook(path)
    assert refused.value.problems[0].code == Code.NOT_A_TIEOUT_WORKBOOK


def test_the_command_line_answers_with_exit_codes(tmp_path: Path, capsys) -> None:
    close = sample.small()
    good = rendered(close, tmp_path)
    assert main(["check", str(good)]) == 0
    assert main(["check", str(tmp_path / "none.xlsx")]) == 2
    identity = close.identity.with_columns(cleared=pl.col("cleared") + 1)
    bad = rendered(replace(close, identity=identity), tmp_path)
    capsys.readouterr()
    assert main(["check", str(bad), "--lang", "en"]) == 3
    assert "[workbook_differs]" in capsys.readouterr().err
