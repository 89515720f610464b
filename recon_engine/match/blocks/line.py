"""A channel's open rows in day order beside its deposits, under one way of taking fees.

What rows bring together is their sum; what the bank shows is that sum less fees.  A platform
rounds its fee on every row (``due``), once on the payout's total (``total``), or the rows are net
already (``net``).  For each way the rows have values, and every deposit a range of sums that would
bring it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from recon_engine.match.arrays import Groups, combined, order_by
from recon_engine.match.blocks.deposits import Accounts, Deposits
from recon_engine.match.case import Case, Flags, Rows
from recon_engine.match.fees import Tariff

NET, DUE, TOTAL = "net", "due", "total"


@dataclass(frozen=True)
class Line:
    """One channel in one currency.

    Attributes:
        name: channel and currency.
        way: NET, DUE or TOTAL.
        rows: row numbers of the left side, by day.
        day: days since 1970, of each row.
        value: what each row brings, minor units.
        deposits: bank rows; two on one day stand together.
        paid_day: the day of each deposit.
        named: whether each deposit names the channel.
        low: the smallest sum of values that would bring the deposit.
        high: the largest.
    """

    name: tuple[str, str]
    way: str
    rows: Rows
    day: Rows
    value: Rows
    deposits: tuple[tuple[int, ...], ...]
    paid_day: Rows
    named: Flags
    low: Rows
    high: Rows

    @cached_property
    def before(self) -> Rows:
        """Sum of the values before each place; one longer than the rows."""
        return np.concatenate([[0], np.cumsum(self.value)])

    @cached_property
    def typical(self) -> float:
        """Root mean square of the values: how far one row more or less moves a sum."""
        return float(np.sqrt(np.mean(np.square(self.value.astype(np.float64))))) or 1.0

    @cached_property
    def evenness(self) -> float:
        """How much more often two sums meet to the cent than if cents were drawn freely.

        List prices end in few ways (.90, .00), and so do their sums; 1 means all endings are as
        common, 100 that there is only one.
        """
        share = np.bincount(self.value % 100, minlength=100) / len(self.value)
        return float(100 * np.sum(share**2))

    def also_paid(self, rows: Sequence[int], day: Rows, low: Rows, high: Rows) -> "Line":
        """The same line with more deposits, which do not name it, behind those it has."""
        return replace(
            self,
            deposits=(*self.deposits, *((row,) for row in rows)),
            paid_day=np.append(self.paid_day, day),
            named=np.append(self.named, np.zeros(len(rows), np.bool_)),
            low=np.append(self.low, low),
            high=np.append(self.high, high),
        )


def lines(case: Case, accounts: Accounts, deposits: Deposits) -> Iterator[Line]:
    """Every way of every channel that has both open rows and deposits.

    Args:
        case: both sides.
        accounts: say which rows count.
        deposits: with the channel that they are tried for.
    """
    names, currencies = accounts.names, case.index.currencies
    paid = _Paid.of(case, deposits)
    row = np.flatnonzero(accounts.left)
    key = accounts.account[row] * len(currencies) + case.index.currency[0][row]
    awaited = np.zeros(len(names) * len(currencies), dtype=np.bool_)
    awaited[paid.line] = True
    row, key = row[awaited[key]], key[awaited[key]]
    groups = Groups.of(key)
    low, high = totals(case, names, paid.amount, paid.channel, paid.currency)
    for n in np.argsort(groups.first).tolist():
        rows = row[groups.order[groups.start[n] :][: groups.size[n]]]
        number = int(key[groups.first[n]])
        some = slice(*paid.line.searchsorted([number, number + 1]).tolist())
        place, currency = divmod(number, len(currencies))
        amount, due = case.left.amount[rows], case.left.due[rows]
        brought = paid.amount[some]
        ways = [(NET, amount, brought, brought)]
        if not np.array_equal(amount, due):
            ways += [(DUE, due, brought, brought), (TOTAL, amount, low[some], high[some])]
        for way, value, least, most in ways:
            yield Line(
                (names[place], currencies[currency]),
                way, rows, case.left.day[rows], value, paid.rows[some],
                paid.day[some], paid.named[some], least, most,
            )  # fmt: skip


@dataclass(frozen=True)
class _Paid:
    """Deposits by channel and currency, then by day.

    Two of one channel on one day are a payout sent in two parts; unless a channel often pays more
    than once a day: then each is a payout of its own.

    Attributes:
        line: number of channel and currency.
        channel: its place among the settling channels.
        currency: its place in the index.
        day: days since 1970.
        amount: minor units.
        named: whether it names the channel.
        rows: bank rows.
    """

    line: Rows
    channel: Rows
    currency: Rows
    day: Rows
    amount: Rows
    named: Flags
    rows: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, case: Case, deposits: Deposits) -> "_Paid":
        """The deposits side by side."""
        deposits = deposits.where(deposits.row.argsort(kind="stable"))
        row, named, line = deposits.row, deposits.named, deposits.line(case)
        day, amount = case.right.day[row], case.right.amount[row]
        alike = Groups.of(combined(line, day - day.min(initial=0)))
        several = (alike.size > 1)[alike.number]
        lines = Groups.of(line)
        seldom = 2 * lines.sum(several.astype(np.int64)) < lines.size
        together = named & seldom[lines.number]
        one = Groups.of(np.where(together, alike.number, len(row) + np.arange(len(row))))
        first = one.first
        order = order_by(line[first], day[first], row[first])
        first, parts = first[order], np.split(row[one.order], one.start[1:])
        return cls(
            line[first], deposits.account[first], deposits.currency[first], day[first],
            one.sum(amount)[order], named[first],
            tuple(tuple(parts[n].tolist()) for n in order.tolist()),
        )  # fmt: skip


def totals(
    case: Case, names: list[str], amount: Rows, channel: Rows, currency: Rows
) -> tuple[Rows, Rows]:
    """By deposit: the least and the greatest total that bring it, fees taken off.

    Args:
        case: tells the fees.
        names: of the settling channels.
        amount: of each deposit, minor units.
        channel: its place among the settling channels.
        currency: its place in the index.
    """
    if not case.fees:
        return amount, amount
    tariff = Tariff.of(case.fees, names, case.index.currencies.to_list())
    return tariff.before(amount, channel, currency)
