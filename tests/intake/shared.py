"""What the intake's tests share: where files are, and readings told as plain text."""

import os
from pathlib import Path

import polars as pl

from recon_engine.intake import read_files
from recon_engine.model import money
from recon_engine.model.policy import default_policy
from recon_engine.model.records import Kind
from recon_engine.model.results import FileReport, Intake

SAMPLES = Path(__file__).parent / "samples"
SHARED = Path(
    os.environ.get("TIEOUT_SHARED")
    or Path(__file__).resolve().parents[2].parent / "shared" / "data"
)
GOLDEN = ".expected.csv"
SHOWN = (
    "record_id", "type", "date", "time", "amount", "currency", "reference", "group", "text",
    "party", "channel", "account", "source_row", "source_rows", "gross", "fee", "fee_type",
    "refunded", "balance", "items", "state",
)  # fmt: skip
PIECES = ("sku", "quantity", "waybill", "carrier", "zone", "weight_g")
PIECE_KINDS = set(Kind) - {Kind.ORDER, Kind.SETTLEMENT_LINE, Kind.STATEMENT_LINE}


def samples() -> list[Path]:
    """Every sample file, without the goldens beside them."""
    return sorted(p for p in SAMPLES.glob("*/*") if not p.name.endswith(GOLDEN))


def read(*paths: Path) -> Intake:
    """The files read under the default policy."""
    return read_files(paths, default_policy())


def as_text(records: pl.DataFrame) -> str:
    """Records as a golden file holds them: exact decimals, ISO dates, empty for nothing."""
    amounts = {
        name: money.column_to_text(name)
        for name in ("amount", "gross", "fee", "refunded", "balance")
    }
    pieces = PIECES if set(records["kind"]) & PIECE_KINDS else ()
    return (
        records.with_columns(**amounts, date=pl.col("date").dt.to_string("%Y-%m-%d"))
        .select(pl.col(*SHOWN, *pieces).cast(pl.String).fill_null(""))
        .write_csv(quote_style="necessary")
        .replace('""', "")
    )


def accounted(report: FileReport, records: pl.DataFrame) -> bool:
    """Whether every row of a file is a record's, excluded, or rejected."""
    own = records.filter((pl.col("source_file") == report.file), pl.col("source_row") > 0)
    taken = int(own["source_rows"].sum())
    return report.rows == taken + report.excluded + len(report.rejects)
