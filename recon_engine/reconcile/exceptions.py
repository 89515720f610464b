"""Everything that is not cleared, with its reason, its best candidate and the money at stake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from recon_engine.errors import Code
from recon_engine.model.policy import Policy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import Kind, Type
from recon_engine.model.results import EXCEPTIONS, FileReport
from recon_engine.reconcile.causes import above_contract, with_causes
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.due import due_date
from recon_engine.reconcile.earlier import late_lines
from recon_engine.reconcile.items import paying_channel
from recon_engine.reconcile.rivals import certainty, rivals
from recon_engine.reconcile.standing import PART, REST
from recon_engine.reconcile.terms import FEE_TERMS

# Rules whose proposals are about a difference rather than about who belongs to whom.
_DIFFERING = ("reference_differs", "group_differs", "wire_fee", "refund_missing")


@dataclass(frozen=True)
class Told:
    """What exceptions are told from, besides the chain.

    Attributes:
        as_of: the day on which age and due dates are counted.
        terms: ORDER_TERMS.
        handled: HANDLED: what a person looked at.
        earlier: EARLIER: what earlier periods closed.
        files: the files' reports, for rows that lost their id.
    """

    as_of: date
    terms: pl.DataFrame
    handled: pl.DataFrame
    earlier: pl.DataFrame
    files: tuple[FileReport, ...]


def exceptions(chain: Chain, policy: Policy, told: Told) -> pl.DataFrame:
    """EXCEPTIONS: one row for each open order, unlinked line, payout and statement line.

    Lines that wait only for their payout's deposit are not listed one by one: their payout is.
    A proposal is listed once, at its left side.

    Args:
        chain: the walked chain.
        policy: due days, names and fee rules, and whose what nobody took is.
        told: what else they are told from.
    """
    items = pl.concat(
        [
            _orders(chain, policy, told.as_of),
            _lines(chain, told.earlier),
            _payouts(chain, policy, told.as_of),
            _statement(chain, policy),
        ]
    )
    found = _weighed(items.join(_proposals(chain), on="record_id", how="left"), told.as_of)
    above = _above_contract(chain, policy, told)
    every = pl.concat([with_causes(found, chain, policy), above], how="diagonal_relaxed")
    near = rivals(_measured(found, chain), policy)
    seen = _looked_at(told.handled)
    whole = (
        every.join(near, on="record_id", how="left")
        .join(seen, on="record_id", how="left")
        .with_columns(
            pl.col("alternatives").fill_null(0),
            pl.col("alternative_ids", *seen.columns[1:]).fill_null(""),
        )
        .with_columns(certainty=certainty())
    )
    columns = [pl.col(name).cast(dtype) for name, dtype in EXCEPTIONS.items()]
    lost = _lost_precision(told.files)
    listed = pl.concat([whole.select(columns), lost])
    owner = pl.when(pl.col("handled_owner") == "").then(pl.lit(policy.owner))
    listed = listed.with_columns(handled_owner=owner.otherwise("handled_owner"))
    return listed.sort("at_stake", "exception_id", descending=[True, False])


def _above_contract(chain: Chain, policy: Policy, told: Told) -> pl.DataFrame:
    """Orders that are settled, and of which the platform kept more than was agreed."""
    over = above_contract(told.terms, chain, policy, FEE_TERMS)
    orders = chain.records.join(over, on="record_id").with_columns(
        code=pl.lit(str(Reason.FEE_ABOVE_CONTRACT))
    )
    listed = orders.select(*_ITEM, "code", "over", found="evidence")
    empty_proposal = {
        name: pl.lit(None, EXCEPTIONS[name])
        for name in ("candidate_date", "candidate_amount", "difference")
    }
    texts = {name: pl.lit("") for name in ("match_id", "candidate", "rule")}
    whole = listed.with_columns(**empty_proposal, **texts, evidence=pl.col("found"))
    return _weighed(whole, told.as_of).with_columns(at_stake=pl.col("over"))


def _lost_precision(files: Sequence[FileReport]) -> pl.DataFrame:
    """A row for each file in which ids lost their digits; the rows are named, not guessed."""
    rows = []
    for report in files:
        lost = [p for p in report.rejects if p.code == Code.ID_LOST_DIGITS]
        if lost:
            places = ", ".join(str(problem.place.row) for problem in lost[:_ROWS_NAMED])
            currency = min(report.totals, default="")
            rows.append(
                {
                    **dict.fromkeys(EXCEPTIONS, ""),
                    **dict.fromkeys(n for n, t in EXCEPTIONS.items() if t != pl.String()),
                    "exception_id": f"{Reason.LOST_PRECISION}:{report.file}",
                    "code": str(Reason.LOST_PRECISION),
                    "record_id": report.file,
                    "kind": report.kind,
                    "reference": lost[0].value,
                    "text": places,
                    "currency": currency,
                    "amount": 0,
                    "at_stake": 0,
                    "alternatives": 0,
                    "certainty": 0,
                    "evidence": f"rows={len(lost)}",
                }
            )
    return pl.DataFrame(rows, schema=EXCEPTIONS)


def _weighed(items: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """With id, age and the money it is about."""
    differs = pl.col("difference").fill_null(0) != 0
    at_stake = pl.when(differs).then(pl.col("difference").abs()).otherwise(pl.col("amount").abs())
    return items.with_columns(
        pl.col("match_id", "candidate", "evidence").fill_null(""),
        exception_id=pl.concat_str("code", pl.lit(":"), "record_id"),
        age_days=(pl.lit(as_of) - pl.col("date")).dt.total_days(),
        at_stake=at_stake,
    )


def _measured(found: pl.DataFrame, chain: Chain) -> pl.DataFrame:
    """The items with what the other side would bring for them: what rivals are compared by."""
    more = chain.records.select("record_id", "type", "gross", "refunded")
    net = pl.col("amount") - pl.col("refunded").fill_null(0)
    measure = (
        pl.when(pl.col("kind") == Kind.ORDER)
        .then(net)
        .when(pl.col("kind") == Kind.SETTLEMENT_LINE)
        .then(pl.coalesce("gross", "amount"))
        .otherwise(pl.col("amount"))
    )
    return found.join(more, on="record_id", how="left").with_columns(
        pl.col("type").fill_null(""), measure=measure
    )


def _looked_at(handled: pl.DataFrame) -> pl.DataFrame:
    return handled.select("record_id", handled="action", handled_note="note", handled_owner="owner")


def _proposals(chain: Chain) -> pl.DataFrame:
    """For the first left member of each proposed group: the group and its right side.

    Also for each left member that is in doubt by itself; its group's difference is not its own.
    """
    unsure = chain.groups.members.filter(
        (pl.col("side") == "left") & (pl.col("status") == "proposed")
    )
    told = chain.groups.matches.join(unsure.select("match_id"), on="match_id", how="semi")
    members = chain.groups.members.join(told.select("match_id"), on="match_id", how="semi")
    whole = pl.col("group_status") == "proposed"
    dates = chain.records.select("record_id", "date")
    right = (
        members.filter(pl.col("side") == "right")
        .join(dates, on="record_id", how="left")
        .group_by("match_id")
        .agg(
            candidate=pl.col("record_id").sort().str.join(" "),
            candidate_date=pl.col("date").min(),
        )
    )
    return (
        unsure.drop("status")
        .join(told.rename({"status": "group_status"}), on="match_id")
        .filter(~whole | (pl.col("record_id") == pl.col("record_id").min().over("match_id")))
        .join(right, on="match_id", how="left")
        .select(
            "record_id",
            "match_id",
            "candidate",
            "candidate_date",
            "evidence",
            "rule",
            difference=pl.when(whole).then("difference"),
            candidate_amount=pl.col("right_amount"),
        )
    )


_ROWS_NAMED = 20  # of a file, in the text of one exception
_ITEM = ("record_id", "kind", "date", "channel", "reference", "party", "text", "currency", "amount")


def _open(chain: Chain, kind: Kind) -> pl.DataFrame:
    """Open records of a kind with the rule and difference of their proposal, if they have one."""
    matches = chain.groups.matches.select("match_id", "rule", "difference", "right_count")
    return chain.records.filter((pl.col("kind") == kind) & (pl.col("place") == "open")).join(
        matches, on="match_id", how="left"
    )


def _is_rest() -> pl.Expr:
    """Whether it is what a decided match left over."""
    return pl.col("record_id").str.ends_with(f"{PART}{REST}")


def _orders(chain: Chain, policy: Policy, as_of: date) -> pl.DataFrame:
    differing = pl.col("rule").is_in(_DIFFERING)
    missing = pl.col("difference")
    twice = (pl.col("right_count") > 1) & (missing == -pl.col("amount"))
    code = (
        pl.when(pl.col("rule") == "refund_missing")
        .then(pl.lit(Reason.REFUND_NOT_PAID_OUT))
        .when(differing & twice)
        .then(pl.lit(Reason.PAID_TWICE))
        .when(differing & (missing > 0))
        .then(pl.lit(Reason.SHORT_PAID))
        .when(differing & (missing < 0))
        .then(pl.lit(Reason.OVER_PAID))
        .when(pl.col("rule").is_not_null())
        .then(pl.lit(Reason.PROPOSAL))
        .when(_is_rest())
        .then(pl.lit(Reason.SHORT_PAID))
        .when(due_date(policy.due) >= as_of)
        .then(pl.lit(Reason.NOT_YET_DUE))
        .when(_ended_otherwise(policy))
        .then(pl.lit(Reason.ORDER_MISSING_IN_SETTLEMENT))
        .otherwise(pl.lit(Reason.UNPAID))
    )
    return _open(chain, Kind.ORDER).select(*_ITEM, code=code)


def _ended_otherwise(policy: Policy) -> pl.Expr:
    """Whether the order's own words say that it was refunded or closed outside the settlement."""
    state = pl.col("state").fill_null("").str.to_lowercase()
    closed = pl.any_horizontal(
        state.str.contains(word.lower(), literal=True) for word in policy.channels.closed_words
    )
    return closed | (pl.col("refunded").fill_null(0) > 0)


