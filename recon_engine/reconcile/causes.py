"""Why an item may be as it is, looked for before anybody is asked: said beside it as evidence.

Nothing is decided by a cause.  A due day that has not come, files that do not reach that far, a
reserve of exactly the difference, what a bank or an exchange may have kept: each is a code with its
figure, worded where it is shown.
"""

import polars as pl

from recon_engine.model.policy import Policy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import Kind, Type
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.due import due_date
from recon_engine.reconcile.items import paying_channel, settling_channel
from recon_engine.reconcile.pinning import PAYOUT

_MILLION = 1_000_000
_OVER = {"record_id": pl.String(), "over": pl.Int64(), "evidence": pl.String()}
_WAITING = (Reason.NOT_YET_DUE, Reason.UNPAID, Reason.ORDER_MISSING_IN_SETTLEMENT)


def with_causes(found: pl.DataFrame, chain: Chain, policy: Policy) -> pl.DataFrame:
    """Exceptions with the causes that could be found, behind their evidence.

    Args:
        found: ``record_id, kind, code, date, channel, currency, amount, difference, evidence``.
        chain: the walked chain.
        policy: windows and allowances.
    """
    covered = found.select(settling_channel(policy.channels)).join(
        _covered(chain), on="channel", how="left", maintain_order="left"
    )
    told = found.with_columns(covered["covered"]).join(
        _reserves(chain), on="record_id", how="left", maintain_order="left"
    )
    waits = (pl.col("kind") == Kind.ORDER) & pl.col("code").is_in([str(r) for r in _WAITING])
    causes = [
        pl.when(waits).then(pl.format("due={}", due_date(policy.due))),
        pl.when(waits).then(pl.format("covered={}", "covered")),
        *_of_difference(policy),
        _elsewhere(chain, policy),
    ]
    evidence = pl.concat_str(
        pl.col("evidence").replace("", None), *causes, separator=";", ignore_nulls=True
    )
    return told.with_columns(evidence=evidence.fill_null("")).drop("covered", "reserve")


def _covered(chain: Chain) -> pl.DataFrame:
    """The last day that the settlement lines of each channel reach."""
    lines = chain.records.filter(pl.col("kind") == Kind.SETTLEMENT_LINE)
    return lines.group_by("channel").agg(covered=pl.col("date").max())


def _reserves(chain: Chain) -> pl.DataFrame:
    """What each payout keeps back or gives back as a reserve, if it does."""
    lines = chain.records.filter((pl.col("payout_id") != "") & (pl.col("type") == Type.RESERVE))
    return lines.group_by(record_id="payout_id").agg(reserve=pl.col("amount").sum())


def _of_difference(policy: Policy) -> list[pl.Expr]:
    """What a difference may be: a reserve, a bank's fee, an exchange."""
    off, amount = pl.col("difference").fill_null(0), pl.col("amount").abs()
    reserve = (off != 0) & (pl.col("reserve").abs() == off.abs())
    payout = pl.col("kind") == PAYOUT
    wire = payout & (off > 0) & (off <= policy.match.wire_fee_max_minor)
    share = off.abs() * _MILLION // pl.when(amount == 0).then(1).otherwise(amount)
    exchange = (off != 0) & (share <= policy.match.fx_spread_ppm_max)
    return [
        pl.when(reserve).then(pl.format("cause_reserve_minor={}", off.abs())),
        pl.when(wire).then(pl.format("cause_wire_minor={}", off)),
        pl.when(exchange).then(pl.format("cause_fx_ppm={}", share)),
    ]


def _elsewhere(chain: Chain, policy: Policy) -> pl.Expr:
    """A payout whose channel pays in another currency at the bank: it may have been exchanged."""
    bank = chain.records.filter(
        (pl.col("kind") == Kind.STATEMENT_LINE) & (pl.col("amount") > 0)
    ).select("currency", channel=paying_channel(policy.channels))
    paid: dict[str, set[str]] = {}
    for currency, channel in bank.unique().iter_rows():
        paid.setdefault(channel, set()).add(currency)
    seen = pl.lit(None, pl.String)
    for channel, currencies in sorted(paid.items()):
        if channel and len(currencies) == 1:
            only = min(currencies)
            here = (pl.col("channel") == channel) & (pl.col("currency") != only)
            seen = pl.when(here).then(pl.lit(f"elsewhere={only}")).otherwise(seen)
    missing = pl.col("code") == str(Reason.PAYOUT_NOT_IN_BANK)
    return pl.when(missing).then(seen)


def above_contract(
    terms: pl.DataFrame, chain: Chain, policy: Policy, fees: tuple[str, ...]
) -> pl.DataFrame:
    """Orders of which more was kept back than the named rule of their channel says.

    Args:
        terms: ORDER_TERMS.
        chain: the walked chain.
        policy: the named fee rules.
        fees: the terms that are fees.

    Returns:
        ``record_id, over, evidence``: what was kept beyond the contract, and both rates.
    """
    rules = {r.channel: r for r in reversed(policy.fees) if r.channel and r.rate_ppm}
    if not rules:
        return pl.DataFrame(
            schema={"record_id": pl.String, "over": pl.Int64, "evidence": pl.String}
        )
    named = pl.DataFrame(
        [(c, r.rate_ppm, r.fixed_minor, r.rounding_minor) for c, r in rules.items()],
        schema={"channel": pl.String, "rate": pl.Int64, "fixed": pl.Int64, "slack": pl.Int64},
        orient="row",
    )
    amount, term = pl.col("amount"), pl.col("term")
    sums = terms.group_by("record_id").agg(
        sale=amount.filter(term == Type.SALE).sum(),
        refunds=amount.filter(term == Type.REFUND).sum(),
        kept=-amount.filter(term.is_in(list(fees))).sum(),
        lines=pl.col("count").filter(term.is_in(list(fees))).sum(),
    )
    channel = settling_channel(policy.channels)
    orders = chain.records.filter(pl.col("kind") == Kind.ORDER).select("record_id", channel)
    agreed = (pl.col("sale") * pl.col("rate") + _MILLION // 2) // _MILLION + pl.col("fixed")
    charged = pl.col("kept") * _MILLION // pl.when(pl.col("sale") == 0).then(1).otherwise("sale")
    return (
        sums.filter((pl.col("sale") > 0) & (pl.col("refunds") == 0) & (pl.col("kept") > 0))
        .join(orders, on="record_id")
        .join(named, on="channel")
        .with_columns(over=pl.col("kept") - agreed)
        .filter(pl.col("over") > pl.col("slack") * pl.col("lines"))
        .select(
            "record_id", "over", evidence=pl.format("charged_ppm={};agreed_ppm={}", charged, "rate")
        )
    )
