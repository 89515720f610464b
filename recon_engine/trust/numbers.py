"""Numbers that lead to a person, masked: phones, cards, accounts, identity numbers, e-mails.

Each function takes the piece as it stands and shows what is left of it.  ``138****8000`` and
``****0123`` are shown of what is hidden already, so masking twice is masking once.
"""

import re
import unicodedata
from collections.abc import Callable

LAST_SHOWN = 4  # digits of an account
ACCOUNT_DIGITS_MIN = 7  # fewer are no account of anybody
_COUNTRIES = ("852", "853", "886", "86", "1")
_STARS = "****"
# Digits of a phone: how many are shown in front and at the end.
_SHOWN = {7: (0, 3), 8: (2, 3), 9: (2, 3), 10: (3, 4)}
_SHOWN_LONG = (3, 4)
_TAIWAN_MOBILE = (4, 3)
_PHONE_DIGITS = range(7, 16)
_HIDDEN = re.compile(r"(?:\+\d{1,3} ?)?\d{0,5}\*{2,}\d{0,3}[\dA-Za-z]?")
_END = re.compile(rf"\d{{{LAST_SHOWN - 1}}}[\dA-Za-z]$")  # an identity number may end in an X
_HIDDEN_MAIL = re.compile(r"[^\s@]?\*{3}@[\w.-]+")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NOT_IN_NUMBER = r"(?<![\d*＊])(?<!\d[.,-])"
_NUMBER_ENDS = r"(?![\d*＊])(?![.,-]\d)"
# How numbers are written, without what must stand around them.
_PHONE_FORMS = (
    r"(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}",  # mainland mobile
    r"(?:\(0\d{2,3}\) ?|0\d{2,3}-)\d{7,8}",  # mainland landline
    r"(?:(?:\+|00)?886[- ]?9|09)\d{2}[- ]?\d{3}[- ]?\d{3}",  # Taiwan mobile
    r"(?:\+|00)?85[23][- ][2-9]\d{3}[- ]?\d{4}",  # Hong Kong, Macau
    r"(?:\+?1[-. ]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])\d{3}[-. ]\d{4}",  # North America
    r"\+\d{1,3}(?:[- ]?\d{1,5}){2,5}",  # anywhere
)
_HONG_KONG_FORM = r"[5-79]\d{3}[- ]\d{4}"  # a mobile at home; four digits more are a card's
_CARD_FORMS = (
    r"(?:\d{4}[ -]){3}\d{1,4}(?:[ -]?\d{1,3})?",
    r"\d{4}[ -]\d{6}[ -]\d{5}",
    r"62\d{14,17}|(?:4\d|5[1-5]|22|60|65|35)\d{14}|3[47]\d{13}",
)
_RESIDENT_FORM = r"\d{6}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx]"
_IBAN_COUNTRIES = (
    "A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|H[RU]|I[ELQST]|JO|K[WZ]|L[BCITUVY]"
    "|M[CDEKRTU]|N[LO]|OM|P[KLST]|QA|R[OSU]|S[ACDEIKMOTV]|T[LNR]|UA|VA|VG|XK"
)
_IBAN_FORM = rf"(?:{_IBAN_COUNTRIES})\d{{2}}(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,3}})?"
_PHONE_WORDS = r"(?:电话|手机号?|电话号码|聯絡電話|電話|手機|tel|phone|mobile|whatsapp)[:：.\s]*"
_ACCOUNT_WORDS = r"(?:卡号|账号|帐号|賬號|帳號|账户|賬戶|a/c|acct|account)(?:\s?no\.?)?[:：#.\s]*"
_PHONES = re.compile(
    rf"{_NOT_IN_NUMBER}(?:{'|'.join(_PHONE_FORMS)}|{_HONG_KONG_FORM}(?![- ]\d)){_NUMBER_ENDS}"
)
_CARDS = re.compile(rf"{_NOT_IN_NUMBER}(?:{'|'.join(_CARD_FORMS)}){_NUMBER_ENDS}")
_RESIDENT = re.compile(rf"(?<![\dA-Za-z]){_RESIDENT_FORM}(?![\dA-Za-z])")
_IBAN = re.compile(rf"\b{_IBAN_FORM}\b")
_MARKED_PHONE = re.compile(rf"({_PHONE_WORDS})(\(?\+?\d[\d() -]{{5,18}}\d)(?![\d*])", re.IGNORECASE)
_MARKED_ACCOUNT = re.compile(rf"({_ACCOUNT_WORDS})(\d[\d -]{{5,28}}\d)(?![\d*])", re.IGNORECASE)
# A text in which this is not found holds no number that is anybody's; looser than what is replaced,
# and without anything that stands around it, so that all texts can be asked at once.
_FORMS = "|".join((*_PHONE_FORMS, _HONG_KONG_FORM, *_CARD_FORMS, _RESIDENT_FORM))
WORTH_A_LOOK = "|".join((
    "@",
    rf"(?:^|[^\d])(?:{_FORMS})(?:$|[^\d])",
    _IBAN_FORM,
    rf"(?i:{_PHONE_WORDS}|{_ACCOUNT_WORDS})\(?\+?\d",
    r"[０-９]{7}",
))  # fmt: skip
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_DIGITS = re.compile(r"\d+")

