"""The close of a month, top to bottom: the one place that knows the order of the steps."""

from dataclasses import replace

import polars as pl

from recon_engine.control.balances import balances, prove_balances
from recon_engine.control.identity import identity, prove
from recon_engine.control.opening import Opening, opening
from recon_engine.control.period import period_of
from recon_engine.control.pieces import prove_pieces
from recon_engine.control.signing import digest_of
from recon_engine.control.terms import prove_terms
from recon_engine.errors import Code, TieoutError, error
from recon_engine.model.kept import Kept
from recon_engine.model.policy import Policy
from recon_engine.model.progress import Progress, silent
from recon_engine.model.records import Kind
from recon_engine.model.results import (
    EXCEPTIONS,
    MATCHES,
    MEMBERS,
    PAYOUTS,
    RECEIVABLES,
    Close,
    Intake,
    Period,
    Step,
    empty,
)
from recon_engine.reconcile.books.walk import BOOKS_LINKS, Booked, is_books
from recon_engine.reconcile.books.walk import walk as walk_books
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.exceptions import Told, exceptions
from recon_engine.reconcile.goods.walk import GOODS_LINKS, REFERENCE, Moved, is_goods
from recon_engine.reconcile.goods.walk import walk as walk_goods
from recon_engine.reconcile.groups import Groups, together
from recon_engine.reconcile.propose import propose, walked_under
from recon_engine.reconcile.receivables import receivables
from recon_engine.reconcile.replay import Replayed, replay
from recon_engine.reconcile.rules import Applied, applied, merged
from recon_engine.reconcile.terms import order_terms, owners, payout_terms


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
    kept = kept or Kept()
    opened, period = _begun(intake, policy, period, kept)
    progress("match", 0, opened.records.height)
    ruled = applied(kept.rules, policy)
    replayed = replay(opened.records, kept.decisions, ruled.policy)
    chain, moved, booked = _walked(replayed, ruled, period, kept)
    progress("exceptions", 0, 0)
    by_order, by_payout = order_terms(chain, owners(chain)), payout_terms(chain)
    seen = Told(period.end, by_order, replayed.handled, kept.earlier, opened.files)
    told = _told(exceptions(chain, ruled.policy, seen), moved, booked)
    proposed = propose(chain, by_order, of_money(replayed), ruled.policy, period.end)
    progress("prove", 0, 0)
    records, groups = _all_of(chain, moved, booked)
    table, accounts = _proved(opened, records, groups, by_payout)
    closed = Close(
        period=period,
        as_of=period.end,
        company=policy.company,
        policy=policy,
        files=moved.noted(opened.files),
        problems=(*intake.problems, *opened.problems, *ruled.problems),
        records=records,
        payouts=chain.payouts,
        matches=groups.matches,
        members=groups.members,
        exceptions=told,
        receivables=receivables(chain, by_order, ruled.policy, period.end),
        identity=table,
        log=_log(opened, records, groups.matches.height, told.height),
        kept=replace(kept, rules=merged(kept.rules, proposed)),
        outcomes=replayed.outcomes,
        adjustments=replayed.adjustments,
        terms=by_payout,
        order_terms=by_order,
        balances=accounts,
        handled=replayed.handled,
        originals=replayed.originals,
        goods=moved.goods,
        books=booked.books,
    )
    return _numbered(closed)


def _numbered(closed: Close) -> Close:
    """The close with the number of its results, which its log needs."""
    return replace(closed, results=digest_of(closed)) if closed.kept.audit.height else closed


def _begun(
    intake: Intake, policy: Policy, period: Period | None, kept: Kept
) -> tuple[Opening, Period]:
    """What a close begins with, and the days it is for."""
    opened = opening(intake, kept)
    if opened.records.is_empty():
        raise TieoutError(intake.problems) if intake.problems else error(Code.NO_FILES)
    return opened, period or period_of(opened.records, policy)


