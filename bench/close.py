"""How long the close of a large month takes: the demo's files at scale, read, closed, written.

    python -m bench.close --orders 10000 100000

The demo has few bank lines for its size; unrelated ones are added after reading, up to the number
asked for.  CPU seconds are told beside the clock's, for machines that do other things as well.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

import polars as pl

from recon_engine.close import close_month
from recon_engine.demo.month import make_month
from recon_engine.intake import read_files
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.records import Kind
from recon_engine.model.results import Intake, Total
from workbook_templates.render import render_close

Result = TypeVar("Result")


def timed(name: str, work: Callable[[], Result]) -> Result:
    """Does the work and tells its seconds."""
    cpu, clock = time.process_time(), time.perf_counter()
    result = work()
    spent = time.process_time() - cpu
    print(f"  {name:<9} {spent:6.2f} CPU s  {time.perf_counter() - clock:6.2f} s")
    return result


def with_strangers(intake: Intake, bank_lines: int) -> Intake:
    """The intake with unrelated bank lines up to a number, its first bank file telling of them."""
    bank = intake.records.filter(pl.col("kind") == Kind.STATEMENT_LINE)
    more = bank_lines - bank.height
    random = Random(1)  # noqa: S311 (seeded, nothing secret)
    if more <= 0:
        return intake
    like = bank.sort("record_id").head(1).with_columns(balance=pl.lit(None, pl.Int64))
    days = bank["date"].sort().to_list()
    lines = pl.concat([like] * more).with_columns(
        record_id=pl.Series([f"st-stranger-{n}" for n in range(more)]),
        date=pl.Series([random.choice(days) for _ in range(more)]),
        amount=pl.Series([random.randrange(100, 5_000_000) for _ in range(more)]),
        text=pl.Series([f"payer {random.randrange(10**6)}" for _ in range(more)]),
        party=pl.Series([f"Firm {random.randrange(500)}" for _ in range(more)]),
        reference=pl.lit(""),
    )
    currency, added = like["currency"][0], int(lines["amount"].sum())
    at = next(n for n, f in enumerate(intake.files) if f.file == like["source_file"][0])
    report = intake.files[at]
    total = report.totals[currency]
    totals = {**report.totals, currency: Total(total.count + more, total.sum + added)}
    told = replace(report, totals=totals, checks=())
    files = (*intake.files[:at], told, *intake.files[at + 1 :])
    return replace(intake, records=pl.concat([intake.records, lines]), files=files)


def run(orders: int, bank_lines: int) -> None:
    """One month of that size: what each step takes."""
    policy = default_policy()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in make_month(orders, seed=1).files.items():
            (folder / file).write_bytes(content)
        print(f"{orders:,} orders asked for")
        read = timed("read", lambda: read_files([folder], policy))
        month = with_strangers(read, bank_lines)
        closed = timed("close", lambda: close_month(month, policy))
        target = folder / "close.xlsx"
        timed("workbook", lambda: render_close(closed, target, Language.EN))
    counts = dict(month.records.group_by("kind").len().sort("kind").iter_rows())
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  {', '.join(f'{count:,} {kind}' for kind, count in counts.items())}; {peak_mb:,} MB")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=[10_000])
    parser.add_argument("--bank-lines", type=int, default=2_000)
    options = parser.parse_args()
    for orders in options.orders:
        run(orders, options.bank_lines)


if __name__ == "__main__":
    main()
