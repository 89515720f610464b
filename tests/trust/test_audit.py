"""The chain: whatever is done to it but adding at its end, the place is named."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_engine.trust.audit import (
    AUDIT,
    Act,
    Counts,
    Entry,
    entries_of,
    first_broken,
    hash_of,
    head_of,
    unsealed,
    with_entry,
)

KEYS = {"Anna": "11" * 32, "陈明": "22" * 32}
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)


def log_of(count: int) -> pl.DataFrame:
    log = pl.DataFrame(schema=AUDIT)
    for number in range(count):
        name = list(KEYS)[number % 2]
        act = Act("match", f"2026-11-0{number % 9 + 1}T10:00:00+08:00", name, "preparer", "os",
                  KEYS[name], f"note {number}")  # fmt: skip
        log = with_entry(log, act, Counts(number, 2, 3, 4), f"{number:064x}")
    return log


def test_a_log_that_was_only_added_to_holds() -> None:
    entries = entries_of(log_of(7))
    assert first_broken(entries) == 0
    assert unsealed(entries, KEYS) == []
    assert head_of(entries) == (7, entries[-1].hash)
    assert (first_broken([]), head_of([])) == (0, (0, ""))


def test_the_order_of_the_rows_of_the_sheet_changes_nothing() -> None:
    log = log_of(6)
    assert entries_of(log.sample(fraction=1, shuffle=True, seed=3)) == entries_of(log)


@given(st.data())
def test_any_changed_cell_is_found_at_its_entry(data: st.DataObject) -> None:
    entries = entries_of(log_of(5))
    at = data.draw(st.integers(0, 4))
    key = data.draw(st.sampled_from([key for key in AUDIT if key != "entry"]))
    held = getattr(entries[at], key)
    other = data.draw((TEXTS if isinstance(held, str) else st.integers(0, 9)).filter(held.__ne__))
    entries[at] = replace(entries[at], **{key: other})
    assert first_broken(entries) == at + 1


@given(st.integers(0, 5), st.integers(0, 5))
def test_a_removed_or_moved_entry_is_found(one: int, other: int) -> None:
    entries = entries_of(log_of(7))  # the last one stays: a cut tail is another thing
    left = entries[:one] + entries[one + 1 :]
    assert first_broken(left) == one + 1
    renumbered = [replace(entry, entry=n) for n, entry in enumerate(left, 1)]
    assert first_broken(renumbered) == one + 1
    if one != other:
        moved = list(entries)
        moved[one], moved[other] = moved[other], moved[one]
        assert first_broken(moved) == min(one, other) + 1
        moved = [replace(entry, entry=n) for n, entry in enumerate(moved, 1)]
        assert first_broken(moved) == min(one, other) + 1


@given(st.integers(0, 5))
def test_an_entry_put_in_is_found(at: int) -> None:
    entries = entries_of(log_of(6))
    before = entries[at - 1].hash if at else ""
    bare = Entry(at + 1, "t", "", "", "os", "match", 0, 0, 0, 0, "", "r")
    put_in = replace(bare, hash=hash_of(bare, before))
    after = [replace(entry, entry=entry.entry + 1) for entry in entries[at:]]
    assert first_broken([*entries[:at], put_in, *after]) == at + 2


def test_who_makes_all_hashes_anew_still_lacks_the_seals() -> None:
    entries, made, before = entries_of(log_of(4)), [], ""
    for entry in entries:
        forged = replace(entry, decisions=99)
        made.append(replace(forged, hash=hash_of(forged, before)))
        before = made[-1].hash
    assert first_broken(made) == 0
    assert [(entry.entry, known) for entry, known in unsealed(made, KEYS)] == [
        (n, True) for n in range(1, 5)
    ]


@pytest.mark.parametrize("name", ["ghost", "anna"])
def test_a_name_that_nobody_has_is_told_as_such(name: str) -> None:
    act = Act("match", "t", name, "reviewer", "os", "33" * 32)
    log = with_entry(pl.DataFrame(schema=AUDIT), act, Counts(), "r")
    assert [known for _, known in unsealed(entries_of(log), KEYS)] == [False]
