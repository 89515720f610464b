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
from recon_engine.match.slips import Ends, one_slip
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


@dataclass(frozen=True)
class _Told:
    """Units and what right rows say that is no id, where their sums agree with some of the others.

    Attributes:
        ours: units.
        theirs: what right rows say.
        wanted: by unit, a number for the sum and its currency.
        brought: the same of each row that says something.
        ids: the ends of the units' ids.
        pieces: the ends of what rows say.
    """

    ours: Units
    theirs: Said
    wanted: Rows
    brought: Rows
    ids: Ends
    pieces: Ends

    @classmethod
    def of(cls, case: Case, payouts: Payouts) -> "_Told":
        """Those of a case."""
        ours, theirs = units(case, payouts), _unknown_pieces(case)
        wanted = ours.paid * len(case.index.currencies) + ours.currency
        brought = case.index.sums(1, theirs.row, case.right.amount[theirs.row])
        some, others = among(wanted, brought), among(brought, wanted)
        ours, theirs = ours.where(some), theirs.where(others)
        ids, pieces = (Ends.of(t.key, case.policy.tail_length_min) for t in (ours, theirs))
        return cls(ours, theirs, wanted[some], brought[others], ids, pieces)


def run(case: Case) -> Found:
    """Units paired with the one bank row that nearly names them and brings their amount."""
    payouts = Payouts.of(case)
    told = _Told.of(case, payouts)
    ours, near = told.ours, _joined(_short(case, told), _by_part(case, told))
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


def _short(case: Case, told: _Told) -> _Near:
    """Ids too short to stand alone, written whole, with the amount beside them."""
    place = np.flatnonzero(told.ids.size < case.policy.reference_length_min)
    i, j = meetings(
        [hashed(told.ours.key.gather(place)), told.wanted[place]],
        [hashed(told.theirs.key), told.brought],
    )
    same = (told.ours.key.gather(place[i]) == told.theirs.key.gather(j)).to_numpy()
    place, row = place[i[same]], told.theirs.row[j[same]]
    return _Near(place, row, np.full(len(place), _SHORT_ID))


def _by_part(case: Case, told: _Told) -> _Near:
    """Ids that share their start or their end with a piece, then really compared."""
    ids, pieces, length = told.ids, told.pieces, case.policy.tail_length_min
    mine, yours = (np.flatnonzero(each.size >= length) for each in (ids, pieces))
    wanted, brought = told.wanted[mine], told.brought[yours]
    met = []
    for ours, theirs in ((ids.start, pieces.start), (ids.end, pieces.end)):
        i, j = meetings(
            [ours[mine], wanted], [theirs[yours], brought], case.policy.candidates_max**2
        )
        met.append(i * len(yours) + j)
    i, j = np.divmod(distinct(np.concatenate(met)), max(1, len(yours)))
    i, j = mine[i], yours[j]
    # A slip changes the length by one at most, and a tail is shorter.
    kept = ids.size[i] >= pieces.size[j] - 1
    i, j = i[kept], j[kept]
    both = pl.DataFrame({"key": told.ours.key.gather(i), "piece": told.theirs.key.gather(j)})
    slip = np.abs(ids.size[i] - pieces.size[j]) <= 1
    slip[slip] = one_slip(*both.filter(pl.Series(slip)))
    tail = both.select(pl.col("key").str.ends_with(pl.col("piece"))).to_series().to_numpy()
    kept = slip | tail
    how = np.where(slip, _SLIP, _TAIL)
    return _Near(i[kept], told.theirs.row[j[kept]], how[kept])


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
