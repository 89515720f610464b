"""A close as the frames of the workbook's tables: one frame a table, columns by key, still codes.

Words come in when a frame is written.  Nothing here depends on the language except sentences made
of a problem's figures, which the caller passes in as words.
"""

from collections.abc import Mapping

import polars as pl

from recon_engine.errors import Code, Place, error
from recon_engine.messages import Language, text
from recon_engine.model.money import exponent
from recon_engine.model.policy import settings
from recon_engine.model.reasons import Reason
from recon_engine.model.records import REFERENCE_SEPARATOR
from recon_engine.model.results import NO_PERIOD, Close
from workbook_templates import words
from workbook_templates.analysis_frames import analysis_frames
from workbook_templates.edited_rows import check_numbers
from workbook_templates.file_frames import file_totals, files, mappings, problems
from workbook_templates.kept_frames import kept_frames, with_typed
from workbook_templates.layout_book import TABLES
from workbook_templates.layout_records import CHECK_NUMBER, FIRST_REFERENCE, TABLE_OF_KIND
from workbook_templates.money_frames import money_frames
from workbook_templates.sign_frames import sign_frames

CARRIED = "yes"  # the code of a record that an earlier period left open
POSITIONS = ("opening", "new", "cleared", "written_off", "open")
_MOST_DECIMALS = 4  # of any currency; brings amounts of all currencies to one scale for sorting
Frames = Mapping[str, pl.DataFrame]


def close_frames(close: Close, language: Language, typed: pl.DataFrame | None = None) -> Frames:
    """The frame of every table, by the table's name, with exactly the table's columns.

    Args:
        close: a finished close.
        language: of the words made of figures.
        typed: TYPED, what stands in the person's cells and no run has taken up.

    Raises:
        TieoutError: a record's kind has no sheet yet.
    """
    reasons = close.exceptions.select("record_id", reason="code").unique(
        "record_id", keep="first", maintain_order=True
    )
    _refuse_kinds_without_sheet(close)
    made = (
        {table.name: _records(close, kind, reasons) for kind, table in TABLE_OF_KIND.items()}
        | {
            "Matches": _matches(close, language),
            "Members": _members(close),
            "Exceptions": _exceptions(close, language),
            "Receivables": close.receivables,
            "Payouts": close.payouts.sort("date", "payout_id"),
            "Identity": _identity(close),
            "ControlTotals": _control_totals(close),
            "Files": files(close, language),
            "FileTotals": file_totals(close),
            "Problems": problems(close, language),
            "Settings": _settings(close, language),
            "Mappings": mappings(close, language),
            "RunLog": _run_log(close),
        }
        | {
            "Shipping": close.goods.shipping,
            "Freight": close.goods.freight,
            "Returned": close.goods.returned,
            "Postings": close.books.postings,
            "StockCheck": close.books.stock,
        }
        | money_frames(close, language)
        | analysis_frames(close, language, _references(close))
        | kept_frames(close, _references(close), language)
        | sign_frames(close)
    )
    return with_typed({name: _shaped(made[name], name) for name in TABLES}, typed)


def _shaped(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The frame with exactly the table's columns; a column nobody fills (the person's) is empty."""
    if FIRST_REFERENCE in TABLES[name].keys:
        first = pl.col("reference").str.split(REFERENCE_SEPARATOR).list.first()
        frame = frame.with_columns(first.alias(FIRST_REFERENCE))
    missing = [key for key in TABLES[name].keys if key not in frame.columns]
    empty = [pl.lit(None, pl.String).alias(key) for key in missing]
    return frame.with_columns(empty).select(TABLES[name].keys)


def _refuse_kinds_without_sheet(close: Close) -> None:
    kinds = set(close.records["kind"].unique()) - set(TABLE_OF_KIND)
    if kinds:
        raise error(Code.NOT_YET, Place(sheet=", ".join(sorted(kinds))), ", ".join(sorted(kinds)))


def _records(close: Close, kind: str, reasons: pl.DataFrame) -> pl.DataFrame:
    """The records of a kind, in the order of day and file, each with its exception's reason."""
    found = close.records.filter(pl.col("kind") == kind)
    found = found.with_columns(check_numbers(found).alias(CHECK_NUMBER))
    if "carried" in found.columns:
        mark = pl.when("carried").then(pl.lit(CARRIED)).otherwise(pl.lit(""))
        found = found.with_columns(carried=mark)
    ordered = found.sort("date", "source_file", "source_row", "record_id", nulls_last=True)
    return ordered.join(reasons, on="record_id", how="left", maintain_order="left")


