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

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from recon_engine.match.arrays import Flags, Rows, numbered, order_by, spread
from recon_engine.match.slips import one_slip
from recon_engine.match.sounds import sounds

_START = 8  # letters; bank fields cut names at ten or more characters
_WORD_MIN = 3  # letters of a word that counts as whole
_SLIP = 2  # letters of the next word that must be right
_WORD_BITS = 32  # half as long numbers sort twice as fast
_HAN = r"\p{Han}"
_MASK = "*"
LETTERS, START, INITIAL, SLIP, MASKED = range(5)
KINDS = 5
KEYS: dict[str, pl.DataType] = {
    "name": pl.Int64(),  # its place among the names asked for
    "kind": pl.Int8(),
    "key": pl.String(),  # two names may meet by the keys of one kind that are alike
    "letters": pl.String(),  # START, SLIP: the name in Latin letters, as this key orders its words
    "short": pl.Boolean(),  # written with a mask, an initial, or so that it can have been cut
}


@dataclass(frozen=True)
class OwnedKeys:
    """The names that parties and texts show, and the keys of those names; each is keyed once.

    Attributes:
        owner: who shows it; texts are numbered after the parties.
        name: number of what is shown.
        is_whole: whether it may be cut short.
        table: KEYS of the names.
        way: by key, in which of the ways there are it was made.
    """

    owner: Rows
    name: Rows
    is_whole: Flags
    table: pl.DataFrame
    way: Rows

    def holders(self, keys: Rows) -> tuple[Rows, Rows]:
        """``(key, shown)``: for each of some keys all that show its name and have the key by it."""
        name = self.table["name"].to_numpy()
        order, size = order_by(self.name), np.bincount(self.name)
        which, within = spread(size[name[keys]])
        key = keys[which]
        shown = order[(np.cumsum(size) - size)[name[key]] + within]
        kept = self.is_whole[shown] | (self.table["kind"].to_numpy() != START)[key]
        return key[kept], shown[kept]


def keys_of(parties: pl.Series, texts: pl.Series) -> OwnedKeys:
    """The keys of parties and of texts that may hold a name."""
    pieces = names_in_text(texts)
    every = pl.concat([parties, pieces["name"]], how="vertical")
    number, first = numbered(every)
    # One word of a text is no name cut short: a family name does not stand for each of a family.
    several = pieces["name"].str.contains(rf" |{_HAN}").to_numpy()
    is_whole = np.concatenate([np.ones(len(parties), dtype=np.bool_), several])
    owner = np.concatenate([np.arange(len(parties)), len(parties) + pieces["text"].to_numpy()])
    return OwnedKeys(owner, number, is_whole, *_keyed(every.gather(first)))


def name_keys(names: pl.Series) -> pl.DataFrame:
    """KEYS of every name; empty names have none.

    Args:
        names: names as the sources write them.
    """
    return _keyed(names)[0]


def _keyed(names: pl.Series) -> tuple[pl.DataFrame, Rows]:
    """KEYS of every name, and in which of the ways there are each was made."""
    stars = pl.col("shown").str.to_lowercase().str.replace_all(r"[*xX＊○●]{2,}|[＊○●]", _MASK)
    clean = (
        names.alias("shown").to_frame().lazy()
        .with_row_index("name")
        .filter(pl.col("shown") != "")
        .with_columns(shown=stars)
        .with_columns(
            han=pl.col("shown").str.contains(_HAN),
            hidden=pl.col("shown").str.contains(_MASK, literal=True),
        )
        .collect()
    )  # fmt: skip
    worded = _worded(clean)
    ordered = worded.with_columns(sorted=_sorted_letters(worded["written"])).lazy()
    keys = pl.collect_all([ordered.select(*_key(*way)).drop_nulls() for way in _ways()])
    return pl.concat(keys), np.repeat(np.arange(len(keys)), [each.height for each in keys])


def _worded(names: pl.DataFrame) -> pl.DataFrame:
    """Adds ``words``: the name in Latin letters, word by word; and what keys take of them.

    A masked name has no words.
    """
    places = names["han"].arg_true()
    chinese = names["shown"].gather(places)
    heard = sounds("".join(chinese.to_list()))
    spelt = names.with_columns(spelt=names["shown"].scatter(places, _spelt(chinese, heard)))
    # Letters of all alphabets are slow to look for; most names have none but these.
    plain = spelt["spelt"].str.contains(r"^[ -~]*$")
    some = ((spelt.filter(plain), "[a-z]+"), (spelt.filter(~plain), r"\p{L}+"))
    words = [each.lazy().with_columns(words=_words(letters)) for each, letters in some]
    return (
        pl.concat(words)
        .with_columns(
            written=pl.col("words").list.join(""),
            first=pl.col("words").list.first(),
            last=pl.col("words").list.last(),
            two=pl.col("words").list.len() == 2,
        )
        .collect()
    )


def _words(letters: str) -> pl.Expr:
    words = pl.col("spelt").str.extract_all(letters)
    return pl.when(~pl.col("hidden") & (words.list.len() > 0)).then(words)


def _spelt(chinese: pl.Series, heard: Mapping[str, str]) -> pl.Series:
    """Names with their Chinese characters in pinyin, family and given name apart."""
    split = chinese.str.replace(rf"^({_HAN})({_HAN}+)$", "$1 $2")
    return split.str.replace_many(list(heard), list(heard.values())) if heard else split


