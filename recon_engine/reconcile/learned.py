"""What the month's own data says often enough to be a rule: fee rates and days until payment.

A rate is read from the orders whose fees are known to the cent; it is proposed where nearly all of
them come out at it, with the lowest and highest seen.  Nothing is applied that nobody switched on.
"""

import polars as pl

from recon_engine.model.kept import RULES, RuleKind
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind, Type
from recon_engine.reconcile.chain import Chain
from recon_engine.reconcile.rules import rule_id
from recon_engine.reconcile.terms import FEE_TERMS

_MILLION = 1_000_000
_STEP_PPM = 500  # contracts are written in twentieths of a percent
DATA = "data"


def from_data(chain: Chain, terms: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """RULES that the data proposes, all of them as ``proposed``.

    Args:
        chain: the walked chain.
        terms: ORDER_TERMS.
        policy: how much it takes, and what is known already.
    """
    return pl.concat([_fee_rates(chain, terms, policy), _due_days(chain, policy)]).sort("rule_id")


def _fee_rates(chain: Chain, terms: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """The rate of each channel and fee type that its orders agree on."""
    seen = _rates(chain, terms)
    named = [rule.channel for rule in policy.fees]
    step = pl.lit(_STEP_PPM, pl.Int64)
    rate = (pl.col("ppm").median().round().cast(pl.Int64) + step // 2) // step * step
    rated = seen.with_columns(rate=rate.over("channel", "term"))
    fee = (pl.col("sale") * pl.col("rate") + _MILLION // 2) // _MILLION
    agrees = (pl.col("fee") - fee).abs() <= policy.learning.rounding_minor
    told = rated.group_by("channel", "term", "rate").agg(
        support=agrees.sum().cast(pl.Int64),
        against=(~agrees).sum().cast(pl.Int64),
        low=pl.col("ppm").filter(agrees).min(),
        high=pl.col("ppm").filter(agrees).max(),
    )
    sure = told.filter(_enough(policy) & (pl.col("rate") > 0) & ~pl.col("channel").is_in(named))
    return _rules(sure, RuleKind.FEE_RATE, pattern=pl.col("term"), value=pl.col("rate"))


def _rates(chain: Chain, terms: pl.DataFrame) -> pl.DataFrame:
    """``channel, term, sale, fee, ppm`` of every order that was sold and charged a fee."""
    sales = terms.filter((pl.col("term") == Type.SALE) & (pl.col("amount") > 0)).select(
        "record_id", sale="amount"
    )
    refunded = terms.filter(pl.col("term") == Type.REFUND).select("record_id")
    fees = (
        terms.filter(pl.col("term").is_in(list(FEE_TERMS)) & (pl.col("amount") < 0))
        .join(refunded, on="record_id", how="anti")
        .select("record_id", "term", fee=-pl.col("amount"))
    )
    orders = chain.records.select("record_id", "channel")
    both = fees.join(sales, on="record_id").join(orders, on="record_id")
    return both.with_columns(ppm=pl.col("fee") * _MILLION // pl.col("sale"))


def _due_days(chain: Chain, policy: Policy) -> pl.DataFrame:
    """Days within which nearly all of a channel's settled orders were settled."""
    dates = chain.records.select("record_id", "date", "kind", "channel")
    groups = chain.groups.matches.filter(
        (pl.col("reconciliation") == "orders_settlement") & (pl.col("status") == "confirmed")
        & (pl.col("left_count") == 1) & (pl.col("right_count") > 0)
    )  # fmt: skip
    members = chain.groups.members.join(groups.select("match_id"), on="match_id", how="semi")
    left = members.filter(pl.col("side") == "left").join(dates, on="record_id")
    right = members.filter(pl.col("side") == "right").join(dates, on="record_id")
    first = right.group_by("match_id").agg(paid=pl.col("date").min())
    waited = (
        left.filter(pl.col("kind") == Kind.ORDER)
        .join(first, on="match_id")
        .select("channel", days=(pl.col("paid") - pl.col("date")).dt.total_days())
        .filter(pl.col("days") >= 0)
    )
    share = policy.learning.agreeing_percent_min / 100
    within = pl.col("days").quantile(share, "higher").cast(pl.Int64)
    rated = waited.with_columns(rate=within.over("channel"))
    told = rated.group_by("channel", "rate").agg(
        support=(pl.col("days") <= pl.col("rate")).sum().cast(pl.Int64),
        against=(pl.col("days") > pl.col("rate")).sum().cast(pl.Int64),
        low=pl.col("days").min(),
        high=pl.col("days").max(),
    )
    known = pl.col("channel").replace_strict(
        dict(policy.due.days), default=policy.due.default_days, return_dtype=pl.Int64
    )
    news = told.filter(_enough(policy) & (pl.col("rate") != known) & (pl.col("channel") != ""))
    return _rules(news, RuleKind.DUE_DAYS, pattern=pl.lit(""), value=pl.col("rate"))


def _enough(policy: Policy) -> pl.Expr:
    """Whether enough speaks for a rule, and nearly nothing against it."""
    every = pl.col("support") + pl.col("against")
    agreeing = 100 * pl.col("support") >= policy.learning.agreeing_percent_min * every
    return (pl.col("support") >= policy.learning.support_min) & agreeing


def _rules(told: pl.DataFrame, kind: RuleKind, pattern: pl.Expr, value: pl.Expr) -> pl.DataFrame:
    rows = told.select(
        "channel", "support", "against", pattern=pattern.cast(pl.String),
        value=value.cast(pl.String), spread=pl.format("{}-{}", "low", "high"),
    ).sort("channel", "pattern")  # fmt: skip
    ids = [
        rule_id(kind, channel, text, figure)
        for channel, text, figure in rows.select("channel", "pattern", "value").iter_rows()
    ]
    return rows.select(
        rule_id=pl.Series(ids, dtype=pl.String),
        state=pl.lit("proposed"),
        kind=pl.lit(str(kind)),
        channel="channel",
        pattern="pattern",
        value="value",
        support="support",
        against="against",
        spread="spread",
        effect=pl.lit(""),
        origin=pl.lit(DATA),
        note=pl.lit(""),
    ).select(list(RULES))
