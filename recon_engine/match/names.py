"""Names made comparable: Latin or Chinese, reversed, truncated, by initials, masked, in pinyin.

A name is turned into keys; two names that share a key *may* be one person's, and
:func:`may_be_one` says whether they may in truth: two whole names that would only look alike if
masked are two people.
Chinese characters count by their sound, so that characters, pinyin and traditional forms meet.
How much a shared key proves is not fixed here: the gate counts how common it is in the data.

=======  ========================================================  ============================
key      what it keeps                                             meets when
=======  ========================================================  ============================
letters  all letters of the name, sorted: any order and division   always
start    the first letters, as written and with the last word      one is the other cut short,
         first                                                     written in Latin letters
initial  one word whole, of the other the initial                  one is written so
slip     one word whole and the start of the next                  the letters differ by one slip
masked   what a masked name shows: 王*, 张*丰, J*** Anderson       one of them is masked
=======  ========================================================  ============================
"""

import os
from functools import cache

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon_engine.match.arrays import Flags, Rows

_START = 8  # letters; bank fields cut names at ten or more characters
_WORD_MIN = 3  # letters of a word that counts as whole
_SLIP = 2  # letters of the next word that must be right
_HAN = r"\p{Han}"
_MASK = "*"
LETTERS, START, INITIAL, SLIP, MASKED = range(5)
KINDS = 5
KEYS: dict[str, pl.DataType] = {
    "name": pl.Int64(),  # its place among the names asked for
    "kind": pl.Int8(),
    "key": pl.String(),  # two names may meet by the keys of one kind that are alike
    "letters": pl.String(),  # the name in Latin letters, as this key orders its words
    "short": pl.Boolean(),  # written with a mask, an initial, or so that it can have been cut
}


def name_keys(names: pl.Series) -> pl.DataFrame:
    """KEYS of every name; empty names have none.

    Args:
        names: names as the sources write them.
    """
    frame = names.alias("shown").to_frame().with_row_index("name").filter(pl.col("shown") != "")
    if frame.is_empty():
        return pl.DataFrame(schema=KEYS)
    stars = pl.col("shown").str.to_lowercase().str.replace_all(r"[*xX＊○●]{2,}|[＊○●]", _MASK)
    clean = frame.with_columns(shown=stars, han=pl.col("shown").str.contains(_HAN))
    hides = clean["shown"].str.contains(_MASK, literal=True)
    hidden, shown = clean.filter(hides), clean.filter(~hides)
    whole = _latin(shown)
    parts = [_letters(whole), *_starts(whole), *_initials(whole), _slip(whole)]
    parts += [_masked(hidden), *_as_masked(shown)]
    shaped = [part.select(pl.col(c).cast(t) for c, t in KEYS.items()) for part in parts]
    return pl.concat(shaped).drop_nulls()


def may_be_one(kind: Rows, one: pl.DataFrame, two: pl.DataFrame) -> Flags:
    """Whether two names that share a key of that kind may truly be one person's.

    Args:
        kind: of the key that each pair shares.
        one: ``letters, short`` of one name of each pair.
        two: of the other.
    """
    short = [each["short"].to_numpy() for each in (one, two)]
    told: Flags = (kind == LETTERS) | (np.isin(kind, (INITIAL, MASKED)) & (short[0] | short[1]))
    start, slip = np.flatnonzero(kind == START), np.flatnonzero(kind == SLIP)
    if len(start):
        told[start] = _cut_short(one[start], two[start])
    if len(slip):
        ours, theirs = one["letters"].gather(slip), two["letters"].gather(slip)
        told[slip] = cpdist(ours, theirs, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8) <= 1
    return told


def _cut_short(one: pl.DataFrame, two: pl.DataFrame) -> Flags:
    """Whether one of the two names is the other, cut."""
    ours, theirs = pl.col("letters"), pl.col("letters_right")
    cut = (ours.str.starts_with(theirs) & pl.col("short_right")) | (
        theirs.str.starts_with(ours) & pl.col("short")
    )
    right = two.select(letters_right="letters", short_right="short")
    both = pl.concat([one.select("letters", "short"), right], how="horizontal")
    flags: Flags = both.select(cut).to_series().to_numpy()
    return flags


def _latin(names: pl.DataFrame) -> pl.DataFrame:
    """Adds ``words``: the name in Latin letters; Chinese as family and given name in pinyin."""
    sounds = _sounds("".join(names["shown"].to_list()))
    split = pl.col("shown").str.replace(rf"^({_HAN})({_HAN}+)$", "$1 $2")
    if sounds:
        split = split.str.replace_many(list(sounds), list(sounds.values()))
    words = split.str.extract_all(r"\p{L}+")
    return names.with_columns(words=words).filter(pl.col("words").list.len() > 0)


def _sounds(text: str) -> dict[str, str]:
    """Pinyin of every Chinese character in the text, the commonest reading."""
    han = sorted({c for c in text if "\u3400" <= c <= "\u9fff"})
    return {c: _sound(c) for c in han}


@cache
def _sound(character: str) -> str:
    # Single characters need no table of phrases; leaving it out makes the first use 0.2 s faster.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - imported only where Chinese occurs

    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


_WORDS = pl.col("words")
_WRITTEN = _WORDS.list.join("")


def _key(kind: int, key: pl.Expr, letters: pl.Expr, short: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "key": key,
        "kind": pl.lit(kind),
        "letters": letters,
        "short": short,
    }


