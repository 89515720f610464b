"""Each exception of goods by an example that a person can follow."""

from dataclasses import replace
from datetime import date

import polars as pl

from recon_engine.model.goods_policy import GoodsPolicy
from recon_engine.model.policy import default_policy
from tests.reconcile.goods import bill, came_back, closed, order, places, rates, sent, told, weight

ZHEJIANG = rates("浙江", 280, 80)
BOTH = [*ZHEJIANG, *rates("广东", 320, 120)]


def test_a_parcel_billed_as_the_rate_card_says_is_cleared() -> None:
    parcel = sent("p1", 2, "", "YT1", zone="浙江省杭州市", weight_g=1200)
    month = closed(parcel, bill("c1", 360, "YT1", weight_g=1200, zone="浙江"), ZHEJIANG)
    assert places(month) == {"p1": "cleared", "c1": "cleared", "r-浙江-首重(元)": "reference",
                             "r-浙江-续重(元)": "reference"}  # fmt: skip
    assert told(month) == {}
    row = month.goods.freight.row(0, named=True)
    figures = ("status", "zone", "slab_g", "slab_billed_g", "expected", "billed", "difference")
    assert [row[name] for name in figures] == ["agreed", "浙江", 2000, 2000, 360, 360, 0]


def test_more_weight_than_the_parcel_has_is_told_with_what_it_costs() -> None:
    parcel = sent("p1", 2, "", "YT1", zone="浙江", weight_g=900)
    month = closed(parcel, bill("c1", 440, "YT1", weight_g=2100, zone="浙江"), ZHEJIANG)
    assert told(month) == {"c1": ("weight_overcharged", 160)}
    assert places(month)["c1"] == "open"
    match = month.matches.row(0, named=True)
    assert (match["status"], match["rule"]) == ("proposed", "freight_differs")
    assert (match["left_amount"], match["right_amount"], match["difference"]) == (280, 440, -160)
    row = month.exceptions.row(0, named=True)
    assert (row["candidate"], row["candidate_amount"], row["difference"]) == ("p1", 280, -160)


def test_another_zone_than_the_address_is_told() -> None:
    parcel = sent("p1", 2, "", "YT1", zone="浙江", weight_g=900)
    month = closed(parcel, bill("c1", 320, "YT1", weight_g=900, zone="广东"), BOTH)
    assert told(month) == {"c1": ("zone_overcharged", 40)}


def test_weight_and_zone_both_wrong_are_told_by_what_costs_more() -> None:
    parcel = sent("p1", 2, "", "YT1", zone="浙江", weight_g=900)
    month = closed(parcel, bill("c1", 560, "YT1", weight_g=2900, zone="广东"), BOTH)
    assert told(month) == {"c1": ("weight_overcharged", 280)}


def test_a_price_that_neither_explains_is_above_or_below_the_card() -> None:
    parcels = (sent(f"p{n}", 2, "", f"YT{n}", zone="浙江", weight_g=900) for n in (1, 2))
    bills = (bill("c1", 300, "YT1", weight_g=900), bill("c2", 270, "YT2", weight_g=900))
    month = closed(*parcels, *bills, ZHEJIANG)
    assert told(month) == {"c1": ("freight_above_rate", 20), "c2": ("freight_below_rate", 10)}


def test_the_goods_weigh_where_nobody_weighed() -> None:
    parcels = (sent("p1", 2, "A1", "YT1", sku="A", quantity=3, zone="浙江"),
               sent("p2", 2, "A1", "YT1", sku="B", quantity=1, zone="浙江"))  # fmt: skip
    master = (weight("A", 300), weight("B", 250))
    month = closed(*parcels, *master, bill("c1", 360, "YT1", weight_g=1150), ZHEJIANG)
    assert told(month) == {}
    row = month.goods.freight.row(0, named=True)
    assert (row["pieces"], row["weight_g"], row["expected"]) == (4, 1150, 360)


def test_the_same_way_of_a_parcel_is_billed_once() -> None:
    parcel = sent("p1", 2, "", "YT1", zone="浙江", weight_g=900)
    lines = (bill("c1", 280, "YT1"), bill("c2", 280, "YT1"))
    month = closed(parcel, *lines, ZHEJIANG)
    assert told(month) == {"c2": ("billed_twice", 280)}
    assert [places(month)[name] for name in ("p1", "c1", "c2")] == ["cleared", "cleared", "open"]


