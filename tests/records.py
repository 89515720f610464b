"""Records made by hand, for tests that need no file."""

from datetime import date
from typing import Any

import polars as pl

from recon_engine.model.records import as_records
from recon_engine.model.results import Check, FileReport, Intake, Total


def record(kind: str, record_id: str, day: int, amount: int, **rest: Any) -> dict[str, Any]:
    """One record of October 2026; everything not given is empty."""
    plain = {"type": "sale", "currency": "CNY", "source_file": f"{kind}.csv", "source_rows": 1}
    when = {"date": date(2026, 10, 1) if day < 1 else date(2026, 10, day)}
    return {"record_id": record_id, "kind": kind, "amount": amount, **plain, **when, **rest}


def intake(*rows: dict[str, Any]) -> Intake:
    """An intake that holds the records, one file a kind, its totals made from the rows."""
    records = as_records(pl.DataFrame(list(rows), infer_schema_length=None))
    return Intake(records, tuple(_reports(rows)))


def _reports(rows: tuple[dict[str, Any], ...]) -> list[FileReport]:
    reports = []
    for kind in sorted({row["kind"] for row in rows}):
        ours = [row for row in rows if row["kind"] == kind]
        totals: dict[str, Total] = {}
        for row in ours:
            had = totals.get(row["currency"], Total(0, 0))
            totals[row["currency"]] = Total(had.count + 1, had.sum + row["amount"])
        check = Check("rows", ok=True, detail=str(len(ours)))
        reports.append(
            FileReport(
                file=f"{kind}.csv", sha256="0" * 64, profile="test", kind=kind, rows=len(ours),
                records=len(ours), excluded=0, rejects=(), totals=totals, checks=(check,),
            )
        )  # fmt: skip
    return reports
