"""Repeated exports: rows that stand in two files under different ids.

Overlapping exports of one layout are merged when they are read.  What is left are the same rows
in two layouts, or with their ids changed by hand.
"""

import polars as pl

from recon_engine.control.monitor.facts import Facts
from recon_engine.model.findings import Code, Figures, Finding

_SAME = ("kind", "type", "date", "amount", "currency", "reference", "text", "party")
_SHARE = 5  # a fifth of the smaller file's rows at least


def copies(facts: Facts) -> list[Finding]:
    """Pairs of files of which one repeats a good part of the other."""
    records = facts.close.records.filter(
        (pl.col("amount") != 0) & ((pl.col("reference") != "") | (pl.col("text") != ""))
    )
    files = records.group_by("kind").agg(pl.col("source_file").n_unique())
    several = files.filter(pl.col("source_file") > 1)["kind"]
    rows = records.filter(pl.col("kind").is_in(several.implode()))
    repeated = rows.filter(pl.struct(_SAME).is_duplicated())
    if repeated.is_empty():
        return []
    pairs = (
        repeated.group_by(_SAME)
        .agg(pl.col("source_file", "record_id").sort_by("source_file", "record_id"))
        .filter(pl.col("source_file").list.n_unique() > 1)
        .with_columns(
            first=pl.col("source_file").list.first(), second=pl.col("source_file").list.last()
        )
    )
    sizes = dict(rows["source_file"].value_counts().iter_rows())
    found = []
    for (first, second, kind, currency), part in pairs.partition_by(
        "first", "second", "kind", "currency", as_dict=True
    ).items():
        smaller = min(sizes[str(first)], sizes[str(second)])
        if part.height < facts.policy.copies_min or part.height * _SHARE < smaller:
            continue
        figures: Figures = {"first": str(first), "second": str(second), "rows": part.height,
                   "kind": str(kind)}  # fmt: skip
        money = int(part["amount"].abs().sum())
        ids = part.with_columns(pl.col("record_id").list.last())
        found.append(Finding(
            Code.DUPLICATE_EXPORT, "", "", f"{first} = {second}", str(currency), money,
            part.height, figures, facts.evidence(ids, "amount"),
        ))  # fmt: skip
    return found