def test_the_way_back_is_billed_once_and_is_no_second_way_there() -> None:
    parcel = sent("p1", 2, "", "YT1", zone="浙江", weight_g=900)
    lines = (bill("c1", 280, "YT1"), bill("c2", 280, "YT1", fee_type="退回运费"),
             bill("c3", 280, "YT1", fee_type="退回运费"))  # fmt: skip
    month = closed(parcel, *lines)
    assert told(month) == {"c3": ("return_freight_twice", 280)}
    row = month.goods.freight.row(0, named=True)
    assert (row["leg"], row["charges"], row["billed"]) == ("forward_return", 2, 560)


def test_surcharges_and_tax_are_no_freight() -> None:
    parcel = sent("p1", 2, "", "YT1", zone="浙江", weight_g=900)
    lines = (bill("c1", 280, "YT1"), bill("c2", 150, "YT1", fee_type="偏远附加费"),
             bill("c3", 26, "YT1", fee_type="税费"))  # fmt: skip
    month = closed(parcel, *lines, ZHEJIANG)
    assert told(month) == {}
    row = month.goods.freight.row(0, named=True)
    assert (row["billed"], row["other"], row["difference"]) == (280, 176, 0)
    assert {places(month)[name] for name in ("c1", "c2", "c3")} == {"cleared"}


def test_what_weighing_again_adds_counts_as_freight() -> None:
    parcel = sent("p1", 2, "", "YT1", zone="浙江", weight_g=900)
    again = bill("c2", 80, "YT1", type="adjustment", weight_g=1500)
    month = closed(parcel, bill("c1", 280, "YT1", weight_g=900), again, ZHEJIANG)
    assert told(month) == {"c1": ("weight_overcharged", 80)}


def test_a_bill_without_a_parcel_and_a_parcel_without_a_bill() -> None:
    parcels = (sent("p1", 2, "", "YT1"), sent("p2", 1, "", "YT2"), sent("p3", 30, "", "YT3"))
    quick = closed(*parcels, bill("c1", 280, "YT1"), bill("c9", 410, "YT9"))
    assert told(quick) == {"c9": ("billed_not_shipped", 410), "p2": ("not_billed_yet", 0),
                           "p3": ("not_billed_yet", 0)}  # fmt: skip
    late = [{**row, "date": date(2026, 9, row["date"].day)} for row in parcels]
    slow = closed(*late, bill("c1", 280, "YT1"))
    assert told(slow)["p2"] == ("shipped_not_billed", 0)


def test_without_bills_no_parcel_waits_for_one() -> None:
    month = closed(order("o1", 1, 10000, "A100001"), sent("p1", 2, "A100001", "YT1"))
    assert told(month) == {}
    assert places(month)["p1"] == "cleared"


def test_an_order_that_nobody_shipped_and_one_that_may_still_wait() -> None:
    orders = [order(f"o{n}", day, 10000, f"A10000{n}") for n, day in ((1, 1), (2, 5), (3, 30))]
    month = closed(*orders, sent("p1", 2, "A100001", "YT1"))
    assert told(month) == {"o2": ("order_not_shipped", 10000)}
    status = dict(month.goods.shipping.select("shipping_id", "status").iter_rows())
    assert status == {"o1": "shipped", "o2": "not_shipped", "o3": "waits"}


def test_orders_of_a_channel_without_shipments_are_not_asked_for() -> None:
    here, there = order("o1", 1, 10000, "A100001"), order("o2", 1, 100, "B1", channel="shopify")
    month = closed(here, there, sent("p1", 2, "A100001", "YT1"))
    assert told(month) == {}
    assert set(month.goods.shipping["shipping_id"]) == {"o1"}


def test_an_order_in_two_parcels_and_two_orders_in_one() -> None:
    orders = [order(f"o{n}", 1, 10000, f"A10000{n}", quantity=2) for n in (1, 2, 3)]
    rows = (
        sent("p1", 2, "A100001", "YT1"), sent("p2", 3, "A100001", "YT2"),
        sent("p3", 2, "A100002", "YT3", quantity=2), sent("p4", 2, "A100003", "YT3", quantity=2),
    )  # fmt: skip
    month = closed(*orders, *rows, bill("c1", 280, "YT1"), bill("c2", 280, "YT2"),
                   bill("c3", 280, "YT3"))  # fmt: skip
    assert told(month) == {}
    assert set(month.goods.shipping["parcels"]) == {1, 2}
    assert month.goods.freight.height == 3
    assert {places(month)[f"p{n}"] for n in range(1, 5)} == {"cleared"}


