"""Words of the workbook: captions, and codes as a reader sees them and back again."""

import re
import unicodedata
from functools import cache

from recon_engine.match.explain import phrases
from recon_engine.messages import Language, catalogue, has, text
from recon_engine.model.kept import Action
from workbook_templates.layout import Table
from workbook_templates.layout_book import TABLES


def say(key: str, language: Language, /, **params: object) -> str:
    """A text of the workbook's own catalogue."""
    return text(f"workbook.{key}", language, **params)


@cache
def vocabulary(table: str, language: Language) -> dict[str, str]:
    """``{code: word}`` of a table of words; codes without a word are shown as they are."""
    if table == "finding":
        return _names("findings", language)
    if table in {"reason", "statement_reason"}:
        own = _prefixed("statement.reason.", "reports", language)
        named = _names("reasons", language)
        return named if table == "reason" else named | own
    if table == "act":
        return _prefixed("action.", "ribbon", language) | _prefixed("act.", "workbook", language)
    return _prefixed(f"{table}.", "match" if table == "rule" else "workbook", language)


def _names(area: str, language: Language) -> dict[str, str]:
    said = catalogue(area, language).items()
    return {key.removesuffix(".name"): word for key, word in said if key.endswith(".name")}


def _prefixed(prefix: str, area: str, language: Language) -> dict[str, str]:
    said = catalogue(area, language).items()
    return {key.removeprefix(prefix): word for key, word in said if key.startswith(prefix)}


def offered(table: str, language: Language) -> list[str]:
    """The words of a drop-down: all of the table but those that no cell of a person takes."""
    hidden = {Action.UNDO} if table == "decision" else set()
    return [word for code, word in vocabulary(table, language).items() if code not in hidden]


def word(table: str, code: str, language: Language) -> str:
    """The word for a code; the code itself where nobody has named it."""
    if table == "bucket":
        return bucket(code, language)
    return vocabulary(table, language).get(code, code)


def code_of(table: str, shown: str, language: Language) -> str:
    """The code that is shown as this word: :func:`word` the other way round."""
    if table == "bucket":
        return bucket_code(shown, language)
    return _codes(table, language).get(shown, shown)


def typed_code(table: str, typed: str, language: Language) -> str:
    """The code of a word that a person typed, in any language, case and width.

    What is no word of the table comes back as it was typed.
    """
    own = _codes(table, language).get(typed)
    return own or _folded_codes(table).get(folded(typed), typed)


def folded(typed: str) -> str:
    """A word without case, width and the signs between its parts."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", typed).casefold())


@cache
def _folded_codes(table: str) -> dict[str, str]:
    """Codes by every word for them in every language, and by themselves."""
    said = {
        folded(word): code for each in Language for code, word in vocabulary(table, each).items()
    }
    return said | {folded(code): code for code in vocabulary(table, Language.EN)}


@cache
def _codes(table: str, language: Language) -> dict[str, str]:
    return {shown: code for code, shown in vocabulary(table, language).items()}


def captions(table: Table, language: Language) -> list[str]:
    """The captions of a table's columns, in order."""
    return [text(column.caption_key, language) for column in table.columns]


def captions_by_key(name: str, language: Language) -> dict[str, str]:
    """``{key: caption}`` of the table of that name."""
    return dict(zip(TABLES[name].keys, captions(TABLES[name], language), strict=True))


def bucket(code: str, language: Language) -> str:
    """An ageing bucket; never written like ``1-30``, which a spreadsheet reads as a date."""
    if code.startswith("over-"):
        return say("bucket.over", language, days=code.removeprefix("over-"))
    low, dash, high = code.partition("-")
    if dash:
        return say("bucket.span", language, low=low, high=high)
    return vocabulary("bucket", language).get(code, code)


def bucket_code(shown: str, language: Language) -> str:
    """The bucket that is shown as this word."""
    for pattern, shape in (("bucket.span", "{low}-{high}"), ("bucket.over", "over-{days}")):
        template = re.escape(say(pattern, language)).replace(r"\{", "{").replace(r"\}", "}")
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>\\d+)", template), shown)
        if found:
            return shape.format_map(found.groupdict())
    return _codes("bucket", language).get(shown, shown)


def evidence(code: str, currency: str, language: Language) -> str:
    """``ids=1;days=2`` in words; a part that nobody has named is shown as it stands."""
    return phrases(code, language, currency)


def setting(key: str, meaning: str, language: Language) -> str:
    """What a setting means; ``meaning`` is the policy's own English where no one translated it.

    A setting of a channel or a rule (``due.days.tmall``) has the words of what it belongs to.
    """
    parts = key.split(".")
    if parts[0] == "fees" and len(parts) > 2:
        parts = ["fees", parts[-1]]
    for end in range(len(parts), 0, -1):
        name = f"workbook.setting.{'.'.join(parts[:end])}"
        if has(name):
            return text(name, language)
    return meaning
