"""Personal data masked: parties, accounts, ids, and whatever stands in free text.

A :class:`Masker` is made once for a month, of all parties and accounts in it, because a bank's text
names buyers whom only an order's party tells.  It answers, besides what is shown, every value that
it hid, so that a finished file can be searched for them (:mod:`recon_engine.trust.leaks`).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import polars as pl

from recon_engine.trust import numbers, persons
from recon_engine.trust.pseudonyms import MARK, is_tagged, tag
from recon_engine.trust.spellings import Sounds, spellings

_ROUNDS_MAX = 4  # what a mask leaves beside other signs may be a name again
_NAME_MIN = 2  # characters of a name that is worth finding
# Texts without this hold nothing personal but names that are known.
_WORTH_A_LOOK = f"{numbers.WORTH_A_LOOK}|{persons.WORTH_A_LOOK}"
_ALPHANUMERIC = re.compile(r"[0-9A-Za-zÀ-ɏ]")
_HALF_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)}
_DAY = re.compile(r"(?:19|20)\d{2}[01]\d[0-3]\d")  # stands in many texts and is nobody's
_STARS = re.compile(r"(?:\\\*)+")  # of an escaped pattern
_RUN = re.compile(rf"\d{{{numbers.ACCOUNT_DIGITS_MIN},}}")


Found = Callable[[str, str], str]


@dataclass(frozen=True)
class Masked:
    """What became of some texts.

    Attributes:
        shown: by text, what is shown of it; texts that stay are not in it.
        hidden: every personal value that was hidden, as it was written.
    """

    shown: Mapping[str, str]
    hidden: frozenset[str]


@dataclass(frozen=True)
class Masker:
    """Hides the personal data of a month.

    Attributes:
        key: of the pseudonyms.
        parties: every party that the month names.
        accounts: every account that it names; those of a bank or wallet are hidden.
        ids: numbers that are ids of orders, lines and payouts; they stay wherever they stand.
        public: names of platforms and banks in small letters, which stay.
        sounds: the pinyin of every Chinese character of a text.
    """

    key: bytes
    parties: Sequence[str] = ()
    accounts: Sequence[str] = ()
    ids: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()
    sounds: Sounds = field(default=lambda _text: {})

    def party(self, text: str) -> str:
        """A party: a firm by its name, a person masked and with a pseudonym.

        Of a buyer's id, phone or e-mail as much is shown as of any other.
        """
        if text in self._firms:
            return self._firms[text]
        if not text.strip() or self._is_shown(text):
            return text
        if persons.is_firm(text, self.public):
            return _without_numbers(text)
        return persons.party(text) + MARK + tag(self.key, text)

    @cached_property
    def _firms(self) -> dict[str, str]:
        """By firm, its name without an account's digits and without its owner's name."""
        plain = {text: _without_numbers(text) for text in self._firm_parties}
        left = self.texts(plain.values()).shown
        return {text: left.get(now, now) for text, now in plain.items()}

    @cached_property
    def _firm_parties(self) -> frozenset[str]:
        return frozenset(text for text in self.parties if persons.is_firm(text, self.public))

    def _is_shown(self, text: str) -> bool:
        """Whether a party was masked by this before."""
        front = text.rpartition(MARK)[0]
        return is_tagged(text) and persons.party(front) == front

    def account(self, text: str) -> str:
        """An account: a store by its name, numbers by the last four digits, e-mails masked.

        Two accounts never come out alike: where their last digits do, both get a pseudonym.
        """
        told = is_tagged(text) and numbers.is_hidden(text.rpartition(MARK)[0])
        if told or not self._is_number(text):
            return text
        shown = _account(text)
        alike = self._accounts_shown.get(shown, 0) > 1
        return shown + MARK + tag(self.key, text) if alike else shown

    def _is_number(self, text: str) -> bool:
        """Whether an account is a number or an address, not the name of a store."""
        if numbers.is_mail(text) or numbers.is_phone(text):
            return True
        return len(numbers.digits_of(text)) >= numbers.ACCOUNT_DIGITS_MIN

    @cached_property
    def _accounts_shown(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for text in sorted(set(self.accounts)):
            if self._is_number(text):
                counts[_account(text)] = counts.get(_account(text), 0) + 1
        return counts

    def ident(self, text: str) -> str:
        """A key of our own, or several with blanks between: another key, which tells nothing.

        Ours are hashes of what they stand for, and a hash of a name can be guessed.
        """
        return " ".join(self._idents[one] for one in text.split(" ") if one)

    @cached_property
    def _idents(self) -> "_Idents":
        return _Idents(self.key)

    def texts(self, texts: Iterable[str]) -> Masked:
        """Free texts without anything personal; see :class:`Masked`."""
        every = pl.Series(sorted(set(texts)), dtype=pl.String)
        worth = every.str.contains(_WORTH_A_LOOK)
        if self._known:
            worth |= every.str.contains_any(self._patterns, ascii_case_insensitive=True)
        left = {text: text for text in every.filter(worth)}
        hidden: set[str] = set()
        for _ in range(_ROUNDS_MAX):
            made = self._round(sorted(set(left.values())), hidden)
            if not made:
                break
            left = {text: made.get(now, now) for text, now in left.items()}
        return Masked({t: now for t, now in left.items() if now != t}, frozenset(hidden))

    def _round(self, texts: list[str], hidden: set[str]) -> dict[str, str]:
        """By text, what is left of it after one look; those that stay as they are, are left out."""

        def found(piece: str, mask: str) -> str:
            is_id = numbers.digits_of(piece) in self.ids and not any(map(str.isalpha, piece))
            if piece == mask or is_id:
                return piece
            hidden.add(piece)
            return mask

        plain = []
        for text in texts:
            without = numbers.replace_numbers(text.translate(_HALF_WIDTH), found)
            without = persons.replace_addresses(without, found)
            plain.append(persons.replace_marked(without, found))
        left = map(partial(self._without_known, found=found), plain, self._named(plain))
        return {text: now for text, now in zip(texts, left, strict=True) if now != text}

    def _without_known(self, text: str, named: Iterable[str], found: Found) -> str:
        for known in sorted(set(named), key=lambda name: (-len(name), name)):
            shown = self._known.get(known.casefold(), known)
            text = _replaced(text, known, partial(_told, found, shown))
        return text

    def _named(self, texts: list[str]) -> list[list[str]]:
        """The known spellings that each text holds, as they are written in it."""
        if not self._known or not texts:
            return [[] for _ in texts]
        series = pl.Series(texts, dtype=pl.String)
        named = series.str.extract_many(
            self._patterns, ascii_case_insensitive=True, overlapping=True
        )
        return [list(names) for names in named.to_list()]

    @cached_property
    def _patterns(self) -> list[str]:
        """The spellings to look for; the search takes A for a, but not É for é."""
        cased = (way for s in self._known if not s.isascii() for way in (s.upper(), s.title()))
        return sorted({*self._known, *cased, *(p for p in self.people if not p.isascii())})

    @cached_property
    def _known(self) -> dict[str, str]:
        """By spelling in small letters, what is shown of it: names of people, and accounts."""
        known: dict[str, str] = {}
        for person in sorted(self.people):
            shown = persons.name(person)
            known |= dict.fromkeys(spellings(person, self.sounds), shown)
        for number in sorted(self._numbers):
            known[number] = _account(number)
        for text in sorted(set(self.accounts)):
            if self._is_number(text):
                known[text.casefold()] = self.account(text)
        return {s: shown for s, shown in known.items() if s != shown.casefold()}

    @cached_property
    def _numbers(self) -> frozenset[str]:
        """The digits of every account, and of parties, as a text may write them."""
        hidden = [text for text in self.accounts if self._is_number(text)]
        runs = {run for text in (*self.parties, *hidden) for run in _RUN.findall(text)}
        joined = {numbers.digits_of(text) for text in hidden if not any(map(str.isalpha, text))}
        return frozenset(number for number in runs | joined if not _DAY.fullmatch(number))

    @cached_property
    def people(self) -> frozenset[str]:
        """The names of all people among the parties, two characters or more."""
        found = set()
        for text in self.parties:
            if text in self._firm_parties or self._is_shown(text):
                continue
            name = persons.base(text)
            if len(name) >= _NAME_MIN and persons.name(name) != name and not name.isspace():
                found.add(name)
        return frozenset(found)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Every personal value of the parties and accounts: names, phones, numbers, e-mails."""
        accounts = {text for text in self.accounts if self._is_number(text)}
        mails = {text for text in self.parties if numbers.is_mail(text)}
        return (self.people | self._numbers | accounts | mails) - self.ids


