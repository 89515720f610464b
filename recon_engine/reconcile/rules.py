"""Learned rules that a person switched on, as what the reconciliations are run with.

A fee or a number of due days becomes policy, a payer's text one more name of its channel, a party's
text or second name the party itself while records are matched.  What is shown stays as it was read.
"""

import re
from dataclasses import dataclass, replace
from hashlib import blake2b

import polars as pl

from recon_engine.errors import Code, Place, Problem
from recon_engine.model.kept import RULES, RuleKind
from recon_engine.model.policy import FeeRule, Policy
from recon_engine.model.records import Kind

ON = "on"
_MILLION, _PERCENT_PPM = 1_000_000, 10_000
_DAYS_MAX = 3_650  # ten years: what is longer is a slip of the keys
_FIGURE = re.compile(r"^\s*(\d{1,7}(?:[.,]\d{1,4})?)\s*(%?)\s*$")


@dataclass(frozen=True)
class Applied:
    """What the rules that are on make of a run.

    Attributes:
        policy: with their fees, due days and names.
        parties: ``(pattern, party)`` for texts that are a party.
        names: second name → name, of one party.
        problems: rules that cannot be read.
    """

    policy: Policy
    parties: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()

    def matched_as(self, records: pl.DataFrame) -> pl.DataFrame:
        """The records with the party they are matched under."""
        if not self.parties and not self.names:
            return records
        said = pl.concat_str("party", pl.lit(" "), "text").str.to_lowercase()
        bank = pl.col("kind") == Kind.STATEMENT_LINE
        party = pl.col("party")
        for pattern, name in self.names:
            party = pl.when(pl.col("party") == pattern).then(pl.lit(name)).otherwise(party)
        for pattern, name in reversed(self.parties):
            here = bank & said.str.contains(pattern.lower(), literal=True)
            party = pl.when(here).then(pl.lit(name)).otherwise(party)
        return records.with_columns(party=party)


def applied(rules: pl.DataFrame, policy: Policy) -> Applied:
    """What the rules that are on change.

    Args:
        rules: RULES; a person may have edited any cell.
        policy: as the person set it.
    """
    fees: dict[str, dict[str, int]] = {}
    days = dict(policy.due.days)
    payers: dict[str, str] = {}
    parties, names, problems = [], [], []
    on = rules.filter(pl.col("state").str.strip_chars().str.to_lowercase() == ON).sort("rule_id")
    for row in on.with_columns(pl.col(pl.String).fill_null("").str.strip_chars()).to_dicts():
        kind, channel, pattern, value = (row[n] for n in ("kind", "channel", "pattern", "value"))
        rate, count = rate_ppm(value), _days(value)
        if kind == RuleKind.FEE_RATE and channel and rate is not None:
            fees.setdefault(channel, {})[pattern] = rate
        elif kind == RuleKind.DUE_DAYS and channel and count is not None:
            days[channel] = count
        elif kind == RuleKind.CHANNEL_OF_TEXT and channel and pattern:
            payers[pattern] = channel
        elif kind == RuleKind.PARTY_OF_TEXT and pattern and value:
            parties.append((pattern, value))
        elif kind == RuleKind.SAME_PARTY and pattern and value:
            names.append((pattern, value))
        else:
            problems.append(_unread(row["rule_id"], value))
    changed = replace(
        policy,
        fees=(*policy.fees, *_fee_rules(fees, policy)),
        due=replace(policy.due, days=days),
        channels=replace(policy.channels, payers={**policy.channels.payers, **payers}),
    )
    return Applied(changed, tuple(parties), tuple(names), tuple(problems))


def _unread(rule_id: str, value: str) -> Problem:
    return Problem(Code.RULE_NOT_READ, Place(column=rule_id), value)


def _fee_rules(fees: dict[str, dict[str, int]], policy: Policy) -> list[FeeRule]:
    """One rule a channel: what it keeps back in all; a channel that the policy names stays so."""
    named = {rule.channel for rule in policy.fees}
    return [
        FeeRule(name=f"learned {channel}", channel=channel, rate_ppm=sum(parts.values()))
        for channel, parts in sorted(fees.items())
        if channel not in named and sum(parts.values()) < _MILLION
    ]


def rate_ppm(value: str) -> int | None:
    """A rate in parts per million, written so or in percent with its sign; None if neither."""
    found = _FIGURE.match(value)
    if not found:
        return None
    whole, _, decimals = found[1].replace(",", ".").partition(".")
    if not found[2]:
        return int(whole) if not decimals and int(whole) < _MILLION else None
    ppm = int(whole) * _PERCENT_PPM + int(decimals.ljust(4, "0"))
    return ppm if ppm < _MILLION else None


def _days(value: str) -> int | None:
    whole = value.strip()
    known = whole.isascii() and whole.isdigit() and len(whole) <= 4
    return int(whole) if known and int(whole) <= _DAYS_MAX else None


def rule_id(kind: RuleKind, channel: str, pattern: str, value: str) -> str:
    """The same rule has the same id in every run."""
    said = "\x1f".join((kind, channel, pattern, value))
    return f"R-{blake2b(said.encode(), digest_size=5).hexdigest()}"


def merged(mine: pl.DataFrame, proposed: pl.DataFrame) -> pl.DataFrame:
    """The person's rules as they are, and those that are new, proposed.

    A rule about the same thing is not proposed again beside one that the person has, on or off.
    """
    about = ("kind", "channel", "pattern")
    fresh = proposed.join(mine, on="rule_id", how="anti").join(mine, on=list(about), how="anti")
    return pl.concat([mine.select(list(RULES)), fresh.select(list(RULES))])
