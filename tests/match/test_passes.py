"""Each pass by a handful of cases a person can read: what it must confirm, and what it must not."""

import pytest

from recon_engine.match import ORDER_PASSES, PAYOUT_PASSES
from recon_engine.model.policy import FeeRule, Policy
from tests.match.items import gate_open, item, told

SHOP = Policy(fees=(FeeRule(name="shop fee", channel="shop", rate_ppm=30_000),))
SHOP_OPEN = Policy(match=gate_open().match, fees=SHOP.fees)


def order(record: str, amount: int, day: int = 1, **rest: str) -> dict:
    return item(record, amount, day, **rest)


# --- 1: an exact reference, equal amounts -----------------------------------------------------


def test_the_same_id_and_amount_is_a_match_however_it_is_written() -> None:
    assert told(
        [order("a", 500, reference="#TB-1001-A")], [item("x", 500, 40, reference="tb1001a")]
    ) == ["exact_reference: a = x"]


def test_the_same_id_with_another_amount_is_only_proposed() -> None:
    assert told([order("a", 500, reference="TB1001")], [item("x", 400, reference="TB1001")]) == [
        "reference_differs: a = x (100)?"
    ]


def test_a_known_fee_explains_the_difference() -> None:
    left = [order("a", 10_000, reference="TB1001", channel="shop")]
    right = [item("x", 9_700, reference="TB1001")]
    assert told(left, right, SHOP) == ["exact_reference: a = x (300, explained 300)"]


def test_another_currency_is_another_thing() -> None:
    right = [{**item("x", 500, reference="TB1001"), "currency": "USD"}]
    assert told([order("a", 500, reference="TB1001")], right) == []


@pytest.mark.parametrize("other", ["заказ-5", "テスト5", "5"])
def test_ids_of_other_alphabets_keep_their_letters(other: str) -> None:
    assert told([order("a", 500, reference="платёж-5")], [item("x", 500, reference=other)]) == []
    assert told([order("a", 500, reference=other)], [item("x", 500, reference=other)]) == [
        "exact_reference: a = x"
    ]


# --- 2: one reference, several records --------------------------------------------------------


def test_instalments_under_one_id_add_up() -> None:
    right = [item("x", 300, reference="TB1001"), item("y", 200, 9, reference="TB1001")]
    assert told([order("a", 500, reference="TB1001")], right) == ["reference_sum: a = x y"]


def test_a_sale_and_its_refund_meet_both_payments() -> None:
    left = [order("a", 500, reference="TB1001"), order("b", -200, 5, reference="TB1001")]
    right = [item("x", 500, 2, reference="TB1001"), item("y", -200, 9, reference="TB1001")]
    assert told(left, right) == ["reference_sum: a b = x y"]


def test_paid_twice_takes_the_earliest_and_leaves_the_other() -> None:
    right = [item("x", 500, 9, reference="TB1001"), item("y", 500, 2, reference="TB1001")]
    assert told([order("a", 500, reference="TB1001")], right) == ["reference_once: a = y"]


def test_the_whole_and_its_parts_beside_each_other_are_a_question() -> None:
    right = [item(i, n, reference="TB1001") for i, n in (("x", 500), ("y", 300), ("z", 200))]
    assert told([order("a", 500, reference="TB1001")], right) == [
        "reference_differs: a = x y z (-500)?"
    ]


def test_the_amount_and_the_amount_less_the_fee_beside_each_other_are_a_question() -> None:
    right = [item("x", 10_000, reference="TB1001"), item("y", 9_700, 2, reference="TB1001")]
    left = [order("a", 10_000, reference="TB1001", channel="shop")]
    assert told(left, right, SHOP) == ["reference_differs: a = x y (-9700)?"]


# --- 3: payout ids ----------------------------------------------------------------------------


