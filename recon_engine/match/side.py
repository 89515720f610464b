"""One side's items in canonical order, with what passes ask of them computed once.

Rows are numbered after sorting by date, amount and id, so that the order in which a file lists them
changes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, coded, hashed, mixed, order_by, repeated
from recon_engine.match.fees import Tariff
from recon_engine.match.keys import Said, ids_in_column, ids_in_texts
from recon_engine.model.policy import FeeRule, MatchPolicy
from recon_engine.model.results import ITEMS

_WORDS = ("currency", "reference", "text", "party")


@dataclass(frozen=True)
class Side:
    """One side's items in canonical order.

    Attributes:
        items: ITEMS plus ``row``, sorted by date, amount and id.
        rank: by row, its place among the side's ids in alphabetical order.
        policy: the shortest id that counts, the span of copies.
        rules: what its items are due.
    """

    items: pl.DataFrame
    rank: Rows
    policy: MatchPolicy
    rules: tuple[FeeRule, ...] = ()

    @classmethod
    def of(
        cls, items: pl.DataFrame, policy: MatchPolicy, rules: tuple[FeeRule, ...] = ()
    ) -> "Side":
        """The side of an ITEMS frame; fee rules say what its items are due."""
        items = items.select(list(ITEMS)).rechunk()  # to gather from many pieces is slow
        order, rank = _canonical(items)
        row = pl.Series("row", np.arange(len(order)), pl.Int64)
        return cls(items[order].insert_column(0, row), rank, policy, rules)

    def __len__(self) -> int:
        return self.items.height

    @cached_property
    def amount(self) -> Rows:
        """Amounts in minor units, by row."""
        return self.items["amount"].to_numpy()

    @cached_property
    def due(self) -> Rows:
        """Amounts less the fee a named rule knows, by row."""
        if not self.rules:
            return self.amount
        return self.tariff.after(self.amount, self.channel, self.currency)

    @cached_property
    def tariff(self) -> Tariff:
        """What the rules say, by the side's own channels and currencies."""
        return Tariff.of(self.rules, self.channels.to_list(), self.currencies.to_list())

    @property
    def channel(self) -> Rows:
        """By row: the place of its channel among :attr:`channels`."""
        return self._channels[0]

    @property
    def channels(self) -> pl.Series:
        """Every channel of the side, in alphabetical order."""
        return self._channels[1]

    @property
    def currency(self) -> Rows:
        """By row: the place of its currency among :attr:`currencies`."""
        return self._currencies[0]

    @property
    def currencies(self) -> pl.Series:
        """Every currency of the side, in alphabetical order."""
        return self._currencies[1]

    @cached_property
    def _channels(self) -> tuple[Rows, pl.Series]:
        return coded(self.items["channel"])

    @cached_property
    def _currencies(self) -> tuple[Rows, pl.Series]:
        return coded(self.items["currency"])

    @cached_property
    def day(self) -> Rows:
        """Dates as days since 1970, by row."""
        return days(self.items["date"])

    @cached_property
    def said_ids(self) -> Said:
        """Every exact reference of every row, normalised."""
        return ids_in_column(self.items["reference"])

    @cached_property
    def said_groups(self) -> Said:
        """The payout or batch id of every row that has one, normalised."""
        return ids_in_column(self.items["group"])

    @cached_property
    def said_in_text(self) -> Said:
        """Everything in a row's free text that could be an id, all of them."""
        return self._pieces.where(self._names_something)

    @cached_property
    def said_too_short(self) -> Said:
        """Pieces of a row's free text too short to name anything by themselves."""
        return self._pieces.where(~self._names_something)

    @cached_property
    def _pieces(self) -> Said:
        return ids_in_texts(self.items["text"], self.policy.short_reference_length_min)

    @cached_property
    def _names_something(self) -> Flags:
        long = self._pieces.key.str.len_bytes() >= self.policy.reference_length_min
        flags: Flags = long.to_numpy()
        return flags

    @cached_property
    def copies(self) -> pl.Series:
        """:attr:`is_copy` as a column."""
        return pl.Series("copy", self.is_copy)

    @cached_property
    def is_copy(self) -> Flags:
        """By row: whether it repeats an earlier row to the word within a day or two."""
        earlier, later = self._repeats
        flags = np.zeros(len(self), dtype=np.bool_)
        flags[later[self.day[later] - self.day[earlier] <= self.policy.copy_days_max]] = True
        return flags

    @cached_property
    def _repeats(self) -> tuple[Rows, Rows]:
        """Rows of one amount and the same words, each beside the one before it."""
        # Only rows that look alike at all are compared, and those to the word.
        for seed in count():
            words = [hashed(self.items[word], seed) for word in _WORDS]
            some = np.sort(repeated([self.amount, *words]))
            alike = mixed([each[some] for each in (self.amount, *words)])
            order = order_by(alike)
            again = np.flatnonzero(alike[order[1:]] == alike[order[:-1]])
            earlier, later = some[order[again]], some[order[again + 1]]
            if (self.amount[earlier] == self.amount[later]).all() and all(
                (self.items[word].gather(earlier) == self.items[word].gather(later)).all()
                for word in _WORDS
            ):
                break
        return earlier, later

    @cached_property
    def other_business(self) -> Flags:
        """By row: whether its text says that it is no buyer's payment: wages, rent, interest."""
        return has_words(self.items["text"], self.policy.other_business_words)


def has_words(texts: pl.Series, words: Sequence[str]) -> Flags:
    """By text: whether one of the words stands in it, whatever its case.

    A word in ASCII letters counts only where no other letter adjoins it: a rent is in no current.
    """
    flags = np.zeros(len(texts), dtype=np.bool_)
    if not words:
        return flags
    some = texts.str.contains_any(list(words), ascii_case_insensitive=True).arg_true()
    each = (rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words)
    said = texts.gather(some).str.contains("(?i)" + "|".join(each))
    flags[some.filter(said).to_numpy()] = True
    return flags


def days(dates: pl.Series) -> Rows:
    """Dates as days since 1970."""
    return dates.to_physical().to_numpy().astype(np.int64)


def _canonical(items: pl.DataFrame) -> tuple[Rows, Rows]:
    """Places in canonical order, and for each of them the rank of its id.

    Ids are the only texts that are sorted, and only once: where they ascend in the file, as they
    often do, that costs nothing.
    """
    by_id = items["id"].arg_sort().to_numpy()
    rank = np.empty(len(by_id), dtype=np.int64)
    rank[by_id] = np.arange(len(by_id))
    order = order_by(days(items["date"]), items["amount"].to_numpy(), rank)
    return order, rank[order]
