"""A month of one store that a person can check in the head: every order like the other.

Four orders a day of 100.00, each of its own buyer, paid three days later with a commission of 5.00
as a line of its own.
"""

from datetime import date, timedelta
from typing import Any

import polars as pl

from recon_engine.close import close_month
from recon_engine.model.policy import Policy, default_policy
from recon_engine.model.records import as_records
from recon_engine.model.results import Close, Intake, Period
from tests.records import _reports

START, END = date(2026, 10, 1), date(2026, 10, 31)
EACH_DAY, PRICE, COMMISSION, WAIT = 4, 100_00, 5_00, 3
Rows = list[dict[str, Any]]


def month() -> Rows:
    """The orders, a dict each: day (0 is the first), n, price, commission, wait, paid, product."""
    return [
        {"n": n, "day": n // EACH_DAY, "price": PRICE, "commission": COMMISSION, "wait": WAIT,
         "paid": PRICE, "product": f"cup {n % 6}", "buyer": f"buyer {n}", "back": 0}
        for n in range(31 * EACH_DAY)
    ]  # fmt: skip


def closed(orders: Rows, policy: Policy | None = None, *, turned: bool = False) -> Close:
    """The close of these orders; ``turned`` reads them in the opposite order."""
    rows = [row for order in orders for row in _records(order)]
    records = as_records(pl.DataFrame(rows, infer_schema_length=None))
    if turned:
        records, rows = records.reverse(), rows[::-1]
    intake = Intake(records, tuple(_reports(tuple(rows))))
    return close_month(intake, policy or default_policy(), Period(START, END))


def _records(order: dict[str, Any]) -> Rows:
    n, day = order["n"], START + timedelta(days=order["day"])
    reference, paid_on = f"TB{n:08d}", day + timedelta(days=order["wait"])
    common = {"currency": "CNY", "source_rows": 1, "source_row": n + 2, "reference": reference,
              "channel": "douyin", "account": "shop"}  # fmt: skip
    sale = {"record_id": f"o{n}", "kind": "order", "type": "sale", "date": day,
            "amount": order["price"], "party": order["buyer"], "items": f"{order['product']} ×1",
            "source_file": "orders.csv", "refunded": order["back"]}  # fmt: skip
    if paid_on > END:
        return [common | sale]
    line = {"kind": "settlement_line", "date": paid_on, "source_file": "lines.csv"}
    moves = [("sale", order["paid"]), ("commission", -order["commission"])]
    if order["back"]:
        moves.append(("refund", -order["back"]))
    return [
        common | sale,
        *(common | line | {"record_id": f"{kind[0]}{n}", "type": kind, "amount": amount}
          for kind, amount in moves if amount),
    ]  # fmt: skip
