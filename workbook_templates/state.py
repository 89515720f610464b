"""The state of a close, rebuilt from the tables of its workbook: the engine's inputs, whole.

The workbook is the database.  What :func:`read_state` gives, closed and rendered again, makes the
same workbook; everything else in it follows from this.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from recon_engine.errors import Code, Place, Problem, TieoutError
from recon_engine.intake.mapping_rows import layouts
from recon_engine.messages import Language
from recon_engine.model.kept import (
    BUDGET,
    CUSTOM,
    DECISIONS,
    EARLIER,
    FOLLOW_UP,
    HISTORY,
    ID_SEPARATOR,
    MAPPINGS,
    RULES,
    TYPED,
    Kept,
)
from recon_engine.model.policy import Policy
from recon_engine.model.records import RECORDS, as_records
from recon_engine.model.results import (
    NO_PERIOD,
    Check,
    FileReport,
    Intake,
    Period,
    StatedBalance,
    Total,
)
from recon_engine.model.settings import policy_of
from recon_engine.report.custom import definition_keys
from recon_engine.trust.audit import AUDIT
from workbook_templates import words
from workbook_templates.edited_rows import READ_KEYS, edited_rows
from workbook_templates.frames import CARRIED
from workbook_templates.kept_frames import INPUT_KEYS, TYPED_TABLES
from workbook_templates.layout_book import TABLES
from workbook_templates.layout_records import CHECK_NUMBER, TABLE_OF_KIND
from workbook_templates.readback import Readback, Wanted, read_tables
from workbook_templates.sign_frames import counted
from workbook_templates.source import TableSource, file_source

_PERIOD_KEYS = ("period.start", "period.end")
# What a close says of its own inputs, and will say again.
_MADE_AGAIN = frozenset({Code.RULE_NOT_READ.value})


@dataclass(frozen=True, slots=True)
class State:
    """All that a run needs, as the workbook holds it.

    Attributes:
        intake: records and file reports, as they were read.
        policy: the settings.
        period: the days the close is for.
        kept: decisions, learned rules, what was carried in, follow-up.
        typed: TYPED, what stands in the person's cells and no run has taken up.
        language: of the workbook.
        problems: cells that were not understood, each with its place; all else is applied.
    """

    intake: Intake
    policy: Policy
    period: Period
    kept: Kept
    typed: pl.DataFrame
    language: Language
    problems: tuple[Problem, ...]


def wanted() -> Wanted:
    """The columns that hold state, by table: what a reader needs, and no more."""
    records = {
        table.name: (*READ_KEYS, "carried", "part_of", CHECK_NUMBER, *_inputs(table.name))
        for table in TABLE_OF_KIND.values()
    }
    return records | {
        "Originals": tuple(RECORDS),
        "Earlier": tuple(EARLIER),
        "Exceptions": ("record_id", "match_id", *_inputs("Exceptions")),
        "Matches": ("match_id", *_inputs("Matches")),
        "FollowUp": tuple(FOLLOW_UP),
        "Budget": tuple(BUDGET),
        "CustomReports": tuple(CUSTOM),
        "History": tuple(HISTORY),
        "Mappings": tuple(MAPPINGS),
        "Files": ("number", "file", "kind", "profile", "rows", "records", "excluded", "sha256",
                  "checks_code", "balances_code"),
        "FileTotals": ("number", "currency", "count", "amount"),
        "Problems": ("level", "file", "sheet", "column", "row", "value", "code", "number",
                     "params"),
        "Settings": ("key", "setting_value"),
        "Decisions": (*DECISIONS, "undo"),
        "DecisionRecords": ("decision_id", "record_id"),
        "LearnedRules": tuple(RULES),
        "AuditLog": tuple(AUDIT),
    }  # fmt: skip


def _inputs(table: str) -> tuple[str, ...]:
    return tuple(key for key in INPUT_KEYS if key in TABLES[table].keys)


def read_state(source: TableSource | Path) -> State:
    """The engine's inputs, whole, from the tables of a workbook.

    Args:
        source: a workbook file, or any other source of tables.

    Raises:
        TieoutError: no workbook of ours, tables or columns are gone, a cell that is no input cannot
            be read, or a record was changed by hand: then nothing of it can be relied upon.
    """
    book = read_tables(file_source(source) if isinstance(source, Path) else source, wanted())
    added = tuple(_rows_without_id(book))
    if book.problems or added:
        raise TieoutError([*book.problems, *added])
    if edited := list(edited_rows(book)):
        raise TieoutError(edited)
    rules, unknown = _rules(book)
    records = _records(book)
    policy, period, unread = settings_of(book, begun=bool(records.height))
    carried = pl.col("carried") == CARRIED
    kept = Kept(
        decisions=decisions_of(book),
        rules=rules,
        carried=records.filter(carried).select(list(RECORDS)),
        follow_up=_follow_up(book),
        earlier=_cells(book, "Earlier", EARLIER),
        history=_cells(book, "History", HISTORY).sort("start", "channel", "account", "currency"),
        budget=_budget(book),
        custom=_custom(book),
        mappings=_mappings(book),
        audit=counted(book.tables["AuditLog"]).sort("entry", maintain_order=True),
    )
    problems, reports = _files(book)
    fresh = records.filter(~carried).select(list(RECORDS))
    return State(
        Intake(fresh, reports, problems), policy, period, kept, _typed(book), book.language,
        (*unread, *unknown, *_unmapped(book)),
    )  # fmt: skip


def _rows_without_id(book: Readback) -> Iterator[Problem]:
    """Rows that a person put between ours: they belong to no record."""
    keys = {table.name: "record_id" for table in TABLE_OF_KIND.values()}
    for name, key in (*keys.items(), ("Decisions", "decision_id"), ("LearnedRules", "rule_id")):
        frame = book.tables[name]
        for at in (frame[key] == "").arg_true():
            yield Problem(Code.ROW_WITHOUT_ID, book.place(name, book.rows[name][at], key))


def _cells(book: Readback, table: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A table as a frame of that schema; texts that are not there are empty."""
    frame = book.tables[table].select(list(schema)).cast(pl.Schema(schema))
    return frame.with_columns(pl.col(pl.String).fill_null(""))


