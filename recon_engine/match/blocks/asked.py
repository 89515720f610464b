"""What may explain each payout of some lines, and which nameless deposits are theirs.

Pieces of unpaid days stand in the chain of payouts like any other payout, only that their deposit
may be one of several: what the payout before held back and what the next brings in speaks for one
or the other, to the cent.  A deposit is a piece's when that is likelier than everything else; how
likely, its rows are told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recon_engine.match.arrays import distinct
from recon_engine.match.blocks.bags import Floats
from recon_engine.match.blocks.chain import bases
from recon_engine.match.blocks.claims import shares
from recon_engine.match.blocks.deposits import NOBODY
from recon_engine.match.blocks.line import Line
from recon_engine.match.blocks.nameless import Offers
from recon_engine.match.blocks.schedule import Block, Schedule, Scheduled, in_order
from recon_engine.match.blocks.solutions import Quests, Search, search
from recon_engine.match.blocks.steps import Found, Stand, steps
from recon_engine.match.blocks.table import Table, chain, plain_odds, sums
from recon_engine.match.blocks.usual import nearness, rivals
from recon_engine.match.case import Flags, Rows
from recon_engine.model.policy import MatchPolicy

_LIKELIER = 0.5  # than everything else together
_MILLION = 1_000_000
_LEAST = 1e-15  # odds that are not told apart from none


@dataclass(frozen=True)
class Asked:
    """The payouts of some lines and what was found without a fee that nobody told.

    Attributes:
        each: the lines and their schedules.
        table: their payouts.
        stand: what is known of these beside their sums.
        quests: what was asked.
        found: the solutions.
        doubt: by payout: how likely none of them seems before other days and fees are looked at;
            1 where the deposit names no channel.
        owned: odds that its deposit is the line's at all.
    """

    each: Sequence[Scheduled]
    table: Table
    stand: Stand
    quests: Quests
    found: Search
    doubt: Floats
    owned: Floats


def asked(each: Sequence[Scheduled], offers: Offers, policy: MatchPolicy) -> Asked:
    """What explains the payouts of some lines, of which there is one at least.

    Args:
        each: lines and their schedules.
        offers: nameless deposits that the lines may get.
        policy: how much is searched.
    """
    waiting = _Waiting.of(each, offers, policy)
    found = search(waiting.table.bags, waiting.quests, policy)
    return waiting.settled(found, policy)


@dataclass(frozen=True)
class _Waiting:
    """Lines whose pieces of unpaid days wait for a deposit.

    Attributes:
        each: the lines and their blocks, with those pieces that are offered one.
        offers: to these.
        table: the payouts, pieces among them.
        known: by payout: whether its deposit is.
        payout: by offer, the piece's number among the payouts.
        quests: what is asked, of the deposits that are known and of those that are offered.
        offer: of each base; -1 where the deposit is known.
    """

    each: Sequence[tuple[Line, list[Block]]]
    offers: Offers
    table: Table
    known: Flags
    payout: Rows
    quests: Quests
    offer: Rows

    @classmethod
    def of(cls, each: Sequence[Scheduled], offers: Offers, policy: MatchPolicy) -> "_Waiting":
        number = distinct(offers.piece)
        chains = list(_with_pieces(each, offers, set(number.tolist())))
        links = [link for line, blocks in chains for link in chain(line, blocks, policy)]
        table = Table.of(links, policy)
        known = np.array([link.block.deposit != NOBODY for link in links])
        told, payout = np.flatnonzero(known), np.flatnonzero(~known)
        payout = payout[number.searchsorted(offers.piece)]
        each_payout = np.concatenate([told, payout])
        low, high = (
            np.concatenate(both)
            for both in zip(sums([links[n] for n in told]), (offers.low, offers.high), strict=True)
        )
        weight = np.concatenate([np.full(len(told), plain_odds(policy)), _prior(offers, policy)])
        order = np.argsort(each_payout, kind="stable")
        quests, deposit = table.asked(each_payout[order], low[order], high[order], weight[order])
        offer = np.maximum(order[deposit] - len(told), -1)
        return cls(chains, offers, table, known, payout, quests, offer)

    def settled(self, found: Search, policy: MatchPolicy) -> Asked:
        """Each piece with the deposit that is likelier its own than not, the others unpaid."""
        odds, doubt = self._odds(found, policy)
        share = shares(self.payout, self.offers.row, odds)
        is_won = share > _LIKELIER
        won = np.flatnonzero(is_won)
        owned = self.known.astype(np.float64)
        owned[self.payout[won]] = share[won]
        bases, kept = np.append(is_won, True)[self.offer], owned > 0
        each = list(self._lines(dict(zip(self.payout[won].tolist(), won.tolist(), strict=True))))
        table, others = self.table.narrowed(kept, each), rivals(each, policy)
        known = np.ones(len(table), np.bool_)
        return Asked(
            each, table, Stand(table.follows, known, others.near, others.exact, others.by_one),
            self.quests.narrowed(kept, bases, plain_odds(policy)),
            found.narrowed(kept, bases), doubt[kept], owned[kept],
        )  # fmt: skip

    def _odds(self, found: Search, policy: MatchPolicy) -> tuple[Floats, Floats]:
        """By offer the odds that it is the piece's, and by payout how likely nothing explains it.

        A piece's rows bring it to the cent, or they do otherwise.
        """
        table, offers = self.table, self.offers
        stand = Stand.alone(table.follows, self.known)
        plain = Found.without_fees(self.quests, found)
        told = steps(table.bags, plain, stand, table.spread, policy)
        odds, nothing = bases(stand, told, len(self.quests.base))
        by_offer = np.bincount(self.offer + 1, odds, len(offers) + 1)[1:]
        total, rows = table.total[self.payout], table.bags.rows[table.own[self.payout]]
        off = np.maximum(np.maximum(offers.low - total, total - offers.high), 0)
        near = nearness(off, table.typical[self.payout], rows, policy)
        otherwise = (1 - plain_odds(policy)) * near * _prior(offers, policy)
        to_the_cent = by_offer / np.maximum(nothing[self.payout], _LEAST)
        return to_the_cent + otherwise, np.where(self.known, nothing, 1.0)

    def _lines(self, won: Mapping[int, int]) -> Iterator[Scheduled]:
        """The lines with the deposits they got: offers, by payout."""
        number = 0
        for line, blocks in self.each:
            theirs: list[Block] = []
            offers: list[int] = []
            for payout, block in enumerate(blocks, number):
                if block.deposit != NOBODY:
                    theirs.append(block)
                elif payout in won:
                    offer, deposit = won[payout], len(line.deposits) + len(offers)
                    lag = int(self.offers.lag[offer])
                    theirs.append(replace(block, deposit=deposit, lag_days=lag))
                    offers.append(offer)
            number += len(blocks)
            yield self.offers.paid(line, offers), Schedule(0.0, tuple(in_order(theirs)))


def _with_pieces(
    each: Sequence[Scheduled], offers: Offers, wanted: set[int]
) -> Iterator[tuple[Line, list[Block]]]:
    """The blocks of each line and those of its pieces that are wanted, in time order."""
    first = 0
    for (line, schedule), pieces in zip(each, offers.pieces, strict=True):
        ours = [piece for n, piece in enumerate(pieces, first) if n in wanted]
        first += len(pieces)
        yield line, list(in_order([*schedule.blocks, *ours]))


def _prior(offers: Offers, policy: MatchPolicy) -> Floats:
    """Odds that an offer is its piece's, against an unrelated sum of its size, per minor unit.

    Days that nobody pays are taken to be as rare as deposits that differ for no reason found.
    """
    rivals = np.bincount(offers.piece)[offers.piece]
    unpaid = max(1, policy.payout_unexplained_ppm) / _MILLION
    odds: Floats = offers.usual / rivals * offers.high / unpaid
    return odds
