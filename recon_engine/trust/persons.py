"""Names of people, masked, and told apart from those of firms; addresses.

A Chinese name shows its first character (``张*``), a Latin one its initials (``J*** A***``), a
nickname its first sign.  A firm is nobody's private affair and keeps its name.
"""

import re
import unicodedata
from collections.abc import Callable

from recon_engine.trust import numbers

HIDDEN = "***"
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_EAST = HAN + "\u3041-\u30ff\uac00-\ud7af"  # written without blanks between family and given name
_WORDS_SHOWN = 3
_EAST_SIGN = re.compile(rf"[{_EAST}]")
_WORD = re.compile(rf"([{_EAST}]+)|([^\W\d_{_EAST}][^\s()（）,，;；/|*{_EAST}-]*)")
_EAST_BASE = re.compile(rf"[{_EAST}·•\s]*")
_APPENDED = re.compile(r"(?:\s+|\s*[(（\[])[^\s(（\[]*\d{5}.*$")  # an account's or phone's digits
_FIRM = re.compile(
    r"(?:有限合伙|公司|集团|集團|企业|企業|银行|銀行|支行|分行|信用社|合作社|事务所|事務所|商行|经营部"
    r"|商贸行|工作室|旗舰店|旗艦店|专营店|专卖店|商店|超市|[\u4e00-\u9fff]{2}[厂廠]|[\u4e00-\u9fff]{3}店|中心|学校|医院|協會|协会|税务局"
    r"|国库|国家金库|平台|商城|会社)$"
    r"|有限公司|股份|银行|銀行|支付宝|支付寶|财付通|微信支付|银联|网联"
)
_FIRM_LATIN = re.compile(
    r"(?i)\S[\s,]+(?:inc|incorporated|ltd|limited|llc|llp|plc|gmbh|corp|corporation|co|company"
    r"|bank|ag|b\.?v|pty|payments?|services|holdings|technologies|trading|logistics|express)\.?$"
)
_AFTER = re.compile(r"[\d\s()（）*.,-]+$")
_DOMAIN = re.compile(r"(?:\.[a-z]{2,4})+$")
_KNOWN_MAX = 8  # characters of a Chinese name of a platform
_ADDRESS = re.compile(
    rf"(?:([{HAN}]{{2,7}}?(?:省|自治区|特别行政区))?([{HAN}]{{2,7}}?市))?"
    rf"(?:[{HAN}]{{1,7}}?(?:区|區|县|縣|镇|鎮|乡|鄉|街道|新村|村))*"
    rf"[{HAN}\d]{{1,9}}?(?:路|街|道|巷|弄|里|段|村|小区|花园|大厦|廣場|广场)"
    rf"[{HAN}\d\s-]{{0,16}}?\d+\s?-?\d*\s?(?:号楼|号院|号|號|弄|栋|棟|幢|座|室|楼|樓)"
    rf"(?:\s?[\dA-Za-z-]+\s?(?:单元|號楼|号楼|号院|號|号|栋|幢|座|室|楼|樓))*"
)
_STREET_WORDS = "St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Ln|Lane|Dr|Drive|Ct|Court|Way|Pl|Place"
_STREET = re.compile(
    r"(?<![\w./])\d{1,6}[A-Z]?\s(?:[NSEW]\.?\s)?(?:[A-Z0-9][\w'.]*\s){1,4}"
    rf"(?:{_STREET_WORDS})\b"
    r"\.?(?:,?\s(?:Apt|Apartment|Unit|Suite|Ste|#)\.?\s?[\w-]+)?",
    re.IGNORECASE,
)
_MARKS = (
    r"(?:户名|戶名|姓名|收款人|付款人|收件人|收貨人|收货人|汇款人|匯款人|寄件人|联系人|聯絡人|name"
    r"|payer|payee|beneficiary|recipient|attn|ordering customer|by order of)\s?[:：]"
)
_MARKED = re.compile(
    rf"({_MARKS}\s*)"
    rf"([{_EAST}·]{{2,8}}|[^\W\d_{_EAST}][\w'.-]*(?:\s[^\W\d_{_EAST}][\w'.-]*){{0,2}})"
    r"(?![\w*])",
    re.IGNORECASE,
)
# As of numbers: a text without this holds no address and no name that is marked as one.
WORTH_A_LOOK = "|".join((
    r"[路街道巷弄里段村区园厦场場].*\d",
    rf"\d[A-Za-z]?\s.*\b(?i:{_STREET_WORDS})\b",
    f"(?i:{_MARKS})",
))  # fmt: skip


def name(text: str) -> str:
    """A person's name or nickname as it may be shown; "" stays ""."""
    words = [match[0] for match in _WORD.finditer(unicodedata.normalize("NFKC", text))]
    if not words:
        return HIDDEN if text.strip() else ""
    if _is_east(words[0]):
        return words[0][0] + "*"
    return " ".join(map(_initial, words[:_WORDS_SHOWN]))


def _initial(word: str) -> str:
    return word[0] + ("*" if _is_east(word) else HIDDEN)


def _is_east(word: str) -> bool:
    return bool(_EAST_SIGN.match(word))


def is_firm(text: str, public: frozenset[str] = frozenset()) -> bool:
    """Whether a party is a firm, by its legal form or because everybody knows it.

    Args:
        text: a party as a source writes it; digits after it are an account's.
        public: names of platforms and banks in small letters.
    """
    bare = _AFTER.sub("", unicodedata.normalize("NFKC", text)).strip()
    return bool(_FIRM.search(bare) or _FIRM_LATIN.search(bare)) or _is_known(bare, public)


def _is_known(bare: str, public: frozenset[str]) -> bool:
    """Whether a party is a known name, with an ending of the web or more Chinese words after it."""
    small = bare.casefold()
    if small and _is_east(small):
        return any(small[:n] in public for n in range(2, min(len(small), _KNOWN_MAX) + 1))
    return _DOMAIN.sub("", small) in public


def base(text: str) -> str:
    """The name alone, without an account's digits, brackets and what hides parts of it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain and _is_east(plain):
        found = _EAST_BASE.match(plain)
        return found[0].strip() if found else ""
    return _APPENDED.sub("", plain).strip(" .,:;-") if any(map(str.isalpha, plain)) else ""


def party(text: str) -> str:
    """What is shown of a person: by e-mail, phone, number or name, whichever the text is."""
    if numbers.is_hidden(text):
        return text
    if numbers.is_mail(text):
        return numbers.mail(text)
    if numbers.is_phone(text):
        return numbers.phone(text)
    if not any(sign.isalpha() for sign in text) and any(sign.isdigit() for sign in text):
        return numbers.account(text)
    return name(text)


def replace_addresses(text: str, found: Callable[[str, str], str]) -> str:
    """The text with every street address in it replaced; a province and a city stay.

    Args:
        text: any text.
        found: as of :func:`numbers.replace_numbers`.
    """
    text = _ADDRESS.sub(
        lambda m: found(m[0], (m[1] or "") + (m[2] or "") + HIDDEN) if len(m[0]) > 4 else m[0],
        text,
    )
    return _STREET.sub(lambda m: found(m[0], HIDDEN), text)


def replace_marked(text: str, found: Callable[[str, str], str]) -> str:
    """The text with each name replaced that follows words like ``户名:`` or ``payer:``."""
    return _MARKED.sub(lambda m: m[0] if is_firm(m[2]) else m[1] + found(m[2], name(m[2])), text)
