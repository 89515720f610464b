"""Names made comparable: Latin or Chinese, reversed, truncated, by initials, masked, in pinyin.

A name is turned into keys; two names that share a key may be one person's.  Keys come in kinds,
from strong to weak.  How much a shared key proves is not fixed here: the gate counts how common the
key is in the data itself.  Chinese characters count by their sound, so that characters, pinyin and
traditional forms meet; a masked name keeps what it shows.

=========  =================================================================================
kind       what it keeps
=========  =================================================================================
letters    all letters of the name, sorted: any order and division of words, pinyin as well
start      the first letters, in the order written and with the last word first: truncation
initial    one word whole, of the others the initial: ``J. Anderson``
slip       one word whole and the first letter of the next: a slip further on
masked     what a masked name shows: 王*, 张*丰, J*** Anderson
=========  =================================================================================
"""

from functools import cache

import polars as pl

_START = 8  # letters; bank fields cut names at ten or more characters
_WORD_MIN = 3  # letters of a word that counts as whole
_HAN = r"\p{Han}"
_MASK = "*"
_all_but_last = pl.col("words").list.slice(0, pl.col("words").list.len() - 1)
KEY_SCHEMA: dict[str, pl.DataType] = {"name": pl.String(), "key": pl.String()}


def name_keys(names: pl.Series) -> pl.DataFrame:
    """``name, key``: every key of every distinct name; empty names have none.

    Args:
        names: names as the sources write them.
    """
    frame = pl.DataFrame({"name": names.unique().sort()}).filter(pl.col("name") != "")
    if frame.is_empty():
        return pl.DataFrame(schema=KEY_SCHEMA)
    clean = frame.with_columns(
        shown=pl.col("name").str.to_lowercase().str.replace_all(r"[*xX＊○●]{2,}|[＊○●]", _MASK)
    )
    hidden = pl.col("shown").str.contains(_MASK, literal=True)
    whole = _latin(clean.filter(~hidden))
    parts = [_letters(whole), _start(whole), _initial(whole), _slip(whole)]
    parts += [_masked(clean.filter(hidden)), _as_masked(clean.filter(~hidden))]
    found = pl.concat([part.select("name", "key") for part in parts])
    return found.drop_nulls().unique(maintain_order=True)


def _latin(names: pl.DataFrame) -> pl.DataFrame:
    """``words``: the name's words in Latin letters; Chinese as family and given name in pinyin."""
    sounds = _sounds("".join(names["shown"].to_list()))
    split = pl.col("shown").str.replace(rf"^({_HAN})({_HAN}+)$", "$1 $2")
    spelled = names.with_columns(
        split.str.replace_many(list(sounds), list(sounds.values()))
        if sounds
        else split.alias("shown")
    )
    words = pl.col("shown").str.extract_all(r"\p{L}+")
    return spelled.with_columns(words=words).filter(pl.col("words").list.len() > 0)


def _sounds(text: str) -> dict[str, str]:
    """Pinyin of every Chinese character in the text, the reading most common in names first."""
    han = sorted({c for c in text if "\u3400" <= c <= "\u9fff"})
    return {c: _sound(c) for c in han}


@cache
def _sound(character: str) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - a tenth of a second, only for Chinese

    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


def _letters(whole: pl.DataFrame) -> pl.DataFrame:
    letters = pl.col("words").list.join("").str.split("").list.sort().list.join("")
    return whole.select("name", key=pl.lit("l:") + letters)


def _start(whole: pl.DataFrame) -> pl.DataFrame:
    written = pl.col("words").list.join("")
    turned = pl.col("words").list.last() + _all_but_last.list.join("")
    both = pl.concat([whole.select("name", t=written), whole.select("name", t=turned)])
    long_enough = both.filter(pl.col("t").str.len_chars() >= _START)
    return long_enough.select("name", key=pl.lit("s:") + pl.col("t").str.slice(0, _START))


def _initial(whole: pl.DataFrame) -> pl.DataFrame:
    """Of two words: either one whole with the other's initial."""
    two = whole.filter(pl.col("words").list.len() == 2)
    first, last = pl.col("words").list.first(), pl.col("words").list.last()
    ways = [two.select("name", w=a, i=b.str.slice(0, 1)) for a, b in ((last, first), (first, last))]
    return (
        pl.concat(ways)
        .filter(pl.col("w").str.len_chars() >= _WORD_MIN)
        .select("name", key=pl.lit("i:") + pl.col("w") + " " + pl.col("i"))
    )


def _slip(whole: pl.DataFrame) -> pl.DataFrame:
    """The first word and the first two letters of the next; the slip sits behind them."""
    two = whole.filter(pl.col("words").list.len() == 2)
    first, last = pl.col("words").list.first(), pl.col("words").list.last()
    return two.select("name", key=pl.lit("t:") + first + " " + last.str.slice(0, 2))


def _masked(hidden: pl.DataFrame) -> pl.DataFrame:
    """What is shown on either side of the mask; the mask itself has no certain length."""
    shown = pl.col("shown").str.replace_all(r"[\s.,]", "").str.replace_all(r"\*+", _MASK)
    return hidden.select("name", key=pl.lit("m:") + shown)


def _as_masked(whole: pl.DataFrame) -> pl.DataFrame:
    """How a whole name would be masked, so that it meets masked ones."""
    name, han = pl.col("shown"), rf"^{_HAN}{{2,4}}$"
    chinese = whole.filter(name.str.contains(han)).select(
        "name",
        key=pl.lit("m:")
        + name.str.slice(0, 1)
        + _MASK
        + pl.when(name.str.len_chars() > 2).then(name.str.slice(-1)).otherwise(pl.lit("")),
    )
    two = whole.with_columns(words=name.str.extract_all(r"[a-z]+")).filter(
        ~name.str.contains(_HAN) & (pl.col("words").list.len() == 2)
    )
    latin = two.select(
        "name",
        key=pl.lit("m:")
        + pl.col("words").list.first().str.slice(0, 1)
        + _MASK
        + pl.col("words").list.last(),
    )
    family_first = chinese.select("name", key=pl.col("key").str.slice(0, 4))
    return pl.concat([chinese, latin, family_first])


def keys_of_rows(items: pl.DataFrame) -> pl.DataFrame:
    """``row, who, key`` of ITEMS with ``row``: by the party, or where it is empty by the text.

    ``who`` is the party as written, or the text without its figures, so that a bank's own serial
    number does not make two payments of one person look different.
    """
    named = items.filter(pl.col("party") != "").select("row", who="party")
    by_party = named.join(
        name_keys(named["who"]), left_on="who", right_on="name", maintain_order="left"
    )
    bare = items.filter((pl.col("party") == "") & (pl.col("text") != ""))
    figures = r"[A-Za-z]*[0-9][0-9A-Za-z#-]*"
    said = bare.select("row", who=pl.col("text").str.replace_all(figures, "").str.strip_chars())
    pieces = names_in_text(said["who"])
    keys = pieces.join(name_keys(pieces["name"]), on="name").select("text", "key").unique()
    by_text = said.join(keys, left_on="who", right_on="text")
    return pl.concat([by_party, by_text]).select("row", "who", "key")


def names_in_text(texts: pl.Series) -> pl.DataFrame:
    """``text, name``: pieces of a text that could be a person's name.

    Runs of Chinese characters are cut to their first and last two to four, since words such as
    转账 may stand against the name without a blank; of Latin words, neighbouring pairs count.
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
