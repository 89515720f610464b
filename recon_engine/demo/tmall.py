"""天猫: the seller desk's (千牛) order export."""

from datetime import datetime, timedelta

from recon_engine.demo.sales import Fate, Sale
from recon_engine.demo.sheet import OrderFile, amount, comma_separated
from recon_engine.demo.shops import STORE

NAME = "天猫订单.csv"
HEADER = (
    "订单编号", "支付单号", "支付详情", "买家应付货款", "买家应付邮费", "总金额", "买家实付金额",
    "订单状态", "订单创建时间", "订单付款时间", "商品标题", "宝贝总数量", "物流单号", "店铺名称",
    "退款金额", "确认收货时间", "确认收货打款金额", "买家会员名",
)  # fmt: skip


def tmall_orders(sales: list[Sale]) -> OrderFile:
    """The export, newest order first as the site lists them."""
    listed = [sale for sale in reversed(sales) if sale.listed]
    text = comma_separated([HEADER, *(_row(sale) for sale in listed)])
    rows = {sale.reference: n for n, sale in enumerate(listed, 2)}
    return OrderFile(NAME, text.encode("gb18030"), rows)


def _row(sale: Sale) -> tuple[str, ...]:
    unpaid = sale.fate is Fate.CANCELLED
    confirmed = _confirmed(sale)
    payment = "" if unpaid else f"{sale.placed:%Y%m%d}22001{sale.reference[-15:]}\t"
    return (
        f'="{sale.reference}"',  # so that a spreadsheet keeps all digits
        payment,
        "" if unpaid else f"支付宝:{amount(sale.paid)}",
        amount(sale.goods - sale.discount),
        amount(sale.freight),
        amount(sale.paid),
        amount(0 if unpaid else sale.paid),
        _state(sale),
        _time(sale.placed),
        "" if unpaid else _time(sale.placed + timedelta(seconds=37)),
        "，".join(item.product.title for item in sale.items),
        str(sale.quantity),
        "" if sale.cancelled else f"'YT{sale.reference[-13:]}",
        STORE,
        amount(sale.refunded),
        _time(confirmed) if confirmed else "",
        amount(_released(sale)) if confirmed else "0.00",
        f"{sale.buyer}{sale.reference[-4:]}",
    )


def _state(sale: Sale) -> str:
    if sale.cancelled:
        return "交易关闭"
    return "交易成功" if _confirmed(sale) else "卖家已发货，等待买家确认"


def _confirmed(sale: Sale) -> datetime | None:
    """When the buyer confirmed receipt; an overdue order was confirmed and yet not settled."""
    if sale.fate is Fate.UNPAID:
        return sale.placed + timedelta(days=9)
    return sale.bookings[-1].when if sale.bookings else None


def _released(sale: Sale) -> int:
    """What the site says it released; a later refund does not change it."""
    return sale.paid - (sale.refunded if sale.fate is Fate.REFUNDED_BEFORE else 0)


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}"
