"""Rules over words → what a row is: excluded and why, which way it moved, its type."""

from collections.abc import Mapping

import polars as pl

from recon_engine.intake.profile import Rule

_SAMPLE = 10_000
Cells = Mapping[str, pl.Series]


def first_told(
    rules: tuple[Rule, ...], what: str, cells: Cells, side: pl.Series | None, rows: int
) -> pl.Series:
    """For each row, what the first rule that says anything about ``what`` and holds there says.

    Args:
        rules: in their order.
        what: a field of Rule: ``exclude``, ``moves`` or ``type``.
        cells: role → cleaned cells.
        side: "in", "out" or "" a row, for rules that ask for it.
        rows: number of rows.

    Returns:
        String, "" where no rule speaks.
    """
    told = pl.Series([""] * rows, dtype=pl.String)
    for rule in reversed([rule for rule in rules if getattr(rule, what)]):
        mask = holds(rule, cells, side, rows)
        if mask.any():
            told = told.set(mask, getattr(rule, what))
    return told


def holds(rule: Rule, cells: Cells, side: pl.Series | None, rows: int) -> pl.Series:
    """Where all of a rule's conditions hold; a role that the file lacks is an empty one."""
    mask = pl.Series([True] * rows, dtype=pl.Boolean)
    if rule.match:
        found = pl.Series([False] * rows, dtype=pl.Boolean)
        for role in rule.columns:
            if role in cells:
                found = found | _matches(cells[role], rule.match)
        mask = mask & found
    for role in rule.blank:
        if role in cells:
            mask = mask & (cells[role] == "")
    for role in rule.filled:
        mask = mask & (
            cells[role] != "" if role in cells else pl.Series([False] * rows, dtype=pl.Boolean)
        )
    if rule.side:
        mask = mask & (
            side == rule.side if side is not None else pl.Series([False] * rows, dtype=pl.Boolean)
        )
    return mask


def _matches(cells: pl.Series, pattern: str) -> pl.Series:
    """Words repeat: each different one is looked at once where that is worth it."""
    if cells.len() <= _SAMPLE or cells.head(_SAMPLE).n_unique() * 4 > _SAMPLE:
        return cells.str.contains(pattern)
    words = cells.unique()
    return cells.is_in(words.filter(words.str.contains(pattern)).implode())
