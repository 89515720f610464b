"""Each exception of own books by an example that a person can follow."""

from datetime import date
from typing import Any

import polars as pl

from tests.reconcile.books import came, entry, fee, moved, order, refund, told
from tests.reconcile.goods import came_back, closed, places

SALES, DUE, FEES, BANK = (
    "6001 主营业务收入",
    "1122 应收账款",
    "销售费用-平台手续费",
    "1002 银行存款",
)


def posting(month: Any, name: str) -> dict[str, Any]:
    """The row of Postings that is about a record."""
    row: dict[str, Any] = month.books.postings.filter(pl.col("record_id") == name).row(
        0, named=True
    )
    return row


def test_a_voucher_that_names_its_order_is_cleared_with_all_its_entries() -> None:
    month = closed(
        order("o1", 1, 11300, "A100001"),
        entry("e1", 1, 11300, DUE, "A100001"),
        entry("e2", 1, -10000, SALES, voucher="记-e1"),
        entry("e3", 1, -1300, "222101 应交税费-销项税额", voucher="记-e1"),
    )
    assert told(month) == {}
    assert {places(month)[name] for name in ("e1", "e2", "e3")} == {"cleared"}
    row = posting(month, "e2")
    figures = ("status", "basis", "line", "expected", "booked", "difference")
    assert [row[name] for name in figures] == ["agreed", "number", "sales", 11300, 11300, 0]


def test_an_id_inside_the_memo_is_found() -> None:
    sale = order("o1", 1, 100, "A100001")
    month = closed(sale, entry("e1", 1, -100, SALES, text="确认收入 A100001 天猫"))
    assert posting(month, "e1")["basis"] == "number"
    assert told(month) == {}


def test_a_sale_that_is_not_posted_is_told() -> None:
    month = closed(
        order("o1", 1, 10000, "A100001"), order("o2", 2, 5000, "A100002"),
        entry("e1", 1, -10000, SALES, "A100001"),
    )  # fmt: skip
    assert told(month) == {"o2": ("posting_missing", 5000)}
    assert places(month)["e1"] == "cleared"


def test_a_sale_that_is_posted_twice_is_told_at_its_first_entry() -> None:
    month = closed(
        order("o1", 1, 10000, "A100001"), entry("e1", 1, -10000, SALES, "A100001"),
        entry("e2", 4, -10000, SALES, "A100001"),
    )  # fmt: skip
    assert told(month) == {"e1": ("posted_twice", 10000)}
    assert {places(month)["e1"], places(month)["e2"]} == {"open"}


def test_a_posting_that_was_reversed_and_made_again_is_no_second_one() -> None:
    month = closed(
        order("o1", 1, 10000, "A100001"), entry("e1", 1, -1000, SALES, "A100001"),
        entry("e2", 3, 1000, SALES, "A100001", text="红冲"),
        entry("e3", 3, -10000, SALES, "A100001"),
    )  # fmt: skip
    assert told(month) == {}


def test_another_amount_is_told_with_the_difference() -> None:
    month = closed(order("o1", 1, 10000, "A100001"), entry("e1", 1, -10090, SALES, "A100001"))
    assert told(month) == {"e1": ("posting_differs", 90)}
    match = month.matches.filter(pl.col("reconciliation") == "documents_ledger").row(0, named=True)
    assert (match["status"], match["rule"], match["difference"]) == (
        "proposed", "posting_differs", -90,
    )  # fmt: skip


def test_the_right_amount_in_another_month_is_a_matter_of_cut_off() -> None:
    sale = order("o1", 31, 10000, "A100001")
    late = entry("e1", 1, -10000, SALES, "A100001") | {"date": date(2026, 11, 2)}
    month = closed(sale, late)
    assert told(month) == {"e1": ("posting_other_period", 10000)}
    assert posting(month, "e1")["status"] == "other_period"


def test_the_right_amount_in_another_month_is_found_without_a_number() -> None:
    sale = order("o1", 31, 10000, "A100001")
    late = entry("e1", 1, -10000, SALES) | {"date": date(2026, 11, 2)}
    month = closed(sale, order("o2", 3, 777, "A100002"), entry("e2", 3, -777, SALES), late)
    assert told(month) == {"e1": ("posting_other_period", 10000)}
    assert posting(month, "e1")["basis"] == "amount"


def test_an_entry_that_nothing_explains_is_told() -> None:
    month = closed(
        order("o1", 1, 10000, "A100001"), entry("e1", 1, -10000, SALES, "A100001"),
        entry("e2", 9, -333, SALES),
    )  # fmt: skip
    assert told(month) == {"e2": ("posting_without_document", 333)}


def test_days_add_up_where_nothing_is_numbered() -> None:
    sales = [order(f"o{n}", day, 1000 * n, f"A10000{n}") for n, day in ((1, 3), (2, 3), (3, 4))]
    month = closed(*sales, entry("e1", 3, -3000, SALES), entry("e2", 4, -3100, SALES))
    assert told(month) == {"e2": ("posting_differs", 100)}
    assert [posting(month, name)["basis"] for name in ("e1", "e2")] == ["day", "day"]


def test_a_month_that_is_posted_at_once_is_compared_at_once() -> None:
    sales = [order(f"o{n}", n * 7, 1000 * n, f"A10000{n}") for n in (1, 2, 3)]
    month = closed(*sales, entry("e1", 31, -6000, SALES))
    assert told(month) == {}
    assert posting(month, "e1")["basis"] == "month"


