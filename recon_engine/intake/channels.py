"""Words for platforms and shops in a column → our channel names."""

_WORDS = (
    ("tmall", ("天猫", "天貓", "tmall")),
    ("taobao", ("淘宝", "淘寶", "taobao", "千牛")),
    ("1688", ("1688", "阿里巴巴")),
    ("jd", ("京东", "京東", "jingdong", "jd")),
    ("pinduoduo", ("拼多多", "pinduoduo", "pdd")),
    ("douyin", ("抖音", "抖店", "douyin")),
    ("kuaishou", ("快手", "kuaishou")),
    ("xiaohongshu", ("小红书", "小紅書", "xiaohongshu")),
    ("wechat", ("微信", "视频号", "視頻號", "wechat", "weixin")),
    ("alipay", ("支付宝", "支付寶", "alipay")),
    ("amazon", ("亚马逊", "亞馬遜", "amazon")),
    ("shopify", ("shopify",)),
    ("ebay", ("ebay",)),
    ("etsy", ("etsy",)),
    ("shopee", ("虾皮", "蝦皮", "shopee")),
    ("lazada", ("lazada",)),
    ("paypal", ("paypal",)),
    ("stripe", ("stripe",)),
)


def channel_of(word: str) -> str:
    """The channel a cell names; the cell itself, lower case, when it is none that is known."""
    plain = word.strip().lower()
    return next((name for name, words in _WORDS if any(w in plain for w in words)), plain)
