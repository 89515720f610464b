"""The seller's four shops: habits, ids, and how often a sale goes which way."""

from datetime import datetime, timedelta
from random import Random

from recon_engine.demo.goods import chinese_name, chinese_shelf, english_name, english_shelf
from recon_engine.demo.sales import CLOSES, OPENS, Fate, Shop
from recon_engine.model.policy import DuePolicy

COMPANY = "示例电商有限公司"
STORE = "示例旗舰店"
SHARES_PERCENT = {"tmall": 45, "wechat": 25, "amazon": 18, "shopify": 12}
AMAZON_OPENS = datetime(2026, 9, 19, 23, 12, 8)  # noqa: DTZ001 - start of the first settlement
_DAY = 86_400


def shops() -> dict[str, Shop]:
    """The shops by channel, in the order of their size."""
    return {"tmall": _tmall(), "wechat": _wechat(), "amazon": _amazon(), "shopify": _shopify()}


def _overdue_before(channel: str) -> datetime:
    """Orders placed before are overdue at the month's end by the default policy, and by days."""
    due = DuePolicy()
    return CLOSES - timedelta(days=due.days.get(channel, due.default_days) + 4)


def _tmall() -> Shop:
    return Shop(
        channel="tmall",
        currency="CNY",
        shelf=chinese_shelf(),
        name=chinese_name,
        reference=_tmall_reference,
        opens=OPENS - timedelta(days=12),
        settles_from=OPENS,
        settles_until=CLOSES,
        lag_seconds=(3 * _DAY, 13 * _DAY),  # the buyer confirms receipt, or the term runs out
        overdue_before=_overdue_before("tmall"),
        freights=(0, 0, 0, 0, 600, 800, 1000),
        tax_ppm=0,
        fates_ppm={
            Fate.UNPAID: 6_000,
            Fate.SHORT_PAID: 5_000,
            Fate.OVER_PAID: 3_000,
            Fate.INSTALMENTS: 10_000,
            Fate.REFUNDED: 10_000,
            Fate.PART_REFUNDED: 15_000,
            Fate.REFUNDED_BEFORE: 10_000,
            Fate.REFUND_OWED: 4_000,
            Fate.NO_ORDER: 4_000,
            Fate.RETURNED: 10_000,
            Fate.CANCELLED: 20_000,
        },
    )


def _wechat() -> Shop:
    return Shop(
        channel="wechat",
        currency="CNY",
        shelf=chinese_shelf(),
        name=chinese_name,
        reference=_wechat_reference,
        opens=OPENS,
        settles_from=OPENS,
        settles_until=CLOSES,
        lag_seconds=(15, 600),
        overdue_before=_overdue_before("wechat"),
        freights=(0, 0, 600, 800),
        tax_ppm=0,
        fates_ppm={
            Fate.UNPAID: 5_000,
            Fate.SHORT_PAID: 5_000,
            Fate.OVER_PAID: 3_000,
            Fate.REFUNDED: 10_000,
            Fate.PART_REFUNDED: 10_000,
            Fate.REFUND_OWED: 4_000,
            Fate.NO_ORDER: 4_000,
            Fate.CANCELLED: 20_000,
        },
    )


def _amazon() -> Shop:
    return Shop(
        channel="amazon",
        currency="USD",
        shelf=english_shelf(),
        name=english_name,
        reference=_amazon_reference,
        opens=OPENS - timedelta(days=10),
        settles_from=AMAZON_OPENS,
        settles_until=AMAZON_OPENS + timedelta(days=42),
        lag_seconds=(1 * _DAY, 3 * _DAY),  # booked when shipped
        overdue_before=_overdue_before("amazon"),
        freights=(0, 0, 0, 499, 599),
        tax_ppm=0,  # Amazon keeps back the tax it collects; the order's amount is without
        fates_ppm={
            Fate.UNPAID: 6_000,
            Fate.SHORT_PAID: 6_000,
            Fate.OVER_PAID: 4_000,
            Fate.INSTALMENTS: 8_000,
            Fate.REFUNDED: 15_000,
            Fate.PART_REFUNDED: 10_000,
            Fate.NO_ORDER: 5_000,
            Fate.CANCELLED: 15_000,
        },
    )


def _shopify() -> Shop:
    return Shop(
        channel="shopify",
        currency="USD",
        shelf=english_shelf(),
        name=english_name,
        reference=_shopify_reference,
        opens=OPENS - timedelta(days=2),
        settles_from=OPENS - timedelta(days=2),
        settles_until=CLOSES,
        lag_seconds=(5, 90),
        overdue_before=_overdue_before("shopify"),
        freights=(0, 0, 500, 900),
        tax_ppm=72_500,
        fates_ppm={
            Fate.UNPAID: 6_000,
            Fate.SHORT_PAID: 5_000,
            Fate.PAID_TWICE: 5_000,
            Fate.REFUNDED: 15_000,
            Fate.PART_REFUNDED: 10_000,
            Fate.REFUND_OWED: 5_000,
            Fate.NO_ORDER: 5_000,
            Fate.CANCELLED: 15_000,
        },
    )


def _tmall_reference(rng: Random, n: int, _placed: datetime) -> str:
    return str(4_310_000_000_000_000_000 + n * 7_919_000_003 + rng.randrange(7_919_000_003))


def _wechat_reference(_rng: Random, n: int, placed: datetime) -> str:
    return f"MP{placed:%Y%m%d%H%M%S}{n:06d}"


def _amazon_reference(rng: Random, n: int, _placed: datetime) -> str:
    """Unique by its last part: n ↦ 7919 n is a bijection modulo ten million."""
    last = (n * 7919 + 1_234_567) % 10_000_000
    return f"{rng.choice(('111', '112', '113', '114'))}-{rng.randrange(10_000_000):07d}-{last:07d}"


def _shopify_reference(_rng: Random, n: int, _placed: datetime) -> str:
    return f"#{4001 + n}"