def _lines(chain: Chain, earlier: pl.DataFrame) -> pl.DataFrame:
    """Open settlement lines that lack their own link; those in a proposal are told at its left."""
    needs_order = pl.col("type").is_in([Type.SALE, Type.REFUND])
    in_payout = pl.col("payout_id") != ""
    confirmed = chain.groups.confirmed()
    lines = (
        _open(chain, Kind.SETTLEMENT_LINE)
        .filter(~pl.col("record_id").is_in(chain.apart))
        .filter(
            pl.col("rule").is_null()
            | (in_payout & needs_order & pl.col("match_id").str.starts_with("PB"))
        )
    )
    unlinked = lines.filter(~pl.col("record_id").is_in(confirmed.implode()))
    with_orders = chain.records.filter(pl.col("kind") == Kind.ORDER).height > 0
    without_order = needs_order & (pl.lit(with_orders) | ~in_payout)
    told = unlinked.filter(without_order | ~in_payout)
    orders = chain.records.filter(pl.col("kind") == Kind.ORDER)
    # An order that an earlier period closed and that is settled once more.
    again = late_lines(told.filter(pl.col("type") == Type.SALE), orders, earlier)
    code = (
        pl.when(_is_rest())
        .then(pl.lit(Reason.OVER_PAID))
        .when(pl.col("record_id").is_in(again.implode()))
        .then(pl.lit(Reason.PAID_TWICE))
        .when(without_order)
        .then(pl.lit(Reason.SETTLEMENT_WITHOUT_ORDER))
        .otherwise(pl.lit(Reason.WALLET_MOVEMENT_OPEN))
    )
    short = chain.records.filter(pl.col("record_id").is_in(chain.apart) & _is_open())
    lacking = short.select(*_ITEM, code=pl.lit(Reason.PAYOUT_DIFFERS, pl.String))
    return pl.concat([told.select(*_ITEM, code=code), lacking])