def test_a_deposit_that_names_the_payout_takes_all_its_rows() -> None:
    left = [order(i, n, group="PAY-77001") for i, n in (("a", 500), ("b", 700), ("c", -100))]
    assert told(left, [item("x", 1_100, 5, text="AMZN PAY77001 settlement")]) == [
        "group_sum: a b c = x"
    ]


def test_a_payout_short_by_a_row_is_only_proposed() -> None:
    left = [order(i, n, group="PAY-77001") for i, n in (("a", 500), ("b", 700))]
    assert told(left, [item("x", 1_100, 5, text="PAY77001")]) == ["group_differs: a b = x (100)?"]


# --- 4: ids in text ---------------------------------------------------------------------------


def test_an_id_is_found_in_running_text() -> None:
    assert told(
        [order("a", 500, reference="NO20261001")], [item("x", 500, text="货款NO20261001谢谢")]
    ) == ["reference_in_text: a = x"]


def test_one_transfer_names_two_orders() -> None:
    left = [order("a", 500, reference="N-100001"), order("b", 700, reference="N-100002")]
    assert told(left, [item("x", 1_200, text="N100001+N100002")]) == ["references_in_text: a b = x"]


def test_an_id_inside_a_longer_figure_is_another_id() -> None:
    left = [order("a", 500, reference="100001")]
    assert told(left, [item("x", 500, text="no 71000012")]) == ["amount_likeliest: a = x?"]


# --- 5: nearly an id --------------------------------------------------------------------------


def test_one_slip_or_the_tail_will_do_with_the_amount() -> None:
    left = [order("a", 500, reference="TB88123456"), order("b", 700, reference="TB99700123")]
    right = [item("x", 500, 3, text="TB88123465"), item("y", 700, 3, text="ref 700123")]
    assert told(left, right) == ["near_reference: a = x", "near_reference: b = y"]


def test_a_slip_with_another_amount_or_out_of_the_window_will_not() -> None:
    left = [order("a", 500, reference="TB88123456")]
    assert told(left, [item("x", 501, 3, text="TB88123465")]) == []
    assert told(left, [item("x", 500, 90, text="TB88123465")]) == []


def test_two_orders_as_near_are_no_match() -> None:
    left = [order("a", 500, reference="TB88123451"), order("b", 500, reference="TB88123452")]
    assert told(left, [item("x", 500, 3, text="TB88123459")]) == []


def test_of_two_orders_as_near_the_payers_own_is_meant() -> None:
    left = [
        order("a", 500, reference="TB55123451", party="王小明"),
        order("b", 500, reference="TB66123451", party="Anna Anderson"),
    ]
    paid = item("x", 500, 3, text="ref 123451", party="A. Anderson")
    assert told(left, [paid]) == ["near_reference: b = x"]
    assert told(left, [{**paid, "party": "李雷"}]) == []


def test_six_figures_that_are_another_orders_whole_id_need_the_payers_name() -> None:
    left = [
        order("a", 500, reference="TB66700123", party="王小明"),
        order("b", 900, reference="#700123", party="Anna Anderson"),
    ]
    assert told(left, [item("x", 500, 3, text="700123", party="王*明")]) == [
        "near_reference: a = x"
    ]
    assert told(left, [item("x", 500, 3, text="700123")]) == ["reference_differs: b = x (400)?"]


def test_a_slip_in_the_middle_of_an_id_of_eleven_signs_is_seen() -> None:
    left = [order("a", 500, reference="40139061107")]
    for written in ("4013961107", "40139161107", "401390661107"):
        assert told(left, [item("x", 500, 3, text=written)]) == ["near_reference: a = x"]


def test_a_payout_in_two_deposits_of_which_one_nearly_names_it() -> None:
    left = [order("a", 500, group="PO-88123456"), order("b", 700, group="PO-88123456")]
    whole = item("x", 720, 3, text="PO-88123456")
    rest = item("y", 480, 3, text="PO-88123465")
    assert told(left, [whole, rest]) == ["near_reference: a b = x y"]
    assert told(left, [whole, {**rest, "amount": 481}]) == ["group_differs: a b = x (480)?"]


