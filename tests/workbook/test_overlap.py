"""Decisions in a workbook, then an export that overlaps: every decision still holds."""

from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from recon_engine.close import close_month
from recon_engine.demo.month import make_month
from recon_engine.intake import read_files
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close
from tests.reconcile.month import ANNA, NOON
from tests.workbook.test_round_trip import typed_rows
from workbook_templates import words
from workbook_templates.apply import apply_workbook
from workbook_templates.check import check_workbook
from workbook_templates.render import workbook_bytes
from workbook_templates.source import file_source
from workbook_templates.state import State, read_state
from xl_addin.command_line import main

ORDERS = "天猫订单.csv"
LEFT_OUT = 12  # rows at the end of the first export


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month whose orders were exported too early."""
    folder = tmp_path_factory.mktemp("month")
    for name, content in make_month(300, seed=8).files.items():
        (folder / name).write_bytes(content)
    return folder


def early(files: Path, place: Path) -> Path:
    folder = place / "early"
    folder.mkdir()
    for path in files.iterdir():
        lines = path.read_bytes().splitlines(keepends=True)
        kept = lines[:-LEFT_OUT] if path.name == ORDERS else lines
        (folder / path.name).write_bytes(b"".join(kept))
    return folder


def decisions(close: Close) -> pl.DataFrame:
    """A handful of each kind that the month gives something for."""
    open_ = close.exceptions.filter(pl.col("match_id") == "")
    of = {kind: open_.filter(pl.col("kind") == kind)["record_id"].to_list()
          for kind in ("order", "statement_line")}  # fmt: skip
    offered = close.exceptions.filter(pl.col("match_id") != "")["record_id"].to_list()
    paired = close.matches.filter(
        (pl.col("status") == "confirmed") & pl.col("match_id").str.starts_with("OS-")
    )["match_id"].sort()
    orders, lines = of["order"], of["statement_line"]
    return typed_rows(
        *(("Exceptions", record, "", "accept", "", "") for record in offered[:3]),
        *(("Exceptions", record, "", "carry_forward", "", "later") for record in orders[:3]),
        *(("Exceptions", record, "", "comment", "", "asked") for record in orders[3:5]),
        *(("Orders", record, "", "exclude", "", "") for record in orders[5:7]),
        *(("Bank", record, "", "reclassify", "type=transfer", "") for record in lines[:2]),
        *(("Matches", "", name, "unmatch", "", "") for name in paired[:3]),
    )


def run(*words: object) -> None:
    assert main([*map(str, words), "--lang", "en"]) == 0


def log(state: State) -> list[tuple[object, ...]]:
    return state.kept.decisions.sort("decision_id").rows()


def test_all_decisions_hold_after_an_overlapping_export(files: Path, tmp_path: Path) -> None:
    first = early(files, tmp_path)
    close = close_month(read_files([first], default_policy()), default_policy())
    typed = decisions(close)
    done = apply_workbook(workbook_bytes(close, Language.EN, typed), "x.xlsx", ANNA, NOON)
    assert (done.problems, done.decisions) == ((), typed.height)
    assert len(set(typed["decision"])) == 6
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(done.content)

    second = tmp_path / "full.csv"
    second.write_bytes((files / ORDERS).read_bytes())
    run("close", first, second, "--previous", before, "--out", after)
    was, now = (read_state(file_source(path)) for path in (before, after))
    assert now.intake.records.height > was.intake.records.height
    assert log(now) == log(was)
    again = close_month(now.intake, now.policy, now.period, kept=now.kept)
    assert set(again.outcomes["outcome"]) == {"applied"}
    assert check_workbook(after) == []
    bytes_ = after.read_bytes()
    run("apply", after)
    assert after.read_bytes() == bytes_


def test_decided_first_or_exported_first_comes_to_the_same(files: Path, tmp_path: Path) -> None:
    """Where the later rows touch nothing decided, the order of the two does not matter."""
    first = early(files, tmp_path)
    policy = default_policy()
    close = close_month(read_files([first], policy), policy)
    typed = decisions(close)
    early_done = apply_workbook(workbook_bytes(close, Language.EN, typed), "x.xlsx", ANNA, NOON)
    whole = close_month(read_files([first, files / ORDERS], policy), policy)
    late_done = apply_workbook(workbook_bytes(whole, Language.EN, typed), "x.xlsx", ANNA, NOON)
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(early_done.content)
    run("close", first, files / ORDERS, "--previous", before, "--out", after)
    now = read_state(file_source(after))
    again = close_month(now.intake, now.policy, now.period, kept=now.kept)
    frames = ("records", "matches", "exceptions", "identity", "payouts", "receivables")
    for name in frames:
        one, other = (sorted(getattr(c, name).rows(), key=str) for c in (again, late_done.closed))
        assert one == other, name


def test_follow_up_typed_by_hand_survives_apply_and_a_later_export(
    files: Path, tmp_path: Path
) -> None:
    first = early(files, tmp_path)
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    run("close", first, "--out", before)
    source = file_source(before)
    grid = source.table("FollowUp")
    assert grid
    captions = words.captions_by_key("FollowUp", Language.EN)
    across = {key: grid.first_column + grid.captions.index(captions[key])
              for key in ("follow_up", "follow_up_note")}  # fmt: skip
    record = grid.rows[0][grid.captions.index(captions["record_id"])]
    book = load_workbook(before)
    said = next(iter(words.vocabulary("follow_up", Language.EN).values()))
    book[grid.sheet].cell(grid.first_row, across["follow_up"]).value = said
    book[grid.sheet].cell(grid.first_row, across["follow_up_note"]).value = "called on Monday"
    book.save(before)
    run("apply", before)
    run("close", first, files / ORDERS, "--previous", before, "--out", after)
    for path in (before, after):
        kept = read_state(file_source(path)).kept.follow_up
        assert kept.select("record_id", "follow_up_note").rows() == [(record, "called on Monday")]
        assert kept["follow_up"].to_list() != [""]
