"""Small months of own books: documents, and the entries and movements that stand for them."""

from typing import Any

from recon_engine.model.results import Close
from tests.records import record

Record = dict[str, Any]
CODES = (
    "posting_missing", "posted_twice", "posting_differs", "posting_other_period",
    "posting_without_document", "stock_missing", "stock_without_sale", "stock_differs",
    "return_not_stocked",
)  # fmt: skip


def order(name: str, day: int, amount: int, number: str, **rest: Any) -> Record:
    """An order of Tmall."""
    return record("order", name, day, amount, **{"reference": number, "channel": "tmall", **rest})


def fee(name: str, day: int, amount: int, **rest: Any) -> Record:
    """A commission that Alipay keeps."""
    row = {"type": "commission", "channel": "alipay", **rest}
    return record("settlement_line", name, day, -amount, **row)


def refund(name: str, day: int, amount: int, number: str, **rest: Any) -> Record:
    """A refund on Alipay."""
    row = {"type": "refund", "channel": "alipay", "reference": number, "gross": -amount, **rest}
    return record("settlement_line", name, day, -amount, **row)


def came(name: str, day: int, amount: int, **rest: Any) -> Record:
    """A movement on the bank account."""
    return record("statement_line", name, day, amount, **{"type": "receipt", **rest})


def entry(name: str, day: int, amount: int, account: str, number: str = "", **rest: Any) -> Record:
    """An entry of the books: a debit is positive, a credit negative."""
    ids = "|".join(part for part in (rest.pop("voucher", f"记-{name}"), number) if part)
    row = {"reference": ids, "fee_type": account, "channel": "books", "type": "receipt", **rest}
    return record("ledger_entry", name, day, amount, **row)


def moved(name: str, day: int, pieces: int, number: str = "", **rest: Any) -> Record:
    """A movement of the stock: what leaves is negative."""
    row = {"reference": number, "quantity": pieces, "fee_type": "销售出库", "type": "adjustment"}
    return record("stock_movement", name, day, 0, **{**row, "sku": "A-1", **rest})


def told(month: Close) -> dict[str, tuple[str, int]]:
    """``{record id: (code, money at stake)}`` of the exceptions of own books."""
    listed = month.exceptions.select("record_id", "code", "at_stake").iter_rows()
    return {name: (code, stake) for name, code, stake in listed if code in CODES}
