"""How long the intake takes, beside pandas and openpyxl that only load the cells.

``python -m bench.intake [--rows 100000 1000000]``.  Each reading is a process of its own, so that
peak memory is its own too.
"""

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from bench.report import machine

HEADER = [
    "日期", "流水号", "摘要", "收入", "支出", "余额", "对方户名", "备注", "商品名称", "渠道",
    "门店", "SKU", "数量", "操作员", "状态",
]  # fmt: skip
_FIGURES = {3, 4, 5, 12}
_READERS = {
    "tieout": """
from pathlib import Path
from recon_engine.intake import read_files
from recon_engine.model.policy import default_policy
rows = read_files([Path(name)], default_policy()).records.height
""",
    "pandas.read_csv": "import pandas\nrows = len(pandas.read_csv(name, dtype=str))",
    "pandas.read_excel": "import pandas\nrows = len(pandas.read_excel(name, dtype=str))",
    "openpyxl": """
import openpyxl
sheet = openpyxl.load_workbook(name, read_only=True).worksheets[0]
rows = sum(1 for _ in sheet.iter_rows(values_only=True)) - 1
""",
}
_TIMED = """
import json, resource, sys, time
name = sys.argv[1]
start = time.perf_counter()
{reading}
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({{"rows": rows, "seconds": seconds, "cpu": used.ru_utime + used.ru_stime,
                  "peak_mb": used.ru_maxrss / 1024}}))
"""


def _rows(count: int) -> Iterator[list[str]]:
    """A bank account's month: 15 columns, a true running balance."""
    draw = random.Random(1)  # noqa: S311 - repeatable, nothing secret
    balance = 0
    for n in range(count):
        amount, inward = draw.randrange(1, 1_000_000), draw.random() < 0.7
        balance += amount if inward else -amount
        figure = f"{amount // 100}.{amount % 100:02d}"
        sign = "-" if balance < 0 else ""
        day = date(2026, 5, 1) + timedelta(days=n * 31 // count)
        yield [
            day.isoformat(), f"TX{n:012d}", draw.choice(["货款", "手续费", "退款"]),
            figure if inward else "", "" if inward else figure,
            f"{sign}{abs(balance) // 100}.{abs(balance) % 100:02d}",
            f"公司{draw.randrange(5000)}", f"订单{draw.randrange(10**12)}",
            draw.choice(["衬衫", "裤子", "鞋"]), "抖音", f"店{draw.randrange(20)}",
            f"SKU{draw.randrange(900)}", str(draw.randrange(9)), "张三", "完成",
        ]  # fmt: skip


def write_csv(path: Path, count: int) -> None:
    """The rows as UTF-8 text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_rows(count))


def write_xlsx(path: Path, count: int) -> None:
    """The rows as a workbook whose figures are numbers."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for n, row in enumerate(_rows(count), 1):
            for column, cell in enumerate(row):
                if cell and column in _FIGURES:
                    sheet.write_number(n, column, float(cell))
                elif cell:
                    sheet.write_string(n, column, cell)


def _timed(reader: str, path: Path) -> dict[str, float]:
    program = _TIMED.format(reading=_READERS[reader])
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args(words)
    print(machine())
    print("| file | reader | rows | seconds | CPU seconds | peak MB |\n|---|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for count in given.rows:
            for suffix, write in (("csv", write_csv), ("xlsx", write_xlsx)):
                path = Path(folder) / f"{count}.{suffix}"
                write(path, count)
                excel = ["pandas.read_excel", "openpyxl"]
                peers = ["pandas.read_csv"] if suffix == "csv" else excel
                for reader in ["tieout", *([] if given.no_peers else peers)]:
                    told = _timed(reader, path)
                    figures = f"{told['seconds']:.1f} | {told['cpu']:.1f} | {told['peak_mb']:,.0f}"
                    print(f"| {path.name} | {reader} | {told['rows']:,} | {figures} |")
                path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