def test_fewer_and_more_pieces_than_ordered() -> None:
    orders = [order(f"o{n}", 1, 9000, f"A10000{n}", quantity=3) for n in (1, 2, 3)]
    rows = [sent(f"p{n}", 2, f"A10000{n}", f"YT{n}", quantity=pieces)
            for n, pieces in ((1, 2), (2, 4), (3, 3))]  # fmt: skip
    month = closed(*orders, *rows)
    assert told(month) == {"o1": ("quantity_differs", 3000), "o2": ("quantity_differs", 3000)}
    shown = month.goods.shipping.select("status", "pieces_off", "difference").rows()
    assert shown == [("part", 1, 3000), ("more", -1, -3000), ("shipped", 0, 0)]


def test_pieces_that_two_lists_tell_of_are_counted_once() -> None:
    bought = order("o1", 1, 9000, "A100001", quantity=3)
    lists = [sent(f"p{n}", 2, "A100001", "YT1", sku="A", quantity=3, source_file=f"{n}.csv")
             for n in (1, 2)]  # fmt: skip
    month = closed(bought, {**lists[0], "source_file": "shipment.csv"},
                   {**lists[1], "source_file": "shipment.csv", "source_sheet": "two"})  # fmt: skip
    assert told(month) == {}


def test_missing_pieces_that_were_paid_back_are_not_missing() -> None:
    bought = order("o1", 1, 9000, "A100001", quantity=3, refunded=3000)
    month = closed(bought, sent("p1", 2, "A100001", "YT1", quantity=2))
    assert told(month) == {}


def test_late_lost_and_long_on_the_way() -> None:
    orders = [order(f"o{n}", 1, 9000, f"A10000{n}") for n in range(1, 5)]
    rows = [
        sent("p1", 9, "A100001", "YT1", state="已签收"),
        sent("p2", 2, "A100002", "YT2", state="Lost"),
        sent("p3", 2, "A100003", "YT3", state="运输中"),
        sent("p4", 28, "A100004", "YT4", state="在途"),
    ]
    month = closed(*orders, *rows)
    assert told(month) == {
        "o1": ("shipped_late", 0), "o2": ("parcel_lost", 9000), "o3": ("in_transit_long", 9000),
        "o4": ("shipped_late", 0),
    }  # fmt: skip


def test_a_cancelled_order_that_left_all_the_same() -> None:
    gone = order("o1", 1, 9000, "A100001", type="cancelled")
    kept = order("o2", 1, 9000, "A100002", type="cancelled")
    back = order("o3", 1, 9000, "A100003", type="cancelled")
    month = closed(gone, kept, back, sent("p1", 2, "A100001", "YT1"),
                   sent("p3", 2, "A100003", "YT3", state="已退回"))  # fmt: skip
    assert told(month) == {"o1": ("cancelled_shipped", 9000)}


def test_a_shipment_whose_order_is_nowhere() -> None:
    month = closed(order("o1", 1, 9000, "A100001"), sent("p1", 2, "A100001", "YT1"),
                   sent("p9", 2, "A999999", "YT9"))  # fmt: skip
    assert told(month) == {"p9": ("shipment_without_order", 0)}
    assert places(month)["p9"] == "open"


def test_a_refund_and_its_parcel() -> None:
    refunds = [came_back(f"r{n}", 3, 4000, f"A10000{n}|TK{n}", fee_type="2", state="1")
               for n in (1, 2)]  # fmt: skip
    arrived = came_back("b1", 6, 0, "SF1|TK1", waybill="SF1")
    month = closed(*refunds, arrived)
    assert told(month) == {"r2": ("refund_without_parcel", 4000)}
    assert places(month) == {"r1": "cleared", "b1": "cleared", "r2": "open"}


def test_a_refund_that_the_list_itself_says_came_back() -> None:
    month = closed(came_back("r1", 3, 4000, "A100001|TK1", fee_type="退货", state="全部入库"))
    assert told(month) == {}


def test_refunds_without_goods_and_exchanges_wait_for_no_parcel() -> None:
    month = closed(came_back("r1", 3, 4000, "TK000001", fee_type="仅退款"),
                   came_back("r2", 3, 4000, "TK000002", fee_type="4"),
                   came_back("r3", 3, 0, "TK000003", fee_type="换货"))  # fmt: skip
    assert told(month) == {}
    assert set(places(month).values()) == {"cleared"}


def test_a_parcel_that_came_back_unpaid() -> None:
    month = closed(order("o1", 1, 9000, "A100001"), sent("p1", 2, "A100001", "YT1"),
                   came_back("b1", 9, 0, "YT1", waybill="YT1"),
                   came_back("b2", 9, 0, "SF9", waybill="SF9"))  # fmt: skip
    assert told(month) == {"b1": ("parcel_without_refund", 9000),
                           "b2": ("parcel_without_refund", 0)}  # fmt: skip


