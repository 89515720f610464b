"""Measures the product and its peers on the same months, in the same run.

``python -m bench.run --orders 10000 100000 --seeds 1 2 3 --noise 1 2 [--ablations …] [--peers]``

Every matcher runs in a process of its own.  Peers need the packages of ``bench/requirements.txt``;
``--peers-python`` names the interpreter that has them.  ``--readme`` also writes the figures, with
the machine they come from, into ``bench/README.md``.
"""

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

import polars as pl

from bench import report
from bench.case import Case, save, write_csv
from bench.generate import VARIANTS, make
from bench.peers import PEERS
from bench.score import Score, links_of, score
from bench.worker import TIEOUT

EVERYTHING, PROCESS = "tieout + proposals", "tieout match (process)"
SECONDS_MAX = 1_800


Rows = dict[str, list[report.Row | None]]  # by matcher, one a seed


def main() -> None:
    """Runs what the arguments ask for and prints a table for each setting."""
    options = arguments().parse_args()
    peers = dict.fromkeys(PEERS, options.peers_python) if options.peers else {}
    tables = []
    for n, noise, ablation in product(options.orders, options.noise, options.ablations):
        rows: Rows = {}
        for seed in options.seeds:
            measure(make(n, seed, noise, ablation), peers, rows)
        means = {name: report.averaged(of) for name, of in rows.items()}
        tables.append(report.table(caption(n, noise, ablation), means))
        print(tables[-1], flush=True)
    if options.readme:
        words = ["PEERS/bin/python" if w == str(options.peers_python) else w for w in sys.argv[1:]]
        command = "python -m bench.run " + " ".join(map(shlex.quote, words))
        report.write_readme(Path(__file__).parent / "README.md", tables, command)


def caption(orders: int, noise: int, ablation: str) -> str:
    """What kind of month a table is about."""
    return ", ".join([f"{orders:,} orders", f"noise {noise}", *([ablation] if ablation else [])])


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--orders", type=int, nargs="+", default=[10_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--noise", type=int, nargs="+", default=[1], choices=(0, 1, 2))
    parser.add_argument("--ablations", nargs="+", default=[""], choices=("", *VARIANTS))
    parser.add_argument("--peers", action="store_true", help="also run the peers")
    parser.add_argument("--peers-python", default=sys.executable, help="interpreter with the peers")
    parser.add_argument("--readme", action="store_true", help="write the figures to the README")
    return parser


def measure(case: Case, peers: dict[str, str], rows: Rows) -> None:
    """Runs everything on one case and adds a row for each matcher."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        save(case, folder)
        for name, python in {TIEOUT: sys.executable, **peers}.items():
            timed = run_worker(python, name, folder)
            if not timed:
                rows.setdefault(name, []).append(None)
                continue
            links = pl.read_parquet(folder / "links.parquet")
            sure = score(case, links.filter(pl.col("status") == "confirmed"))
            rows.setdefault(name, []).append(row(timed, sure))
            if name == TIEOUT:
                rows.setdefault(EVERYTHING, []).append(row(timed, score(case, links)))
        rows.setdefault(PROCESS, []).append(whole_process(case, folder))


def run_worker(
    python: str, name: str, folder: Path, seconds_max: int = SECONDS_MAX
) -> dict[str, float]:
    """Runs :mod:`bench.worker`; empty, with the reason on stderr, when the matcher failed."""
    command = [python, "-m", "bench.worker", name, str(folder)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=seconds_max
        )
    except subprocess.TimeoutExpired:
        print(f"{name}: not done after {seconds_max} s", file=sys.stderr)
        return {}
    except subprocess.CalledProcessError as fault:
        print(f"{name}: ended with {fault.returncode}, {_last(fault.stderr)}", file=sys.stderr)
        return {}
    timed: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return timed


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["without a word"])[-1]


def whole_process(case: Case, folder: Path) -> report.Row | None:
    """``tieout match`` from two CSV files to its links file, start of Python included."""
    write_csv(case.left, folder / "left.csv")
    write_csv(case.right, folder / "right.csv")
    words = ["match", "--left", folder / "left.csv", "--right", folder / "right.csv"]
    words += ["--policy", folder / "policy.toml", "--out", folder / "links.csv"]
    command = [sys.executable, "-m", "bench.process", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{PROCESS}: ended with {done.returncode}, {_last(done.stderr)}", file=sys.stderr)
        return None
    written = pl.read_csv(folder / "links.csv", infer_schema=False)
    sure = links_of(written.rename({"id": "record_id"}), with_proposals=False)
    return row(json.loads(done.stdout.splitlines()[-1]), score(case, sure))


def row(timed: dict[str, float], scored: Score) -> report.Row:
    """A row of the table."""
    return report.Row(
        timed["seconds"], timed["cpu_seconds"], timed["peak_mb"],
        scored.precision, scored.recall, scored.f1,
        scored.noise_rows / max(1, scored.unrelated_rows),
        scored.duplicate_rows / max(1, scored.unrelated_rows),
        scored.recall_by_scenario,
    )  # fmt: skip


if __name__ == "__main__":
    main()
