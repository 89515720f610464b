"""The close of a month, top to bottom: the one place that knows the order of the steps."""

from recon_engine.control.identity import identity, prove
from recon_engine.control.period import period_of
from recon_engine.errors import Code, Place, Problem, TieoutError, error
from recon_engine.model.kept import Kept
from recon_engine.model.policy import Policy
from recon_engine.model.progress import Progress, silent
from recon_engine.model.records import MONEY_KINDS
from recon_engine.model.results import Close, Intake, Period, Step
from recon_engine.reconcile.chain import Chain, walk
from recon_engine.reconcile.exceptions import exceptions
from recon_engine.reconcile.receivables import receivables
from recon_engine.reconcile.replay import replay


def close_month(
    intake: Intake,
    policy: Policy,
    period: Period | None = None,
    progress: Progress = silent,
    kept: Kept | None = None,
) -> Close:
    """Closes a month: what was read is matched, explained, proved and reported.

    Args:
        intake: everything that was read.
        policy: all tolerances, windows, due days and rules.
        period: the days the close is for; told by the records themselves if not given.
        progress: hears of each step.
        kept: decisions, learned rules and open items of earlier runs; none if not given.

    Raises:
        TieoutError: nothing was read (exit code 2), or a proof failed (exit code 3).
    """
    intake = closable(intake)
    if intake.records.is_empty():
        raise TieoutError(intake.problems) if intake.problems else error(Code.NO_FILES)
    period = period or period_of(intake.records, policy)
    kept = kept or Kept()
    progress("match", 0, intake.records.height)
    replayed = replay(intake.records, kept.decisions, policy)
    chain = walk(replayed, policy)
    progress("exceptions", 0, 0)
    told = exceptions(chain, policy, period.end, replayed.handled)
    progress("prove", 0, 0)
    table = identity(chain.records)
    prove(chain.records, chain.groups.members, table, intake.files)
    return Close(
        period=period,
        as_of=period.end,
        company=policy.company,
        policy=policy,
        files=intake.files,
        problems=intake.problems,
        records=chain.records,
        payouts=chain.payouts,
        matches=chain.groups.matches,
        members=chain.groups.members,
        exceptions=told,
        receivables=receivables(chain, policy, period.end),
        identity=table,
        log=_log(intake, chain, told.height),
        kept=kept,
        outcomes=replayed.outcomes,
        adjustments=replayed.adjustments,
        handled=replayed.handled,
        originals=replayed.originals,
    )


def closable(intake: Intake) -> Intake:
    """The intake without the kinds that no reconciliation takes yet; each such file is told."""
    kept = tuple(report for report in intake.files if report.kind in MONEY_KINDS)
    told = tuple(
        Problem(Code.KIND_ASIDE, Place(report.file), report.kind)
        for report in intake.files
        if report.kind and report.kind not in MONEY_KINDS
    )
    records = intake.records.filter(
        intake.records["kind"].is_in([kind.value for kind in MONEY_KINDS])
    )
    return Intake(records, kept, (*intake.problems, *told), intake.proposals)


def _log(intake: Intake, chain: Chain, exceptions_told: int) -> tuple[Step, ...]:
    """What each step took in and gave out; no clock, so that the same files give the same bytes."""
    rows = sum(report.rows for report in intake.files)
    records = intake.records.height
    cleared = chain.records.filter(chain.records["place"] == "cleared").height
    return (
        Step("read", rows, records),
        Step("match", records, chain.groups.matches.height),
        Step("place", records, cleared),
        Step("exceptions", records - cleared, exceptions_told),
    )
