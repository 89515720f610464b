"""Fees: above the rules that the policy holds, above what they were, or above those of the like."""

import numpy as np
import polars as pl

from recon_engine.control.monitor.chances import Floats, Ints, level_shift, middle
from recon_engine.control.monitor.facts import Facts, accounts
from recon_engine.model.findings import Code, Figures, Finding
from recon_engine.model.policy import FeeRule, Policy

_MILLION = 1_000_000
_NOISE_PPM = 100  # a daily fee rate is never believed to be steadier than this
_BINS_MAX, _IN_BIN = 10, 60  # orders of like size are compared, and enough of them
_KNOWN = 5  # orders from which a product's own rate is known
_HIGH = 0.95  # the tariffs of an account are several; nearly all orders pay no more than this
_PART = 20  # a twentieth of all orders is no exception any more but another tariff


def fees(facts: Facts) -> list[Finding]:
    """What is dear, account by account; only orders settled whole say what a fee's base was."""
    whole = facts.orders.filter(
        (pl.col("status") == "settled") & (pl.col("settled") > 0) & (pl.col("refunded") == 0)
    )
    found: list[Finding] = []
    for key, frame in accounts(whole.filter(pl.col("settled_on").is_not_null())):
        charged = frame.filter(pl.col("fees") != 0).height
        if frame.height < facts.policy.orders_min or 2 * charged < frame.height:
            continue
        found += _above_contract(facts, key, frame)
        rose = _rose(facts, key, frame)
        found += rose or _outliers(facts, key, frame)
    return found


def _rules(policy: Policy, channel: str, currency: str) -> list[FeeRule]:
    names = {"", channel, policy.channels.settled_on.get(channel, channel)}
    return [r for r in policy.fees if r.channel in names and r.currency in {"", currency}]


def _above_contract(facts: Facts, key: tuple[str, str, str], frame: pl.DataFrame) -> list[Finding]:
    rules = _rules(facts.close.policy, key[0], key[2])
    if not rules:
        return []
    allowed = pl.sum_horizontal(
        (pl.col("settled") * r.rate_ppm + _MILLION // 2) // _MILLION + r.fixed_minor for r in rules
    )
    slack = sum(rule.rounding_minor for rule in rules)
    over = frame.with_columns(allowed=allowed, excess=-pl.col("fees") - allowed).filter(
        pl.col("excess") > slack
    )
    excess, base = int(over["excess"].sum()), int(frame["settled"].sum())
    least = base * facts.policy.fee_contract_ppm_min // _MILLION
    if over.height < facts.policy.cluster_records_min or excess < least:
        return []
    figures: Figures = {
        "rate_ppm": _rate(-int(over["fees"].sum()), int(over["settled"].sum())),
        "contract_ppm": _rate(int(over["allowed"].sum()), int(over["settled"].sum())),
    }
    return _finding(facts, Code.FEE_ABOVE_CONTRACT, key, excess, over, figures)


def _rose(facts: Facts, key: tuple[str, str, str], frame: pl.DataFrame) -> list[Finding]:
    policy = facts.policy
    placed = frame.with_columns(
        at=facts.position("settled_on"), rate=-pl.col("fees") * _MILLION // pl.col("settled")
    )
    days, rates = _daily_rates(placed)
    shift = level_shift(rates, policy.change_days_min, _NOISE_PPM)
    if shift is None or shift.score < policy.deviations_min:
        return []
    since, rise = int(days[shift.at]), round(shift.after - shift.before)
    later = placed.filter(pl.col("at") >= since)
    base = int(later["settled"].sum())
    after = _rate(-int(later["fees"].sum()), base)
    if rise < max(policy.fee_change_ppm_min, (after - rise) // 10):
        return []
    figures: Figures = {
        "before_ppm": after - rise,
        "after_ppm": after,
        "since_on": facts.day(since),
    }
    return _finding(facts, Code.FEE_ROSE, key, base * rise // _MILLION, later, figures)


def _daily_rates(placed: pl.DataFrame) -> tuple[Ints, Floats]:
    """Days and their fee rates; against each product's own, so that a new mix is no new rate."""
    named = pl.col("product") != ""
    if 2 * placed.filter(named).height >= placed.height:
        own = pl.col("rate").mean().over("product")
        rest = placed.filter(named & (pl.len().over("product") > 1)).with_columns(
            daily=pl.col("rate") - own
        )
        daily = rest.group_by("at").agg(pl.col("daily").median())
    else:
        whole = pl.col("settled").sum()
        daily = placed.group_by("at").agg(daily=-pl.col("fees").sum() * _MILLION / whole)
    ordered = daily.filter(pl.col("at") >= 0).sort("at")
    return _whole(ordered["at"]), ordered["daily"].to_numpy().astype(np.float64)


def _outliers(facts: Facts, key: tuple[str, str, str], frame: pl.DataFrame) -> list[Finding]:
    """Orders charged far above their product's usual rate, or above nearly all of their size."""
    policy = facts.policy
    rate, usual = pl.col("rate"), pl.col("usual")
    bins = min(_BINS_MAX, max(frame.height // _IN_BIN, 1))
    known = (pl.col("product") != "") & (pl.len().over("product") >= _KNOWN)
    compared = (
        frame.sort("settled", "record_id")
        .with_columns(
            rate=-pl.col("fees") * _MILLION // pl.col("settled"),
            size=pl.int_range(pl.len()) * bins // pl.len(),
        )
        .with_columns(
            usual=pl.when(known)
            .then(rate.median().over("product"))
            .otherwise(pl.max_horizontal(rate.quantile(_HIGH).over("size"), rate.quantile(_HIGH)))
            .cast(pl.Int64)
        )
        .with_columns(spread=(rate - usual).abs().median().over("product"))
        .with_columns(excess=-pl.col("fees") - pl.col("settled") * usual // _MILLION)
    )
    noise = pl.when(known).then(pl.col("spread") * policy.deviations_min).otherwise(0)
    far = pl.max_horizontal(pl.lit(policy.fee_outlier_ppm_min), usual // 2, noise.cast(pl.Int64))
    over = compared.filter(rate > usual + far)
    if not policy.cluster_records_min <= over.height <= frame.height // _PART:
        return []
    figures: Figures = {
        "rate_ppm": _rate(-int(over["fees"].sum()), int(over["settled"].sum())),
        "usual_ppm": middle(_whole(over["usual"])),
    }
    return _finding(facts, Code.FEE_OUTLIERS, key, int(over["excess"].sum()), over, figures)


def _finding(
    facts: Facts, code: Code, key: tuple[str, str, str], excess: int, frame: pl.DataFrame,
    figures: Figures,
) -> list[Finding]:  # fmt: skip
    if excess < facts.policy.at_stake_minor_min:
        return []
    channel, account, currency = key
    return [
        Finding(code, channel, account, "", currency, excess, frame.height,
                figures, facts.evidence(frame))
    ]  # fmt: skip


def _rate(part: int, whole: int) -> int:
    return (part * _MILLION + whole // 2) // whole if whole else 0


def _whole(series: pl.Series) -> Ints:
    return series.to_numpy().astype(np.int64)
