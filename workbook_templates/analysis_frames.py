"""The frames of the analysis' tables: findings in words, their rows, forecast and trials."""

import polars as pl

from recon_engine.control.forecast import forecasts
from recon_engine.control.monitor.facts import Facts
from recon_engine.control.monitor.run import findings
from recon_engine.messages import Language
from recon_engine.model.results import Close
from recon_engine.report import finding_words

_FINDINGS: dict[str, type[pl.DataType]] = {
    "level": pl.String, "finding": pl.String, "sentence": pl.String, "currency": pl.String,
    "at_stake": pl.Int64, "count": pl.Int64, "rows": pl.String, "next": pl.String,
    "channel": pl.String, "account": pl.String, "subject": pl.String, "finding_id": pl.String,
}  # fmt: skip
_STEPS: dict[str, type[pl.DataType]] = {
    "currency": pl.String, "first": pl.Date, "last": pl.Date, "foreseen": pl.Int64,
}  # fmt: skip


def analysis_frames(
    close: Close, language: Language, references: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """By table name.

    Args:
        close: a finished close.
        language: of the sentences.
        references: what a record or payout is known by, from frames.
    """
    facts = Facts(close)
    found = findings(close, facts)
    rows = [
        (each.level, each.code, finding_words.sentence(each, language), each.currency,
         each.at_stake, each.count, "→" if each.records else "",
         finding_words.next_step(each, language), each.channel, each.account, each.subject, each.id)
        for each in found
    ]  # fmt: skip
    evidence = [
        (str(each.code), each.id, record_id) for each in found for record_id in each.records
    ]
    schema = {"finding": pl.String, "finding_id": pl.String, "record_id": pl.String}
    listed = pl.DataFrame(evidence, schema=schema, orient="row")
    return {
        "Findings": pl.DataFrame(rows, schema=_FINDINGS, orient="row"),
        "FindingRows": listed.join(references, on="record_id", how="left", maintain_order="left"),
        **_forecast_frames(facts),
    }


def _forecast_frames(facts: Facts) -> dict[str, pl.DataFrame]:
    made = forecasts(facts.close, facts)
    steps = [
        (each.currency, step.first, step.last, step.expected, step.low, step.high)
        for each in made for step in each.steps
    ]  # fmt: skip
    trials = [
        (each.currency, t.first, t.last, t.foreseen, t.came, t.came - t.foreseen)
        for each in made for t in each.trials
    ]  # fmt: skip
    more = {"at_least": pl.Int64, "at_most": pl.Int64}
    came = {"came": pl.Int64, "difference": pl.Int64}
    return {
        "Forecast": pl.DataFrame(steps, schema={**_STEPS, **more}, orient="row"),
        "ForecastTrials": pl.DataFrame(trials, schema={**_STEPS, **came}, orient="row"),
    }