# --- 6: payouts by channel --------------------------------------------------------------------


def test_a_deposit_of_the_channel_with_the_payouts_amount() -> None:
    left = [order("a", 123_456, 3, party="amazon"), order("b", 77_700, 9, party="amazon")]
    right = [item("x", 123_456, 5, party="amazon"), item("y", 77_700, 30, party="amazon")]
    policy = gate_open(window_days_before=1, window_days_after=7)
    assert told(left, right, policy, passes=PAYOUT_PASSES) == ["channel_amount: a = x"]


def test_two_equal_payouts_and_one_deposit_are_no_match() -> None:
    left = [order("a", 123_456, 3, party="amazon"), order("b", 123_456, 4, party="amazon")]
    found = told(left, [item("x", 123_456, 5, party="amazon")], passes=PAYOUT_PASSES)
    assert [line for line in found if not line.endswith("?")] == []


# --- 7: party and amount ----------------------------------------------------------------------


def test_the_same_buyer_and_amount_is_a_match_when_nothing_else_fits() -> None:
    left = [order("a", 500, party="王小明"), order("b", 500, party="李伟")]
    assert told(left, [item("x", 500, 4, party="王小明")], gate_open()) == ["party_amount: a = x"]


@pytest.mark.parametrize("text", ["房租", "十月工資", "Rent for October", "TRX 12 利息", "PAYROLL"])
def test_what_says_that_it_is_other_business_pays_no_order_by_its_name(text: str) -> None:
    left = [item("a", 500, party="王小明"), item("b", 700, 2, party="王小明")]
    assert told(left, [item("x", 500, 4, party="王小明", text=text)], gate_open()) == []
    assert told(left, [item("y", 1_200, 4, party="王小明", text=text)], gate_open()) == []


@pytest.mark.parametrize("text", ["current order", "taxi set", "goods", "订单"])
def test_a_word_inside_another_says_nothing(text: str) -> None:
    left = [item("a", 500, party="王小明")]
    right = [item("x", 500, 4, party="王小明", text=text)]
    assert told(left, right, gate_open()) == ["party_amount: a = x"]


def test_an_id_counts_whatever_else_the_text_says() -> None:
    left = [item("a", 500, party="王小明", reference="SO-2610-1234567")]
    right = [item("x", 500, 4, party="王小明", text="interest SO-2610-1234567")]
    assert told(left, right) == ["reference_in_text: a = x"]


def test_one_payment_and_two_equal_orders_of_the_buyer_are_no_match() -> None:
    left = [order("a", 500, 1, party="王小明"), order("b", 500, 3, party="王小明")]
    found = told(left, [item("x", 500, 4, party="王小明")], gate_open())
    assert [line for line in found if not line.endswith("?")] == []


def test_a_mask_that_fits_two_buyers_is_no_match() -> None:
    left = [order("a", 500, party="王小明"), order("b", 500, party="王大明")]
    assert told(left, [item("x", 500, 4, party="王*明")], gate_open()) == []


def test_a_family_name_in_a_text_is_not_each_of_the_family() -> None:
    left = [order("a", 500, party="Alan Andersson")]
    assert told(left, [item("x", 500, 4, text="transfer Anna Andersson")], gate_open()) == []


def test_the_end_of_a_name_in_a_text_is_no_name() -> None:
    left = [order("a", 500, party="王涛丽")]
    assert told(left, [item("x", 500, 2, text="转账 吴王涛丽")], gate_open()) == [
        "amount_likeliest: a = x?"
    ]
    assert told(left, [item("x", 500, 2, text="转账王涛丽")], gate_open()) == [
        "party_amount: a = x"
    ]


def test_equal_orders_and_equal_payments_of_a_buyer_pair_in_date_order() -> None:
    left = [order("a", 500, 1, party="王小明"), order("b", 500, 8, party="王小明")]
    right = [item("x", 500, 9, party="王小明"), item("y", 500, 3, party="王小明")]
    assert told(left, right, gate_open()) == ["party_amount: a = y", "party_amount: b = x"]


