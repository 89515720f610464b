"""What the seller sells (list prices, skewed, so amounts collide) and to whom (invented)."""

from dataclasses import dataclass
from itertools import accumulate
from random import Random


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the shop; price in minor units of the shop's currency."""

    sku: str
    title: str
    price: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """The products of a shop and how often each sells, as running weights."""

    products: tuple[Product, ...]
    weights: tuple[float, ...]

    def pick(self, rng: Random, count: int) -> list[Product]:
        """``count`` products, the popular ones more often."""
        return rng.choices(self.products, cum_weights=self.weights, k=count)


_STYLES = ("简约", "北欧", "日式", "加厚", "便携", "复古", "家用", "儿童", "户外", "轻奢")
_WARES = (
    "收纳盒", "保温杯", "棉麻抱枕", "台灯", "帆布包", "陶瓷碗", "浴巾", "挂钩", "地垫", "餐垫",
    "雨伞", "水壶", "蚊帐", "折叠椅", "毛毯", "拖鞋", "晾衣架", "砧板", "香薰", "窗帘",
)  # fmt: skip
_ADJECTIVES = ("Slim", "Nordic", "Foldable", "Travel", "Vintage", "Cotton", "Bamboo", "Soft")
_NOUNS = (
    "Storage Box", "Tumbler", "Cushion", "Desk Lamp", "Tote Bag", "Bowl Set", "Bath Towel",
    "Wall Hook", "Door Mat", "Placemat", "Umbrella", "Water Bottle", "Throw", "Slippers",
)  # fmt: skip
_YUAN = (990, 1290, 1580, 1990, 2590, 2900, 3900, 4900, 5900, 6800, 7900, 8800, 9900, 12800,
         15900, 16800, 19900, 23900, 29900, 39900)  # fmt: skip
_DOLLARS = (999, 1199, 1299, 1499, 1699, 1999, 2299, 2499, 2799, 2999, 3499, 3999, 4999, 5999)
PRODUCTS = 300


def chinese_shelf() -> Shelf:
    """The shelf of the Chinese shops, priced in fen."""
    titles = [f"示例 {style}{ware}" for ware in _WARES for style in _STYLES]
    return _shelf("SL", titles, _YUAN)


def english_shelf() -> Shelf:
    """The shelf of the shops abroad, priced in cents."""
    return _shelf("SE", [f"{a} {n}" for n in _NOUNS for a in _ADJECTIVES], _DOLLARS)


def _shelf(prefix: str, titles: list[str], prices: tuple[int, ...]) -> Shelf:
    """Products in the order of their popularity; a size distinguishes a title that comes again."""
    products = tuple(
        Product(
            f"{prefix}-{n:04d}",
            f"{titles[n * 7 % len(titles)]} {'SML'[n // len(titles) % 3]}",
            prices[n * 11 % len(prices)],
        )
        for n in range(PRODUCTS)
    )
    return Shelf(products, tuple(accumulate(1 / (n + 1) ** 0.8 for n in range(PRODUCTS))))


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静强磊洋艳勇军杰娟涛超霞平刚桂英华玉兰文斌欣怡子涵雨泽晨宇"
_FIRST = ("Ava", "Ben", "Cara", "Dan", "Ella", "Finn", "Gina", "Hugo", "Iris", "Jack", "Kira",
          "Liam", "Mona", "Noah", "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tess")  # fmt: skip
_LAST = ("Abbott", "Barlow", "Carver", "Dalton", "Ewing", "Foster", "Grant", "Hollis", "Irving",
         "Jarvis", "Keller", "Lowell", "Mercer", "Norris", "Osborn", "Prescott")  # fmt: skip


def chinese_name(rng: Random) -> str:
    """An invented name; popular surnames, so namesakes are frequent."""
    given = "".join(rng.choices(_GIVEN, k=1 if rng.random() < 0.3 else 2))
    return rng.choice(_SURNAMES) + given


def english_name(rng: Random) -> str:
    """An invented name."""
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