def _references(close: Close) -> pl.DataFrame:
    """What a person knows a record or payout by: ``record_id, kind, reference, date …``."""
    columns = ("record_id", "kind", "reference", "date", "channel", "party", "currency", "amount")
    records = close.records.select(columns)
    payouts = close.payouts.select(
        record_id="payout_id",
        kind=pl.lit("payout"),
        reference="group",
        date="date",
        channel="channel",
        party=pl.lit(""),
        currency="currency",
        amount="net",
    )
    return pl.concat([records, payouts]).unique("record_id", keep="first", maintain_order=True)


def _matches(close: Close, language: Language) -> pl.DataFrame:
    """Match groups, those that need a look first: proposals, then by size of the difference."""
    return close.matches.sort(
        pl.col("status") != "proposed", -pl.col("difference").abs(), "match_id"
    ).with_columns(records=pl.lit("→"), evidence_words=_evidence_words(close.matches, language))


def _evidence_words(frame: pl.DataFrame, language: Language) -> pl.Expr:
    """The evidence in words; each distinct evidence is put into words once."""
    distinct = frame.select("evidence", "currency").unique().sort("evidence", "currency")
    said = [
        words.evidence(evidence or "", currency, language) for evidence, currency in distinct.rows()
    ]
    mark = pl.concat_str("evidence", "currency", separator="\n", ignore_nulls=True)
    keys = distinct.select(mark).to_series()
    if keys.is_empty():
        return pl.lit("", pl.String)
    return mark.replace_strict(keys, pl.Series(said, dtype=pl.String), default="")


def _members(close: Close) -> pl.DataFrame:
    members = close.members.sort("match_id", "side", "record_id")
    return members.join(_references(close), on="record_id", how="left", maintain_order="left")


def _exceptions(close: Close, language: Language) -> pl.DataFrame:
    """What is open, most money first, with the next step and the candidate in words."""
    found = close.exceptions
    scale = {code: 10 ** (_MOST_DECIMALS - exponent(code)) for code in found["currency"].unique()}
    weight = pl.col("at_stake") * pl.col("currency").replace_strict(
        scale, default=1, return_dtype=pl.Int64
    )
    steps = {r: text(f"reasons.{r}.next", language) for r in Reason}
    shown = found.sort(-weight, "exception_id").with_columns(
        reason="code",
        status=pl.col("code").replace_strict(
            {
                Reason.PROPOSAL: "ask",
                Reason.NOT_YET_DUE: "later",
                Reason.NOT_BILLED_YET: "later",
                Reason.RETURN_UNDERWAY: "later",
                Reason.SHIPPED_LATE: "later",
            },
            default="act",
        ),
        next=pl.col("code").replace_strict(steps, default="", return_dtype=pl.String),
        evidence_words=_evidence_words(found, language),
    )
    return shown.join(_candidates(close), on="exception_id", how="left", maintain_order="left")


def _candidates(close: Close) -> pl.DataFrame:
    """The references of an exception's best candidate, joined for reading."""
    each = (
        close.exceptions.select("exception_id", record_id=pl.col("candidate").str.split(" "))
        .explode("record_id")
        .filter(pl.col("record_id") != "")
    )
    first_of_all = pl.col("reference").str.split(REFERENCE_SEPARATOR).list.first()
    named = each.join(
        _references(close).select("record_id", "reference"),
        on="record_id",
        how="left",
        maintain_order="left",
    ).with_columns(pl.coalesce(first_of_all.replace("", None), "record_id").alias("reference"))
    return named.group_by("exception_id", maintain_order=True).agg(
        candidate_reference=pl.col("reference").str.join("; ")
    )


def _identity(close: Close) -> pl.DataFrame:
    """The identity told downwards: engine and sheets, for each kind, currency and position."""
    held = _by_place(close)
    rows = []
    for row in close.identity.iter_rows(named=True):
        sheet = _on_sheets(row, held.get((row["kind"], row["currency"]), {}))
        for position in POSITIONS:
            count, amount = sheet[position]
            agrees = (count, amount) == (row[f"{position}_count"], row[position])
            rows.append(
                {
                    "kind": row["kind"],
                    "currency": row["currency"],
                    "position": position,
                    "engine_count": row[f"{position}_count"],
                    "sheet_count": count,
                    "engine_amount": row[position],
                    "sheet_amount": amount,
                    "difference": row[position] - amount,
                    "check": "✓" if agrees else "!",
                }
            )
    return pl.DataFrame(rows, schema=_PROOF)


