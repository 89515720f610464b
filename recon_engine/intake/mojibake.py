"""Text that was decoded wrongly once and saved again: 浜ゆ槗 for 交易, Ã¼ for ü.

It is repaired only where every character gives back its bytes and these are UTF-8 throughout;
where words shine through but characters are lost, that is said and nothing is guessed.
"""

import re
from dataclasses import dataclass

_SAMPLE = 1 << 16
# Words that stand in the header or preamble of nearly every Chinese export, both scripts.
WORDS = re.compile(
    "交易|日期|时间|時間|金额|金額|订单|訂單|账|帳|收入|支出|余额|餘額|摘要|支付|银行|銀行|"
    "编号|編號|流水|备注|備註|对方|對方|商户|商戶|名称|名稱|币种|幣別|合计|合計|说明|說明"
)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# cp1252 gives these bytes signs of their own; the rest of it is Latin-1.
_SIGNS = {
    ord(bytes([n]).decode("cp1252", "replace")): n
    for n in range(0x80, 0xA0)
    if n not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


@dataclass(frozen=True, slots=True)
class Repair:
    """What a text was before: ``text`` is None where characters are lost for good."""

    text: str | None
    via: str


def repair(text: str) -> Repair | None:
    """The text as it was before it was decoded wrongly, or None where it never was."""
    if not _NOT_ASCII.search(text[:_SAMPLE]):
        return None
    return _western(text) or _chinese(text)


def _western(text: str) -> Repair | None:
    """UTF-8 read as cp1252: every run of accents is UTF-8 again, which no real text is."""
    sample = text[:_SAMPLE].translate(_SIGNS)
    beneath = sample.encode("latin-1", "ignore").decode("utf-8", "ignore")
    lost = len(WORDS.findall(beneath)) > max(1, len(WORDS.findall(sample)))
    if not lost and max(sample) > "\xff":  # the usual case: real Chinese, real euro signs
        return None
    try:
        return Repair(text.translate(_SIGNS).encode("latin-1").decode("utf-8"), "cp1252")
    except UnicodeError:
        return Repair(None, "cp1252") if lost else None


def _chinese(text: str) -> Repair | None:
    """UTF-8 read as GBK: rare characters all through, and known words beneath them."""
    sample = text[:_SAMPLE]
    beneath = sample.encode("gb18030", "ignore").decode("utf-8", "ignore")
    if len(WORDS.findall(beneath)) <= max(1, len(WORDS.findall(sample))):
        return None
    try:
        return Repair(text.encode("gb18030").decode("utf-8"), "gb18030")
    except UnicodeError:
        return Repair(None, "gb18030")
