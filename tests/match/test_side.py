"""A side of a case: what is told of its rows, beside the slow and obvious way."""

from hypothesis import given
from hypothesis import strategies as st

from recon_engine.match.side import Side
from recon_engine.model.policy import MatchPolicy
from tests.match.items import frame, item

WORD = st.sampled_from(["", "x"])
ROWS = st.lists(st.tuples(st.integers(1, 2), st.integers(1, 7), WORD, WORD, WORD), max_size=12)


@given(ROWS)
def test_a_copy_repeats_the_row_before_it_to_the_word(rows):
    told = [
        item(f"r{n}", amount, day, reference=reference, text=text, party=party)
        for n, (amount, day, reference, text, party) in enumerate(rows)
    ]
    policy = MatchPolicy()
    side, slow, last = Side.of(frame(told), policy), [], {}
    for day, *words in side.items.select("date", "amount", "reference", "text", "party").rows():
        before = last.get(tuple(words))
        slow.append(before is not None and (day - before).days <= policy.copy_days_max)
        last[tuple(words)] = day
    assert side.is_copy.tolist() == slow
