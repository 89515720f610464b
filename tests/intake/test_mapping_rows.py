"""Mappings in a workbook's table: the same layout as the file's, and whatever a person types."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.errors import Code
from recon_engine.intake import read_files
from recon_engine.intake.mapping import as_toml, read_mapping
from recon_engine.intake.mapping_rows import (
    CONFIRMED,
    UNSURE,
    layouts,
    rows_of_proposal,
    rows_of_toml,
    with_mapping,
)
from recon_engine.intake.profile import profiles
from recon_engine.model.kept import MAPPINGS
from recon_engine.model.policy import default_policy
from tests.intake.shared import read

STRANGE = (
    "Tagesdatum;Vorgang;Bewegung;Stand danach;Quatsch\n"
    "01.05.2026;Einkauf;-12,50;987,50;x y\n02.05.2026;Erlös;100,00;1087,50;z\n"
    "15.05.2026;Miete;-300,00;787,50;\n"
)
PROFILES = Path(__file__).parents[2] / "recon_engine" / "intake" / "profiles"


def strange(folder: Path) -> Path:
    path = folder / "s.csv"
    path.write_text(STRANGE, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_layout_in_rows_is_the_layout_of_its_file(path: Path) -> None:
    rows = rows_of_toml(path.stem, path.read_text(encoding="utf-8"))
    (profile,), faults = layouts(rows)
    assert profile == next(known for known in profiles() if known.name == path.stem)
    assert not faults


def test_a_proposal_in_rows_is_read_once_it_is_confirmed(tmp_path: Path) -> None:
    source = strange(tmp_path)
    (proposal,) = read(source).proposals
    rows = rows_of_proposal("mine", proposal, confirmed=False)
    assert (UNSURE, "Quatsch") in rows.select("setting", "value").rows()
    assert layouts(rows) == ([], [])
    confirmed = rows.with_columns(
        value=pl.when(setting=CONFIRMED).then(pl.lit("Yes")).otherwise("value")
    )
    (profile,), _ = layouts(confirmed)
    assert profile == read_mapping(as_toml(proposal), "mine.toml")
    intake = read_files([source], default_policy(), mappings=[profile])
    assert (intake.files[0].profile, intake.files[0].records) == ("mine", 3)


def test_a_mapping_replaces_the_one_of_its_name() -> None:
    text = (PROFILES / "abc.toml").read_text(encoding="utf-8")
    both = with_mapping(rows_of_toml("a", text), rows_of_toml("b", text))
    again = with_mapping(both, rows_of_toml("a", text))
    assert again.height == both.height
    assert {profile.name for profile in layouts(again)[0]} == {"a", "b"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("kind", "statement"),
        ("kind.of", "x"),
        ("required", "true"),
        ("header", "no"),
        ("text", "[1]"),
        ("footer_from", "(?<=x)y"),
        ("account", "("),
        ("money.mode", "guess"),
        ("date_order", "ymd"),
        ("colour", "red"),
    ],
)
def test_what_no_file_can_be_read_with_is_told_at_the_mapping(setting: str, value: str) -> None:
    rows = rows_of_toml("abc", (PROFILES / "abc.toml").read_text(encoding="utf-8"))
    changed = pl.DataFrame([("", "", ""), ("abc", setting, value)], schema=MAPPINGS, orient="row")
    known, faults = layouts(pl.concat([changed, rows.filter(pl.col("setting") != setting)]))
    assert known == []
    assert [(at, problem.code) for at, problem in faults] == [(1, Code.MAPPING_NOT_READ)]


SETTINGS = st.sampled_from(
    ["confirmed", "kind", "channel", "required", "columns.date", "columns.amount", "columns.?",
     "money.mode", "money.flip", "money", "columns", "rules", "header", "text", "x", ""]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["true", "false", "statement_line", "[]", "{}", '["date"]', "[{}]", "[[1]]",
                     '{"a": {"b": 1}}', "Datum", "auto", "["]),
)  # fmt: skip


@given(st.lists(st.tuples(st.just("m"), SETTINGS, VALUES), max_size=12))
def test_nothing_that_can_be_typed_raises(tmp_path_factory: pytest.TempPathFactory,
                                          typed: list[tuple[str, str, str]]) -> None:  # fmt: skip
    rows = pl.DataFrame([("m", CONFIRMED, "true"), *typed], schema=MAPPINGS, orient="row")
    known, _ = layouts(rows)
    if known:
        folder = tmp_path_factory.mktemp("typed")
        read_files([strange(folder)], default_policy(), mappings=known)
