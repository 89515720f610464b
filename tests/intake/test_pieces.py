"""Weights to the gram, and rate cards made long."""

from pathlib import Path

import polars as pl
import pytest

from recon_engine.intake.weights import grams
from tests.intake.shared import SAMPLES, read


@pytest.mark.parametrize(
    ("cell", "caption", "unit", "weight"),
    [
        ("1.3", "Charged Weight", "kg", 1300), ("0.4855", "重量", "kg", 486),
        (".5", "重量", "kg", 500),
        ("210", "Weight (g)", "kg", 210), ("165.5", "Weight (g)", "kg", 166),
        ("1.3", "Weight (kg)", "g", 1300), ("500g", "重量", "kg", 500), ("2 KG", "重量", "g", 2000),
        ("", "重量", "kg", None), ("heavy", "重量", "kg", None), ("9" * 40, "重量", "kg", None),
    ],
)  # fmt: skip
def test_a_weight_in_any_unit_is_whole_grams(
    cell: str, caption: str, unit: str, weight: int | None
) -> None:
    assert grams(pl.Series([cell]), caption, unit).to_list() == [weight]


def test_a_rate_card_is_one_record_a_rate() -> None:
    rates = read(SAMPLES / "rates_in" / "Rates.xlsx").records
    first = rates.filter((pl.col("zone") == "a") & (pl.col("text") == "fwd fixed"))
    assert first["amount"].to_list() == [2950]
    assert rates["record_id"].is_unique().all()


def test_a_quantity_that_is_an_id_is_none(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "order id,order date,order total,quantity\n"
        "A1,2026-05-01,10.00,2026050122001100000000000001\n"
    )
    assert read(path).records.select("amount", "quantity").rows() == [(1000, None)]
