"""How rare a payment so many days after its item is: learned from pairs that an id ties."""

import numpy as np

from recon_engine.match.case import Case
from recon_engine.match.lags import SCALE, rarity
from recon_engine.model.policy import Policy
from tests.match.items import frame, item, lines, matched

BEFORE = Policy().match.window_days_before


def rarities(late: list[int], paid: int = 500) -> list[int]:
    """By day from the item's: the rarity where pairs tied by ids were so late."""
    left = [item(f"a{n}", 500, 4 + n % 20, reference=f"TB{n:06}") for n in range(len(late))]
    right = [
        item(f"x{n}", paid, 4 + n % 20 + days, reference=f"TB{n:06}") for n, days in enumerate(late)
    ]
    return rarity(Case.of(frame(left), frame(right), Policy()), 31).tolist()[BEFORE:]


def test_days_that_are_common_among_known_pairs_are_not_rare() -> None:
    quick, slow = rarities([1] * 300), rarities([9] * 300)
    assert quick[1] < 2 * SCALE < 10 * SCALE < quick[9]
    assert slow[9] < quick[9]
    assert slow[1] > quick[1]


def test_without_known_pairs_the_further_the_rarer() -> None:
    known = rarities([])
    assert known == sorted(known)
    assert known == rarities([1] * 300, paid=499), "what an id ties with another sum tells nothing"


def test_a_late_payment_proves_less_where_all_others_are_quick() -> None:
    known = 400
    left = [item(f"a{n}", 900, 1 + n % 28, reference=f"TB{n:06}") for n in range(known)]
    right = [item(f"x{n}", 900, 2 + n % 28, reference=f"TB{n:06}") for n in range(known)]
    names = [f"Buyer {one}{two}" for one in "abcde" for two in "fghijklm"]
    more = [item(f"o{n}", 500, 1 + n % 28, party=name) for n, name in enumerate(names)]
    for day, told in ((2, ["party_amount: o0 = y"]), (30, ["party_amount: o0 = y?"])):
        paid = item("y", 500, day, party="Buyer af")
        found = lines(matched([*left, *more], [*right, paid]))
        assert [line for line in found if "y" in line.split("=")[1]] == told


def test_rarities_are_whole_numbers_for_every_day_of_the_window() -> None:
    policy = Policy().match
    every = rarity(Case.of(frame([]), frame([]), Policy()), 1)
    assert len(every) == policy.window_days_before + policy.window_days_after + 1
    assert every.dtype == np.int64
    assert every.min() >= 1
