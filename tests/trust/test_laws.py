"""The laws of masking, tried with names, numbers and texts that nobody thought of."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from recon_engine.match.sounds import sounds
from recon_engine.trust import numbers, persons
from recon_engine.trust.masking import Masker
from recon_engine.trust.pseudonyms import MARK, tag

FAMILY, GIVEN = "赵钱孙李周吴郑王张欧", "丰敏伟芳娜秀英强磊洋"
HAN = st.builds(
    lambda family, given: family + "".join(given),
    st.sampled_from(FAMILY), st.lists(st.sampled_from(GIVEN), min_size=1, max_size=2),
)  # fmt: skip
WORD = st.from_regex(r"[A-ZÉÖŁÑ][a-zéöłñßç]{2,8}", fullmatch=True)
LATIN = st.lists(WORD, min_size=2, max_size=3).map(" ".join)
NAMES = st.one_of(HAN, LATIN)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
DIGITS = st.text("0123456789", min_size=8, max_size=20)
ANYTHING = st.text(max_size=40)
# What stands around a name in a bank's text: signs that are no letters and no digits.
AROUND = st.text(" ，,;:/()#-", max_size=6)
KEYS = st.binary(min_size=1, max_size=20)


def masked(masker: Masker, text: str) -> str:
    return masker.texts([text]).shown.get(text, text)


@given(NAMES, AROUND, AROUND)
def test_a_text_never_holds_a_known_name(name: str, before: str, after: str) -> None:
    masker = Masker(b"k", [name], sounds=sounds)
    assert name not in masked(masker, before + name + after)
    assert name.upper() not in masked(masker, before + name.upper() + after)
    assert name.title() not in masked(masker, before + name.title() + after)


@given(st.lists(NAMES, min_size=1, max_size=5), ANYTHING)
def test_not_within_other_words_either(names: list[str], text: str) -> None:
    han = [name for name in names if name[0] in FAMILY]
    masker = Masker(b"k", names)
    shown = masked(masker, text.join(["", *han, ""]))
    assert [name for name in han if name in shown] == []


@given(MOBILES, AROUND, AROUND)
def test_a_text_never_holds_a_phone(phone: str, before: str, after: str) -> None:
    assume(not before.endswith("-") or not re.search(r"\d-$", before))
    assert phone not in masked(Masker(b"k"), f"转账{before}{phone}{after}")


@given(DIGITS, AROUND, AROUND)
def test_a_text_never_holds_a_known_account(account: str, before: str, after: str) -> None:
    masker = Masker(b"k", accounts=[account])
    assert account not in masked(masker, before + account + after)
    assert account not in masker.account(account)


@given(st.text(min_size=1, max_size=30))
def test_a_party_never_holds_what_it_was(party: str) -> None:
    masker = Masker(b"k", [party])
    shown = masker.party(party).rpartition(MARK)[0] or masker.party(party)
    plain = party.strip()
    assume(len(plain) > 1 and "*" not in plain and not persons.is_firm(party))
    assert plain not in shown


@given(ANYTHING)
def test_masking_twice_is_masking_once(text: str) -> None:
    masker = Masker(b"k", [text], [text])
    for mask in (masker.party, masker.account, lambda value: masked(masker, value)):
        once = mask(text)
        assert mask(once) == once
    for mask in (persons.party, numbers.account):
        assert mask(mask(text)) == mask(text)


@given(st.lists(st.one_of(NAMES, MOBILES, DIGITS), max_size=6), ANYTHING)
def test_a_masked_text_is_masked(parties: list[str], text: str) -> None:
    masker = Masker(b"k", parties, parties)
    once = masked(masker, text.join(["", *parties, ""]))
    assert masked(masker, once) == once


@given(NAMES, NAMES, KEYS, KEYS)
def test_pseudonyms_are_equal_for_equal_parties_and_keys_only(
    one: str, other: str, key: bytes, another: bytes
) -> None:
    assert Masker(key).party(one) == Masker(key).party(one)
    if one != other:
        assert Masker(key).party(one) != Masker(key).party(other)
    if key != another:
        assert tag(key, one) != tag(another, one)


@given(st.lists(st.sampled_from(["or-1", "st-2~rest", "PO-wechat-1900-2026"]), max_size=4))
def test_ids_stay_lists_of_ids_of_their_kind(ids: list[str]) -> None:
    masker = Masker(b"k")
    shown = masker.ident(" ".join(ids)).split()
    assert shown == [masker.ident(one) for one in ids]
    assert [one[:2] for one in shown] == [one[:2] for one in ids]
    assert not {*shown} & {*ids}


@given(st.lists(st.tuples(HAN, MOBILES), min_size=1, max_size=5))
def test_everything_hidden_is_told(pairs: list[tuple[str, str]]) -> None:
    masker = Masker(b"k", [name for name, _ in pairs])
    texts = [f"转账 {name} {phone}" for name, phone in pairs]
    hidden = masker.texts(texts).hidden | masker.hidden
    assert hidden >= {value for pair in pairs for value in pair}


PIECES = st.sampled_from((
    "13800138000", "+852 9123 4567", "9123-4567", "(415) 555-0132", "010-62345678",
    "0912345678", "6222021234567890128", "4111 1111 1111 1111", "3782 822463 10005",
    "DE89370400440532013000", "11010519491231002X", "a.b@example.com", "账号20885012",
    "TEL 5550132", "户名：钱多多", "payer: Ann Lee", "文三路90号",
    "12 Main Street", "１３８００１３８０００", "+44 20 7946 0958", "20261016",
    "路", "电话", ":",
))  # fmt: skip


@given(
    st.lists(st.one_of(PIECES, AROUND, st.text("0123456789 -+.Aa路号", max_size=12)), max_size=6)
)
def test_no_text_that_holds_something_is_passed_over(pieces: list[str]) -> None:
    """All texts are asked at once whether they are worth a look; that must never say no wrongly."""
    text = "".join(pieces)
    looked = Masker(b"k")._round([text], set())
    plain = text.translate({ord("０") + n: str(n) for n in range(10)})
    if looked.get(text, plain) != plain:
        assert Masker(b"k").texts([text]).shown