def test_a_parcel_sent_back_whose_order_was_not_refunded() -> None:
    orders = [order("o1", 1, 9000, "A100001"), order("o2", 1, 9000, "A100002", refunded=9000)]
    rows = [sent(f"p{n}", 2, f"A10000{n}", f"YT{n}", state="RTO Delivered") for n in (1, 2)]
    assert told(closed(*orders, *rows)) == {"o1": ("parcel_without_refund", 9000)}


def test_a_return_of_the_last_days_is_under_way() -> None:
    month = closed(came_back("r1", 28, 4000, "A100001|TK1", fee_type="退货"))
    assert told(month) == {"r1": ("return_underway", 4000)}


def test_what_a_return_parcel_was_billed_stands_beside_it() -> None:
    ids = "A100001|TK1|SF1"
    month = closed(came_back("r1", 3, 4000, ids, fee_type="2", state="3", waybill="SF1"),
                   bill("c1", 800, "SF1", fee_type="退货运费"))  # fmt: skip
    assert told(month) == {}
    assert month.goods.returned.row(0, named=True)["freight"] == 800


def test_rate_cards_are_no_items_of_the_close() -> None:
    month = closed(bill("c1", 280, "YT1"), sent("p1", 2, "", "YT1"), ZHEJIANG)
    assert set(month.identity["kind"]) == {"courier_charge", "shipment"}
    assert month.records.filter(pl.col("kind") == "rate_card")["place"].unique().to_list() == [
        "reference"
    ]


def test_lines_of_other_shops_on_a_shared_bill_are_set_aside_and_counted() -> None:
    lines = [bill("c1", 280, "YT1", account="山茶小店"), bill("c2", 300, "YT7", account="山茶小店"),
             bill("c3", 410, "YT8", account="别家店铺"), bill("c4", 420, "YT9")]  # fmt: skip
    month = closed(sent("p1", 2, "", "YT1"), *lines)
    assert told(month) == {"c2": ("billed_not_shipped", 300), "c4": ("billed_not_shipped", 420)}
    assert places(month)["c3"] == "excluded"
    notes = [(note.code, note.value) for report in month.files for note in report.notes]
    assert notes == [("bill_of_others", "1")]
    assert set(month.identity["difference"]) == {0}


def test_the_settings_say_whose_a_bill_is() -> None:
    mine = replace(default_policy(), goods=GoodsPolicy(bill_accounts=("山茶小店",)))
    month = closed(bill("c1", 280, "YT1", account="山茶小店"),
                   bill("c2", 410, "YT8", account="别家店铺"), policy=mine)  # fmt: skip
    assert told(month) == {"c1": ("billed_not_shipped", 280)}
    assert places(month) == {"c1": "open", "c2": "excluded"}


def test_a_number_with_one_slip_and_the_same_freight_is_proposed() -> None:
    parcels = [
        sent(f"p{n}", 2, "", number, zone="浙江", weight_g=grams)
        for n, (number, grams) in enumerate((("YT1234567", 900), ("YT1234599", 2900)))
    ]
    slip = bill("c1", 280, "YT1234576", weight_g=900)
    other = bill("c2", 430, "YT1234598", weight_g=2900)
    month = closed(*parcels, slip, other, ZHEJIANG)
    row = month.exceptions.filter(pl.col("record_id") == "c1").row(0, named=True)
    assert (row["code"], row["candidate"], row["evidence"]) == (
        "billed_not_shipped", "p0", "slips=1"
    )  # fmt: skip
    match = month.matches.row(0, named=True)
    assert (match["match_id"], match["status"], match["rule"]) == (
        row["match_id"], "proposed", "near_reference"
    )  # fmt: skip
    assert month.exceptions.filter(pl.col("record_id") == "c2")["candidate"].to_list() == [""]
    assert {places(month)[name] for name in ("p0", "p1", "c1", "c2")} == {"open"}


def test_what_one_parcel_is_billed_in_two_currencies_is_not_added_up() -> None:
    parcel = sent("p1", 2, "", "YT1", weight_g=900)
    lines = (bill("c1", 280, "YT1"), bill("c2", 90, "YT1", fee_type="税费", currency="USD"))
    month = closed(parcel, *lines)
    assert told(month) == {"c2": ("billed_not_shipped", 90)}
    billed = month.goods.freight.select("currency", "billed", "other").sort("currency").rows()
    assert billed == [("CNY", 280, 0), ("USD", 0, 90)]
