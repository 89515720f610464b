"""A proof that fails ends the run with exit code 3, and nothing is written or changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import recon_engine.close as closing
from tests.test_command_line import BANK, ORDERS, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "month"
    place.mkdir()
    (place / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (place / "bank.csv").write_text(BANK, encoding="gb18030")
    return place


def a_cent_less(name: str, column: str) -> Callable[[pytest.MonkeyPatch], None]:
    """One of the engine's own steps, made to lose a cent."""

    def wrong(patch: pytest.MonkeyPatch) -> None:
        honest = getattr(closing, name)

        def dishonest(*given: Any) -> pl.DataFrame:
            frame: pl.DataFrame = honest(*given)
            at = pl.int_range(pl.len()) == 0
            return frame.with_columns(pl.col(column) - at.cast(pl.Int64))

        patch.setattr(closing, name, dishonest)

    return wrong


def a_term_left_over(patch: pytest.MonkeyPatch) -> None:
    def dishonest(*_: Any) -> pl.DataFrame:
        return pl.DataFrame(
            {"payout_id": ["P"], "term": ["net"], "amount": [1], "residual": [1],
             "currency": ["CNY"], "count": [1], "position": [0]}
        )  # fmt: skip

    patch.setattr(closing, "payout_terms", dishonest)


@pytest.mark.parametrize(
    "wrong",
    [
        a_cent_less("identity", "cleared"),
        a_cent_less("identity", "open"),
        a_cent_less("identity", "opening"),
        a_cent_less("balances", "closing"),
        a_term_left_over,
    ],
    ids=["cleared", "open", "opening", "balance", "terms"],
)
@pytest.mark.parametrize("verb", ["close", "again", "apply"])
def test_nothing_is_written_when_a_proof_fails(
    verb: str,
    wrong: Callable[[pytest.MonkeyPatch], None],
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out" / "close.xlsx"
    before = b""
    if verb != "close":
        assert run("close", folder, "--out", out, "--lang", "en") == 0
        before = out.read_bytes()
    wrong(monkeypatch)
    words = ("apply", out) if verb == "apply" else (
        "close", folder, "--out", out, "--pdf", out.with_suffix(".pdf"),
        "--json", out.with_suffix(".json"))  # fmt: skip
    assert run(*words, "--lang", "en") == 3
    assert capsys.readouterr().err.strip()
    if before:
        assert out.read_bytes() == before
        assert [path.name for path in out.parent.iterdir()] == ["close.xlsx"]
    else:
        assert not out.parent.exists() or list(out.parent.iterdir()) == []
