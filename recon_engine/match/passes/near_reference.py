"""Pass 5: an id with one slip, its tail, or a short one, confirmed by amount and date.

A slip leaves either the start or the end of an id whole, so ids meet by their first or last
characters together with the amount; only those few are compared letter by letter.  In a large month
a tail fits several orders of one amount: then the payer's name says which is meant.
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
from recon_engine.match.keys import Said
from recon_engine.match.near import Near
from recon_engine.match.slips import Ends, one_slip
from recon_engine.match.units import Payouts, Units, rows_of, units

_EVIDENCE = ("short_id=1", "slips=1", "tail=1")
_SHORT_ID, _SLIP, _TAIL = range(3)


@dataclass(frozen=True)
class _Told:
    """Units and what right rows say that is no id, where their sums agree with some of the others.

    Attributes:
        ours: units.
        theirs: what right rows say.
        strange: by what they say, whether it is nobody's id as it stands.
        wanted: by unit, a number for the sum and its currency.
        brought: the same of each row that says something.
        ids: the ends of the units' ids.
        pieces: the ends of what rows say.
    """

    ours: Units
    theirs: Said
    strange: Flags
    wanted: Rows
    brought: Rows
    ids: Ends
    pieces: Ends

    @classmethod
    def of(cls, case: Case, payouts: Payouts) -> "_Told":
        """Those of a case."""
        ours, (theirs, strange) = units(case, payouts), _pieces(case)
        wanted = ours.paid * len(case.index.currencies) + ours.currency
        brought = case.index.sums(1, theirs.row, case.right.amount[theirs.row])
        some, others = among(wanted, brought), among(brought, wanted)
        ours, theirs, strange = ours.where(some), theirs.where(others), strange[others]
        ids, pieces = (Ends.of(t.key, case.policy.tail_length_min - 1) for t in (ours, theirs))
        return cls(ours, theirs, strange, wanted[some], brought[others], ids, pieces)


def run(case: Case) -> Found:
    """Units paired with the one bank row that nearly names them and brings their amount."""
    payouts = Payouts.of(case)
    near = case.index.nearly(lambda: _nearly(case, payouts))
    return _found(case, payouts, _only(case, near.where(near.strange)), "")


def run_by_name(case: Case) -> Found:
    """Orders paired with the one bank row that nearly names them, of those of the payer's name."""
    payouts = Payouts.of(case)
    near = case.index.nearly(lambda: _nearly(case, payouts))
    near = near.where(near.unit < len(case.left))
    near = near.where(case.left_open[near.unit] & case.payable[near.row])
    if not len(near.row):
        return nothing()
    near = near.where(case.names.may_be_one(near.unit, near.row))
    return _found(case, payouts, _only(case, near), ";party=1")


def _nearly(case: Case, payouts: Payouts) -> Near:
    """Units and the bank rows within the window that nearly name them and bring their amount."""
    told = _Told.of(case, payouts)
    ours, (place, said, how) = told.ours, _joined(_short(case, told), _by_part(case, told))
    paid_on, policy = case.right.day[told.theirs.row[said]], case.policy
    inside = paid_on >= ours.first[place] - policy.window_days_before
    inside &= paid_on <= ours.last[place] + policy.window_days_after
    # A deposit that names one payout outright does not nearly name another.
    inside &= ~among(told.theirs.row[said], payouts.deposit)
    place, said, how = place[inside], said[inside], how[inside]
    fee = ours.amount[place] - ours.paid[place]
    return Near(
        ours.unit[place], told.theirs.row[said], how, fee, told.strange[said], ours.whole[place]
    )


def _pieces(case: Case) -> tuple[Said, Flags]:
    """What open right rows say that is no id as it stands, or too short to be surely the one meant.

    Every six figures are the whole id of some order of a shop that counts its orders.
    """
    right, index = case.right, case.index
    # What stands in a column of its own is an id, however short: it names outright or not at all.
    parts = [
        (right.said_in_text, index.is_known("in_text")),
        (right.said_too_short, np.zeros(len(right.said_too_short), dtype=np.bool_)),
        (right.said_ids, index.is_known("ids")),
        (right.said_groups, index.is_known("groups")),
    ]
    open_rows = [case.right_open[part.row] for part, _ in parts]
    said = Said(np.zeros(0, np.int64), pl.Series(dtype=pl.String))
    for (part, _), some in zip(parts, open_rows, strict=True):
        said = said.and_also(part.where(some))
    strange = ~np.concatenate(
        [known[some] for (_, known), some in zip(parts, open_rows, strict=True)]
    )
    kept = strange | (said.key.str.len_chars().to_numpy() <= case.policy.tail_length_min)
    return said.where(kept), strange[kept]


_Pairs = tuple[Rows, Rows, Rows]  # places in the units, in what rows say, and in _EVIDENCE


def _joined(*parts: _Pairs) -> _Pairs:
    place, said, how = (np.concatenate(part) for part in zip(*parts, strict=True))
    return place, said, how


def _short(case: Case, told: _Told) -> _Pairs:
    """Ids too short to stand alone, written whole, with the amount beside them."""
    place = np.flatnonzero(told.ids.size < case.policy.reference_length_min)
    i, j = meetings(
        [hashed(told.ours.key.gather(place)), told.wanted[place]],
        [hashed(told.theirs.key), told.brought],
    )
    same = (told.ours.key.gather(place[i]) == told.theirs.key.gather(j)).to_numpy()
    return place[i[same]], j[same], np.full(int(same.sum()), _SHORT_ID)


def _by_part(case: Case, told: _Told) -> _Pairs:
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
    return i[kept], j[kept], how[kept]


def _only(case: Case, near: Near) -> Near:
    """Rows with one unit only; of a unit's rows, the earliest if the others are its copies."""
    near = near.where(order_by(near.row, near.unit, near.how))
    by_row = Groups.of(near.row)
    lone = by_row.min(near.unit) == by_row.max(near.unit)
    near = near.where(by_row.first[lone])
    by_unit = Groups.of(near.unit)
    text = numbered(case.right.items["text"].gather(near.row))[0]
    amount = case.right.amount[near.row]
    alike = (by_unit.min(text) == by_unit.max(text)) & (by_unit.min(amount) == by_unit.max(amount))
    return near.where(by_unit.first[alike])


def _found(case: Case, payouts: Payouts, chosen: Near, also: str) -> Found:
    if not len(chosen.row):
        return nothing()
    number = np.arange(len(chosen.row))
    which, left = rows_of(case, payouts, chosen.unit)
    parts, i = meetings([chosen.unit - len(case.left)], [payouts.payout])
    part = ~chosen.whole[parts]
    parts, others = parts[part], payouts.deposit[i[part]]
    members = pl.DataFrame(
        {
            "group": np.concatenate([which, number, parts]),
            "left": np.repeat([True, False], [len(left), len(number) + len(parts)]),
            "row": np.concatenate([left, chosen.row, others]),
        },
        schema=FOUND_MEMBERS,
    )
    how = pl.Series(_EVIDENCE).gather(chosen.how) + also
    groups = pl.DataFrame({"group": number, "fee": chosen.fee, "how": how}).select(
        "group",
        rule=pl.lit("near_reference"),
        status=pl.lit(CONFIRMED),
        explained="fee",
        evidence=pl.when(pl.col("fee") == 0)
        .then("how")
        .otherwise(pl.format("{};fee_minor={}", "how", "fee")),
    )
    return Found(members, groups)
