"""The log and the sign-off of a workbook, proved from what stands in it."""

from collections.abc import Iterator, Mapping

import polars as pl

from recon_engine.control.signing import SignState, Standing, digest_of_tables, standing
from recon_engine.errors import Code, Place, Problem
from recon_engine.trust.audit import Entry, entries_of, unsealed
from workbook_templates.layout_records import TABLE_OF_KIND
from workbook_templates.readback import Readback, sheet_name
from workbook_templates.sign_frames import LOG_PART, counted, frames_of
from workbook_templates.state import decisions_of, settings_of

_SHOWN = ("part", "user", "role", "os_user", "at", "entry", "hash")
_TABLES = {"matches": "Matches", "members": "Members", "exceptions": "Exceptions",
           "receivables": "Receivables", "payouts": "Payouts"}  # fmt: skip


def results_of(book: Readback) -> str:
    """The number of the results and decisions that stand in a workbook."""
    records = pl.concat(
        (book.tables[table.name].with_columns(kind=pl.lit(str(kind)))
         for kind, table in TABLE_OF_KIND.items()),
        how="diagonal",
    )  # fmt: skip
    tables = {name: book.tables[table] for name, table in _TABLES.items()}
    tables |= {"records": records, "decisions": decisions_of(book)}
    policy, period, _ = settings_of(book, begun=bool(records.height))
    days = (period.start.isoformat(), period.end.isoformat())
    return digest_of_tables(tables, policy.company, *days)


def signed(book: Readback, keys: Mapping[str, str]) -> Iterator[Problem]:
    """What does not hold: the chain, its end, the seals, the sign-offs, and who is shown.

    Args:
        book: a workbook read back, all columns.
        keys: everybody's key by name; seals are not looked at without.
    """
    log = counted(book.tables["AuditLog"])
    entries = entries_of(log)
    results = results_of(book) if entries else ""
    now = standing(log, results)
    place = Place(book.file, sheet_name("AuditLog", book.language))
    if now.broken:
        yield Problem(Code.LOG_BROKEN, place, str(now.broken))
    cut = list(_cut(book, place, entries))
    yield from cut
    if now.broken or cut:
        return
    if keys:
        for entry, known in unsealed(entries, keys):
            code = Code.SEAL_WRONG if known else Code.SEAL_UNKNOWN
            yield Problem(code, place, str(entry.entry), {"user": entry.user})
    yield from _held(now, entries, results, place)
    yield from _shown(book, log, now)


def _cut(book: Readback, place: Place, entries: list[Entry]) -> Iterator[Problem]:
    """The end of the log against the row that repeats it."""
    ends = book.tables["SignOff"].filter(pl.col("part") == LOG_PART).select("entry", "hash").rows()
    told = (ends[0][0] or 0, ends[0][1] or "") if ends else (0, "")
    held = (len(entries), entries[-1].hash if entries else "")
    if told != held:
        yield Problem(Code.LOG_CUT, place, str(held[0]), {"told": told[0]})


def _held(now: Standing, entries: list[Entry], results: str, place: Place) -> Iterator[Problem]:
    """Whether what was signed, or logged last, is what stands there."""
    void = [one.entry for one in (now.prepared, now.reviewed) if one.state is SignState.VOID]
    for entry in void:
        yield Problem(Code.SIGN_OFF_VOID, place, entry.user if entry else "")
    if entries and entries[-1].results != results:
        yield Problem(Code.LOG_LACKS, place, str(entries[-1].entry))


def _shown(book: Readback, log: pl.DataFrame, now: Standing) -> Iterator[Problem]:
    """Whether the sign-offs that are shown are those of the log."""
    wanted = frames_of(log, now)["SignOff"]
    shown = book.tables["SignOff"]
    signing = pl.col("part") != LOG_PART
    for row in _whole(wanted.filter(signing)) ^ _whole(shown.filter(signing)):
        said = " ".join(part for part in row[:2] if part)
        yield Problem(Code.WORKBOOK_DIFFERS, book.place("SignOff"), said)


def _whole(frame: pl.DataFrame) -> set[tuple[str, ...]]:
    texts = frame.select(pl.col(*_SHOWN).cast(pl.String).fill_null(""))
    return set(texts.rows())
