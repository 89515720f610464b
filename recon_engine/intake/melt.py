"""A table whose captions are values (a rate card's zones) → one row for each of its figures."""

import re
from dataclasses import replace

import polars as pl

from recon_engine.intake.found import Found
from recon_engine.intake.table import Body, Table

_NAME, _VALUE = "rate", "amount"


def melted(found: Found) -> Found:
    """The table made long where its profile says so: roles ``rate`` (the caption) and ``amount``.

    Named groups of the profile's pattern are roles too, filled from the caption.
    """
    if not found.profile.melt:
        return found
    pattern = re.compile(found.profile.melt)
    values = {n: m for n, name in enumerate(found.names) if (m := pattern.fullmatch(name))}
    kept = [n for n in range(len(found.names)) if n not in values]
    roles = (_NAME, *pattern.groupindex, _VALUE)
    columns = {role: kept.index(n) for role, n in found.columns.items() if n in kept}
    columns |= {role: len(kept) + n for n, role in enumerate(roles)}

    def body(header: int) -> Body:
        return _long(found.table.body(header), kept, values, found.captions)

    table = Table(found.table.sheet, found.table.top, found.table.lines, body)
    return replace(
        found,
        table=table,
        captions=(*(found.captions[n] for n in kept), *roles),
        names=(*(found.names[n] for n in kept), *roles),
        columns=columns,
    )


def _long(
    body: Body, kept: list[int], values: dict[int, re.Match[str]], captions: tuple[str, ...]
) -> Body:
    """Each row as many times as it has figures, in the columns' order."""
    fixed = [pl.col(str(n)).alias(str(k)) for k, n in enumerate(kept)]
    parts = []
    for n, match in values.items():
        told = (captions[n].strip(), *match.groups(default=""))
        added = [pl.lit(text).alias(str(len(kept) + k)) for k, text in enumerate(told)]
        value = pl.col(str(n)).alias(str(len(kept) + len(told)))
        parts.append(
            body.cells.select(*fixed, *added, value).with_columns(
                line=body.lines, beyond=body.overflow
            )
        )
    long = pl.concat(parts).with_row_index("nth").sort("line", "nth")
    return Body(long["line"], long.drop("nth", "line", "beyond"), long["beyond"])