def _letters(whole: pl.DataFrame) -> pl.DataFrame:
    sorted_letters = _WRITTEN.str.split("").list.sort().list.join("")
    return whole.with_columns(**_key(LETTERS, sorted_letters, _WRITTEN, pl.lit(value=False)))


def _starts(whole: pl.DataFrame) -> list[pl.DataFrame]:
    turned = _WORDS.list.last() + _WORDS.list.slice(0, _WORDS.list.len() - 1).list.join("")
    return [
        whole.filter(way.str.len_chars() >= _START).with_columns(
            **_key(START, way.str.slice(0, _START), way, ~pl.col("han"))
        )
        for way in (_WRITTEN, turned)
    ]


def _initials(whole: pl.DataFrame) -> list[pl.DataFrame]:
    """Of two words: either one whole with the other's initial."""
    two = whole.filter(_WORDS.list.len() == 2)
    first, last = _WORDS.list.first(), _WORDS.list.last()
    return [
        two.filter(word.str.len_chars() >= _WORD_MIN).with_columns(
            **_key(
                INITIAL,
                word + " " + other.str.slice(0, 1),
                _WRITTEN,
                other.str.len_chars() == 1,
            )
        )
        for word, other in ((last, first), (first, last))
    ]


def _slip(whole: pl.DataFrame) -> pl.DataFrame:
    """Latin: one word and the start of the next.  Chinese: all but the last character."""
    two = whole.filter(_WORDS.list.len() == 2)
    latin = _WORDS.list.first() + " " + _WORDS.list.last().str.slice(0, _SLIP)
    name = pl.col("shown")
    chinese = name.str.slice(0, name.str.len_chars() - 1)
    key = pl.when("han").then(chinese).otherwise(latin)
    letters = pl.when("han").then(name).otherwise(_WRITTEN)
    enough = ~pl.col("han") | (name.str.len_chars() > 2)
    return two.filter(enough).with_columns(**_key(SLIP, key, letters, pl.lit(value=False)))


def _masked(hidden: pl.DataFrame) -> pl.DataFrame:
    """What is shown on either side of the mask; the mask itself has no certain length."""
    shown = pl.col("shown").str.replace_all(r"[\s.,]", "").str.replace_all(r"\*+", _MASK)
    return hidden.with_columns(**_key(MASKED, shown, shown, pl.lit(value=True)))


def _as_masked(whole: pl.DataFrame) -> list[pl.DataFrame]:
    """How a whole name would be masked, so that it meets masked ones."""
    name, no = pl.col("shown"), pl.lit(value=False)
    family = name.str.slice(0, 1) + _MASK
    last = pl.when(name.str.len_chars() > 2).then(name.str.slice(-1)).otherwise(pl.lit(""))
    chinese = whole.filter(name.str.contains(rf"^{_HAN}{{2,4}}$"))
    words = name.str.extract_all(r"[a-z]+")
    latin = whole.filter(~pl.col("han") & (words.list.len() == 2))
    shown = words.list.first().str.slice(0, 1) + _MASK + words.list.last()
    return [
        chinese.with_columns(**_key(MASKED, family + last, name, no)),
        chinese.with_columns(**_key(MASKED, family, name, no)),
        latin.with_columns(**_key(MASKED, shown, name, no)),
    ]


def keys_in_texts(texts: pl.Series) -> pl.DataFrame:
    """KEYS of every piece of a text that could be a person's name; ``name`` is the text's place."""
    pieces = names_in_text(texts)
    # One word of a text is no name cut short: a family name does not stand for each of a family.
    lone_word = ~pieces["name"].str.contains(rf" |{_HAN}")
    keys = name_keys(pieces["name"])
    place = keys["name"].to_numpy()
    kept = ~lone_word.to_numpy()[place] | (keys["kind"].to_numpy() != START)
    of_text = keys.with_columns(name=pieces["text"].gather(place).cast(pl.Int64))
    return of_text.filter(pl.Series(kept)).unique(["name", "kind", "key"], maintain_order=True)


def names_in_text(texts: pl.Series) -> pl.DataFrame:
    """``text, name``: pieces of a text that could be a person's name; ``text`` is its place.

    Runs of Chinese characters are cut to their last two to four, since words such as 转账 may stand
    against the name without a blank; of Latin words, neighbouring pairs count.
    """
    frame = texts.alias("shown").to_frame().with_row_index("text").filter(pl.col("shown") != "")
    runs = _pieces(frame, rf"{_HAN}{{2,}}")
    ends = [runs.select("text", name=pl.col("name").str.slice(-n)) for n in (2, 3, 4)]
    masks = _pieces(frame, rf"{_HAN}\*+{_HAN}?|[A-Za-z]\*+ ?[A-Za-z]+")
    words = _pieces(frame, r"[A-Za-z.,]+").with_columns(pl.col("name").str.strip_chars(","))
    after = pl.col("name").shift(-1).over("text")
    pairs = words.select("text", name=pl.col("name") + " " + after).drop_nulls()
    return pl.concat([*ends, masks, words, pairs]).unique(maintain_order=True)


def _pieces(frame: pl.DataFrame, pattern: str) -> pl.DataFrame:
    found = frame.select("text", name=pl.col("shown").str.extract_all(pattern)).explode("name")
    return found.drop_nulls()
