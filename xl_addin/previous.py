"""A close that goes on from an earlier workbook: the same period once more, or the next one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from recon_engine.close import close_month
from recon_engine.control.merging import merged, seen
from recon_engine.control.period import period_of
from recon_engine.control.roll_forward import roll_forward
from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake import read_files
from recon_engine.intake.mapping_rows import layouts
from recon_engine.model.kept import TYPED
from recon_engine.model.policy import Policy
from recon_engine.model.progress import Progress
from recon_engine.model.results import Close, Intake, Period
from workbook_templates.apply import refuse_typed_beside
from workbook_templates.own.model import NOTHING_ADDED, Additions
from workbook_templates.own.read import additions
from workbook_templates.source import FileSource
from workbook_templates.state import State, read_state
from xl_addin.inputs import given_mappings, given_policy


@dataclass(frozen=True, slots=True)
class Continued:
    """A close that knows what came before.

    Attributes:
        closed: the close.
        typed: what stands in the person's cells and no run has taken up.
        added: what a person added to the workbook of this period.
        problems: what there is to say about the earlier workbook and the files.
        handed_on: whether this is a later period than the earlier workbook's, which thereby ends.
    """

    closed: Close
    typed: pl.DataFrame
    added: Additions
    problems: tuple[Problem, ...]
    handed_on: bool = False


def continued(
    paths: Sequence[Path],
    previous: Path,
    policy_file: Path | None,
    mapping_files: Sequence[Path],
    progress: Progress,
    outputs: Collection[Path],
    named: Period | None = None,
) -> Continued:
    """Closes a period from its files and an earlier workbook, which is only read.

    Args:
        paths: files, folders or zips.
        previous: a workbook of this period, or of an earlier one.
        policy_file: settings that go before those of the workbook.
        mapping_files: layouts of files that go before those of the workbook.
        progress: hears of each step.
        outputs: files in those folders that are not to be read; the earlier workbook is none of
            them either.
        named: the period as the person names it; told by the files if not given.

    Raises:
        TieoutError: the workbook is none of ours or of a later period, or a proof failed.
    """
    if not previous.is_file():
        raise error(Code.FILE_MISSING, Place(previous.name))
    data = previous.read_bytes()
    state = read_state(FileSource(data, previous.name))
    shown, as_it_was = state.policy, state.kept
    policy = given_policy(policy_file, shown)
    mappings = given_mappings(mapping_files, state.kept.mappings)
    state = replace(state, kept=replace(state.kept, mappings=mappings))
    apart = {*outputs, previous.resolve()}
    read = read_files(paths, policy, progress, layouts(mappings)[0], apart)
    known = pl.concat([state.intake.records["record_id"], state.kept.carried["record_id"]])
    new = read.records.filter(~pl.col("record_id").is_in(known.implode()))
    undated = new["date"].null_count() == new.height  # nothing new, or bills without days
    period = named or (state.period if undated else period_of(new, policy))
    overlaps = new.height < read.records.height
    if period.end < state.period.start and not overlaps:
        raise error(Code.PREVIOUS_IS_LATER, Place(previous.name), state.period.name)
    if period.start > state.period.end:
        before = close_month(state.intake, state.policy, state.period, kept=state.kept)
        closed = close_month(read, policy, period, progress, roll_forward(before))
        nothing = pl.DataFrame(schema=TYPED)
        return Continued(closed, nothing, NOTHING_ADDED, state.problems, handed_on=True)
    added = additions(data, previous.name)
    refuse_typed_beside(
        data, previous.name, state, added,
        lambda: close_month(state.intake, shown, state.period, kept=as_it_was),
    )  # fmt: skip
    return _same_period(state, read, policy, progress, added)


def _same_period(
    state: State, read: Intake, policy: Policy, progress: Progress, added: Additions
) -> Continued:
    """The period's records so far and what the files add; decisions and typed cells as they are."""
    intake = merged(state.intake, read)
    closed = close_month(intake, policy, state.period, progress, state.kept)
    told = (*state.problems, *seen(state.intake, read))
    return Continued(closed, state.typed, added, told)