class _Idents(dict[str, str]):
    """By id, the one that it is replaced by; each is made once, and stands in many frames."""

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._key = key

    def __missing__(self, ident: str) -> str:
        made = self[ident] = f"{_kind(ident)}-{tag(self._key, ident)}"
        return made


def _without_numbers(firm: str) -> str:
    """A firm without the digits of an account."""
    return _RUN.sub(lambda m: numbers.account(m[0]), firm)


def _told(found: Found, mask: str, piece: str) -> str:
    return found(piece, mask)


def _account(text: str) -> str:
    if numbers.is_mail(text):
        return numbers.mail(text)
    return numbers.phone(text) if numbers.is_phone(text) else numbers.account(text)


def _kind(ident: str) -> str:
    """What an id of ours begins with, which says what it is an id of."""
    found = re.match(r"[A-Za-z]{1,2}(?=-)", ident)
    return found[0] if found else "x"


def _replaced(text: str, known: str, say: Callable[[str], str]) -> str:
    """The text with a spelling replaced where it stands for itself.

    In letters and digits it does so between other signs; Chinese is written without blanks.
    """
    pattern = _STARS.sub(r"\\*+", re.escape(known)).replace(r"\ ", r"\s+")
    before = r"(?<![0-9A-Za-zÀ-ɏ])" if _ALPHANUMERIC.match(known[0]) else ""
    after = r"(?![0-9A-Za-zÀ-ɏ])" if _ALPHANUMERIC.match(known[-1]) else ""
    return re.sub(before + pattern + after, lambda m: say(m[0]), text, flags=re.IGNORECASE)
