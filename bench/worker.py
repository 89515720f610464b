"""Runs one matcher on a saved case in a process of its own and says what it took.

``python -m bench.worker NAME FOLDER`` reads the case, runs ``bench.peers.NAME`` (or the product,
``tieout``), writes ``links.parquet`` there and prints one line of JSON.  Only the matching itself
is timed, by the clock and by the processor; peak memory is the whole process's, with the memory
before matching beside it.
"""

import importlib
import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from bench.case import Case, load
from bench.world import fee
from recon_engine.model.policy import read_policy

TIEOUT = "tieout"
ADDRESS_SPACE_MAX = 12 * 2**30  # a matcher that blows up fails alone, not the whole machine


def main(name: str, folder: Path) -> None:
    """Runs one matcher; see the module."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_MAX, ADDRESS_SPACE_MAX))
    case = load(folder)
    if name == TIEOUT:
        timed, links = _tieout(case)
    else:
        timed, links = _peer(importlib.import_module(f"bench.peers.{name}"), case)
    links.write_parquet(folder / "links.parquet")
    print(json.dumps(timed))


def _tieout(case: Case) -> tuple[dict[str, float], pl.DataFrame]:
    from bench.score import links_of  # noqa: PLC0415 - the peers' environment lacks the product's
    from recon_engine.match import match_items  # noqa: PLC0415

    policy = read_policy(case.policy, "policy.toml")
    start = _Start.now()
    matched = match_items(case.left, case.right, policy)
    timed = start.until_now()
    sure = links_of(matched.members, with_proposals=False)
    every = links_of(matched.members, with_proposals=True)
    proposed = every.join(sure, on=["left_id", "right_id"], how="anti")
    status = [sure.with_columns(status=pl.lit("confirmed"))]
    return timed, pl.concat([*status, proposed.with_columns(status=pl.lit("proposed"))])


def _peer(peer: ModuleType, case: Case) -> tuple[dict[str, float], pl.DataFrame]:
    left: Any = with_net(case.left, case.policy)
    right: Any = case.right
    if peer.FRAMES == "pandas":
        left, right = left.to_pandas(), right.to_pandas()
    start = _Start.now()
    links = peer.run(left, right)
    timed = start.until_now()
    if not isinstance(links, pl.DataFrame):
        links = pl.from_pandas(links)
    every = links.select(pl.col("left_id", "right_id").cast(pl.String))
    return timed, every.with_columns(status=pl.lit("confirmed"))


def with_net(left: pl.DataFrame, policy: str) -> pl.DataFrame:
    """The left side with ``net``: what is left after the fees that the policy tells."""
    rules = {rule.channel: rule for rule in read_policy(policy, "policy.toml").fees}
    kept = left["amount"].to_numpy().copy()
    for channel, rule in rules.items():
        here = (left["channel"] == channel).to_numpy()
        kept[here] -= fee(kept[here], rule.rate_ppm, rule.fixed_minor)
    return left.with_columns(net=pl.Series(kept.astype(np.int64)))


def peak_mb() -> float:
    """The most memory that this process has held so far, MiB.

    On Linux ``getrusage`` also counts the parent's memory at the moment it forked, so the kernel's
    own high-water mark of this process is read where there is one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True)
class _Start:
    """When matching began, by the clock and by the processor, and the memory held by then."""

    clock: float
    cpu: float
    peak_mb: float

    @classmethod
    def now(cls) -> "_Start":
        return cls(time.perf_counter(), time.process_time(), peak_mb())

    def until_now(self) -> dict[str, float]:
        seconds, cpu = time.perf_counter() - self.clock, time.process_time() - self.cpu
        return {
            "seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak_mb(), "before_mb": self.peak_mb,
        }  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
