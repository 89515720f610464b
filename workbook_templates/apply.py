"""An edited workbook made anew: what was typed is taken up and the month is run again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from recon_engine.close import close_month
from recon_engine.control.signing import logged, refuse_locked
from recon_engine.errors import Place, Problem, TieoutError
from recon_engine.messages import Language
from recon_engine.model.progress import Progress, silent
from recon_engine.model.results import Close
from recon_engine.reconcile.take_up import Actor, take_up
from recon_engine.trust.audit import Act
from workbook_templates import words
from workbook_templates.layout_book import TABLES
from workbook_templates.own.model import Additions
from workbook_templates.own.read import additions
from workbook_templates.pages import number_of, standing, typed_beside
from workbook_templates.properties import PAGES_PROPERTY, custom_properties
from workbook_templates.readback import sheet_name
from workbook_templates.render import laid_out_pages, workbook_bytes
from workbook_templates.source import FileSource
from workbook_templates.state import State, read_state

APPLY = "apply_decisions"  # as the log names it


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an edited workbook.

    Attributes:
        content: the new workbook.
        closed: the close that it shows.
        language: of the workbook.
        decisions: how many were taken up.
        problems: each cell that was not taken up, with its place; it stands in the new workbook.
    """

    content: bytes
    closed: Close
    language: Language
    decisions: int
    problems: tuple[Problem, ...]


def apply_workbook(
    data: bytes,
    file: str,
    by: Actor,
    at: str,
    progress: Progress = silent,
    act: Act | None = None,
) -> Applied:
    """Takes up what a person typed in a workbook, runs the month again, and renders it anew.

    Args:
        data: the workbook, as any program saved it.
        file: its name, for errors.
        by: who decides.
        at: when, ISO 8601 with offset.
        progress: hears of each step.
        act: this, for the log; as somebody unnamed did it if not given.

    Raises:
        TieoutError: something would be lost, a proof failed, or the period is signed off; nothing
            is made then.
    """
    added = additions(data, file)
    state = read_state(FileSource(data, file))
    refuse_locked(state.kept, file)
    before = close_month(state.intake, state.policy, state.period, progress, state.kept)
    refuse_typed_beside(data, file, state, added, lambda: before)
    closed, problems, left = decided(state, by, at, progress, before)
    closed = logged(closed, act or Act(APPLY, at))
    progress("workbook", 0, 0)
    content = workbook_bytes(closed, state.language, left, added)
    new = closed.kept.decisions.height - state.kept.decisions.height
    told = tuple(named(problem, file, state.language) for problem in problems)
    return Applied(content, closed, state.language, new, (*state.problems, *told))


def refuse_typed_beside(
    data: bytes, file: str, state: State, added: Additions, before: Callable[[], Close]
) -> None:
    """Looks at the pages, which are drawn anew: is there more on them than was drawn?

    Args:
        data: the edited workbook.
        file: its name, for errors.
        state: what stands in it.
        added: what the person added to it.
        before: makes the close that it showed; asked only if something stands there besides.

    Raises:
        TieoutError: OWN_CELLS, with the cells that would be lost.
    """
    source, known = FileSource(data, file), custom_properties(data).get(PAGES_PROPERTY)
    if added.sheets is None or known in (None, number_of(standing(source, added.sheets))):
        return
    own = laid_out_pages(before(), state.language, state.typed, added)
    if number_of(own) != known:  # another version of Tieout drew it: nobody can say what was ours
        return
    problems = list(typed_beside(source, added.sheets, own))
    if problems:
        raise TieoutError(problems)


def decided(
    state: State, by: Actor, at: str, progress: Progress = silent, before: Close | None = None
) -> tuple[Close, tuple[Problem, ...], pl.DataFrame]:
    """The close with what was typed taken up, what was not, and the cells that still hold it.

    Args:
        state: what stands in the workbook.
        by: who decides.
        at: when, ISO 8601 with offset.
        progress: hears of each step.
        before: the close without what was typed, where the caller has made it.
    """
    closed = before or close_month(state.intake, state.policy, state.period, progress, state.kept)
    if state.typed.is_empty():
        return closed, (), state.typed
    taken = take_up(state.typed, closed, by, at)
    if taken.kept is not closed.kept:
        closed = close_month(state.intake, state.policy, state.period, progress, taken.kept)
    return closed, taken.problems, _left(state.typed, taken.problems)


def _left(typed: pl.DataFrame, problems: Sequence[Problem]) -> pl.DataFrame:
    """The rows that were told something: they stay for the person to put right."""
    told = pl.DataFrame(
        sorted({(p.place.sheet, p.place.row) for p in problems}),
        schema={"table": pl.String, "row": pl.Int64}, orient="row",
    )  # fmt: skip
    return typed.join(told, on=["table", "row"], how="semi", maintain_order="left")


def named(problem: Problem, file: str, language: Language) -> Problem:
    """The problem with its place as a person finds it: sheet's name and column's caption."""
    place = problem.place
    if place.sheet not in TABLES:
        return problem
    captions = words.captions_by_key(place.sheet, language)
    key = "undo" if place.sheet == "Decisions" and place.column == "decision" else place.column
    column = captions.get(key, place.column)
    return replace(problem, place=Place(file, sheet_name(place.sheet, language), place.row, column))
