"""Why records belong together, in words: from a match's rule and its evidence.

A match stores ``code=figure;code=figure``; the words are made when someone reads them, in the
reader's language, from ``messages/*/match.toml``.
"""

from recon_engine.messages import Language, catalogue, has, text
from recon_engine.model.money import to_text


def explain(rule: str, evidence: str, language: Language, currency: str = "") -> str:
    """One sentence: why these records are one group.

    Args:
        rule: the rule's code, as in MATCHES.
        evidence: codes and figures, as in MATCHES.
        language: the reader's.
        currency: of the group, for figures of money; without it they are minor units.
    """
    why = catalogue("match", language).get(f"why.{rule}", rule)
    told = phrases(evidence, language, currency)
    if not told:
        return text("match.sentence.alone", language, why=why)
    return text("match.sentence.with_evidence", language, why=why, evidence=told)


def phrases(evidence: str, language: Language, currency: str = "") -> str:
    """The evidence in words; a code that nobody has named is shown as it stands."""
    parts = [part.partition("=") for part in evidence.split(";") if part]
    told = [_phrase(code, figure, language, currency) for code, _, figure in parts]
    return text("match.sentence.separator", language).join(part for part in told if part)


def _phrase(code: str, figure: str, language: Language, currency: str) -> str:
    words = catalogue("match", language)
    template = words.get(f"evidence.{code}_{figure}", words.get(f"evidence.{code}"))
    if template is None:
        return f"{code} {figure}".strip()
    return template.format(value=_shown(code, figure, language, currency))


def _shown(code: str, figure: str, language: Language, currency: str) -> str:
    """A figure as a reader knows it: money with its decimals, the type of a line by its word."""
    if code.endswith("_minor") and figure.lstrip("-").isdigit():
        if currency:
            return f"{to_text(int(figure), currency)} {currency}"
        return text("match.sentence.minor", language, value=figure)
    if code == "type" and has(f"workbook.type.{figure}"):
        return text(f"workbook.type.{figure}", language)
    return figure
