"""Every column of text has a decision: of the model's frames and of all sheets."""

from collections import Counter

import polars as pl
import pytest

from recon_engine.model import kept, results
from recon_engine.model.records import RECORDS
from recon_engine.trust.columns import _DECIDED, MASKS, Mask, mask_of
from workbook_templates.layout import TEXTS
from workbook_templates.layout_book import SHEETS

MODEL = {
    (name, key)
    for module in (kept, results)
    for name, schema in vars(module).items()
    if name.isupper() and isinstance(schema, dict)
    for key, kind in schema.items()
    if kind == pl.String()
} | {("RECORDS", key) for key, kind in RECORDS.items() if kind == pl.String()}
LAYOUT = {
    (f"{sheet.key}/{table.name}", column.key)
    for sheet in SHEETS
    for table in sheet.tables
    for column in table.columns
    if column.type in TEXTS
}
# Places of the close that are added to its records.
PLACED = {"place", "match_id", "payout_id", "part_of"}


def test_every_column_is_decided_about() -> None:
    undecided = {(where, key) for where, key in MODEL | LAYOUT if key not in MASKS}
    assert undecided == set(), "say in recon_engine/trust/columns.py what becomes of them"


def test_no_decision_is_idle_and_none_is_made_twice() -> None:
    known = {key for _, key in MODEL | LAYOUT} | PLACED
    # A problem's column, a check's detail, a file's name: texts of a close that are no frame's.
    assert set(MASKS) - known == set()
    assert [
        k for k, n in Counter(k for keys in _DECIDED.values() for k in keys).items() if n > 1
    ] == []


@pytest.mark.parametrize("key", ["a column that nobody knows", "comment", "address"])
def test_what_nobody_decided_about_is_left_empty(key: str) -> None:
    assert mask_of(key) is Mask.DROP


@pytest.mark.parametrize(("key", "mask"), [
    ("party", Mask.PARTY), ("text", Mask.TEXT), ("account", Mask.ACCOUNT), ("note", Mask.DROP),
    ("owner", Mask.DROP), ("user", Mask.DROP), ("record_id", Mask.IDENT), ("channel", Mask.KEEP),
])  # fmt: skip
def test_what_is_personal_is_not_kept(key: str, mask: Mask) -> None:
    assert mask_of(key) is mask