# ---- records -------------------------------------------------------------------------------------


def _records(book: Readback) -> pl.DataFrame:
    """RECORDS and ``carried``, as they were read: parts put together, what was changed put back."""
    shown = pl.concat(
        as_records(frame.with_columns(kind=pl.lit(kind))).with_columns(
            frame["carried"], frame["part_of"]
        )
        for kind, frame in ((str(k), book.tables[t.name]) for k, t in TABLE_OF_KIND.items())
    )
    originals = as_records(book.tables["Originals"])
    marks = shown.select("record_id", "carried")
    whole = shown.filter(
        (pl.col("part_of") == "") & ~pl.col("record_id").is_in(originals["record_id"].implode())
    ).drop("part_of")
    put_back = originals.join(marks, on="record_id", how="left", maintain_order="left")
    return pl.concat([whole, put_back.with_columns(pl.col("carried").fill_null(""))])


# ---- files ---------------------------------------------------------------------------------------


def _files(book: Readback) -> tuple[tuple[Problem, ...], tuple[FileReport, ...]]:
    """The problems of files that were not read, and the reports of those that were."""
    told: dict[tuple[str, int], list[Problem]] = {}
    for row in book.tables["Problems"].iter_rows(named=True):
        if row["code"] in _MADE_AGAIN:
            continue
        told.setdefault((row["level"], row["number"] or 0), []).append(_problem(row))
    totals: dict[int, dict[str, Total]] = {}
    for row in book.tables["FileTotals"].iter_rows(named=True):
        totals.setdefault(row["number"], {})[row["currency"]] = Total(row["count"], row["amount"])
    reports = tuple(
        FileReport(
            file=row["file"], sha256=row["sha256"], profile=row["profile"], kind=row["kind"],
            rows=row["rows"], records=row["records"], excluded=row["excluded"],
            rejects=tuple(told.get(("reject", row["number"]), ())),
            totals=totals.get(row["number"], {}),
            checks=tuple(Check(*check) for check in _data(row["checks_code"], [])),
            notes=tuple(told.get(("note", row["number"]), ())),
            balances=tuple(StatedBalance(*each) for each in _data(row["balances_code"], [])),
        )
        for row in book.tables["Files"].sort("number").iter_rows(named=True)
    )  # fmt: skip
    return tuple(told.get(("file", 0), ())), reports


def _problem(row: dict[str, Any]) -> Problem:
    place = Place(row["file"], row["sheet"], row["row"] or 0, row["column"])
    return Problem(Code(row["code"]), place, row["value"], _data(row["params"], {}))


def _data(cell: str, nothing: Any) -> Any:
    """What a machine's cell holds."""
    return json.loads(cell) if cell else nothing


# ---- settings ------------------------------------------------------------------------------------


def settings_of(book: Readback, *, begun: bool) -> tuple[Policy, Period, tuple[Problem, ...]]:
    """Policy and period, and the rows that were not understood; no period before there are rows."""
    frame = book.tables["Settings"].with_row_index("at")
    days = dict.fromkeys(_PERIOD_KEYS, "") | dict(
        frame.filter(pl.col("key").is_in(_PERIOD_KEYS)).select("key", "setting_value").rows()
    )
    rest = frame.filter(~pl.col("key").is_in(_PERIOD_KEYS))
    policy, faults = policy_of(rest.select("key", "setting_value").rows())
    told = [
        Problem(
            fault.code,
            book.place("Settings", book.rows["Settings"][rest["at"][fault.row]], "setting_value"),
            fault.value,
            {"column": rest["key"][fault.row]},
        )
        for fault in faults
    ]
    if not begun and not any(days.values()):
        return policy, NO_PERIOD, tuple(told)
    start, end = (_day(days[key]) for key in _PERIOD_KEYS)
    if start is None or end is None or start > end:
        place = book.place("Settings", 0, "setting_value")
        said = f"{days['period.start']} – {days['period.end']}"
        raise TieoutError([Problem(Code.PERIOD_NOT_READ, place, said)])
    return policy, Period(start, end), tuple(told)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said.strip()[:10])
    except ValueError:
        return None