def _sorted_letters(written: pl.Series) -> pl.Series:
    """The letters of each name in their order; null stays null."""
    shown = written.drop_nulls()
    # One text for all, a zero before each name; zeros sort before the letters and part them again.
    text = "".join(f"\0{name}" for name in shown.to_list())
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    bits = int(letters.max(initial=0)).bit_length()
    word = np.dtype("u4" if len(shown).bit_length() + bits <= _WORD_BITS else "u8")
    placed = np.cumsum(letters == 0).astype(word) << bits | letters
    placed.sort(kind="stable")  # names stand in their order already, only their letters do not
    ordered = (placed & ((1 << bits) - 1)).astype(np.uint32).tobytes().decode("utf-32-le")
    names = pl.Series(ordered.split("\0")[1:], dtype=pl.String)
    return written.scatter(written.is_not_null().arg_true(), names)


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
        told[slip] = one_slip(one["letters"].gather(slip), two["letters"].gather(slip))
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


_SHOWN, _WRITTEN, _FIRST, _LAST = (pl.col(c) for c in ("shown", "written", "first", "last"))
_IS_HAN, _IS_HIDDEN, _ARE_TWO = pl.col("han"), pl.col("hidden"), pl.col("two")
_NO, _YES, _NONE = pl.lit(value=False), pl.lit(value=True), pl.lit("")
_Way = tuple[int, pl.Expr, pl.Expr, pl.Expr]


def _key(kind: int, key: pl.Expr, letters: pl.Expr, short: pl.Expr) -> list[pl.Expr]:
    columns = {"name": pl.col("name"), "kind": pl.lit(kind), "key": key}
    columns |= {"letters": letters, "short": short}
    return [columns[name].cast(dtype).alias(name) for name, dtype in KEYS.items()]


def _ways() -> list[_Way]:
    """Kind, key, letters and shortness of every key; what does not apply to a name is null."""
    rest = _WRITTEN.str.head(_WRITTEN.str.len_chars() - _LAST.str.len_chars())
    return [
        (LETTERS, pl.col("sorted"), _NONE, _NO),
        *(_start(way) for way in (_WRITTEN, _LAST + rest)),
        _initial(_LAST, _FIRST),
        _initial(_FIRST, _LAST),
        _slip(),
        _masked(),
        *_as_masked(),
    ]


def _start(way: pl.Expr) -> _Way:
    long = way.str.len_chars() >= _START
    return START, pl.when(long).then(way.str.slice(0, _START)), way, ~_IS_HAN


def _initial(word: pl.Expr, other: pl.Expr) -> _Way:
    """Of two words: one whole with the other's initial."""
    whole = _ARE_TWO & (word.str.len_chars() >= _WORD_MIN)
    key = pl.when(whole).then(word + " " + other.str.slice(0, 1))
    return INITIAL, key, _NONE, other.str.len_chars() == 1


def _slip() -> _Way:
    """Latin: one word and the start of the next.  Chinese: all but the last character."""
    latin = _FIRST + " " + _LAST.str.slice(0, _SLIP)
    chinese = _SHOWN.str.slice(0, _SHOWN.str.len_chars() - 1)
    enough = _ARE_TWO & (~_IS_HAN | (_SHOWN.str.len_chars() > 2))
    key = pl.when(enough & _IS_HAN).then(chinese).when(enough).then(latin)
    return SLIP, key, pl.when(_IS_HAN).then(_SHOWN).otherwise(_WRITTEN), _NO


def _masked() -> _Way:
    """What is shown on either side of the mask; the mask itself has no certain length."""
    bare = _SHOWN.str.replace_all(r"[\s.,]", "").str.replace_all(r"\*+", _MASK)
    key = pl.when(_IS_HIDDEN).then(bare)
    return MASKED, key, _NONE, _YES


def _as_masked() -> list[_Way]:
    """How a whole name would be masked, so that it meets masked ones."""
    family = _SHOWN.str.slice(0, 1) + _MASK
    last = pl.when(_SHOWN.str.len_chars() > 2).then(_SHOWN.str.slice(-1)).otherwise(pl.lit(""))
    chinese = ~_IS_HIDDEN & _SHOWN.str.contains(rf"^{_HAN}{{2,4}}$")
    latin = ~_IS_HAN & _ARE_TWO
    shown = _FIRST.str.slice(0, 1) + _MASK + _LAST
    return [
        (MASKED, pl.when(applies).then(key), _NONE, _NO)
        for applies, key in ((chinese, family + last), (chinese, family), (latin, shown))
    ]


def names_in_text(texts: pl.Series) -> pl.DataFrame:
    """``text, name``: pieces of a text that could be a person's name; ``text`` is its place.

    Runs of Chinese characters are cut to their last two to four, since words such as 转账 may stand
    against the name without a blank; of Latin words, neighbouring pairs count.
    """
    frame = texts.alias("shown").to_frame().lazy().with_row_index("text")
    runs = _pieces(frame, rf"{_HAN}{{2,}}")
    ends = [runs.select("text", pl.col("name").str.slice(-n)) for n in (2, 3, 4)]
    masks = _pieces(frame, rf"{_HAN}\*+{_HAN}?|[A-Za-z]\*+ ?[A-Za-z]+")
    words = _pieces(frame, r"[A-Za-z.,]+").with_columns(pl.col("name").str.strip_chars(","))
    after = pl.col("name").shift(-1).over("text")
    pairs = words.select("text", pl.col("name") + " " + after).drop_nulls()
    return pl.concat([*ends, masks, words, pairs]).unique(maintain_order=True).collect()


def _pieces(frame: pl.LazyFrame, pattern: str) -> pl.LazyFrame:
    found = frame.select("text", name=pl.col("shown").str.extract_all(pattern)).explode("name")
    return found.drop_nulls()
