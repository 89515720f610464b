"""What a close keeps from one run to the next: decisions, learned rules, what was carried forward.

The workbook is the database: all of this lives in its tables, is read back before a run and
written again after it.  A run never changes a decision; it says what became of each.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from recon_engine.model.records import empty_records
from recon_engine.trust.audit import AUDIT


class Action(StrEnum):
    """What a person can decide about an item; the glossary's words."""

    ACCEPT = "accept"  # a proposal is right
    MATCH = "match"  # these records belong together, n on m
    UNMATCH = "unmatch"  # these records do not belong together
    SPLIT = "split"  # one record is several, of stated amounts
    WRITE_OFF = "write_off"  # what is left of a difference is let go
    CARRY_FORWARD = "carry_forward"  # looked at; it waits for the next period
    EXCLUDE = "exclude"  # the record is none of this close's business
    RECLASSIFY = "reclassify"  # the record is of another type, party or channel
    COMMENT = "comment"  # nothing is decided, something is said
    UNDO = "undo"  # an earlier decision is taken back


ID_SEPARATOR = " "  # between record ids in one cell; no record id holds a blank

# One row a decision, in the order they were taken.  Append-only: taking one back is a row too.
DECISIONS: dict[str, pl.DataType] = {
    "decision_id": pl.String(),  # D-000001 …, unique, in order
    "action": pl.String(),  # Action
    "records": pl.String(),  # record or payout ids it is about, sorted, joined by ID_SEPARATOR
    "fingerprint": pl.String(),  # of those records as they were when it was taken
    "match_id": pl.String(),  # the match it is about, "" when none
    # undo: the decision taken back; split: amounts joined by " + "; reclassify: "type=…" and the
    # like; write-off: the reason; else "".
    "value": pl.String(),
    "currency": pl.String(),
    "amount": pl.Int64(),  # write-off: signed minor units let go; null elsewhere
    "note": pl.String(),
    "owner": pl.String(),  # who follows it up
    "user": pl.String(),  # who decided
    "role": pl.String(),  # in which role
    "decided_at": pl.String(),  # ISO 8601 with offset; given by the caller, never a clock's
}

# One row a decision: what this run made of it.
OUTCOMES: dict[str, pl.DataType] = {
    "decision_id": pl.String(),
    "outcome": pl.String(),  # applied | undone | stale | refused
    "code": pl.String(),  # errors.Code that says why it is stale or refused, "" when applied
    "value": pl.String(),  # what the sentence names
}

# What a person typed and no run has taken up yet: one row a row of a sheet with something in it.
TYPED: dict[str, pl.DataType] = {
    "table": pl.String(),  # Exceptions, Orders, Settlements, Bank, Matches …
    "row": pl.Int64(),  # 1-based row of the sheet, for errors
    "record_id": pl.String(),  # of the record or payout of that row, "" in Matches
    "match_id": pl.String(),  # of that row, "" when none
    "decision": pl.String(),  # the cell as typed: an Action, or whatever a person wrote
    "match_with": pl.String(),  # ids or references of the other records; amounts; a new type
    "note": pl.String(),
    "owner": pl.String(),
}


class RuleKind(StrEnum):
    """What a learned rule says."""

    FEE_RATE = "fee_rate"  # channel (and type) keeps back value ppm
    DUE_DAYS = "due_days"  # channel pays value days after the order
    PARTY_OF_TEXT = "party_of_text"  # a text like pattern is this party
    CHANNEL_OF_TEXT = "channel_of_text"  # a payer like pattern pays for this channel
    SAME_PARTY = "same_party"  # pattern and value name one party


# One row a learned rule.  Proposed by a run, switched by a person, carried to the next period.
RULES: dict[str, pl.DataType] = {
    "rule_id": pl.String(),  # stable: of kind, channel, pattern and value
    "state": pl.String(),  # proposed | on | off: the person's cell
    "kind": pl.String(),  # RuleKind
    "channel": pl.String(),
    "pattern": pl.String(),
    "value": pl.String(),
    "support": pl.Int64(),  # how many records or decisions speak for it
    "against": pl.Int64(),  # how many speak against it
    "spread": pl.String(),  # lowest to highest seen, "" when it has none
    "effect": pl.String(),  # dry run: codes and figures of what switching it would change
    "origin": pl.String(),  # decision id or "data"
    "note": pl.String(),
}


