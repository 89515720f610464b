"""How a column's caption is compared: by its letters, not by its dress."""

import re
import unicodedata
from functools import lru_cache

_DRESS = re.compile(r"[\s\"'`\u200b\ufeff_*#]+")
_UNIT = re.compile(
    r"\((?:[+-]?元|円|人民币|rmb|yuan|yen|(?!fee|tax|vat|net)[a-z]{3}|rp|rm|rs\.?|s\$|nt\$|[¥$€£฿₫₱₹])\)$|"
    r"\[[^\]]*\]$|"  # 交易日期[ Transaction Date ]
    "(?<=...)(?:cny|usd|eur|gbp|hkd|jpy|sgd|"
    "czk|pln|huf|sek|nok|dkk|chf|aud|cad|"
    "nzd|inr|twd|myr|thb)$"
)
_SIGN = re.compile(r"\((Rp|RM|Rs\.?|S\$|NT\$|[฿₫₱₹€£円])\)$")
_CURRENCY = re.compile(r"\(([A-Z]{3})\)|\b([A-Z]{3})$")


def normal_name(caption: str) -> str:
    """Half-width, lower case, no blanks, quotes or underscores, as in ``收入金额（+元） ``."""
    return _DRESS.sub("", unicodedata.normalize("NFKC", caption)).lower()


@lru_cache(maxsize=10_000)
def bare_name(name: str) -> str:
    """A normal name without the unit at its end: ``金额(元)``, ``částka CZK``."""
    return _UNIT.sub("", name) or name


def caption_currency(caption: str) -> str:
    """The currency code that a caption carries, as in ``Deposits (SGD)``; "" when none."""
    caption = unicodedata.normalize("NFKC", caption).strip()
    found = _CURRENCY.search(caption) or _SIGN.search(caption)
    return next(filter(None, found.groups())) if found else ""
