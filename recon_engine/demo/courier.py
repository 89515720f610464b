"""The files of the goods: the warehouse's list, the courier's bill and card, what came back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from recon_engine.demo.parcels import CARRIER, PRICES, Mishap, Parcel, draw_parcels, price
from recon_engine.demo.sales import END, Fate, Sale
from recon_engine.demo.sheet import amount, comma_separated
from recon_engine.demo.shops import STORE
from recon_engine.demo.truth import OrderLink, Place, Planted
from recon_engine.model.goods_policy import GoodsPolicy
from recon_engine.model.reasons import Reason
from recon_engine.model.records import Kind

SHIPMENTS, BILL, CARD = "发货记录.csv", "快递账单.csv", "快递报价.csv"
RETURNS, PARCELS = "退换单.csv", "包裹登记.csv"
_HEADS = {
    SHIPMENTS: ("发货时间", "订单编号", "物流公司", "物流单号", "数量", "重量(kg)", "省份",
                "物流状态", "店铺名称", "平台"),
    BILL: ("扫描时间", "运单号码", "总金额", "计费重量", "目的地", "快递公司", "费用类型"),
    CARD: ("快递公司", "省份", "首重(元)", "续重(元)"),
    RETURNS: ("退换单号", "原始单号", "类型", "入库状态", "退货物流单号", "物流公司名称",
              "平台退款金额", "实际退款金额", "退货金额", "退款原因", "结算时间"),
    PARCELS: ("物流公司", "物流单号", "退换单号", "退换单状态", "退换单入库状态", "入库单号",
              "首次拆包时间", "入库标记"),
}  # fmt: skip
_BACK, _SF = "退回运费", "顺丰速运"
_OFF = {Mishap.ABOVE: 50, Mishap.BELOW: -30}  # fen, of a bill that no weight or zone explains
_STRANGERS = 2  # lines of the bill for parcels that are nobody's
_DAYS = GoodsPolicy()
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoodsFiles:
    """The files by name, as bytes, and what was planted in them."""

    files: dict[str, bytes]
    planted: tuple[Planted, ...]


class _Writer:
    """Rows as they are written, and what is wrong with each."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {name: [head] for name, head in _HEADS.items()}
        self.planted: list[Planted] = []

    def write(self, name: str, *cells: str) -> Place:
        """Writes a row; answers where it stands."""
        self.rows[name].append(cells)
        return Place(name, len(self.rows[name]))

    def plant(self, reason: Reason, kind: Kind, name: str, at_stake: int, place: Place) -> None:
        """Notes an exception that a correct close reports."""
        told = Planted(reason, kind, name, "tmall", "CNY", at_stake, (place,))
        self.planted.append(told)


def goods_files(sales: list[Sale], links: dict[str, OrderLink], rng: Random) -> GoodsFiles:
    """Everything that the Tmall shop, its warehouse and its courier write of the month's goods.

    Args:
        sales: of the shop.
        links: its orders by their id.
        rng: of the goods alone, so that the money is the same with or without them.
    """
    writer = _Writer()
    parcels = draw_parcels(sales, rng)
    for parcel in sorted(parcels, key=lambda each: (each.sent or END, each.waybill)):
        _ship(writer, parcel, links.get(parcel.sale.reference))
    _bill(writer, [parcel for parcel in parcels if parcel.sent], rng)
    for zone, (first, more) in PRICES.items():
        writer.write(CARD, CARRIER[:2], zone, amount(first), amount(more))
    _return(writer, sales)
    texts = {name: comma_separated(rows) for name, rows in writer.rows.items()}
    return GoodsFiles({n: t.encode("utf-8-sig") for n, t in texts.items()}, tuple(writer.planted))


def _ship(writer: _Writer, parcel: Parcel, link: OrderLink | None) -> None:
    """A row of the warehouse's list, and what is wrong with the order's goods."""
    sale, sent = parcel.sale, parcel.sent
    place = None
    if sent:
        place = writer.write(
            SHIPMENTS, f"{sent:%Y-%m-%d} 18:00:00", sale.reference, CARRIER, parcel.waybill,
            str(parcel.pieces), _kilos(parcel.grams), f"{parcel.zone}省", parcel.state, STORE,
            "天猫",
        )  # fmt: skip
    if link is None:
        if place:
            name = parcel.waybill
            writer.plant(Reason.SHIPMENT_WITHOUT_ORDER, Kind.SHIPMENT, name, 0, place)
        return
    for reason, at_stake in _of_order(parcel):
        order = Place(link.file, link.row)
        writer.plant(reason, Kind.ORDER, sale.reference, at_stake, order)


def _of_order(parcel: Parcel) -> Iterator[tuple[Reason, int]]:
    sale = parcel.sale
    if sale.fate is Fate.CANCELLED:
        yield Reason.CANCELLED_SHIPPED, 0  # nothing was paid for it
    match parcel.mishap:
        case Mishap.UNSHIPPED:
            yield Reason.ORDER_NOT_SHIPPED, sale.paid
        case Mishap.LATE:
            yield Reason.SHIPPED_LATE, 0
        case Mishap.LOST:
            yield Reason.PARCEL_LOST, sale.paid
        case Mishap.LONG:
            yield Reason.IN_TRANSIT_LONG, sale.paid
        case Mishap.PART:
            # What the pieces that went are worth, half a fen rounded up.
            doubled = 2 * sale.paid * parcel.pieces + sale.quantity
            yield Reason.QUANTITY_DIFFERS, sale.paid - doubled // (2 * sale.quantity)


