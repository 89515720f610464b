"""Rules are proposed, readable and tried beforehand; nothing applies until a person says so."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from recon_engine.close import close_month
from recon_engine.control.roll_forward import roll_forward
from recon_engine.errors import Code
from recon_engine.model.kept import RULES, Kept, RuleKind
from recon_engine.model.results import Close, Intake
from recon_engine.reconcile.learned_by_hand import pattern_of
from recon_engine.reconcile.rules import applied, rate_ppm
from tests.reconcile.month import POLICY, bank, closed, decide, line, order, places
from tests.reconcile.test_two_months import NOVEMBER, later
from tests.records import intake

FIRMS = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gum", "Hazel", "Ivy", "Juniper")


def rules(close: Close) -> list[str]:
    """Every rule as one line: what it says, what speaks for it, what it would change."""
    columns = ("state", "kind", "channel", "pattern", "value", "support", "against", "spread")
    rows = close.kept.rules.select(*columns, "effect", "origin").sort("kind", "channel", "pattern")
    return [" | ".join(map(str, row)).replace("  ", " ") for row in rows.iter_rows()]


def switched(close: Close, state: str = "on") -> Kept:
    """The close's kept state with every rule switched."""
    return replace(close.kept, rules=close.kept.rules.with_columns(state=pl.lit(state)))


def november(read: Intake, kept: Kept) -> Close:
    return close_month(read, POLICY, NOVEMBER, kept=kept)


def october_of_a_channel_that_keeps_five_percent() -> Intake:
    return intake(
        order("o1", 1, 10000, "T100001", channel="kuaishou"),
        order("o2", 2, 8000, "T100002", channel="kuaishou"),
        order("o3", 3, 6000, "T100003", channel="kuaishou"),
        bank("b1", 5, 9500, "T100001"),
        bank("b2", 5, 7600, "T100002"),
        bank("b3", 5, 5700, "T100003"),
    )


def test_a_fee_that_decisions_show_is_proposed_with_what_it_would_change() -> None:
    read = october_of_a_channel_that_keeps_five_percent()
    month = decide(
        read,
        None,
        {"record_id": "o1", "decision": "write_off"},
        {"record_id": "o2", "decision": "write_off"},
    )
    assert rules(month) == [
        "proposed | fee_rate | kuaishou | | 50000 | 2 | 0 | | clears=2;money=117.00 CNY | D-000001"
    ]
    assert places(month)["o3"] == ("open", 6000), "nothing is applied unasked"
    on = closed(read, switched(month))
    assert places(on)["o3"] == ("cleared", 6000)
    off = closed(read, switched(month, "off"))
    assert places(off) == places(month)


def test_what_month_one_needed_a_hand_for_month_two_confirms() -> None:
    read = october_of_a_channel_that_keeps_five_percent()
    first = decide(
        read, None, *[{"record_id": f"o{n}", "decision": "write_off"} for n in (1, 2, 3)]
    )
    fresh = intake(
        later(order("o7", 1, 20000, "T100007", channel="kuaishou"), 2),
        later(bank("b7", 1, 19000, "T100007"), 6),
    )
    without = november(fresh, roll_forward(first))
    assert places(without) == {"b7": ("open", 19000), "o7": ("open", 20000)}
    second = november(fresh, roll_forward(replace(first, kept=switched(first))))
    assert places(second) == {"b7": ("cleared", 19000), "o7": ("cleared", 20000)}
    assert second.matches.select("difference", "explained").rows() == [(1000, 1000)]


def test_a_second_name_of_a_buyer_is_learned() -> None:
    first = decide(
        intake(
            order("o1", 1, 12345, "T100001", channel="shop", party="Hengda Trading"),
            bank("b1", 3, 12345, "transfer", party="HD Intl"),
        ),
        None,
        {"record_id": "o1", "decision": "match", "match_with": "b1"},
    )
    assert [r.split(" clears")[0].removesuffix(" |") for r in rules(first)] == [
        "proposed | same_party | | HD Intl | Hengda Trading | 1 | 0 |"
    ]
    # A name proves little where nobody else pays: a month of other buyers, each paying once.
    buyers = [f"{one} {two}" for one in FIRMS for two in FIRMS]
    others = [
        make(f"{kind}{n}", 2 + n % 9, 30_000 + 17 * n, "", channel="shop", party=buyer)
        for n, buyer in enumerate(buyers)
        for kind, make in (("x", order), ("y", bank))
    ]
    fresh = intake(
        *[later(row, row["date"].day) for row in others],
        later(order("o2", 1, 67890, "T100002", channel="shop", party="Hengda Trading"), 2),
        later(bank("b2", 1, 67890, "transfer", party="HD Intl"), 4),
    )
    second = november(fresh, roll_forward(replace(first, kept=switched(first))))
    assert places(second)["o2"] == ("cleared", 67890)
    assert places(november(fresh, roll_forward(first)))["o2"] == ("open", 67890)
    shown = second.records.filter(pl.col("record_id") == "b2")["party"].item()
    assert shown == "HD Intl", "what is shown stays as it was read"


