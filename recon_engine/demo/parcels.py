"""What the Tmall shop ships: parcels with their weight, zone and state, and what goes wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from recon_engine.demo.sales import END, Fate, Sale
from recon_engine.model.goods_policy import GoodsPolicy

CARRIER = "圆通速递"
# First kilogram and each further one, in fen, by province.
PRICES = {
    "浙江": (280, 80), "江苏": (300, 100), "广东": (340, 140), "北京": (420, 220),
    "四川": (460, 260), "新疆": (1500, 1200),
}  # fmt: skip
SLAB_G = 1000
_DAYS = GoodsPolicy()
_SIGNED, _MOVING = "已签收", "运输中"


class Mishap(StrEnum):
    """What goes wrong with a parcel or its bill."""

    NONE = "none"
    UNSHIPPED = "unshipped"
    LATE = "late"
    PART = "part"  # a piece less than ordered
    LOST = "lost"
    LONG = "long"  # on its way since weeks
    UNBILLED = "unbilled"
    HEAVY = "heavy"  # billed for more than it weighs
    FAR = "far"  # billed for another zone
    ABOVE = "above"
    BELOW = "below"
    TWICE = "twice"
    BACK_TWICE = "back_twice"


# How many parcels of a million meet each; at least one, where the calendar allows it.
_MISHAPS_PPM = {
    Mishap.UNSHIPPED: 4_000, Mishap.LATE: 6_000, Mishap.PART: 3_000, Mishap.LOST: 2_000,
    Mishap.LONG: 2_000, Mishap.UNBILLED: 4_000, Mishap.HEAVY: 12_000, Mishap.FAR: 6_000,
    Mishap.ABOVE: 3_000, Mishap.BELOW: 2_000, Mishap.TWICE: 4_000, Mishap.BACK_TWICE: 1_000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel of one sale; nothing was sent where ``sent`` is none."""

    sale: Sale
    waybill: str
    sent: date | None
    pieces: int
    grams: int
    zone: str
    state: str
    mishap: Mishap = Mishap.NONE


def price(zone: str, grams: int) -> int:
    """What the courier's card says, in fen."""
    first, more = PRICES[zone]
    return first + more * max(0, -(-grams // SLAB_G) - 1)


def draw_parcels(sales: Iterable[Sale], rng: Random) -> list[Parcel]:
    """The parcels of the sales that go out at all; a cancelled one goes by mistake."""
    going = [sale for sale in sales if not sale.cancelled]
    stopped = next((sale for sale in sales if sale.fate is Fate.CANCELLED), None)
    parcels = [_parcel(sale, rng) for sale in going]
    parcels = _with_mishaps(parcels, rng)
    return [*parcels, *([_parcel(stopped, rng)] if stopped else [])]


def _parcel(sale: Sale, rng: Random) -> Parcel:
    placed = sale.placed.date()
    sent = placed + timedelta(days=rng.randint(0, 2))
    moving = END - sent < timedelta(days=rng.randint(3, 8))
    grams = sum(item.quantity * (60 + int(item.product.sku[3:]) * 37 % 900) for item in sale.items)
    return Parcel(
        sale,
        f"YT{sale.reference[-13:]}",
        sent if sent <= END else None,
        sale.quantity,
        grams,
        rng.choice(list(PRICES)),
        _MOVING if moving else _SIGNED,
    )


def _with_mishaps(parcels: list[Parcel], rng: Random) -> list[Parcel]:
    """Each mishap to as many parcels as it is due, each to those that it may happen to."""
    dealt = [*parcels]
    free = [n for n, parcel in enumerate(parcels) if parcel.sale.fate is Fate.NORMAL]
    rng.shuffle(free)
    for mishap, ppm in _MISHAPS_PPM.items():
        wanted = max(1, len(parcels) * ppm // 1_000_000)
        chosen = [n for n in free if _MAY[mishap](parcels[n])][:wanted]
        for n in chosen:
            dealt[n] = _struck(parcels[n], mishap, rng)
        free = [n for n in free if n not in set(chosen)]
    return dealt


def _age(parcel: Parcel) -> int:
    return (END - parcel.sale.placed.date()).days


def _since(parcel: Parcel) -> int:
    return (END - parcel.sent).days if parcel.sent else -1


_MAY: dict[Mishap, Callable[[Parcel], bool]] = {
    Mishap.UNSHIPPED: lambda parcel: _age(parcel) > _DAYS.days_to_ship,
    Mishap.LATE: lambda parcel: _age(parcel) > 2 * _DAYS.days_to_ship,
    Mishap.PART: lambda parcel: parcel.pieces > 1 and _age(parcel) > _DAYS.days_to_ship,
    Mishap.LOST: lambda parcel: _since(parcel) > 0,
    Mishap.LONG: lambda parcel: _since(parcel) > _DAYS.days_in_transit,
    Mishap.FAR: lambda parcel: _since(parcel) > 0 and parcel.zone != "新疆",
    **{
        mishap: lambda parcel: _since(parcel) > 1
        for mishap in (Mishap.UNBILLED, Mishap.HEAVY, Mishap.ABOVE, Mishap.BELOW, Mishap.TWICE,
                       Mishap.BACK_TWICE)
    },
}  # fmt: skip


def _struck(parcel: Parcel, mishap: Mishap, rng: Random) -> Parcel:
    hit = replace(parcel, mishap=mishap)
    match mishap:
        case Mishap.UNSHIPPED:
            return replace(hit, sent=None)
        case Mishap.LATE:
            days = _DAYS.days_to_ship + rng.randint(1, 2)
            return replace(hit, sent=parcel.sale.placed.date() + timedelta(days=days))
        case Mishap.PART:
            return replace(hit, pieces=parcel.pieces - 1)
        case Mishap.LOST:
            return replace(hit, state="丢失")
        case Mishap.LONG:
            return replace(hit, state=_MOVING)
    return hit
