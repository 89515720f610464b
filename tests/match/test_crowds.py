"""Names that many bear, and ids that are not whole: where the matcher looks for sums."""

from tests.match.items import gate_open, item, told
from tests.match.test_passes import order


def crowd(named: str, *amounts: int) -> list[dict]:
    """Orders of one name, more than are tried in every set; ids tell their places."""
    return [order(f"o{n}", amount, 1 + n, reference=f"TB88{n:06}", party=named)
            for n, amount in enumerate(amounts)]  # fmt: skip


COMMON = (5_190, 7_330, 9_970, 3_110, 8_290, 6_710, 4_430, 2_570, 1_370, 950, 810)


def test_in_a_crowd_of_one_name_the_orders_around_the_named_one_are_looked_at() -> None:
    left = crowd("王小明", *COMMON)
    paid = item("x", 5_190 + 9_970 + 6_710, 9, text="TB88000002", party="王小明")
    assert told(left, [paid], gate_open()) == ["same_party: o0 o2 o5 = x"]
    many = {**paid, "amount": 5_190 + 9_970 + 6_710 + 8_290 + 1_370}
    assert told(left, [many], gate_open()) == ["same_party: o0 o2 o4 o5 o8 = x"]
    unsure = told(left, [many], gate_open(stranger_ppm=1_000_000))
    assert unsure == ["reference_differs: o2 = x (-21560)?"]


def test_in_a_crowd_two_sets_around_the_named_order_are_a_question() -> None:
    left = crowd("王小明", 5_190, *COMMON)
    paid = item("x", 5_190 + 9_970, 9, text="TB88000003", party="王小明")
    assert told(left, [paid], gate_open()) == ["reference_differs: o3 = x (-5190)?"]


def test_in_a_crowd_an_order_paid_too_much_evens_out_one_paid_too_little() -> None:
    left = crowd("王小明", *COMMON)
    right = [
        item("x", 5_190 + 1_000, 9, text="TB88000000", party="王小明"),
        item("y", 9_970 - 1_000, 9, text="TB88000002", party="王小明"),
    ]
    assert told(left, right, gate_open()) == ["same_party: o0 o2 = x y"]


def test_an_id_that_the_banks_field_cut_says_which_is_meant() -> None:
    left = [
        order("a", 510, 1, reference="261001-314150592268357", party="王小明"),
        order("b", 733, 2, reference="1627271523085886080", party="王小明"),
        order("c", 733, 2, reference="2034876067612954315", party="王小明"),
    ]
    paid = item("x", 1_243, 4, text="货款 261001-314150592268357 162727152308")
    assert told(left, [paid], gate_open()) == ["same_party: a b = x"]
    not_its_end = {**paid, "text": "货款 261001-314150592268357 162727152308 收"}
    assert told(left, [not_its_end], gate_open()) == ["reference_differs: a = x (-733)?"]


def test_a_short_id_beside_its_buyers_name_counts_as_named() -> None:
    left = crowd("王小明", *COMMON)
    left[2]["reference"] = "#67212"
    paid = item("x", 5_190 + 9_970, 9, text="67212", party="WANG XIAOMING")
    assert told(left, [paid], gate_open()) == ["same_party: o0 o2 = x"]
    other = {**paid, "party": "李雷"}
    assert told(left, [other], gate_open()) == []


def test_an_id_nearly_named_under_another_name_hinders_nobody() -> None:
    left = [
        order("a", 52_900, 9, reference="SO26100544380", party="Hannah Gibwick"),
        order("b", 13_199, 12, reference="SO26100344873", party="Hannah Gibwick"),
        order("c", 700, 12, reference="TB1", party="杨桂金"),
    ]
    paid = item("x", 66_099, 12, text="SO26100344873")
    stray = item("y", 75_976, 14, text="SO2610034487", party="YANG GUIJIN")
    assert told(left, [paid, stray], gate_open()) == ["same_party: a b = x"]


def test_longer_sums_of_a_common_name_do_not_make_a_short_one_doubtful() -> None:
    left = crowd("王小明", *(100 * amount for amount in COMMON))
    named = item("x", 419_000, 2, text="TB88000000", party="王小明")
    rest = item("y", 100_000, 9, party="王小明")
    others = [item(f"z{n}", 210_000 + 700 * n, 5 + n, party="王小明") for n in range(8)]
    buyers = [one + two for one in "赵钱孙李周吴郑冯" for two in "一二三四五六七八"]
    left += [order(f"m{n}", 300_000 + n * 100, party=name) for n, name in enumerate(buyers)]
    others += [
        item(f"p{n}", 100_000 if n % 4 == 0 else 51_000 + n * 100, 3, party=name)
        for n, name in enumerate(buyers)
    ]
    right = [named, rest, *others]
    assert "same_party: o0 = x y" in told(left, right, gate_open(stranger_ppm=2_000))
    assert "same_party: o0 = x y" not in told(left, right, gate_open(stranger_ppm=20_000))