def test_a_payers_text_is_learned_for_its_channel() -> None:
    def rows(n: int, net: int) -> list[dict[str, Any]]:
        return [
            order(f"o{n}", 1, net, f"11{n}", channel="lazada"),
            line(f"s{n}", 2, net, f"11{n}", channel="lazada", group=f"2026-{9 + n}-0{n}"),
            bank(f"b{n}", 4, net, "ALIPAY MERCHANT SG 998", party="Ecart Services"),
        ]

    read = intake(*rows(1, 44_441))
    first = decide(
        read, None, {"record_id": "PO-lazada-2026-10-01-CNY", "decision": "match",
                     "match_with": "b1"},
    )  # fmt: skip
    assert [r.split(" clears")[0].removesuffix(" |") for r in rules(first)] == [
        "proposed | channel_of_text | lazada | Ecart Services | lazada | 1 | 0 |"
    ]
    fresh = intake(*[later(row, 3) for row in rows(2, 55_519)])
    assert places(november(fresh, roll_forward(first)))["b2"][0] == "open"
    second = november(fresh, roll_forward(replace(first, kept=switched(first))))
    assert {place for place, _ in places(second).values()} == {"cleared"}


def test_a_party_put_right_by_hand_is_learned_from_the_text() -> None:
    month = decide(
        intake(bank("b1", 3, 500, "2026 rent Wang 88")),
        None,
        {"record_id": "b1", "decision": "reclassify", "match_with": "party=Mrs Wang"},
    )
    assert rules(month) == [
        "proposed | party_of_text | | rent Wang | Mrs Wang | 1 | 0 | | clears=0 | D-000001"
    ]


def test_the_data_itself_shows_rates_and_days() -> None:
    rows = []
    for n in range(30):
        sold, fee = 1000 + 10 * n, (1000 + 10 * n) * 5 // 100
        odd = 9 if n == 0 else 0
        rows += [
            order(f"o{n}", 1 + n % 5, sold, f"T10{n:04}", channel="ebay"),
            line(f"s{n}", 11 + n % 5, sold, f"T10{n:04}", channel="ebay"),
            line(f"f{n}", 11 + n % 5, -fee - odd, f"T10{n:04}", channel="ebay", type="commission"),
        ]
    month = closed(intake(*rows))
    assert rules(month) == [
        "proposed | due_days | ebay | | 10 | 30 | 0 | 10-10 | due_changes=0 | data",
        (
            "proposed | fee_rate | ebay | commission | 50000 | 29 | 1 | 49504-50000 | "
            "above=1;money=0.09 CNY | data"
        ),
    ]


def test_a_few_lines_prove_no_rate() -> None:
    assert rules(closed(intake(
        order("o1", 1, 1000, "T100001"), line("s1", 2, 1000, "T100001"),
        line("f1", 2, -50, "T100001", type="commission"),
    ))) == []  # fmt: skip


def test_a_rule_that_a_person_has_is_not_proposed_beside_it() -> None:
    read = october_of_a_channel_that_keeps_five_percent()
    month = decide(read, None, {"record_id": "o1", "decision": "write_off"})
    edited = month.kept.rules.with_columns(value=pl.lit("6 %"), state=pl.lit("off"))
    again = closed(read, replace(month.kept, rules=edited))
    assert again.kept.rules.equals(edited)


@pytest.mark.parametrize(
    ("kind", "channel", "pattern", "value"),
    [
        (RuleKind.FEE_RATE, "ebay", "", "much"),
        (RuleKind.FEE_RATE, "", "", "5%"),
        (RuleKind.DUE_DAYS, "ebay", "", "-3"),
        (RuleKind.SAME_PARTY, "", "", "x"),
        ("guess", "", "a", "b"),
    ],
)
def test_a_rule_that_cannot_be_read_is_told_and_the_month_closes(
    kind: str, channel: str, pattern: str, value: str
) -> None:
    plain = {"rule_id": "R-1", "state": "on", "kind": kind, "channel": channel}
    row = {**dict.fromkeys(RULES), **plain, "pattern": pattern, "value": value}
    kept = Kept(rules=pl.DataFrame([row], schema=RULES))
    month = closed(intake(bank("b1", 3, 500, "x")), kept)
    assert [(p.code, p.place.column, p.value) for p in month.problems] == [
        (Code.RULE_NOT_READ, "R-1", value)
    ]


def test_rates_are_read_as_people_write_them() -> None:
    said = ["5 %", "5.0%", "0,6 %", "50000", "6.25%", "100%", "1000000", "5.5", "five", ""]
    assert [rate_ppm(text) for text in said] == [
        50_000, 50_000, 6_000, 50_000, 62_500, None, None, None, None, None,
    ]  # fmt: skip


def test_a_fee_that_the_policy_names_is_not_overruled_by_a_learned_one() -> None:
    row = {**dict.fromkeys(RULES), "rule_id": "R-1", "state": "on", "kind": "fee_rate",
           "channel": "ebay", "pattern": "", "value": "5%"}  # fmt: skip
    ruled = applied(pl.DataFrame([row], schema=RULES), POLICY).policy
    assert [(rule.channel, rule.rate_ppm) for rule in ruled.fees] == [("ebay", 50_000)]
    assert applied(pl.DataFrame([row], schema=RULES), ruled).policy.fees == ruled.fees


def test_a_pattern_is_the_words_that_name_someone() -> None:
    said = [
        "2026 支付宝-备付金 提现 9931",
        "AMZN Mktp 77/88",
        "123 456",
        "x",
        "Müller & Söhne GmbH",
    ]
    assert [pattern_of(text) for text in said] == [
        "支付宝-备付金 提现", "AMZN Mktp", "", "", "Müller & Söhne GmbH",
    ]  # fmt: skip