# --- 8: one party's records together ----------------------------------------------------------


def test_one_transfer_for_two_orders_of_a_buyer() -> None:
    left = [order("a", 510, 1, party="王小明"), order("b", 733, 2, party="王小明")]
    assert told(left, [item("x", 1_243, 4, party="王小明")], gate_open()) == ["same_party: a b = x"]


def test_an_open_order_between_two_that_are_paid_together_is_no_hindrance() -> None:
    left = [
        order(i, n, d, party="王小明") for i, n, d in (("a", 510, 1), ("b", 95, 2), ("c", 733, 3))
    ]
    assert told(left, [item("x", 1_243, 4, party="王小明")], gate_open()) == ["same_party: a c = x"]


def test_two_sets_of_orders_that_bring_the_same_are_a_question() -> None:
    amounts = (("a", 510, 1), ("b", 733, 2), ("c", 510, 3))
    left = [order(i, n, d, party="王小明") for i, n, d in amounts]
    assert told(left, [item("x", 1_243, 4, party="王小明")], gate_open()) == []


def test_an_order_of_long_after_is_not_paid_before() -> None:
    left = [order("a", 510, 1, party="王小明"), order("b", 733, 9, party="王小明")]
    assert told(left, [item("x", 1_243, 4, party="王小明")], gate_open()) == []


def test_what_named_parts_leave_unpaid_is_brought_by_one_that_names_nobody() -> None:
    left = [order("a", 90_000, 1, reference="TB100001", party="王小明")]
    named = item("x", 30_000, 2, text="TB100001", party="王小明")
    rest = item("y", 60_000, 9, text="转账")
    assert told(left, [named, rest], gate_open()) == ["same_party: a = x y"]
    other = {**rest, "party": "Anna Peterson"}
    assert told(left, [named, other], gate_open()) == ["reference_differs: a = x (60000)?"]
    twice = [named, rest, {**rest, "id": "z", "text": "deposit"}]
    assert told(left, twice, gate_open()) == ["reference_differs: a = x (60000)?"]


def test_what_a_bank_may_have_kept_is_not_made_up_by_a_stray_payment() -> None:
    left = [order("a", 900_000, 1, reference="TB100001", party="王小明")]
    named = item("x", 898_000, 2, text="TB100001", party="王小明")
    for stray in (item("y", 2_000, 9, text="利息"), item("y", 2_000, 9, party="王小明")):
        found = told(left, [named, stray], gate_open())
        assert found == ["reference_differs: a = x (2000)?"]


def test_a_buyers_sum_that_needs_a_copy_is_proposed() -> None:
    left = [order("a", 90_000, 1, reference="TB100001", party="王小明")]
    right = [item("x", 30_000, 2, text="TB100001"), item("y", 30_000, 3, text="TB100001")]
    right.append(item("z", 30_000, 9, party="王小明"))
    assert told(left, right, gate_open()) == ["same_party: a = x y z?"]


def test_fees_of_a_buyers_orders_are_explained() -> None:
    shop = {"party": "Anna Anderson", "channel": "shop"}
    left = [order("a", 1_000, 1, **shop), order("b", 2_000, 2, **shop)]
    right = [item("x", 2_910, 4, party="Anna Anderson")]
    assert told(left, right, SHOP_OPEN) == ["same_party: a b = x (90, explained 90)"]


def test_a_named_payment_in_another_currency_pays_nothing() -> None:
    left = [order("a", 500, 1, reference="TB1001", party="王小明")]
    right = [{**item("x", 500, 2, text="TB1001", party="王小明"), "currency": "USD"}]
    assert told(left, right, gate_open()) == []


# --- 10: proposals ----------------------------------------------------------------------------


