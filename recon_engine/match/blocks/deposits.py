"""Which open bank rows are deposits of which channel.

The channel column says so, or one of the names by which a bank writes the channel stands in the
text or as the party.  Rows that name no channel may still be a deposit: they look like one when
their party also pays deposits that do name theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, distinct, meetings, numbered
from recon_engine.match.case import Case

NOBODY = -1  # in place of a channel


@dataclass(frozen=True)
class Accounts:
    """On whose account channels are settled, and the open rows that no payout's id speaks of.

    Sums are no help to rows of a payout whose id a bank row tells.

    Attributes:
        names: of the accounts, in alphabetical order.
        account: by left row, its place among the names.
        left: by left row, whether it is such an open row.
        right: the same of right rows.
    """

    names: list[str]
    account: Rows
    left: Flags
    right: Flags

    @classmethod
    def of(cls, case: Case) -> "Accounts":
        """The accounts of a case's left side."""
        on = dict(case.channels.settled_on)
        each = [on.get(channel, channel) for channel in case.left.channels]
        names = sorted(set(each))
        account = np.array([names.index(name) for name in each], dtype=np.int64)[case.left.channel]
        tie = case.open_ties(case.index.by_group_anywhere)
        left, right = case.left_open.copy(), case.right_open.copy()
        left[tie.left.row], right[tie.right.row] = False, False
        return cls(names, account, left, right)


@dataclass(frozen=True)
class Deposits:
    """Positive rows of the right side, by row.

    Attributes:
        row: of the right side.
        account: its place among the accounts; NOBODY where none is named.
        currency: its place in the index.
        named: whether the row itself names the account.
    """

    row: Rows
    account: Rows
    currency: Rows
    named: Flags

    def __len__(self) -> int:
        return len(self.row)

    def where(self, kept: Flags | Rows) -> "Deposits":
        """Some of them."""
        return Deposits(*(getattr(self, each.name)[kept] for each in fields(self)))

    def line(self, case: Case) -> Rows:
        """One number for account and currency."""
        line: Rows = self.account * len(case.index.currencies) + self.currency
        return line


def deposits(case: Case, accounts: Accounts) -> Deposits:
    """Those of the accounts that the left side has open rows of, and all that name none."""
    right = case.right
    row = np.flatnonzero(accounts.right & ~right.is_copy & (right.amount > 0))
    seen = np.bincount(accounts.account[case.left_open], minlength=len(accounts.names)) > 0
    known = {name: n for n, name in enumerate(accounts.names) if name and seen[n]}
    account = _in_words(case, row, known)
    on = dict(case.channels.settled_on)
    own = np.array(
        [known.get(on.get(name, name), NOBODY) for name in right.channels], dtype=np.int64
    )[right.channel[row]]
    account = np.where(own == NOBODY, account, own)
    return Deposits(row, account, case.index.currency[1][row], account != NOBODY)


def _in_words(case: Case, row: Rows, known: Mapping[str, int]) -> Rows:
    """By right row: the account that a name in its text, or else as its party, means."""
    account = np.full(len(row), NOBODY)
    writing = {
        written.lower(): place
        for name, place in known.items()
        for written in (*case.channels.bank_names.get(name, ()), name)
    }
    if not writing or not len(row):
        return account
    # Of two names at one place the longer one is meant: "Shop 10" is not "Shop 1".
    patterns = sorted(writing, key=lambda name: (-len(name), name))
    words = pl.concat([case.right.items[name].gather(row) for name in ("party", "text")])
    places = words.str.contains_any(patterns, ascii_case_insensitive=True).arg_true().to_numpy()
    hits = words.gather(places).str.extract_many(
        patterns, ascii_case_insensitive=True, leftmost=True
    )
    meant = [writing.get(name.lower(), NOBODY) for name in hits.list.first().to_list()]
    kept = np.array(meant, dtype=np.int64) != NOBODY
    # The text has the last word, being the surer one.
    account[places[kept] % len(row)] = np.array(meant, dtype=np.int64)[kept]
    return account


def nameless(case: Case, every: Deposits) -> Deposits:
    """Those that name no account but come from a party that pays some account's deposits.

    One for each account and deposit.
    """
    party = numbered(case.right.items["party"].gather(every.row))[0]
    payer = party * len(case.index.currencies) + every.currency
    others, most = np.flatnonzero(~every.named), int(every.account.max(initial=0)) + 1
    pays = distinct((payer * most + every.account)[every.named])
    i, j = meetings([payer[others]], [pays // most])
    found = every.where(others[i])
    return Deposits(found.row, pays[j] % most, found.currency, found.named)
