"""Match: all that is open, or what a person puts together or apart by hand."""

import json
from dataclasses import replace
from typing import Any

import polars as pl

from recon_engine.close import close_month
from recon_engine.model.kept import ID_SEPARATOR, TYPED, Action
from recon_engine.model.money import to_text
from recon_engine.model.results import Close
from workbook_templates import words
from workbook_templates.apply import decided, named
from workbook_templates.layout_records import TABLE_OF_KIND
from xl_addin.actions.desk import Desk, Said
from xl_addin.actions.rows import Chosen, chosen, rows_of

RECORD_TABLES = tuple(table.name for table in TABLE_OF_KIND.values())
_WITH_MATCH = ("Matches", "Members", "Exceptions", *RECORD_TABLES)
CANDIDATES_MAX = 5
_NOTED = "noted.json"


def match(desk: Desk) -> Said:
    """Matches all that is open; what a person typed stays where it stands."""
    return closed_again(desk)


def closed_again(desk: Desk) -> Said:
    """Runs the month from what the workbook holds, and writes all that follows from it."""
    state = desk.state
    closed = close_month(state.intake, state.policy, state.period, desk.progress, state.kept)
    desk.write(closed, state.typed)
    return outcome(desk, closed)


def outcome(desk: Desk, closed: Close) -> Said:
    """What stands in the workbook after a run, and what to do next."""
    confirmed = closed.matches.filter(closed.matches["status"] == "confirmed").height
    figures = {
        "period": closed.period.name,
        "matches": f"{confirmed:,}",
        "proposals": f"{closed.matches.height - confirmed:,}",
        "exceptions": f"{closed.exceptions.height:,}",
    }
    return Said("said.matched", figures, tuple(desk.book.disproved()))


def match_selected(desk: Desk) -> Said | None:
    """Matches the selected rows: with each other, or with those that were noted before."""
    rows = chosen(desk, *RECORD_TABLES)
    ids = rows.column("record_id")
    noted = _noted(desk)
    if noted and not set(noted) & set(ids):
        ids = [*noted, *ids]
    if len(ids) > 1 and desk.dialogs.agrees(_sums(desk, ids)):
        _note(desk, [])
        return _decide(desk, rows, "match", ids)
    _note(desk, ids)
    return Said("said.noted", {"rows": len(ids)})


def _decide(desk: Desk, rows: Chosen, decision: str, ids: list[str]) -> Said:
    """One decision about these records, taken up at once; other typed cells wait."""
    first, *others = sorted(ids)
    line = (rows.table, rows.rows[0], first, "", decision, ID_SEPARATOR.join(others), "", "")
    return decided_now(desk, pl.DataFrame([line], schema=TYPED, orient="row"))


def decided_now(desk: Desk, typed: pl.DataFrame) -> Said:
    """Takes up some decisions; what else was typed stays typed."""
    state = desk.state
    closed, problems, _ = decided(replace(state, typed=typed), desk.by, desk.now(), desk.progress)
    told = tuple(named(p, desk.book.source.file, state.language) for p in problems)
    if not told:
        desk.write(closed, state.typed)
    new = closed.kept.decisions.height - state.kept.decisions.height
    return Said("said.decided" if new else "said.not_decided", {"decisions": new}, told)


def unmatch(desk: Desk) -> Said | None:
    """Takes the match of the selected rows apart, and keeps its rows apart."""
    rows = chosen(desk, *_WITH_MATCH)
    groups = sorted({group for group in rows.column("match_id") if group})
    if not groups:
        return Said("said.no_match")
    lines = [
        ("Matches", n, "", group, str(Action.UNMATCH), "", "", "")
        for n, group in enumerate(groups, 1)
    ]
    return decided_now(desk, pl.DataFrame(lines, schema=TYPED, orient="row"))


def suggest(desk: Desk) -> Said | None:
    """Shows what could match the selected row; changes nothing."""
    rows = chosen(desk, *RECORD_TABLES, "Exceptions")
    (record, *_) = rows.column("record_id")
    lines = [*_engines(desk, record), *_alike(desk, record)]
    return Said("said.candidates" if lines else "said.no_candidates", {"lines": "\n".join(lines)})


def _engines(desk: Desk, record: str) -> list[str]:
    """The engine's own candidate, as the sheet Exceptions shows it."""
    return [
        desk.say("said.candidate", reference=row["candidate_reference"],
                 date=_day(row["candidate_date"]), amount=f"{row['candidate_amount'] or 0:,.2f}",
                 why=row["evidence_words"] or "")
        for _, row in rows_of(desk.book.source, "Exceptions")
        if row["record_id"] == record and row["candidate_reference"]
    ]  # fmt: skip


def _alike(desk: Desk, record: str) -> list[str]:
    """Open records of other sheets over the same amount, the nearest days first."""
    every = desk.state.intake.records
    found = every.filter((pl.col("record_id") == record) & pl.col("date").is_not_null())
    if found.is_empty():
        return []
    wanted = found.row(0, named=True)
    away = (pl.col("date") - pl.lit(wanted["date"])).dt.total_days().abs()
    same = every.filter(
        (pl.col("kind") != wanted["kind"])
        & (pl.col("currency") == wanted["currency"])
        & (pl.col("amount") == wanted["amount"])
    ).sort(away, "record_id")
    shut = set(_placed(desk, "cleared"))
    return [
        desk.say("said.candidate", reference=row["reference"], date=row["date"],
                 amount=to_text(row["amount"], row["currency"]), why=row["text"])
        for row in same.to_dicts()
        if row["record_id"] not in shut
    ][:CANDIDATES_MAX]  # fmt: skip


def _placed(desk: Desk, place: str) -> list[str]:
    word = words.word("place", place, desk.book.language)
    return [
        str(row["record_id"])
        for name in RECORD_TABLES
        for _, row in rows_of(desk.book.source, name)
        if row["place"] == word
    ]


def _day(value: Any) -> str:
    return value.date().isoformat() if hasattr(value, "date") else ""


def _sums(desk: Desk, ids: list[str]) -> str:
    """What a match of these records would add up to, kind by kind."""
    found = desk.state.intake.records.filter(pl.col("record_id").is_in(ids))
    sums = found.group_by("kind", "currency").agg(pl.len(), pl.col("amount").sum())
    lines = [
        desk.say("ask.sum_line", kind=words.word("kind", kind, desk.book.language), count=count,
                 amount=to_text(amount, currency), currency=currency)
        for kind, currency, count, amount in sums.sort("kind", "currency").rows()
    ]  # fmt: skip
    return desk.say("ask.match_selected", lines="\n".join(lines))


def _noted(desk: Desk) -> list[str]:
    """The records that wait for their other side."""
    kept = desk.kept / _NOTED
    return list(json.loads(kept.read_text(encoding="utf-8"))) if kept.is_file() else []


def _note(desk: Desk, ids: list[str]) -> None:
    desk.kept.mkdir(parents=True, exist_ok=True)
    (desk.kept / _NOTED).write_text(json.dumps(ids), encoding="utf-8")
