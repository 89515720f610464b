"""Bytes → text.  What decodes strictly as UTF-8 is UTF-8; of the rest the known words decide.

Almost any bytes decode as GB18030, so that a decoder does not fail proves nothing: the encoding
whose text holds the captions that statements use is taken, then the one in which high bytes come
in pairs, and only for what is left charset-normalizer is asked.
"""

import re

from charset_normalizer import from_bytes

_CJK = ("gb18030", "big5hkscs")
_LATIN = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_2", "iso8859_15")
_SAMPLE = 1 << 18
# Words that stand in the header or preamble of nearly every Chinese export, both scripts.
_WORDS = re.compile(
    "交易|日期|时间|時間|金额|金額|订单|訂單|账|帳|收入|支出|余额|餘額|摘要|支付|银行|銀行|"
    "编号|編號|流水|备注|備註|对方|對方|商户|商戶|名称|名稱|币种|幣別|合计|合計|说明|說明"
)
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BAD_SHARE_MAX = 200  # at most one broken character in so many


def decode(content: bytes) -> tuple[str, str] | None:
    """The text and the encoding's name, or None when no encoding is sure."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"),
                       (b"\xfe\xff", "utf-16")):  # fmt: skip
        if content.startswith(mark):
            return _tried(content, name)
    return _tried(content, "utf-8") or _legacy(content) or _mended(content)


def _tried(content: bytes, name: str) -> tuple[str, str] | None:
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text[:_SAMPLE]) else (text, name)


def _legacy(content: bytes) -> tuple[str, str] | None:
    """The first encoding of its family that reads every byte, likeliest family first."""
    order = _likely(content[:_SAMPLE])
    return next((read for name in order if (read := _tried(content, name))), None)


def _likely(sample: bytes) -> list[str]:
    words = {name: len(_WORDS.findall(sample.decode(name, "ignore"))) for name in _CJK}
    best = max(words, key=lambda name: words[name])
    if words[best]:
        return [best]
    if _in_pairs(sample):
        return list(_CJK)
    return _guessed(sample)


def _in_pairs(sample: bytes) -> bool:
    """Whether high bytes come in even runs, as in Chinese, and not one by one, as in German."""
    runs = [len(run) for run in _HIGH_RUNS.findall(sample)]
    even = sum(length for length in runs if length % 2 == 0)
    return bool(runs) and even * 10 >= 9 * sum(runs)


def _guessed(sample: bytes) -> list[str]:
    best = from_bytes(sample, cp_isolation=list(_LATIN)).best()
    return [best.encoding, "cp1252"] if best else ["cp1252", "cp1250"]


def _mended(content: bytes) -> tuple[str, str] | None:
    """A text with a few broken bytes, where the rest leaves no doubt: a cut export, a bad byte."""
    for name in ("utf-8", *_likely(content[:_SAMPLE])):
        text = content.decode(name, "replace")
        broken = text.count("\ufffd")
        if not _CONTROL.search(text[:_SAMPLE]) and broken * _BAD_SHARE_MAX <= len(text):
            return text, name
    return None
