"""Amazon: the order list as a seller's tool exports it."""

from recon_engine.demo.sales import Sale
from recon_engine.demo.sheet import OrderFile, amount, comma_separated

NAME = "amazon_orders.csv"
HEADER = (
    "Order ID", "Order date", "Buyer", "Amount", "Currency", "Status", "SKU", "Quantity", "Channel",
)  # fmt: skip


def amazon_orders(sales: list[Sale]) -> OrderFile:
    """The list, oldest order first; amounts without the tax that Amazon keeps back."""
    listed = [sale for sale in sales if sale.listed]
    text = comma_separated([HEADER, *(_row(sale) for sale in listed)], "\n")
    rows = {sale.reference: n for n, sale in enumerate(listed, 2)}
    return OrderFile(NAME, text.encode("utf-8"), rows)


def _row(sale: Sale) -> tuple[str, ...]:
    return (
        sale.reference,
        f"{sale.placed:%Y-%m-%d}",
        sale.buyer,
        amount(sale.paid),
        "USD",
        "Cancelled" if sale.cancelled else "Shipped",
        "; ".join(item.product.sku for item in sale.items),
        str(sale.quantity),
        "amazon",
    )
