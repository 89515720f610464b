"""Pass 5: an id with one slip, its tail, or a short one, confirmed by amount and date.

A slip leaves either the start or the end of an id whole, so ids meet by their first or last
characters together with the amount; only those few are compared letter by letter.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import (
    Flags,
    Groups,
    Rows,
    among,
    distinct,
    hashed,
    meetings,
    numbered,
    order_by,
)
from recon_engine.match.case import CONFIRMED, FOUND_MEMBERS, Case, Found, nothing
from recon_engine.match.keys import Said, without_repeats
from recon_engine.match.slips import one_slip
from recon_engine.match.units import Payouts, Units, rows_of, units

_EVIDENCE = ("short_id=1", "slips=1", "tail=1")
_SHORT_ID, _SLIP, _TAIL = range(3)


@dataclass(frozen=True)
class _Near:
    """Pairs of a unit and a right row that nearly names it.

    Attributes:
        place: in the units.
        row: right rows.
        how: place in _EVIDENCE.
    """

    place: Rows
    row: Rows
    how: Rows

    def where(self, kept: Flags | Rows) -> "_Near":
        """Some of them."""
        return _Near(self.place[kept], self.row[kept], self.how[kept])


def run(case: Case) -> Found:
    """Units paired with the one bank row that nearly names them and brings their amount."""
    payouts = Payouts.of(case)
    ours, theirs = units(case, payouts), _unknown_pieces(case)
    currencies = len(case.index.currencies)
    wanted = ours.paid * currencies + ours.currency
    brought = case.index.sums(1, theirs.row, case.right.amount[theirs.row])
    some, others = among(wanted, brought), among(brought, wanted)
    ours, theirs, wanted, brought = (
        ours.where(some),
        theirs.where(others),
        wanted[some],
        brought[others],
    )
    if not len(wanted):
        return nothing()
    near = _joined(
        _short(case, ours, theirs, wanted, brought), _by_part(case, ours, theirs, wanted, brought)
    )
    paid_on, policy = case.right.day[near.row], case.policy
    inside = paid_on >= ours.first[near.place] - policy.window_days_before
    inside &= paid_on <= ours.last[near.place] + policy.window_days_after
    return _found(case, payouts, ours, _only(case, ours, near.where(inside)))


def _unknown_pieces(case: Case) -> Said:
    """What open right rows say that is no id as it stands."""
    right, index = case.right, case.index
    # What stands in a column of its own is an id, however short: it names outright or not at all.
    every = (
        right.said_in_text.where(~index.is_known("in_text"))
        .and_also(right.said_too_short)
        .and_also(right.said_ids.where(~index.is_known("ids")))
        .and_also(right.said_groups.where(~index.is_known("groups")))
    )
    return without_repeats(every.where(case.right_open[every.row]))


def _joined(*parts: _Near) -> _Near:
    return _Near(*(np.concatenate([getattr(p, f) for p in parts]) for f in ("place", "row", "how")))


def _short(case: Case, ours: Units, theirs: Said, wanted: Rows, brought: Rows) -> _Near:
    """Ids too short to stand alone, written whole, with the amount beside them."""
    short = ours.key.str.len_chars().to_numpy() < case.policy.reference_length_min
    place = np.flatnonzero(short)
    i, j = meetings([hashed(ours.key)[place], wanted[place]], [hashed(theirs.key), brought])
    same = (ours.key.gather(place[i]) == theirs.key.gather(j)).to_numpy()
    place, row = place[i[same]], theirs.row[j[same]]
    return _Near(place, row, np.full(len(place), _SHORT_ID))


def _by_part(case: Case, ours: Units, theirs: Said, wanted: Rows, brought: Rows) -> _Near:
    """Ids that share their start or their end with a piece, then really compared."""
    length = case.policy.tail_length_min
    mine, yours = (
        np.flatnonzero(each.key.str.len_chars().to_numpy() >= length) for each in (ours, theirs)
    )
    keys, pieces = ours.key.gather(mine), theirs.key.gather(yours)
    met = []
    for start in (0, -length):
        parts = [hashed(texts.str.slice(start, length)) for texts in (keys, pieces)]
        i, j = meetings(
            [parts[0], wanted[mine]], [parts[1], brought[yours]], case.policy.candidates_max**2
        )
        met.append(i * len(pieces) + j)
    i, j = np.divmod(distinct(np.concatenate(met)), max(1, len(pieces)))
    both = pl.DataFrame({"key": keys.gather(i), "piece": pieces.gather(j)})
    slip = one_slip(both["key"], both["piece"])
    tail = both.select(pl.col("key").str.ends_with(pl.col("piece"))).to_series().to_numpy()
    kept = slip | tail
    how = np.where(slip, _SLIP, _TAIL)
    return _Near(mine[i[kept]], theirs.row[yours[j[kept]]], how[kept])


def _only(case: Case, ours: Units, near: _Near) -> _Near:
    """Rows with one unit only; of a unit's rows, the earliest if the others are its copies."""
    unit = ours.unit[near.place]
    order = order_by(near.row, unit, near.how)
    near, unit = near.where(order), unit[order]
    by_row = Groups.of(near.row)
    lone = by_row.min(unit) == by_row.max(unit)
    near = near.where(by_row.first[lone])
    by_unit = Groups.of(ours.unit[near.place])
    text = numbered(case.right.items["text"].gather(near.row))[0]
    amount = case.right.amount[near.row]
    alike = (by_unit.min(text) == by_unit.max(text)) & (by_unit.min(amount) == by_unit.max(amount))
    return near.where(by_unit.first[alike])


def _found(case: Case, payouts: Payouts, ours: Units, chosen: _Near) -> Found:
    if not len(chosen.row):
        return nothing()
    number = np.arange(len(chosen.row))
    which, left = rows_of(case, payouts, ours.unit[chosen.place])
    members = pl.DataFrame(
        {
            "group": np.concatenate([which, number]),
            "left": np.repeat([True, False], [len(left), len(number)]),
            "row": np.concatenate([left, chosen.row]),
        },
        schema=FOUND_MEMBERS,
    )
    fee = ours.amount[chosen.place] - ours.paid[chosen.place]
    how = pl.Series(_EVIDENCE).gather(chosen.how)
    groups = pl.DataFrame({"group": number, "fee": fee, "how": how}).select(
        "group",
        rule=pl.lit("near_reference"),
        status=pl.lit(CONFIRMED),
        explained="fee",
        evidence=pl.when(pl.col("fee") == 0)
        .then("how")
        .otherwise(pl.format("{};fee_minor={}", "how", "fee")),
    )
    return Found(members, groups)
