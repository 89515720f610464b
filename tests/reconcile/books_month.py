"""A month of own books with planted differences, by number or by the day, and what is told."""

from datetime import date
from random import Random
from typing import Any

from tests.reconcile.books import came, entry, fee, moved, order

Record = dict[str, Any]
Planted = dict[str, tuple[str, int]]
SALES, DUE, TAX = "6001 主营业务收入", "1122 应收账款-天猫", "222101 应交税费-销项税额"
FEES, BANK, OUT, IN = "6601 销售费用-平台手续费", "1002 银行存款-招行", "销售出库", "退货入库"
_FAULTS = ("missing", "twice", "differs", "late")


def _voucher(name: str, day: int, gross: int, number: str) -> list[Record]:
    """A sale as a voucher: the receivable names the order, revenue and tax only the voucher."""
    tax = gross * 13 // 113
    row = {"voucher": f"记-{name}"}
    return [
        entry(f"e-{name}-due", day, gross, DUE, number, **row),
        entry(f"e-{name}-net", day, tax - gross, SALES, **row),
        entry(f"e-{name}-tax", day, -tax, TAX, **row),
    ]


def numbered(seed: int, orders: int = 80) -> tuple[list[Record], Planted]:
    """Vouchers and movements that name their order."""
    rng = Random(seed)
    prices = rng.sample(range(1_000, 99_000), orders + 1)
    faulty = dict(zip(rng.sample(range(orders), 8), _FAULTS * 2, strict=True))
    unmoved = dict(zip(rng.sample(range(orders), 4), ("missing", "differs") * 2, strict=True))
    rows: list[Record] = []
    told: Planted = {}
    for n in range(orders):
        name, number, day = f"o{n}", f"A{100000 + n}", rng.randint(1, 26)
        price, pieces = prices[n], rng.randint(2, 4)
        rows.append(order(name, day, price, number, quantity=pieces))
        fault = faulty.get(n, "")
        booked = price + 100 if fault == "differs" else price
        voucher = _voucher(name, day, booked, number)
        if fault == "late":
            voucher = [row | {"date": date(2026, 11, 3)} for row in voucher]
        first = f"e-{name}-net"
        if fault == "missing":
            told[name] = ("posting_missing", price)
            voucher = []
        elif fault == "twice":
            voucher += [row | {"record_id": f"{row['record_id']}-2"} for row in voucher]
            told[first] = ("posted_twice", price)
        elif fault == "differs":
            told[first] = ("posting_differs", 100)
        elif fault == "late":
            told[first] = ("posting_other_period", price)
        rows += voucher
        off = unmoved.get(n, "")
        if off == "missing":
            told[f"{name} "] = ("stock_missing", price)
            continue
        rows.append(moved(f"m-{name}", day, -(pieces - (off == "differs")), number))
        if off == "differs":
            told[f"m-{name}"] = ("stock_differs", price // pieces)
    rows.append(entry("stray", 12, -prices[-1], SALES))
    told["stray"] = ("posting_without_document", prices[-1])
    return rows, told


def daily(seed: int, orders: int = 120) -> tuple[list[Record], Planted]:
    """One entry a day and account; fees and bank as well."""
    rng = Random(seed)
    prices = rng.sample(range(1_000, 99_000), orders)
    days = [*range(1, 28), *(rng.randint(1, 27) for _ in range(orders - 27))]
    rows = [
        order(f"o{n}", day, price, f"A{100000 + n}")
        for n, (day, price) in enumerate(zip(days, prices, strict=True))
    ]
    rows += [fee(f"f{n}", day, price // 50) for n, (day, price) in enumerate(
        zip(days, prices, strict=True))]  # fmt: skip
    rows += [came(f"b{day}", day, rng.randint(1_000, 900_000)) for day in range(1, 28)]
    missing, differs = rng.sample(range(1, 28), 2)
    told: Planted = {}
    for day in range(1, 28):
        at = [n for n, when in enumerate(days) if when == day]
        sold, kept = sum(prices[n] for n in at), sum(prices[n] // 50 for n in at)
        paid = next(row["amount"] for row in rows if row["record_id"] == f"b{day}")
        if day == missing:
            told[min(f"o{n}" for n in at)] = ("posting_missing", sold)
        else:
            rows.append(entry(f"s{day}", day, -(sold + 7 * (day == differs)), SALES))
        rows.append(entry(f"k{day}", day, kept, FEES))
        rows.append(entry(f"p{day}", day, paid, BANK))
        rows.append(entry(f"r{day}", day, -paid, DUE))
    told[f"s{differs}"] = ("posting_differs", 7)
    return rows, told