def _by_place(close: Close) -> dict[tuple[str, str], dict[str, tuple[int, int]]]:
    """Count and sum of the records by kind and currency, then by place."""
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    sums = close.records.group_by("kind", "currency", "place").agg(pl.len(), pl.col("amount").sum())
    for kind, currency, place, count, amount in sums.rows():
        found.setdefault((kind, currency), {})[place] = (count, amount)
    return found


def _on_sheets(
    row: dict[str, int], places: dict[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """What the sheets say of each position.

    Opening is what the close began with and stands as given; new is all that is on the sheet and
    not set aside, less the opening.
    """
    kept = [figures for place, figures in places.items() if place != "excluded"]
    opening = (row["opening_count"], row["opening"])
    return {
        "opening": opening,
        "new": (sum(n for n, _ in kept) - opening[0], sum(a for _, a in kept) - opening[1]),
        **{place: places.get(place, (0, 0)) for place in POSITIONS[2:]},
    }


_PROOF: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,
    "currency": pl.String,
    "position": pl.String,
    "engine_count": pl.Int64,
    "sheet_count": pl.Int64,
    "engine_amount": pl.Int64,
    "sheet_amount": pl.Int64,
    "difference": pl.Int64,
    "check": pl.String,
}


def _control_totals(close: Close) -> pl.DataFrame:
    """Records and sums as the files proved them, beside those on the sheets."""
    told = (
        file_totals(close)
        .group_by("kind", "currency")
        .agg(files_count=pl.col("count").sum(), files_amount=pl.col("amount").sum())
    )
    held = _of_files(close.records)
    both = held.join(told, on=["kind", "currency"], how="full", coalesce=True)
    order = pl.col("kind").replace_strict(
        {kind: n for n, kind in enumerate(TABLE_OF_KIND)}, default=len(TABLE_OF_KIND)
    )
    figures = ("files_count", "files_amount", "sheet_count", "sheet_amount")
    whole = both.with_columns(pl.col(*figures).fill_null(0)).with_columns(
        difference=pl.col("files_amount") - pl.col("sheet_amount")
    )
    agrees = (pl.col("difference") == 0) & (pl.col("files_count") == pl.col("sheet_count"))
    check = pl.when(agrees).then(pl.lit("✓")).otherwise(pl.lit("!"))
    return whole.with_columns(check=check).sort(order, "currency")


def _of_files(records: pl.DataFrame) -> pl.DataFrame:
    """What the sheets hold of this close's files: no parts counted, nothing carried in."""
    whole = fresh = pl.col("record_id").is_not_null()  # every one; a literal would count once
    if "part_of" in records.columns:
        whole, fresh = pl.col("part_of") == "", ~pl.col("carried")
    return (
        records.filter(fresh)
        .group_by("kind", "currency")
        .agg(sheet_count=whole.sum().cast(pl.Int64), sheet_amount=pl.col("amount").sum())
    )


def _settings(close: Close, language: Language) -> pl.DataFrame:
    told = close.period != NO_PERIOD
    period = [
        ("period.start", close.period.start.isoformat() if told else "", "date", ""),
        ("period.end", close.period.end.isoformat() if told else "", "date", ""),
    ]
    rows = [
        (key, value, words.word("unit", unit, language), words.setting(key, meaning, language))
        for key, value, unit, meaning in (*period, *settings(close.policy))
    ]
    keys = ("key", "setting_value", "unit", "meaning")
    return pl.DataFrame(rows, schema=dict.fromkeys(keys, pl.String), orient="row")


def _run_log(close: Close) -> pl.DataFrame:
    rows = [(n, s.step, s.count_in, s.count_out, s.detail) for n, s in enumerate(close.log, 1)]
    whole, said = pl.Int64, pl.String
    schema = {"number": whole, "step": said, "count_in": whole, "count_out": whole, "detail": said}
    return pl.DataFrame(rows, schema=schema, orient="row")
