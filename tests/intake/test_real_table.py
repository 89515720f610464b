"""What every real file reads as, in one table that a person can look through.

``real_files.csv`` is written anew with TIEOUT_WRITE=1 and compared without.
"""

import csv
import io
import os
from pathlib import Path

import pytest

from recon_engine.model import money
from tests.intake.shared import SHARED, read

TABLE = Path(__file__).with_name("real_files.csv")
FOLDERS = ("bank_cn", "wallet_cn", "bank_csv_eu", "mt940", "camt053", "bai2", "ofx")
HEADER = (
    "file", "profile", "rows", "records", "excluded", "rejects", "totals", "failed_proofs",
    "refused",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no shared files at {SHARED.name}")


def lines(path: Path) -> list[list[object]]:
    intake = read(path)
    name = path.relative_to(SHARED).as_posix()
    refused = [[name, *[""] * 7, problem.code.value] for problem in intake.problems]
    told: list[list[object]] = []
    for report in intake.files:
        totals = "; ".join(
            f"{code} {money.to_text(total.sum, code)}" for code, total in report.totals.items()
        )
        failed = sum(not check.ok for check in report.checks)
        counts = (report.rows, report.records, report.excluded, len(report.rejects))
        told.append([name, report.profile, *counts, totals, failed or "", ""])
    return told + refused


def test_the_table_of_real_files_is_as_written() -> None:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(HEADER)
    for folder in FOLDERS:
        for path in sorted((SHARED / folder).iterdir()):
            writer.writerows(lines(path))
    if os.environ.get("TIEOUT_WRITE"):
        TABLE.write_text(target.getvalue(), encoding="utf-8")
    assert target.getvalue() == TABLE.read_text(encoding="utf-8")
