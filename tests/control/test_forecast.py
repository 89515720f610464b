"""The cash forecast beside a hand calculation."""

from datetime import date

from recon_engine.control.forecast import forecasts

from .shop import closed, month


def test_open_orders_come_when_orders_like_them_came():
    """Each order brings 95.00 after exactly three days.

    On 31 October the twelve orders of 29 to 31 October are open: all come by 3 November, within
    the first week.  The same forecast a week before: twelve orders open, 1,140.00 foreseen and
    1,140.00 came; so did it two and three weeks before.  Its band is the narrowest allowed, 2 %.
    """
    (told,) = forecasts(closed(month()))
    assert told.open == 12 * 95_00
    assert [step.expected for step in told.steps] == [1_140_00, 0, 0, 0]
    first = told.steps[0]
    assert (first.first, first.last) == (date(2026, 11, 1), date(2026, 11, 7))
    assert (first.low, first.high) == (1_117_20, 1_162_80)
    assert [(t.foreseen, t.came) for t in told.trials] == [(1_140_00, 1_140_00)] * 3


def test_half_of_the_orders_wait_ten_days_longer():
    """Even orders come after 3 days, odd ones after 13.

    On 31 October six even orders (29 to 31) and 26 odd ones (19 to 31) are open: the curve sees an
    order's number as little as we do, but an order that has waited three days is surely odd.
    """
    orders = month()
    for order in orders:
        order["wait"] = 3 if order["n"] % 2 == 0 else 13
    (told,) = forecasts(closed(orders))
    assert told.open == 32 * 95_00
    # Odd orders of 19 to 25 October come by 7 November, and the six even ones.
    first, second, *later = (step.expected for step in told.steps)
    assert abs(first - (14 + 6) * 95_00) <= 2 * 95_00
    assert abs(first + second - told.open) <= 2 * 95_00
    assert later == [0, 0]


def test_nothing_is_foreseen_from_too_few_payments():
    assert forecasts(closed(month()[:20])) == ()


def test_the_order_of_rows_changes_nothing():
    assert forecasts(closed(month())) == forecasts(closed(month(), turned=True))
