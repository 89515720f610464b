"""What switching a proposed rule on would change, tried on what is open now.

Only open records are walked again, once without the rule and once with it: what is confirmed
already is off the table either way.  The effect is told in codes and figures.
"""

from dataclasses import replace
from datetime import date
from functools import cached_property

import polars as pl

from recon_engine.model.kept import EARLIER, RULES, RuleKind
from recon_engine.model.money import to_text
from recon_engine.model.policy import Policy
from recon_engine.model.records import Kind
from recon_engine.reconcile.causes import above_contract
from recon_engine.reconcile.chain import Chain, walk
from recon_engine.reconcile.desk import HELD
from recon_engine.reconcile.due import due_date
from recon_engine.reconcile.groups import Decided
from recon_engine.reconcile.learned import DATA
from recon_engine.reconcile.replay import Replayed
from recon_engine.reconcile.rules import ON, applied


def with_effects(
    proposed: pl.DataFrame,
    chain: Chain,
    terms: pl.DataFrame,
    replayed: Replayed,
    policy: Policy,
    as_of: date,
) -> pl.DataFrame:
    """The proposed rules with their ``effect``.

    Args:
        proposed: RULES.
        chain: the walked chain.
        terms: ORDER_TERMS.
        replayed: what it was walked with.
        policy: as it was walked with.
        as_of: the day on which due dates are counted.
    """
    if proposed.is_empty():
        return proposed
    tried = _Trial(chain, terms, replayed, policy, as_of)
    effects = []
    for number, row in enumerate(proposed.iter_rows(named=True)):
        rule = pl.DataFrame([{**row, "state": ON}], schema=RULES)
        within = number < policy.learning.tries_max
        effects.append(tried.effect(rule) if within else "")
    return proposed.with_columns(effect=pl.Series(effects, dtype=pl.String))


class _Trial:
    """What is open, walked without any new rule, to hold every rule against."""

    def __init__(
        self, chain: Chain, terms: pl.DataFrame, replayed: Replayed, policy: Policy, as_of: date
    ) -> None:
        self.policy, self.as_of = policy, as_of
        still = chain.records.filter(pl.col("place") == "open")
        confirmed = chain.groups.confirmed()
        waiting = still.filter(~pl.col("record_id").is_in(confirmed.implode()))
        bans = Decided(bans=replayed.decided.bans, alone=replayed.decided.alone)
        self.chain, self.terms = chain, terms
        self.replayed = Replayed(waiting.select(list(HELD)), decided=bans)

    @cached_property
    def before(self) -> pl.DataFrame:
        """What is cleared of it without any new rule."""
        return self._cleared(self.policy, pl.DataFrame(schema=RULES))

    def _cleared(self, policy: Policy, rules: pl.DataFrame) -> pl.DataFrame:
        """Records that are cleared with these rules, or whose group is confirmed."""
        with_rule = applied(rules, policy)
        seen = replace(self.replayed, records=with_rule.matched_as(self.replayed.records))
        if seen.records.is_empty():
            return seen.records
        walked = walk(seen, with_rule.policy, pl.DataFrame(schema=EARLIER))
        return walked.records.filter(pl.col("place") == "cleared")

    def effect(self, rule: pl.DataFrame) -> str:
        """Codes and figures of what the rule changes."""
        kind, origin = rule.select("kind", "origin").row(0)
        if kind == RuleKind.DUE_DAYS:
            return self._due(rule)
        if kind == RuleKind.FEE_RATE and origin == DATA:
            return self._above(rule)
        new = self._cleared(self.policy, rule).join(self.before, on="record_id", how="anti")
        return _told("clears", new)

    def _above(self, rule: pl.DataFrame) -> str:
        """Orders of which more was kept than the rate says; a settled channel clears no more."""
        policy, term = applied(rule, self.policy).policy, rule["pattern"].item()
        over = above_contract(self.terms, self.chain, policy, (term,)).select("record_id", "over")
        orders = self.chain.records.join(over, on="record_id").select("currency", amount="over")
        return _told("above", orders)

    def _due(self, rule: pl.DataFrame) -> str:
        """Orders that would be due, or no longer."""
        orders = self.replayed.records.filter(pl.col("kind") == Kind.ORDER)
        days = applied(rule, self.policy).policy.due
        changed = orders.filter(
            (due_date(self.policy.due) >= self.as_of) != (due_date(days) >= self.as_of)
        )
        return _told("due_changes", changed)


def _told(what: str, records: pl.DataFrame) -> str:
    """``clears=4;money=190.00 CNY``: how many records, and their money by currency, unsigned."""
    sums = records.group_by("currency").agg(pl.col("amount").abs().sum()).sort("currency")
    money = [f"money={to_text(amount, currency)} {currency}" for currency, amount in sums.rows()]
    return ";".join([f"{what}={records.height}", *money])
