"""Names made comparable: Latin or Chinese, reversed, truncated, by initials, masked, in pinyin.

A name is turned into keys; two names that share a key *may* be one person's, and :func:`meet` says
whether they may in truth: two whole names that would only look alike if masked are two people.
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

_START = 8  # letters; bank fields cut names at ten or more characters
_WORD_MIN = 3  # letters of a word that counts as whole
_SLIP = 2  # letters of the next word that must be right
_HAN = r"\p{Han}"
_MASK = "*"
LETTERS, START, INITIAL, SLIP, MASKED = "l", "s", "i", "t", "m"
KEYS: dict[str, pl.DataType] = {
    "name": pl.String(),
    "key": pl.String(),
    "kind": pl.String(),
    "letters": pl.String(),  # the name in Latin letters, as this key orders its words
    "short": pl.Boolean(),  # written with a mask, an initial, or so that it can have been cut
}


def name_keys(names: pl.Series) -> pl.DataFrame:
    """KEYS of every distinct name; empty names have none.

    Args:
        names: names as the sources write them.
    """
    frame = pl.DataFrame({"name": names.unique().sort()}).filter(pl.col("name") != "")
    if frame.is_empty():
        return pl.DataFrame(schema=KEYS)
    stars = pl.col("name").str.to_lowercase().str.replace_all(r"[*xX＊○●]{2,}|[＊○●]", _MASK)
    clean = frame.with_columns(shown=stars, han=pl.col("name").str.contains(_HAN))
    hidden = pl.col("shown").str.contains(_MASK, literal=True)
    whole = _latin(clean.filter(~hidden))
    parts = [_letters(whole), *_starts(whole), *_initials(whole), _slip(whole)]
    parts += [_masked(clean.filter(hidden)), *_as_masked(clean.filter(~hidden))]
    shaped = [part.select(pl.col(c).cast(t) for c, t in KEYS.items()) for part in parts]
    return pl.concat(shaped).drop_nulls().unique(["name", "key"], maintain_order=True)


def meet(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of names that share a key and may truly be one person's.

    Args:
        pairs: ``kind, letters, short, letters_right, short_right`` and more, one row a shared key.
    """
    one, two = pl.col("letters"), pl.col("letters_right")
    either = pl.col("short") | pl.col("short_right")
    cut = (one.str.starts_with(two) & pl.col("short_right")) | (
        two.str.starts_with(one) & pl.col("short")
    )
    slips = pairs.filter(pl.col("kind") == SLIP)
    told = pairs.filter(
        pl.when(pl.col("kind") == LETTERS)
        .then(pl.lit(value=True))
        .when(pl.col("kind") == START)
        .then(cut)
        .otherwise(either & (pl.col("kind") != SLIP))
    )
    if slips.is_empty():
        return told
    apart = cpdist(
        slips["letters"],
        slips["letters_right"],
        scorer=OSA.distance,
        score_cutoff=1,
        dtype=np.uint8,
    )
    return pl.concat([told, slips.filter(pl.Series(apart) <= 1)])


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


def _key(kind: str, key: pl.Expr, letters: pl.Expr, short: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "key": pl.lit(f"{kind}:") + key,
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


def keys_of_rows(items: pl.DataFrame) -> pl.DataFrame:
    """``row, who`` and KEYS of ITEMS with ``row``: by the party, or where it is empty by the text.

    ``who`` is the party as written, or the text without its figures, so that a bank's own serial
    number does not make two payments of one person look different.
    """
    named = items.filter(pl.col("party") != "").select("row", who="party")
    keys = name_keys(named["who"]).rename({"name": "who"})
    by_party = named.unique().join(keys, on="who")
    bare = items.filter((pl.col("party") == "") & (pl.col("text") != ""))
    figures = r"[A-Za-z]*[0-9][0-9A-Za-z#-]*"
    said = bare.select(
        "row", who=pl.col("text").str.replace_all(figures, "").str.strip_chars()
    ).unique()
    pieces = names_in_text(said["who"]).rename({"text": "who"})
    # One word of a text is no name cut short: a family name does not stand for each of a family.
    lone_word = ~pl.col("name").str.contains(rf" |{_HAN}")
    of_piece = pieces.join(name_keys(pieces["name"]), on="name")
    of_piece = of_piece.filter(~lone_word | (pl.col("kind") != START)).drop("name")
    by_text = said.join(of_piece.unique(["who", "key"], maintain_order=True), on="who")
    columns = ["row", "who", *(name for name in KEYS if name != "name")]
    return pl.concat([by_party.select(columns), by_text.select(columns)])


def names_in_text(texts: pl.Series) -> pl.DataFrame:
    """``text, name``: pieces of a text that could be a person's name.

    Runs of Chinese characters are cut to their last two to four, since words such as 转账 may stand
    against the name without a blank; of Latin words, neighbouring pairs count.
    """
    frame = pl.DataFrame({"text": texts.unique().sort()}).filter(pl.col("text") != "")
    runs = frame.select("text", run=pl.col("text").str.extract_all(rf"{_HAN}{{2,}}")).explode("run")
    runs = runs.drop_nulls()
    ends = [runs.select("text", name=pl.col("run").str.slice(-n)) for n in (2, 3, 4)]
    masks = _pieces(frame, rf"{_HAN}\*+{_HAN}?|[A-Za-z]\*+ ?[A-Za-z]+")
    words = _pieces(frame, r"[A-Za-z.,]+").with_columns(pl.col("name").str.strip_chars(","))
    after = pl.col("name").shift(-1).over("text")
    pairs = words.select("text", name=pl.col("name") + " " + after).drop_nulls()
    return pl.concat([*ends, masks, words, pairs]).unique(maintain_order=True)


def _pieces(frame: pl.DataFrame, pattern: str) -> pl.DataFrame:
    found = frame.select("text", name=pl.col("text").str.extract_all(pattern)).explode("name")
    return found.drop_nulls()
