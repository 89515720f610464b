"""CSV, JSON and files: exact amounts, harmless texts, all or nothing."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from recon_engine.errors import TieoutError
from recon_engine.export.files import write_atomically, write_bytes
from recon_engine.export.json_report import close_report
from recon_engine.export.tables import COUNTS, frames, plain, write_tables
from recon_engine.model import money
from recon_engine.model.records import RECORDS
from recon_engine.model.results import EXCEPTIONS, IDENTITY, MATCHES, PAYOUTS, RECEIVABLES

from .sample import sample_close

MONEY = {
    "amount", "gross", "fee", "discount", "freight", "tax", "refunded", "balance", "left_amount",
    "right_amount", "difference", "explained", "fees", "refunds", "other", "net", "deposited",
    "at_stake", "candidate_amount", "opening", "new", "cleared", "written_off", "open", "sold",
    "expected", "net_expected", "settled", "banked", "outstanding",
}  # fmt: skip


def test_every_whole_number_is_known_as_money_or_count() -> None:
    schemas = (RECORDS, MATCHES, PAYOUTS, EXCEPTIONS, IDENTITY, RECEIVABLES)
    numbers = {name for schema in schemas for name, kind in schema.items() if kind == pl.Int64()}
    assert numbers - COUNTS == MONEY


def test_tables_read_back_as_they_were(tmp_path: Path) -> None:
    close = sample_close()
    files = write_tables(close, tmp_path / "tables")
    assert [file.stem for file in files] == list(frames(close))
    for file in files:
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "tables" / "payouts.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    stated = [row["net"] for row in rows]
    pairs = zip(close.payouts["net"], close.payouts["currency"], strict=True)
    assert stated == [money.to_text(minor, currency) for minor, currency in pairs]


@pytest.mark.parametrize("risky", ["=1+1", "+86 138", "-x", "@here", "\tx", "\r=x"])
def test_a_text_never_becomes_a_formula(risky: str) -> None:
    frame = pl.DataFrame({"text": [risky, "货款"], "amount": [-5, 5], "currency": ["CNY", "JPY"]})
    made = plain(frame)
    assert made["text"].to_list() == ["'" + risky, "货款"]
    assert made["amount"].to_list() == ["-0.05", "5"]


def test_json_report_says_what_the_frames_say() -> None:
    close = sample_close()
    report = json.loads(json.dumps(close_report(close)))
    named = ["period", "records", "matches", "exceptions", "identity", "payouts", "goods", "books"]
    assert list(report) == named
    assert report["goods"] == {"shipping": [], "freight": [], "returned": []}
    assert report["period"] == "2026-10"
    assert sum(kind["count"] for kind in report["records"].values()) == close.records.height
    assert sum(report["exceptions"].values()) == close.exceptions.height
    assert sum(report["matches"].values()) == close.matches.height
    assert len(report["payouts"]) == close.payouts.height
    assert list(report["payouts"][0]) == [
        "payout_id", "channel", "currency", "net", "deposited", "difference", "status",
    ]  # fmt: skip
    for currency, terms in report["identity"].items():
        mine = close.identity.filter(pl.col("currency") == currency)
        assert terms == {
            term: money.to_text(mine[term].sum(), currency)
            for term in ("opening", "new", "cleared", "written_off", "open", "difference")
        }


def test_json_does_not_depend_on_the_order_of_rows() -> None:
    close = sample_close()
    turned = close_report(close)
    names = ("records", "payouts", "exceptions", "identity", "matches")
    for name in names:
        object.__setattr__(close, name, getattr(close, name).reverse())
    assert close_report(close) == turned


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "close.json"
    write_bytes(target, b"first")
    with pytest.raises(ZeroDivisionError):
        write_atomically(target, half)
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def half(beside: Path) -> None:
    beside.write_bytes(b"half")
    raise ZeroDivisionError


def test_a_folder_in_the_way_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(TieoutError):
        write_bytes(tmp_path / "close.json", b"x")
