"""A month of two platforms and one bank account that can be added up on paper.

Amazon: A1 100.00 and A2 50.00 sold; 15 % commission (15.00, 7.50) kept back; A2 refunded 20.00.
A1 is paid out on the 5th (85.00) and in the bank on the 6th.  A2's payout of 22.50
(50.00 - 7.50 - 20.00) left on the 30th and is not in the bank.
JD: J1 30.00, due on the 16th and paid by nobody; J2 12.00 of the 28th, not due yet.
Bank: opens with 1,000.00; 85.00 from Amazon, 7.77 from nobody knows whom, a charge of 3.00:
closes with 1,089.77.
"""

from dataclasses import replace
from datetime import date

import polars as pl

from recon_engine.close import close_month
from recon_engine.model.kept import BUDGET, CUSTOM, FOLLOW_UP, HISTORY, Kept
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close, Period
from tests.records import intake, record

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
CUSTOM_ROWS = (
    ("By platform", "Receivables", "channel", "status", "sold", "", "", "largest", "bars"),
    ("Open bank lines", "Bank", "date:week", "", "amount", "place", "open", "", ""),
)


def small_month(*, history: bool = False, custom: tuple[tuple[str, ...], ...] = ()) -> Close:
    """The month, with October's predecessors and a budget if asked for."""
    policy = replace(default_policy(), company="Example Ltd")
    return close_month(intake(*_rows()), policy, OCTOBER, kept=_kept(custom, history=history))


def _rows() -> list[dict[str, object]]:
    amazon = {"channel": "amazon", "account": "US store"}
    cmb = {"channel": "cmb", "account": "6225-01"}
    first, second = {**amazon, "group": "P1"}, {**amazon, "group": "P2"}
    return [
        record("order", "A1", 1, 10000, reference="111-1", party="Ann", items="Cup ×1", **amazon),
        record("order", "A2", 12, 5000, reference="111-2", party="Bob", items="Cup ×2",
               refunded=2000, **amazon),
        record("order", "J1", 1, 3000, reference="900001", party="王*", channel="jd"),
        record("order", "J2", 28, 1200, reference="900002", party="王*", channel="jd"),
        record("settlement_line", "s1", 3, 10000, reference="111-1", **first),
        record("settlement_line", "s2", 3, -1500, reference="111-1", type="commission", **first),
        record("settlement_line", "s3", 5, -8500, reference="P1", type="transfer", **first),
        record("settlement_line", "s4", 20, 5000, reference="111-2", **second),
        record("settlement_line", "s5", 20, -750, reference="111-2", type="commission", **second),
        record("settlement_line", "s6", 21, -2000, reference="111-2", type="refund", **second),
        record("settlement_line", "s7", 30, -2250, reference="P2", type="transfer", **second),
        record("statement_line", "b1", 6, 8500, text="AMAZON PAYMENTS P1", balance=108500,
               type="receipt", **cmb),
        record("statement_line", "b2", 9, 777, text="cash", balance=109277, type="receipt", **cmb),
        record("statement_line", "b3", 30, -300, text="charge", balance=108977, type="payment",
               **cmb),
    ]  # fmt: skip


def _kept(custom: tuple[tuple[str, ...], ...], *, history: bool) -> Kept:
    return Kept(
        follow_up=_frame([("J1", "asked", "called on 20 October")], FOLLOW_UP),
        history=_frame(_PAST if history else [], HISTORY),
        budget=_frame([("amazon", "CNY", "200"), ("jd", "CNY", "a lot")], BUDGET),
        custom=_frame(list(custom), CUSTOM),
    )


_PAST = [
    ("2025-10", date(2025, 10, 1), date(2025, 10, 31), "jd", "", "CNY",
     2, 2800, 0, 0, 2800, 2800, 2800, 0),
    ("2026-09", date(2026, 9, 1), date(2026, 9, 30), "amazon", "US store", "CNY",
     1, 12000, 0, -1800, 12000, 12000, 10200, 0),
]  # fmt: skip


def _frame(rows: list[tuple[object, ...]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")