Found = Callable[[re.Match[str]], str]


def digits_of(text: str) -> str:
    """The digits of a text, full-width ones as ordinary ones."""
    return "".join(_DIGITS.findall(unicodedata.normalize("NFKC", text)))


def phone(text: str) -> str:
    """``138****8000``, ``+852 91***567``, ``415***0132``: area and end stay, the middle goes."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _HIDDEN.fullmatch(plain):
        return plain
    digits = digits_of(plain)
    digits = digits.removeprefix("00")
    code = _country(plain, digits)
    rest = digits[len(code) :].removeprefix("0" if code else "")
    shown = _TAIWAN_MOBILE if rest.startswith("09") else _SHOWN.get(len(rest), _SHOWN_LONG)
    head, tail = shown if len(rest) >= min(_SHOWN) else (0, 0)
    middle = "*" * max(len(rest) - head - tail, len(_STARS) if not tail else 1)
    country = f"+{code} " if code else "+" if plain.startswith("+") else ""
    return country + rest[:head] + middle + rest[len(rest) - tail :]


def _country(plain: str, digits: str) -> str:
    """The code of the country, where the number is written with one."""
    told = plain.startswith(("+", "00")) or len(digits) > _PHONE_DIGITS[4]
    return next((code for code in _COUNTRIES if told and digits.startswith(code)), "")


def account(text: str) -> str:
    """``****0123``: the last four digits of a card or account; all hidden where there are few."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _HIDDEN.fullmatch(plain):
        return plain
    shown = re.sub(r"[\W_]", "", plain)
    end = _END.search(shown) if len(shown) >= ACCOUNT_DIGITS_MIN else None
    return _STARS + (end[0] if end else "")


def mail(text: str) -> str:
    """``j***@example.com``: the first letter and the provider."""
    name, _, domain = text.strip().partition("@")
    return f"{name[:1]}***@{domain}"


def is_hidden(text: str) -> bool:
    """Whether a text is a number or an e-mail of which the middle is hidden already."""
    return bool(_HIDDEN.fullmatch(text) or _HIDDEN_MAIL.fullmatch(text))


def is_mail(text: str) -> bool:
    """Whether a text is nothing but an e-mail address."""
    return bool(_MAIL.fullmatch(text.strip()))


def is_phone(text: str) -> bool:
    """Whether a text is nothing but a phone number."""
    return bool(_PHONES.fullmatch(unicodedata.normalize("NFKC", text).strip()))


def replace_numbers(text: str, found: Callable[[str, str], str]) -> str:
    """The text with every e-mail, identity number, card, account and phone in it replaced.

    Args:
        text: any text.
        found: is given the piece and its mask, and answers what shall stand there.
    """
    text = _MAIL.sub(lambda m: found(m[0], mail(m[0])), text)
    text = _IBAN.sub(lambda m: found(m[0], account(m[0])) if _is_iban(m[0]) else m[0], text)
    text = _RESIDENT.sub(lambda m: found(m[0], account(m[0])) if _is_resident(m[0]) else m[0], text)
    text = _MARKED_ACCOUNT.sub(lambda m: m[1] + found(m[2], account(m[2])), text)
    text = _MARKED_PHONE.sub(lambda m: m[1] + found(m[2], phone(m[2])), text)
    text = _CARDS.sub(lambda m: found(m[0], account(m[0])) if _is_card(m[0]) else m[0], text)
    return _PHONES.sub(lambda m: found(m[0], phone(m[0])) if _is_long(m[0]) else m[0], text)


def _is_long(text: str) -> bool:
    return len(digits_of(text)) in _PHONE_DIGITS


def _is_card(text: str) -> bool:
    """Whether digits are a card's: an issuer's first digits, its length and a check that holds."""
    digits = digits_of(text)
    length = len(digits)
    issued = (
        (digits.startswith("62") and length in range(16, 20))
        or (digits.startswith(("4", "51", "52", "53", "54", "55", "22", "60", "65", "35"))
            and length == 16)
        or (digits.startswith(("34", "37")) and length == 15)
    )  # fmt: skip
    return issued and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (int(d) * 2 for d in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(d // 10 + d % 10 for d in doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    number = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
    return int(number) % 97 == 1


def _is_resident(text: str) -> bool:
    """Whether 18 signs are a mainland identity number, by its check."""
    total = sum(int(d) * w for d, w in zip(text[:17], _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11] == text[-1].upper()