def _walked(
    replayed: Replayed, ruled: Applied, period: Period, kept: Kept
) -> tuple[Chain, Moved, Booked]:
    """Every reconciliation: the money, the goods, and what own books say of both."""
    chain = walked_under(ruled, of_money(replayed), kept.earlier)
    moved = walk_goods(replayed, ruled.policy, period.end, kept.earlier)
    return chain, moved, walk_books(replayed, chain, moved.goods, ruled.policy, period)


def _told(money: pl.DataFrame, moved: Moved, booked: Booked) -> pl.DataFrame:
    """EXCEPTIONS of everything, most money first."""
    every = pl.concat([money, moved.exceptions, booked.exceptions])
    return every.sort("at_stake", "exception_id", descending=[True, False])


def of_money(replayed: Replayed) -> Replayed:
    """What decisions made of the records that go from order to bank, and of those alone."""
    decided = replace(
        replayed.decided, groups=replayed.decided.groups.other_than((*GOODS_LINKS, *BOOKS_LINKS))
    )
    return replace(
        replayed, records=replayed.records.filter(~is_goods() & ~is_books()), decided=decided
    )


def _all_of(chain: Chain, moved: Moved, booked: Booked) -> tuple[pl.DataFrame, Groups]:
    """All records with their places, and all groups."""
    columns = chain.records.columns
    parts = (chain.records, moved.records.select(columns), booked.records.select(columns))
    return pl.concat(parts), together([chain.groups, moved.groups, booked.groups])


def _proved(
    opened: Opening, records: pl.DataFrame, groups: Groups, terms: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """IDENTITY and BALANCES, with every proof tried: one that fails ends the run."""
    table, accounts = identity(records), balances(opened.records, opened.files)
    prove(records, groups.members, table, opened.files)
    prove_pieces(opened.records, records)
    prove_terms(terms)
    prove_balances(accounts, opened.files)
    return table, accounts


def laid_out(
    intake: Intake, policy: Policy, period: Period | None = None, kept: Kept | None = None
) -> Close:
    """What was read, before anything is matched: every record is open, and the identity holds.

    Args:
        intake: everything that was read.
        policy: the settings.
        period: the days the close is for; told by the records themselves if not given.
        kept: what earlier runs and periods left.

    Raises:
        TieoutError: nothing was read (exit code 2), or a proof failed (exit code 3).
    """
    kept = kept or Kept()
    opened, period = _begun(intake, policy, period, kept)
    replayed = replay(opened.records, kept.decisions, policy)
    aside = pl.col("record_id").is_in(replayed.excluded)
    nowhere = pl.lit("")
    records = replayed.records.with_columns(
        place=pl.when(aside)
        .then(pl.lit("excluded"))
        .when(pl.col("kind") == Kind.RATE_CARD)
        .then(pl.lit(REFERENCE))
        .otherwise(pl.lit("open")),
        match_id=nowhere,
        payout_id=nowhere,
    )
    table = identity(records)
    prove(records, empty(MEMBERS), table, opened.files)
    carried = int(opened.records["carried"].sum())
    read = sum(report.rows for report in opened.files)
    closed = Close(
        period=period, as_of=period.end, company=policy.company, policy=policy, files=opened.files,
        problems=(*intake.problems, *opened.problems), records=records, payouts=empty(PAYOUTS),
        matches=empty(MATCHES), members=empty(MEMBERS), exceptions=empty(EXCEPTIONS),
        receivables=empty(RECEIVABLES), identity=table,
        log=(Step("read", read, opened.records.height - carried),), kept=kept,
        originals=replayed.originals,
    )  # fmt: skip
    return _numbered(closed)


def _log(
    opened: Opening, records: pl.DataFrame, matches: int, exceptions_told: int
) -> tuple[Step, ...]:
    """What each step took in and gave out; no clock, so that the same files give the same bytes."""
    rows = sum(report.rows for report in opened.files)
    carried = int(opened.records["carried"].sum())
    cleared = records.filter(pl.col("place") == "cleared").height
    return (
        Step("read", rows, opened.records.height - carried),
        *((Step("carried", carried, carried),) if carried else ()),
        Step("match", records.height, matches),
        Step("place", records.height, cleared),
        Step("exceptions", records.height - cleared, exceptions_told),
    )
