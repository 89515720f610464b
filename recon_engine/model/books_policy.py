"""Settings for own books: what accounts, platforms and movements are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recon_engine.model.unit import unit


@dataclass(frozen=True, slots=True)
class BooksPolicy:
    """What entries and movements mean; the first row that speaks counts."""

    accounts: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "other": (
                "成本", "库存商品", "財務費用", "财务费用", "进项", "進項", "cost", "inventory",
                "bank charge", "bank fee", "input vat", "input tax", "6401", "1405",
            ),
            "refunds": (
                "销售退回", "销售退货", "退货退款", "銷貨退回", "sales return", "refund",
            ),
            "fees": (
                "手续费", "手續費", "佣金", "服务费", "服務費", "推广费", "推廣費", "fee",
                "commission",
            ),
            "sales": (
                "主营业务收入", "主營業務收入", "销售收入", "銷售收入", "营业收入", "營業收入",
                "销项", "銷項", "6001", "revenue", "sales", "output vat", "output tax",
            ),
            "receivable": (
                "应收账款", "应收帐款", "應收帳款", "其他货币资金", "其他貨幣資金", "1122", "1012",
                "receivable", "clearing", "wallet",
            ),
            "bank": ("银行存款", "銀行存款", "1002", "bank"),
        },
        metadata={
            "unit": "texts",
            "meaning": "an account whose number begins so, or whose name holds the words",
        },
    )  # fmt: skip
    platforms: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "tmall": ("天猫", "天貓", "tmall"),
            "taobao": ("淘宝", "淘寶", "taobao"),
            "1688": ("1688",),
            "alipay": ("支付宝", "支付寶", "alipay"),
            "douyin": ("抖音", "抖店", "douyin"),
            "pinduoduo": ("拼多多", "pinduoduo"),
            "jd": ("京东", "京東", "jd.com"),
            "kuaishou": ("快手", "kuaishou"),
            "xiaohongshu": ("小红书", "小紅書", "xiaohongshu"),
            "wechat": ("微信", "wechat"),
            "amazon": ("亚马逊", "亞馬遜", "amazon"),
            "shopify": ("shopify",),
            "ebay": ("ebay",),
        },
        metadata={"unit": "texts", "meaning": "how the books name a platform"},
    )
    movements: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "returned": (
                "退货入库",
                "销售退货",
                "退貨入庫",
                "銷貨退回",
                "customer return",
                "return",
            ),
            "sold": (
                "销售出库",
                "銷售出庫",
                "发货出库",
                "出貨",
                "sale",
                "shipment",
                "shipped",
                "sold",
            ),
        },
        metadata={"unit": "texts", "meaning": "how a stock movement says what it is for"},
    )
    days_to_post: int = unit(
        15, "days", "a posting without number is looked for this many days before and after"
    )
