"""The frames of what a close keeps, and what a person typed put back into its cells."""

from collections.abc import Iterable

import polars as pl

from recon_engine.match.explain import phrases
from recon_engine.messages import Language, has, text
from recon_engine.model.kept import ID_SEPARATOR, TYPED
from recon_engine.model.records import REFERENCE_SEPARATOR
from recon_engine.model.results import Close
from workbook_templates.layout import TEXT_MAX
from workbook_templates.layout_records import TABLE_OF_KIND

INPUT_KEYS = ("decision", "match_with", "note", "owner")
# Tables whose rows a person decides about, surest place first: where a row is gone, what was
# typed there goes to the record itself.
TYPED_TABLES = ("Exceptions", "Matches", *(table.name for table in TABLE_OF_KIND.values()))
_REFERENCES_SHOWN = 4  # of the records a decision is about


def kept_frames(
    close: Close, references: pl.DataFrame, language: Language
) -> dict[str, pl.DataFrame]:
    """The log of decisions, the records of long ones, the learned rules.

    Args:
        close: a finished close.
        references: what a person knows each record by: ``record_id``, ``reference``.
        language: of the sentences about outcomes and effects.
    """
    return {
        "Decisions": _decisions(close, references, language),
        "DecisionRecords": _long(close),
        "LearnedRules": _rules(close, language),
        "PayoutTerms": _terms(close),
        "AccountBalances": close.balances.with_columns(
            check=pl.when(pl.col("difference") == 0).then(pl.lit("✓")).otherwise(pl.lit("!"))
        ),
        "AdjustingEntries": close.adjustments.sort("decision_id", "record_id"),
        "Originals": close.originals.sort("record_id"),
        "Earlier": close.kept.earlier.sort("kind", "record_id"),
    }


def _decisions(close: Close, references: pl.DataFrame, language: Language) -> pl.DataFrame:
    outcomes = close.outcomes.rename({"value": "outcome_value"})
    logged = close.kept.decisions.join(
        outcomes, on="decision_id", how="left", maintain_order="left"
    ).join(_about(close, references), on="decision_id", how="left", maintain_order="left")
    said = [
        _outcome(code, value, language)
        for code, value in logged.select("code", "outcome_value").fill_null("").rows()
    ]
    # An empty cell of the long column says: see the other table.
    short = pl.when(_fits()).then("records").otherwise(pl.lit(""))
    return logged.with_columns(
        records=short, outcome_words=pl.Series(said, dtype=pl.String), undo=pl.lit("")
    )


def _outcome(code: str, value: str, language: Language) -> str:
    """Why a decision is out of date or refused, in words; nothing where it was applied."""
    if not code or not has(f"errors.{code}.what"):
        return code
    return text(f"errors.{code}.what", language, value=value, column="", pin=value)


def _fits() -> pl.Expr:
    return pl.col("records").str.len_chars() <= TEXT_MAX


def _long(close: Close) -> pl.DataFrame:
    """``decision_id, record_id`` of decisions whose ids do not fit in a cell."""
    return (
        close.kept.decisions.filter(~_fits())
        .select("decision_id", record_id=pl.col("records").str.split(ID_SEPARATOR))
        .explode("record_id")
    )


def _about(close: Close, references: pl.DataFrame) -> pl.DataFrame:
    """``decision_id, about``: the first few of its records by what a person knows them by."""
    first = pl.col("reference").str.split(REFERENCE_SEPARATOR).list.first()
    each = (
        close.kept.decisions.select(
            "decision_id", record_id=pl.col("records").str.split(ID_SEPARATOR)
        )
        .explode("record_id")
        .filter(pl.col("record_id") != "")
        .join(references, on="record_id", how="left", maintain_order="left")
        .with_columns(shown=pl.coalesce(first.replace("", None), "record_id"))
    )
    more = pl.when(pl.len() > _REFERENCES_SHOWN).then(pl.lit("; …")).otherwise(pl.lit(""))
    return each.group_by("decision_id", maintain_order=True).agg(
        about=pl.col("shown").head(_REFERENCES_SHOWN).str.join("; ") + more
    )


def _terms(close: Close) -> pl.DataFrame:
    """The terms in the order of the payouts' sheet."""
    payouts = close.payouts.select("payout_id", "group", "date", "channel")
    joined = close.terms.join(payouts, on="payout_id", how="left", maintain_order="left")
    return joined.sort("date", "payout_id", "position", nulls_last=True).with_columns(
        rows=pl.lit("→")
    )


def _rules(close: Close, language: Language) -> pl.DataFrame:
    """The learned rules, those to decide first; their effect in words."""
    order = pl.col("state").replace_strict({"proposed": 0, "on": 1}, default=2)
    rules = close.kept.rules.sort(order, "kind", "channel", "pattern", "rule_id")
    said = [phrases(code or "", language) for code in rules["effect"]]
    return rules.with_columns(effect_words=pl.Series(said, dtype=pl.String))


def with_typed(
    frames: dict[str, pl.DataFrame], typed: pl.DataFrame | None
) -> dict[str, pl.DataFrame]:
    """The frames with what was typed in the cells it was typed in.

    What was typed in a row that is no longer there goes to the row of its record, if that is free.
    """
    left = pl.DataFrame(schema=TYPED) if typed is None else typed
    made = dict(frames)
    for name in TYPED_TABLES:
        if left.is_empty():
            break
        here = left if name in _record_tables() else left.filter(pl.col("table") == name)
        made[name], taken = _filled(made[name], _numbered(here))
        left = left.join(taken, on=["table", "row"], how="anti", maintain_order="left")
    return _undone(made, left)


def _record_tables() -> Iterable[str]:
    return {table.name for table in TABLE_OF_KIND.values()}


def _undone(frames: dict[str, pl.DataFrame], typed: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """What stands in the log's undo cells; the decision taken back is named in ``match_with``."""
    undo = typed.filter(pl.col("table") == "Decisions").select(
        decision_id="match_with", undo="decision"
    )
    if undo.is_empty():
        return frames
    log = frames["Decisions"].drop("undo")
    filled = log.join(undo.unique("decision_id"), on="decision_id", how="left",
                      maintain_order="left")  # fmt: skip
    return frames | {"Decisions": filled.select(frames["Decisions"].columns)}


def _key(frame: pl.DataFrame) -> list[str]:
    """What tells a row of a table from others: the record, and in Exceptions its match too."""
    return ["record_id"] if "record_id" in frame.columns else ["match_id"]


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("table", "row")


def _filled(frame: pl.DataFrame, typed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame with the typed cells of its rows; ``table, row`` of those that found a row."""
    (key,) = _key(frame)
    keys = [name for name in INPUT_KEYS if name in frame.columns]
    nth = pl.int_range(pl.len()).over(key).alias("@nth")
    rows = typed.filter(pl.col(key) != "").with_columns(nth)
    found = frame.with_columns(nth).join(
        rows.select(key, "@nth", "table", "row", *(pl.col(k).alias(f"@{k}") for k in keys)),
        on=[key, "@nth"], how="left", maintain_order="left",
    )  # fmt: skip
    filled = found.with_columns(pl.coalesce(f"@{k}", k).alias(k) for k in keys)
    return filled.select(frame.columns), found.select("table", "row").drop_nulls()