def test_of_one_amount_the_row_whose_date_fits_best_is_proposed_unless_names_or_ids_differ() -> (
    None
):
    left = [order("a", 500, 1), order("b", 500, 30), order("c", 700, 3), order("d", 700, 4)]
    right = [item("x", 500, 30, text="转账"), item("y", 700, 6)]
    assert told(left, right) == ["amount_likeliest: b = x?"]
    named = [{**row, "party": "王小明", "reference": "TB1001"} for row in left]
    assert told(named, [{**right[0], "party": "Anna Anderson"}]) == []
    assert told(named, [{**right[0], "reference": "TB2002"}]) == []


def test_the_likeliest_of_a_name_and_amount_is_proposed_when_chance_may_have_brought_it() -> None:
    left = [order(f"a{n}", 500, 1 + n, party=f"Buyer {n:03}") for n in range(40)]
    left.append(order("b", 500, 1, party="王小明"))
    paid = item("x", 500, 2, party="王*明")
    assert told(left, [paid], gate_open(stranger_ppm=1_000_000)) == ["party_likeliest: b = x?"]
    twin = order("c", 500, 1, party="王大明")
    assert told([left[-1]], [{**paid, "party": ""}]) == ["amount_likeliest: b = x?"]
    assert told([*left, twin], [paid], gate_open(stranger_ppm=1_000_000)) == []


def test_a_partys_only_row_short_by_a_wire_fee_is_proposed() -> None:
    assert told([order("a", 50_000, party="Acme")], [item("x", 48_500, 4, party="Acme")]) == [
        "wire_fee: a = x (1500)?"
    ]


def test_orders_meet_settlement_lines_by_ids_only() -> None:
    left, right = [order("a", 500, party="王小明")], [item("x", 500, 4, party="王小明")]
    assert told(left, right, gate_open(), passes=ORDER_PASSES) == []


def test_a_sum_that_needs_a_repeated_row_is_asked_about() -> None:
    left = [item("a", 10000, reference="SO-100001")]
    right = [item(name, 5000, 2, reference="SO-100001", text="half") for name in ("x", "y")]
    assert told(left, right, passes=PAYOUT_PASSES) == ["rows_repeat: a = x y?"]


# --- 8, one side alone: an entry and its reversal ---------------------------------------------


def test_an_entry_and_the_row_that_names_it_clear_each_other() -> None:
    right = [item("x", 500, 3, reference="TB1001"), item("y", -500, 9, text="冲 TB1001")]
    assert told([], right) == ["reversal:  = x y"]
    assert told(right, []) == ["reversal: x y = "]


def test_a_returned_payment_clears_by_its_word_and_without_it_is_proposed() -> None:
    paid = item("x", -500, 3, party="示例速运有限公司")
    back = item("y", 500, 9, party="示例速运有限公司", text="退汇 账号不符")
    assert told([], [paid, back]) == ["reversal:  = x y"]
    assert told([], [paid, {**back, "text": "来款"}]) == ["reversal:  = x y?"]


def test_a_wrong_payment_and_its_correction_leave_the_right_one_open() -> None:
    right = [
        item("x", -500, 3, party="Acme", text="rent"),
        item("y", 500, 4, party="Acme", text="reversal"),
        item("z", -520, 4, party="Acme", text="rent"),
    ]
    assert told([], right) == ["reversal:  = x y"]


def test_an_unequal_number_of_reversals_stays_open() -> None:
    right = [
        item("x", -500, 3, party="Acme"),
        item("y", -500, 4, party="Acme"),
        item("z", 500, 5, party="Acme", text="returned payment"),
    ]
    assert told([], right) == []


def test_a_reversal_long_after_is_none() -> None:
    right = [item("x", 500, 1, reference="TB1001"), item("y", -500, 90, reference="TB1001")]
    assert told([], right) == []


def test_a_row_that_its_own_partner_explains_is_not_reversed() -> None:
    left = [order("a", 500, reference="TB1001")]
    right = [item("x", 500, 2, reference="TB1001"), item("y", -500, 9, text="TB1001 void")]
    assert "exact_reference: a = x" in told(left, right)