# ---- what is kept, and what is typed -------------------------------------------------------------


def decisions_of(book: Readback) -> pl.DataFrame:
    """DECISIONS in their order, the ids of long ones put back."""
    log = _cells(book, "Decisions", DECISIONS).sort("decision_id")
    long = book.tables["DecisionRecords"]
    if long.is_empty():
        return log
    joined = long.group_by("decision_id", maintain_order=True).agg(
        whole=pl.col("record_id").str.join(ID_SEPARATOR)
    )
    return (
        log.join(joined, on="decision_id", how="left", maintain_order="left")
        .with_columns(records=pl.coalesce("whole", "records"))
        .select(list(DECISIONS))
    )


def _rules(book: Readback) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """RULES, and the cells whose state is no state: such a rule stays a proposal."""
    rules = _cells(book, "LearnedRules", RULES)
    known = pl.col("state").is_in(list(words.vocabulary("rule_state", book.language)))
    told = tuple(
        Problem(
            Code.DECISION_UNKNOWN,
            book.place("LearnedRules", book.rows["LearnedRules"][at], "state"),
            rules["state"][at],
        )
        for at in rules.select(~known).to_series().arg_true()
    )
    state = pl.when(known).then("state").otherwise(pl.lit("proposed"))
    return rules.with_columns(state=state).sort("rule_id"), told


def _follow_up(book: Readback) -> pl.DataFrame:
    frame = _cells(book, "FollowUp", FOLLOW_UP)
    noted = frame.filter((pl.col("follow_up") != "") | (pl.col("follow_up_note") != ""))
    return noted.sort("record_id")


def _budget(book: Readback) -> pl.DataFrame:
    frame = _cells(book, "Budget", BUDGET)
    return frame.filter(pl.col("budget") != "").sort("currency", "channel")


def _custom(book: Readback) -> pl.DataFrame:
    """The reports a person defined, in their order; lines in which nothing stands are left out."""
    rows = [
        definition_keys(row, book.language)
        for row in _cells(book, "CustomReports", CUSTOM).iter_rows(named=True)
        if any(cell.strip() for cell in row.values())
    ]
    return pl.DataFrame(rows, schema=CUSTOM)


def _mappings(book: Readback) -> pl.DataFrame:
    """The layouts a person told, line by line; lines in which nothing stands are left out."""
    frame = _cells(book, "Mappings", MAPPINGS)
    return frame.filter(pl.any_horizontal(pl.all().str.strip_chars() != ""))


def _unmapped(book: Readback) -> Iterator[Problem]:
    """The layouts that no file can be read with, each at its first line."""
    for at, problem in layouts(_cells(book, "Mappings", MAPPINGS))[1]:
        place = book.place("Mappings", book.rows["Mappings"][at], "setting")
        yield replace(problem, place=place)


def _typed(book: Readback) -> pl.DataFrame:
    """TYPED of every row in which a person's cell holds something."""
    return pl.concat([*(_typed_in(book, name) for name in TYPED_TABLES), _undone(book)])


def _typed_in(book: Readback, name: str) -> pl.DataFrame:
    frame = book.tables[name].with_columns(
        pl.lit(name).alias("table"), book.rows[name].alias("row")
    )
    lacking = [pl.lit("").alias(key) for key in TYPED if key not in frame.columns]
    filled = pl.any_horizontal(pl.col(key).str.strip_chars() != "" for key in _inputs(name))
    return frame.with_columns(lacking).filter(filled).select(list(TYPED)).cast(pl.Schema(TYPED))


def _undone(book: Readback) -> pl.DataFrame:
    """Decisions marked to be taken back: which one stands in ``match_with``."""
    log = book.tables["Decisions"].with_columns(book.rows["Decisions"].alias("row"))
    marked = log.filter(pl.col("undo").str.strip_chars() != "")
    return marked.select(
        pl.lit("Decisions").alias("table"), "row",
        pl.lit("").alias("record_id"), pl.lit("").alias("match_id"),
        pl.col("undo").alias("decision"), pl.col("decision_id").alias("match_with"),
        pl.lit("").alias("note"),
        pl.lit("").alias("owner"),
    ).cast(pl.Schema(TYPED))  # fmt: skip