def test_platforms_are_kept_apart_where_the_books_name_them() -> None:
    month = closed(
        order("o1", 3, 1000, "A100001"), order("o2", 3, 500, "B100001", channel="douyin"),
        entry("e1", 3, -1000, f"{SALES}-天猫"), entry("e2", 3, -400, f"{SALES}-抖音"),
    )  # fmt: skip
    assert told(month) == {"e2": ("posting_differs", 100)}


def test_fees_and_the_bank_are_compared_too() -> None:
    month = closed(
        fee("f1", 5, 120), fee("f2", 5, 30), came("b1", 6, 5000), came("b2", 7, 900),
        entry("e1", 5, 150, FEES), entry("e2", 6, 5000, BANK), entry("e3", 6, -5000, DUE),
    )  # fmt: skip
    assert told(month) == {"b2": ("posting_missing", 900)}
    assert {places(month)[name] for name in ("e1", "e2", "e3")} == {"cleared"}


def test_a_bank_entry_meets_its_line_by_the_banks_reference() -> None:
    month = closed(came("b1", 6, 5000, reference="TX20261006001"),
                   entry("e1", 9, 4990, BANK, "TX20261006001"))  # fmt: skip
    assert told(month)["e1"] == ("posting_differs", 10)


def test_refunds_are_found_on_their_account_or_against_sales() -> None:
    documents = (order("o1", 3, 1000, "A100001"), refund("r1", 6, 400, "A100001"))
    own = closed(*documents, entry("e1", 3, -1000, SALES), entry("e2", 6, 400, "销售退回"))
    red = closed(*documents, entry("e1", 3, -1000, SALES), entry("e2", 6, 400, SALES))
    by_id = closed(*documents, entry("e1", 3, -1000, SALES, "A100001"),
                   entry("e2", 6, 400, SALES, "A100001"))  # fmt: skip
    for month in (own, red, by_id):
        assert told(month) == {}
    without = closed(*documents, entry("e1", 3, -1000, SALES, "A100001"))
    assert told(without) == {"e1": ("posting_differs", 400)}


def test_accounts_that_no_document_stands_behind_stand_for_themselves() -> None:
    month = closed(order("o1", 3, 1000, "A100001"), entry("e1", 3, 3000, "6602 管理费用"),
                   entry("e2", 3, 700, "6401 主营业务成本"))  # fmt: skip
    assert told(month) == {}
    assert {places(month)["e1"], places(month)["e2"]} == {"cleared"}
    assert month.books.postings.is_empty()


def test_the_books_currency_is_not_compared_with_a_foreign_sale() -> None:
    sale = order("o1", 3, 1000, "A100001", currency="USD")
    month = closed(sale, entry("e1", 3, -7100, SALES, "A100001"))
    assert told(month) == {}
    assert posting(month, "e1")["status"] == "other_currency"


def test_what_was_sold_leaves_the_stock_once() -> None:
    month = closed(
        order("o1", 2, 9000, "A100001", quantity=2), moved("m1", 3, -2, "A100001"),
        order("o2", 2, 9000, "A100002", quantity=2), moved("m2", 3, -1, "A100002"),
        order("o3", 2, 6000, "A100003", quantity=1),
        moved("m4", 9, -1, "A100009"), moved("m5", 9, 100, "IN1", fee_type="采购入库"),
    )  # fmt: skip
    assert told(month) == {
        "m2": ("stock_differs", 4500), "o3": ("stock_missing", 6000),
        "m4": ("stock_without_sale", 0),
    }  # fmt: skip
    where = places(month)
    assert [where[name] for name in ("m1", "m2", "m4", "m5")] == [
        "cleared", "open", "open", "cleared",
    ]  # fmt: skip


def test_a_sale_of_the_last_days_waits_for_its_movement() -> None:
    month = closed(order("o1", 2, 9000, "A100001", quantity=1), moved("m1", 3, -1, "A100001"),
                   order("o2", 30, 9000, "A100002", quantity=1))  # fmt: skip
    assert told(month) == {}
    assert set(month.books.stock["status"]) == {"agreed", "waits"}


def test_products_and_days_add_up_where_nothing_is_numbered() -> None:
    month = closed(
        order("o1", 2, 9000, "A100001", items="A-1 ×2; B-2 ×1", quantity=3),
        order("o2", 2, 3000, "A100002", items="A-1", quantity=1),
        moved("m1", 2, -3), moved("m2", 2, -2, sku="B-2"),
    )  # fmt: skip
    assert {name: code for name, (code, _) in told(month).items()} == {"m2": "stock_differs"}
    row = month.books.stock.filter(pl.col("record_id") == "m2").row(0, named=True)
    assert [row[name] for name in ("sku", "pieces", "moved", "pieces_off")] == ["B-2", 1, 2, -1]


def test_what_came_back_comes_in() -> None:
    back = {"fee_type": "2", "state": "2"}
    month = closed(
        came_back("r1", 5, 4000, "A100001|TK100001", quantity=1, **back),
        came_back("r2", 5, 3000, "A100002|TK100002", quantity=1, **back),
        moved("m1", 6, 1, "TK100001", fee_type="退货入库"),
    )
    assert told(month) == {"r2": ("return_not_stocked", 3000)}
    assert places(month)["m1"] == "cleared"


def test_one_number_in_books_that_are_kept_in_totals_asks_for_no_other() -> None:
    sales = [order(f"o{n}", n, 1000 * n, f"A10000{n}") for n in (1, 2, 3, 4)]
    month = closed(*sales, entry("e1", 1, -1000, SALES, "A100001"), entry("e2", 31, -8900, SALES))
    assert told(month) == {"e2": ("posting_differs", 100)}
