"""Clusters: products, buyers, stores and days with far more refunds or short payments than others.

A cluster that is found is set aside before the next kind of group is looked at, so that the bad
product of one day is told once, as a product.
"""

import math
from typing import NamedTuple

import numpy as np
import polars as pl

from recon_engine.control.monitor.chances import share_shift, spread_between, tail
from recon_engine.control.monitor.facts import Facts, accounts, by_day
from recon_engine.model.findings import Code, Figures, Finding
from recon_engine.model.records import Type

_GROUPS = ("product", "party", "product_of_account", "day_of_account", "account")
_SPREAD_MAX = 1.0
_CAUTION = 2.0  # standard deviations by which the others' rate is taken higher
_MILLION = 1_000_000
_OF = "\n"  # between a store and its product or day


class _Kind(NamedTuple):
    """A kind of cluster: which orders are hit, their money, and the day that counts."""

    code: Code
    hit: pl.Expr
    money: pl.Expr
    day: str


_KINDS = (
    _Kind(Code.REFUND_CLUSTER, pl.col("refunded") != 0, -pl.col("refunded"), "date"),
    _Kind(
        Code.SHORT_PAID_CLUSTER,
        (pl.col("status") == "part_settled") & (pl.col("outstanding") > 0),
        pl.col("outstanding"),
        "settled_on",
    ),
)


def clusters(facts: Facts) -> list[Finding]:
    """The clusters of every platform."""
    found: list[Finding] = []
    parts = facts.sales.partition_by("channel", "currency", as_dict=True)
    for (channel, currency), frame in sorted(parts.items(), key=str):
        if frame.height < facts.policy.orders_min:
            continue
        for kind in _KINDS:
            marked = frame.with_columns(
                hit=kind.hit,
                money=kind.money,
                day_of_account=pl.concat_str(
                    "account", pl.col(kind.day).cast(pl.String), separator=_OF
                ),
                product_of_account=pl.when(pl.col("product") != "").then(
                    pl.concat_str("account", "product", separator=_OF)
                ),
            )
            found += _of_kind(facts, kind.code, (str(channel), str(currency)), marked)
    return found


def _of_kind(facts: Facts, code: Code, key: tuple[str, str], frame: pl.DataFrame) -> list[Finding]:
    found: list[Finding] = []
    least = facts.policy.cluster_records_min
    tests = sum(_grouped(frame, name).filter(pl.col("trials") >= least).height for name in _GROUPS)
    for name in _GROUPS:
        groups = _grouped(frame, name)
        for value in _standing_out(facts, groups, frame, tests)[: facts.policy.findings_max]:
            mine = frame.filter((pl.col(name) == value) & pl.col("hit"))
            found += _finding(facts, code, key, (name, value), frame, mine)
            frame = frame.filter(pl.col(name) != value)
    return found


def _grouped(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """``value, trials, hits`` of each group of that kind; one store alone has no peers."""
    named = frame.filter(pl.col(name).fill_null("") != "")
    groups = named.group_by(value=pl.col(name)).agg(
        trials=pl.len().cast(pl.Int64), hits=pl.col("hit").sum().cast(pl.Int64)
    )
    return groups.sort("value") if groups.height > 1 else groups.clear()


def _standing_out(facts: Facts, groups: pl.DataFrame, frame: pl.DataFrame, tests: int) -> list[str]:
    """The groups that chance and their kind's own spread do not explain, the surest first."""
    policy = facts.policy
    hits, trials = groups["hits"].to_numpy(), groups["trials"].to_numpy()
    all_hits, all_trials = int(frame["hit"].sum()), frame.height
    found = []
    for n in np.nonzero(hits >= policy.cluster_records_min)[0]:
        others = all_hits - int(hits[n])
        # What few others show may be low by luck: their rate counts at the top of its range.
        usual = (others + _CAUTION * math.sqrt(others + 1)) / (all_trials - int(trials[n]))
        if hits[n] < policy.cluster_times_min * usual * trials[n]:
            continue
        rest = np.arange(hits.size) != n
        spread = spread_between(
            hits[rest], trials[rest], policy.usual_spread_percent / 100, _SPREAD_MAX
        )
        chance = tail(int(hits[n]), int(trials[n]), min(usual, 1.0), spread) * tests
        if chance * _MILLION <= policy.chance_ppm_max:
            found.append((chance, str(groups["value"][int(n)])))
    return [value for _, value in sorted(found)]


def _finding(
    facts: Facts, code: Code, key: tuple[str, str], group: tuple[str, str], frame: pl.DataFrame,
    mine: pl.DataFrame,
) -> list[Finding]:  # fmt: skip
    name, value = group
    money = int(mine["money"].sum())
    if money < facts.policy.at_stake_minor_min:
        return []
    whole = frame.filter(pl.col(name) == value).height
    rest, rest_hits = frame.height - whole, int(frame["hit"].sum()) - mine.height
    figures: Figures = {
        "group": name.partition("_")[0],
        "orders": whole,
        "rate_ppm": mine.height * _MILLION // whole,
        "usual_ppm": rest_hits * _MILLION // rest if rest else 0,
    }
    account, subject = _place(name, value)
    return [Finding(code, key[0], account, subject, key[1], money, mine.height,
                    figures, facts.evidence(mine, "money"))]  # fmt: skip


def _place(name: str, value: str) -> tuple[str, str]:
    """Account and subject of a group."""
    if name == "account":
        return value, ""
    account, _, subject = value.rpartition(_OF)
    return account, subject


def refunds_rose(facts: Facts) -> list[Finding]:
    """Accounts on which refunds became lastingly more frequent, by the days of their lines."""
    policy, found = facts.policy, []
    moves = facts.lines.filter(pl.col("type").is_in([Type.SALE, Type.REFUND]))
    placed = moves.with_columns(at=facts.position())
    for (channel, account, currency), frame in accounts(placed):
        refund = pl.col("type") == Type.REFUND
        hits = by_day(frame, facts.days, refund.sum().cast(pl.Int64))
        trials = by_day(frame, facts.days, pl.len().cast(pl.Int64))
        if trials.sum() < policy.orders_min or hits.sum() < policy.cluster_records_min:
            continue
        shift = share_shift(hits, trials, policy.change_days_min)
        if shift is None or shift.score < policy.deviations_min:
            continue
        extra = hits[shift.at :].sum() - shift.before * trials[shift.at :].sum()
        if shift.after < 2 * shift.before or extra < policy.cluster_records_min:
            continue
        later = frame.filter(refund & (pl.col("at") >= shift.at))
        figures: Figures = {
            "before_ppm": round(shift.before * _MILLION),
            "after_ppm": round(shift.after * _MILLION),
            "since_on": facts.day(shift.at),
        }
        found.append(Finding(
            Code.REFUNDS_ROSE, channel, account, "", currency, -int(later["amount"].sum()),
            later.height, figures, facts.evidence(later, "amount"),
        ))  # fmt: skip
    return found
