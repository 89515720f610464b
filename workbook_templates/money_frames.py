"""The frames of the tables beneath the reports on money; see layout_money."""

import polars as pl

from recon_engine.control.history import came_to
from recon_engine.errors import Problem
from recon_engine.messages import Language, explain_plainly, text
from recon_engine.model.reasons import Reason
from recon_engine.model.results import Close
from recon_engine.report.comparison import budget
from recon_engine.report.custom import all_problems, definition_words
from recon_engine.report.follow_up import first_reference, follow_up
from recon_engine.report.statement import items
from workbook_templates import words
from workbook_templates.layout_money import CUSTOM

CUSTOM_ROWS = 8  # lines to fill in that the sheet offers at least


def money_frames(close: Close, language: Language) -> dict[str, pl.DataFrame]:
    """FollowUp, StatementItems, Budget, CustomReports and History by name."""
    return {
        "FollowUp": _follow_up(close, language),
        "StatementItems": _items(close, language),
        "Budget": _budget(close, language),
        "CustomReports": _custom(close, language),
        "History": close.kept.history,
    }


def _first_reference() -> pl.Expr:
    return pl.col("reference").map_elements(first_reference, return_dtype=pl.String)


def _items(close: Close, language: Language) -> pl.DataFrame:
    """What stands between bank and books; a payout has no text, so its channel is told."""
    payouts = pl.col("record_id").is_in(close.payouts["payout_id"].implode())
    named = pl.col("text").replace(words.vocabulary("channel", language))
    text_ = pl.when(payouts).then(named).otherwise("text").alias("text")
    return items(close).with_columns(_first_reference(), text_)


def _follow_up(close: Close, language: Language) -> pl.DataFrame:
    steps = {r: text(f"reasons.{r}.next", language) for r in Reason}
    states = {code: word for code, word in words.vocabulary("follow_up", language).items() if code}
    return follow_up(close).with_columns(
        _first_reference(),
        next=pl.col("reason").replace_strict(steps, default="", return_dtype=pl.String),
        follow_up=pl.col("follow_up").replace(states),
    )


def _budget(close: Close, language: Language) -> pl.DataFrame:
    """A line a platform and currency; a budget that is no amount stays as typed and is told."""
    sold = came_to(close).group_by("channel", "currency").agg(pl.col("sold").sum())
    typed = close.kept.budget
    told = {problem.value: explain_plainly(problem, language) for problem in budget(close)[1]}
    every = sold.join(typed, on=["channel", "currency"], how="full", coalesce=True)
    return every.with_columns(
        pl.col("sold").fill_null(0),
        pl.col("budget").fill_null(""),
        told=pl.col("budget").replace_strict(told, default="", return_dtype=pl.String),
    ).sort("currency", "sold", "channel", descending=[False, True, False])


def _custom(close: Close, language: Language) -> pl.DataFrame:
    """The definitions in words, what is wrong with each, and empty lines to fill in."""
    told: dict[int, list[Problem]] = {}
    for problem in all_problems(close):
        told.setdefault(problem.place.row, []).append(problem)
    rows = [
        (
            *definition_words(row, language).values(),
            " ".join(_told(problem, language) for problem in told.get(number, [])),
        )
        for number, row in enumerate(close.kept.custom.iter_rows(named=True), 1)
    ]
    blank = ("",) * len(CUSTOM.keys)
    rows += [blank] * max(1, CUSTOM_ROWS - len(rows))
    return pl.DataFrame(rows, schema=dict.fromkeys(CUSTOM.keys, pl.String), orient="row")


def _told(problem: Problem, language: Language) -> str:
    caption = text(f"workbook.column.custom_{problem.place.column}", language)
    return f"{caption}: {explain_plainly(problem, language)}"