def _bill(writer: _Writer, parcels: list[Parcel], rng: Random) -> None:
    """The courier's bill in the order of its scans."""
    for parcel in sorted(parcels, key=lambda each: (each.sent or END, each.waybill)):
        if parcel.sent:
            _lines(writer, parcel, parcel.sent, rng)
    for n in range(_STRANGERS):
        due = price("广东", 1500)
        cells = (f"{END:%Y-%m-%d} 2{n}:00:00", f"YT88000000000{n:02}", amount(due), "1.5", "广东省")
        place = writer.write(BILL, *cells, CARRIER, "")
        writer.plant(Reason.BILLED_NOT_SHIPPED, Kind.COURIER_CHARGE, cells[1], due, place)


def _lines(writer: _Writer, parcel: Parcel, sent: date, rng: Random) -> None:
    grams, zone, due = parcel.grams, parcel.zone, price(parcel.zone, parcel.grams)
    at_stake, reason = 0, None
    match parcel.mishap:
        case Mishap.UNBILLED:
            late = sent + timedelta(days=_DAYS.days_to_bill) <= END
            reason = Reason.SHIPPED_NOT_BILLED if late else Reason.NOT_BILLED_YET
            row = next(n for n, cells in enumerate(writer.rows[SHIPMENTS], 1)
                       if cells[3] == parcel.waybill)  # fmt: skip
            place = Place(SHIPMENTS, row)
            writer.plant(reason, Kind.SHIPMENT, parcel.waybill, due, place)
            return
        case Mishap.HEAVY:
            grams += rng.randint(1, 3) * 1000
            reason, at_stake = Reason.WEIGHT_OVERCHARGED, price(zone, grams) - due
        case Mishap.FAR:
            zone = "新疆"
            reason, at_stake = Reason.ZONE_OVERCHARGED, price(zone, grams) - due
        case Mishap.ABOVE:
            reason, at_stake = Reason.FREIGHT_ABOVE_RATE, _OFF[parcel.mishap]
        case Mishap.BELOW:
            reason, at_stake = Reason.FREIGHT_BELOW_RATE, -_OFF[parcel.mishap]
    billed = price(zone, grams) + _OFF.get(parcel.mishap, 0)
    place = _line(writer, parcel, (sent, grams, zone, billed, ""))
    if reason:
        writer.plant(reason, Kind.COURIER_CHARGE, parcel.waybill, at_stake, place)
    if parcel.mishap is Mishap.TWICE:
        again = _line(writer, parcel, (sent + timedelta(days=1), grams, zone, billed, ""))
        name = parcel.waybill
        writer.plant(Reason.BILLED_TWICE, Kind.COURIER_CHARGE, name, billed, again)
    if parcel.mishap is Mishap.BACK_TWICE:
        _line(writer, parcel, (sent, grams, zone, billed, _BACK))
        again = _line(writer, parcel, (sent + timedelta(days=1), grams, zone, billed, _BACK))
        name = parcel.waybill
        writer.plant(Reason.RETURN_FREIGHT_TWICE, Kind.COURIER_CHARGE, name, billed, again)


def _line(writer: _Writer, parcel: Parcel, what: tuple[date, int, str, int, str]) -> Place:
    day, grams, zone, billed, fee = what
    return writer.write(
        BILL, f"{day:%Y-%m-%d} 21:30:00", parcel.waybill, amount(billed),
        _kilos(grams), f"{zone}省", CARRIER, fee,
    )  # fmt: skip


def _kilos(grams: int) -> str:
    return f"{grams // 1000}.{grams % 1000:03d}"


def _return(writer: _Writer, sales: Iterable[Sale]) -> None:
    """Refunds and parcels that came back; of one refund long ago nothing came."""
    owed = END - timedelta(days=_DAYS.days_to_return)
    back = [s for s in sales if s.fate in (Fate.REFUNDED, Fate.PART_REFUNDED) and s.refunds]
    missing = next((s for s in back if s.fate is Fate.REFUNDED and _day(s) <= owed), None)
    for n, sale in enumerate(back, 1):
        whole, came = sale.fate is Fate.REFUNDED, sale is not missing
        kind, state = ("2", "3" if came else "1") if whole else ("4", "0")
        waybill = f"SF{n:011}" if whole and came else ""
        money, why = amount(sale.refunded), "七天无理由" if whole else "质量问题"
        place = writer.write(
            RETURNS, f"TK{n:08}", sale.reference, kind, state, waybill, _SF if waybill else "",
            money, money, money if whole else "0.00", why, f"{_day(sale):%Y-%m-%d} 10:00:00",
        )  # fmt: skip
        if not came:
            reason = Reason.REFUND_WITHOUT_PARCEL
            writer.plant(reason, Kind.RETURN, sale.reference, sale.refunded, place)
        elif whole:
            arrived = f"{min(END, _day(sale) + timedelta(days=2)):%Y-%m-%d} 09:00:00"
            writer.write(PARCELS, _SF, waybill, f"TK{n:08}", "已完成", "全部入库",
                         f"RK{n:08}", arrived, "正常")  # fmt: skip
    stray = f"{owed:%Y-%m-%d} 09:00:00"
    place = writer.write(
        PARCELS, "中通快递", "ZT99000000001", "", "", "", "RK99000001", stray, "无主件"
    )
    writer.plant(Reason.PARCEL_WITHOUT_REFUND, Kind.RETURN, "ZT99000000001", 0, place)


def _day(sale: Sale) -> date:
    return sale.refunds[-1].when.date()