# One row an order that somebody follows up.
FOLLOW_UP: dict[str, pl.DataType] = {
    "record_id": pl.String(),
    "follow_up": pl.String(),  # asked | promised | disputed | given_up | done, or what was typed
    "follow_up_note": pl.String(),
}


# One row a period, platform, store and currency that was closed before: what it came to.
HISTORY: dict[str, pl.DataType] = {
    "period": pl.String(),  # results.Period.name
    "start": pl.Date(),
    "end": pl.Date(),
    "channel": pl.String(),
    "account": pl.String(),
    "currency": pl.String(),
    "orders": pl.Int64(),
    "sold": pl.Int64(),  # minor units, as in results.RECEIVABLES
    "refunded": pl.Int64(),
    "fees": pl.Int64(),
    "expected": pl.Int64(),
    "settled": pl.Int64(),
    "banked": pl.Int64(),
    "outstanding": pl.Int64(),
}

# One row a platform and currency whose sales were planned; typed by a person.
BUDGET: dict[str, pl.DataType] = {
    "channel": pl.String(),
    "currency": pl.String(),
    "budget": pl.String(),  # the cell as typed: what the period is to sell
}

# One row a report that a person defined; every cell a key of the layout, or as typed where unknown.
CUSTOM: dict[str, pl.DataType] = {
    "name": pl.String(),
    "source": pl.String(),  # a list: Orders, Receivables …
    "rows": pl.String(),  # a column of the list, or date:week, date:month
    "columns": pl.String(),  # the same, "" for none
    "values": pl.String(),  # a money column, "" to count
    "filter": pl.String(),  # a column, "" for none
    "equals": pl.String(),  # what that column holds
    "sort": pl.String(),  # rows | largest | smallest
    "chart": pl.String(),  # none | bars
}

# One row a line of a layout that a person told: what a column of an unknown file is, and the like.
MAPPINGS: dict[str, pl.DataType] = {
    "mapping": pl.String(),  # the layout's name; its lines stand together
    "setting": pl.String(),  # confirmed, kind, columns.date, money.flip …; columns.? unsure
    "value": pl.String(),  # a word, a caption, or JSON where it is neither
}

# One row a record that an earlier period closed or linked, as far as this one may meet it again.
EARLIER: dict[str, pl.DataType] = {
    "record_id": pl.String(),
    "kind": pl.String(),
    "reference": pl.String(),  # of orders: late refunds name them; "" else
    # closed: a later export of it is no news | linked: its order is proved | banked: its payout is
    # at the bank | shipped: the order's goods went
    "state": pl.String(),
    "period": pl.String(),  # the period that did so
}


@dataclass(frozen=True, slots=True)
class Kept:
    """All that a run is given besides files and policy.

    Attributes:
        decisions: DECISIONS, in order.
        rules: RULES; only those that are on take effect.
        carried: RECORDS that an earlier period left open, with their first sources.
        follow_up: what a person noted about unpaid orders; see FOLLOW_UP.
        history: HISTORY of the periods before this one.
        budget: BUDGET of this period.
        custom: CUSTOM, the reports a person defined, in their order.
        earlier: what earlier periods closed or linked; see EARLIER.
        mappings: MAPPINGS, the layouts of files that a person told.
        audit: AUDIT, who did what to this workbook; empty where nobody signs in.
    """

    decisions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DECISIONS))
    rules: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RULES))
    carried: pl.DataFrame = field(default_factory=empty_records)
    follow_up: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FOLLOW_UP))
    history: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HISTORY))
    budget: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BUDGET))
    custom: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CUSTOM))
    earlier: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EARLIER))
    mappings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MAPPINGS))
    audit: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=AUDIT))
