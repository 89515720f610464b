"""微信小程序: the shop's own order list, a row per item, an order's fields on the first only."""

from decimal import Decimal

from recon_engine.demo.sales import Sale
from recon_engine.demo.sheet import OrderFile
from recon_engine.demo.workbook import one_sheet

NAME = "微信小程序订单.xlsx"
HEADER = (
    "订单编号", "下单时间", "实付金额", "运费", "优惠", "退款金额", "买家", "商品", "数量",
    "订单状态", "平台",
)  # fmt: skip
Cell = str | int | Decimal | None
_REPEATED_EVERY = 3  # one in so many orders of several items has its fields on every row


def wechat_orders(sales: list[Sale]) -> OrderFile:
    """The list, oldest order first."""
    table: list[tuple[Cell, ...]] = [HEADER]
    rows: dict[str, int] = {}
    several = 0
    for sale in sales:
        if sale.listed:
            several += len(sale.items) > 1
            rows[sale.reference] = len(table) + 1
            table += _rows(sale, repeated=several % _REPEATED_EVERY == 0)
    return OrderFile(NAME, one_sheet("订单", table), rows)


def _rows(sale: Sale, *, repeated: bool) -> list[tuple[Cell, ...]]:
    front: tuple[Cell, ...] = (
        sale.reference,
        f"{sale.placed:%Y-%m-%d %H:%M:%S}",
        _number(sale.paid),
        _number(sale.freight),
        _number(sale.discount),
        _number(sale.refunded),
        sale.buyer,
    )
    back = ("已取消" if sale.cancelled else "已完成", "wechat")
    empty: tuple[None, ...] = (None,) * len(front)
    return [
        (
            *(front if n == 0 or repeated else empty),
            item.product.title,
            item.quantity,
            *(back if n == 0 or repeated else (None, None)),
        )
        for n, item in enumerate(sale.items)
    ]


def _number(minor: int) -> Decimal:
    """A numeric cell in yuan: shops' lists hold numbers, not texts."""
    return Decimal(minor).scaleb(-2)
