"""A courier's real bill for 124 parcels, held to its rate card; skipped where the files are not."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from openpyxl import load_workbook

from recon_engine.close import close_month
from recon_engine.intake import read_files
from recon_engine.model.policy import default_policy
from recon_engine.model.results import Close, Period
from tests.intake.shared import SHARED

FOLDER = SHARED / "courier"
SLAB_G = 500
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no real files in {FOLDER}")


@pytest.fixture(scope="module")
def month() -> Close:
    files = sorted(path for path in FOLDER.glob("Co*.xlsx"))
    policy = default_policy()
    july = Period(date(2021, 7, 1), date(2021, 7, 31))
    return close_month(read_files(files, policy), policy, july)


def sheet(name: str, title: str = "Sheet1") -> list[tuple[object, ...]]:
    book = load_workbook(FOLDER / name, read_only=True, data_only=False)
    return list(book[title].iter_rows(values_only=True))


def paise(rupees: object) -> int:
    return int(Decimal(str(rupees)) * 100)


def expected_row_by_row() -> dict[str, tuple[int, int, str, int]]:
    """``waybill: (grams, grams of slabs, zone, paise)``, straight from the seller's sheets."""
    grams_of = {
        str(sku): int(str(grams)) for sku, grams in sheet("Company X - SKU Master.xlsx")[1:]
    }
    weight: dict[str, int] = {}
    for number, sku, quantity in sheet("Company X - Order Report.xlsx")[1:]:
        weight[str(number)] = weight.get(str(number), 0) + grams_of[str(sku)] * int(
            float(str(quantity))
        )
    zones = {
        (str(a), str(b)): str(zone) for a, b, zone in sheet("Company X - Pincode Zones.xlsx")[1:]
    }
    names, prices = sheet("Courier Company - Rates.xlsx")
    rate = dict(zip(names, map(paise, prices), strict=True))
    found = {}
    for waybill, number, _, a, b, _, kind, _ in sheet("Courier Company - Invoice.xlsx")[1:]:
        zone, grams = zones[str(a), str(b)], weight[str(number)]
        slabs = -(-grams // SLAB_G)
        ways = ("fwd", "rto") if "RTO" in str(kind) else ("fwd",)
        price = sum(
            rate[f"{way}_{zone}_fixed"] + (slabs - 1) * rate[f"{way}_{zone}_additional"]
            for way in ways
        )
        found[str(waybill)] = (grams, slabs * SLAB_G, zone, price)
    return found


def test_every_parcel_is_expected_at_what_the_sheets_say(month: Close) -> None:
    columns = ("weight_g", "slab_g", "zone", "expected")
    told = {
        row["waybill"]: tuple(row[name] for name in columns)
        for row in month.goods.freight.iter_rows(named=True)
    }
    assert told == expected_row_by_row()
    assert len(told) == 124


def test_the_worked_examples_come_out_to_the_paisa(month: Close) -> None:
    freight = {row["waybill"]: row for row in month.goods.freight.iter_rows(named=True)}
    for row in sheet("Expected_Result.xlsx", "Calculations")[1:]:
        number, waybill, kilos, slab, billed_kilos, billed_slab, zone, billed_zone, *money = row
        told = freight[str(waybill)]
        assert told["reference"] == number
        # The example gives kilograms with two decimals.
        assert round(told["weight_g"] / 1000, 2) == kilos
        grams = (told["slab_g"], told["weight_billed_g"], told["slab_billed_g"])
        assert [Decimal(each) / 1000 for each in grams] == [
            Decimal(str(each)) for each in (slab, billed_kilos, billed_slab)
        ]
        assert (told["zone"], told["zone_billed"]) == (str(zone).lower(), str(billed_zone).lower())
        assert (told["expected"], told["billed"]) == (paise(money[0]), paise(money[1]))
        assert told["difference"] == paise(money[0]) - paise(money[1])


def test_the_bill_adds_up_and_what_differs_is_told(month: Close) -> None:
    freight = month.goods.freight
    billed = sum(paise(row[-1]) for row in sheet("Courier Company - Invoice.xlsx")[1:])
    assert freight["billed"].sum() == billed
    assert set(freight["status"]) == {"agreed", "over", "under"}
    differing = freight.filter(pl.col("status") != "agreed")
    assert set(month.exceptions["record_id"]) == set(differing["freight_id"])
    assert month.exceptions["at_stake"].sum() == differing["difference"].abs().sum()
    assert set(month.identity["difference"]) == {0}
    assert not month.problems
