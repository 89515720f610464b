"""What a person can do to a workbook by hand: understood, told at its cell, or clearly refused."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from recon_engine.errors import Code, TieoutError
from recon_engine.messages import Language
from recon_engine.model.policy import Policy
from tests.workbook.test_round_trip import closed, months, one_of_each
from workbook_templates import words
from workbook_templates.check import check_tables
from workbook_templates.layout_book import TABLES
from workbook_templates.readback import read_tables
from workbook_templates.render import workbook_bytes
from workbook_templates.source import FileSource, Grid
from workbook_templates.state import State, read_state

Change = Callable[[Grid], Grid | None]


class Edited:
    """A source whose tables a person has changed."""

    def __init__(self, **changes: Change) -> None:
        data = workbook_bytes(closed(months(1)), Language.EN, one_of_each())
        self._source, self._changes = FileSource(data, "close.xlsx"), changes
        self.file, self.language = self._source.file, self._source.language

    def table(self, name: str) -> Grid | None:
        grid = self._source.table(name)
        return self._changes[name](grid) if grid and name in self._changes else grid

    def sheet(self, name: str) -> list[list[Any]]:
        return self._source.sheet(name)


def at(grid: Grid, table: str, key: str) -> int:
    return grid.captions.index(words.captions_by_key(table, Language.EN)[key])


def setting(table: str, key: str, value: object, row: int = 0) -> Change:
    def changed(grid: Grid) -> Grid:
        rows = [list(cells) for cells in grid.rows]
        rows[row][at(grid, table, key)] = value
        return replace(grid, rows=rows)

    return changed


def chain(*changes: Change) -> Change:
    def changed(grid: Grid) -> Grid | None:
        for change in changes:
            after = change(grid)
            assert after
            grid = after
        return grid

    return changed


def refused(**changes: Change) -> list[tuple[Code, str, int]]:
    with pytest.raises(TieoutError) as told:
        read_state(Edited(**changes))
    return [(p.code, p.place.sheet, p.place.row) for p in told.value.problems]


def same(one: State, other: State) -> bool:
    records = [s.intake.records.sort("record_id") for s in (one, other)]
    typed = [s.typed.drop("row").sort("table", "record_id") for s in (one, other)]
    return records[0].equals(records[1]) and typed[0].equals(typed[1])


def test_sorted_rows_moved_columns_and_added_columns_change_nothing() -> None:
    def shuffled(grid: Grid) -> Grid:
        order = list(range(len(grid.captions)))
        random.Random(1).shuffle(order)
        rows = [[*(cells[n] for n in order), "mine"] for cells in reversed(grid.rows)]
        return replace(grid, captions=(*(grid.captions[n] for n in order), "Mine"), rows=rows)

    tables = ("Orders", "Settlements", "Bank", "Exceptions", "Matches", "Settings", "Problems")
    assert same(read_state(Edited(**dict.fromkeys(tables, shuffled))), read_state(Edited()))


def test_numbers_and_days_stored_as_text_are_read() -> None:
    as_text = read_state(
        Edited(
            Bank=chain(setting("Bank", "amount", "56.00"), setting("Bank", "date", "2026/10/6")),
        )
    )
    assert same(as_text, read_state(Edited()))


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("amount", "ten", Code.AMOUNT_NOT_A_NUMBER),
        ("amount", 1.005, Code.AMOUNT_TOO_PRECISE),
        ("date", "soon", Code.DATE_NOT_READ),
        ("source_row", "x", Code.AMOUNT_NOT_A_NUMBER),
        ("record_id", "", Code.ROW_WITHOUT_ID),
    ],
)
def test_a_cell_that_is_no_input_and_cannot_be_read_stops_with_its_place(
    key: str, value: object, code: Code
) -> None:
    ((found, sheet, row),) = refused(Bank=setting("Bank", key, value, row=1))
    first = Edited().table("Bank")
    assert first
    assert (found, sheet, row) == (code, "Bank", first.first_row + 1)


def test_deleted_tables_and_renamed_captions_are_all_told_at_once() -> None:
    def renamed(grid: Grid) -> Grid:
        return replace(grid, captions=("x", *grid.captions[1:-1], "y"))

    told = refused(Bank=lambda _: None, Decisions=lambda _: None, Orders=renamed)
    assert [code for code, *_ in told] == [
        Code.TABLE_COLUMN_MISSING, Code.TABLE_MISSING, Code.TABLE_MISSING,
    ]  # fmt: skip


def test_settings_typed_by_hand_are_told_at_their_cell_and_the_rest_holds() -> None:
    def typed(grid: Grid) -> Grid:
        known = {str(cells[0]): cells for cells in grid.rows}
        known["due.default_days"][1] = "２０"
        known["match.margin_min"][1] = "many"
        known["ageing.bounds_days"][1] = "10；20"
        rows = [
            *grid.rows,
            ["due.days.temu", 9.0, "", ""],
            ["colour", "red", "", ""],
            ["fees.card.channel", "shopify", "", ""],
            ["fees.card.rate_ppm", "29,000", "", ""],
        ]
        return replace(grid, rows=[c for c in rows if c[0] != "due.days.jd"])

    state = read_state(Edited(Settings=typed))
    assert [(p.code, p.params["column"]) for p in state.problems] == [
        (Code.POLICY_BAD_VALUE, "match.margin_min"), (Code.POLICY_UNKNOWN_KEY, "colour"),
    ]  # fmt: skip
    assert all(p.place.row for p in state.problems)
    assert state.policy.due.default_days == 20
    assert state.policy.due.days["temu"] == 9
    assert "jd" not in state.policy.due.days
    assert state.policy.ageing.bounds_days == (10, 20)
    assert state.policy.match == Policy().match
    (rule,) = state.policy.fees
    assert (rule.name, rule.channel, rule.rate_ppm) == ("card", "shopify", 29_000)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("table", ["decision", "rule_state", "follow_up"])
def test_a_typed_word_is_understood_in_every_language_case_and_width(
    table: str, language: Language
) -> None:
    for code, word in words.vocabulary(table, language).items():
        for said in (word, word.upper(), f" {word} ", code, code.replace("_", " ").title()):
            for other in Language:
                assert words.typed_code(table, said, other) == code


def test_what_is_typed_stands_in_its_cell_again() -> None:
    typed = read_state(Edited()).typed
    assert typed.height == one_of_each().height
    assert set(typed["decision"]) == set(one_of_each()["decision"])
    assert set(typed["table"]) == {"Exceptions", "Bank", "Matches"}


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("Bank", "text", "something else"),
        ("Bank", "date", "2026-10-07"),
        ("Bank", "amount", "56.01"),
        ("Bank", "reference", "T100001"),
        ("Orders", "party", "Li Lei"),
        ("Orders", "type", "refund"),
        ("Orders", "source_row", 99),
        ("Settlements", "channel", "amazon"),
        ("Settlements", "group", "P-1"),
        ("Settlements", "record_id", "s-other"),
    ],
)
def test_a_record_that_was_changed_by_hand_stops_with_its_row(
    table: str, key: str, value: object
) -> None:
    source = Edited(**{table: setting(table, key, value)})
    grid = source.table(table)
    assert grid
    wrong = (Code.RECORD_EDITED, grid.sheet, grid.first_row)
    assert refused(**{table: setting(table, key, value)}) == [wrong]
    wanted = {name: each.keys for name, each in TABLES.items()}
    told = check_tables(read_tables(source, wanted))
    assert wrong in [(p.code, p.place.sheet, p.place.row) for p in told]


def test_many_changed_records_are_counted() -> None:
    def later(grid: Grid) -> Grid:
        rows = [[*cells] for cells in grid.rows] * 8
        for cells in rows:
            cells[at(grid, "Bank", "text")] = "all the same"
        return replace(grid, rows=rows)

    told = refused(Bank=later)
    assert len(told) == 21
    assert {code for code, *_ in told} == {Code.RECORD_EDITED}


def test_a_row_put_in_as_a_copy_of_another_is_told() -> None:
    def copied(grid: Grid) -> Grid:
        row = list(grid.rows[0])
        row[at(grid, "Bank", "record_id")] = "b-new"
        return replace(grid, rows=[*grid.rows, row])

    (found,) = refused(Bank=copied)
    assert found[0] == Code.RECORD_EDITED
