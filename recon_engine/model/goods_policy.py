"""Settings of the reconciliations of goods: days, slabs of weight, what a carrier rounds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recon_engine.model.unit import unit


@dataclass(frozen=True, slots=True)
class GoodsPolicy:
    """What parcels are held to."""

    days_to_ship: int = unit(3, "days", "an order is shipped within this many days")
    days_in_transit: int = unit(15, "days", "a parcel that is not signed for by then is looked for")
    days_to_bill: int = unit(35, "days", "a parcel is on a courier's bill within this many days")
    days_to_return: int = unit(15, "days", "a refund and its parcel follow each other within these")
    rounding_minor: int = unit(0, "minor units", "a bill this far off the rate card agrees with it")
    slab_g: Mapping[str, int] = field(
        default_factory=lambda: {"fixed": 500, "首重": 1000},
        metadata={
            "unit": "grams",
            "meaning": "weight of one slab of a rate card whose captions hold the word",
        },
    )
    bill_accounts: tuple[str, ...] = unit(
        (), "texts", "names under which couriers bill this seller; others on a bill are other shops"
    )
    report_by: str = unit("week", "day, week or month", "stretches of days in the reports of goods")