def _is_open() -> pl.Expr:
    return pl.col("place") == "open"


def _payouts(chain: Chain, policy: Policy, as_of: date) -> pl.DataFrame:
    waiting = pl.col("date") + pl.duration(days=policy.match.payout_days_after) > as_of
    code = (
        pl.when(pl.col("status") == "proposed")
        .then(pl.lit(Reason.PAYOUT_DIFFERS))
        .when(waiting)
        .then(pl.lit(Reason.NOT_YET_DUE))
        .otherwise(pl.lit(Reason.PAYOUT_NOT_IN_BANK))
    )
    still = chain.payouts.filter((pl.col("status") != "matched") & (pl.col("net") != 0))
    return still.select(
        record_id="payout_id",
        kind=pl.lit("payout"),
        date="date",
        channel="channel",
        reference="group",
        party=pl.lit(""),
        text=pl.lit(""),
        currency="currency",
        amount="net",
        code=code,
    )


def _statement(chain: Chain, policy: Policy) -> pl.DataFrame:
    same = ("channel", "account", "date", "amount", "currency", "party", "text")
    lines = chain.records.filter(pl.col("kind") == Kind.STATEMENT_LINE)
    repeated = lines.filter(pl.struct(same).is_duplicated())["record_id"]
    code = (
        pl.when(pl.col("record_id").is_in(repeated.implode()))
        .then(pl.lit(Reason.DUPLICATE_BANK_LINE))
        .when(_is_rest())
        .then(pl.lit(Reason.OVER_PAID))
        .when((pl.col("amount") > 0) & (paying_channel(policy.channels) != ""))
        .then(pl.lit(Reason.BANK_LINE_WITHOUT_PAYOUT))
        .when(pl.col("amount") > 0)
        .then(pl.lit(Reason.UNKNOWN_REMITTANCE))
        .otherwise(pl.lit(Reason.UNKNOWN_PAYMENT))
    )
    untold = _open(chain, Kind.STATEMENT_LINE).filter(pl.col("rule").is_null())
    return untold.select(*_ITEM, code=code)
