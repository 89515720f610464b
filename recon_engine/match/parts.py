"""A month in parts that cannot touch each other: the unit of work for many cores or little memory.

No group mixes currencies, so two currencies are independent unless some id stands in both: then
their rows may hang together, and they are one part.  What ids, payouts and channels prove is the
same whether parts are matched one by one or all at once.  What is judged by chance (names, payouts
without an id) is counted within its part: there are fewer strangers to be mistaken for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Groups, Rows, hashed
from recon_engine.match.components import labels
from recon_engine.match.engine import PASSES, Matched, Pass, match_items
from recon_engine.match.side import Side
from recon_engine.model.policy import Policy
from recon_engine.model.results import MATCHES, MEMBERS, empty


@dataclass(frozen=True)
class Part:
    """Rows that no row of another part can have to do with.

    Attributes:
        currencies: in alphabetical order.
        left: ITEMS.
        right: ITEMS.
    """

    currencies: tuple[str, ...]
    left: pl.DataFrame
    right: pl.DataFrame


def parts(left: pl.DataFrame, right: pl.DataFrame, policy: Policy) -> Iterator[Part]:
    """The parts of two ITEMS frames, one at a time, by their first currency.

    Args:
        left: items.
        right: items.
        policy: what counts as an id.
    """
    known = pl.concat([left["currency"], right["currency"]]).unique().sort()
    said = [_said(frame, known, policy) for frame in (left, right)]
    keys, currency = (np.concatenate(column) for column in zip(*said, strict=True))
    together = _together(keys, currency, len(known))
    for first in np.flatnonzero(together == np.arange(len(known))):
        currencies = known.filter(pl.Series(together == first))
        some = pl.col("currency").is_in(currencies.implode())
        yield Part(tuple(currencies), left.filter(some), right.filter(some))


def _said(items: pl.DataFrame, known: pl.Series, policy: Policy) -> tuple[Rows, Rows]:
    """A number for every id that a row carries or names, and the place of its row's currency."""
    side = Side.of(items, policy.match)
    said = side.said_ids.and_also(side.said_groups).and_also(side.said_in_text)
    place = side.items["currency"].cast(pl.Enum(known)).to_physical().to_numpy()
    return hashed(said.key), place[said.row].astype(np.int64)


def _together(keys: Rows, currency: Rows, count: int) -> Rows:
    """By currency: the first one that it hangs together with through ids."""
    groups = Groups.of(keys)
    return labels(currency[groups.first[groups.number]], currency, count)


def match_parts(
    left: pl.DataFrame, right: pl.DataFrame, policy: Policy, passes: Iterable[Pass] = PASSES
) -> Matched:
    """Matches part by part; never holds more than one part's working data.

    Args:
        left: ITEMS, ids unique.
        right: ITEMS, ids unique.
        policy: tolerances, windows and fee rules.
        passes: the passes to run, in order.
    """
    run = tuple(passes)
    found = [match_items(p.left, p.right, policy, run) for p in parts(left, right, policy)]
    return merged(found)


def merged(found: Iterable[Matched]) -> Matched:
    """What was found in several parts, as one; an item is in one part only."""
    every = [Matched(empty(MATCHES), empty(MEMBERS)), *found]
    return Matched(
        pl.concat([each.matches for each in every]).sort("match_id"),
        pl.concat([each.members for each in every]).sort("match_id", "side", "record_id"),
    )
