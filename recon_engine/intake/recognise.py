"""One sheet → its layout: a confirmed mapping, a known one, or what its balances prove."""

from collections.abc import Iterable, Sequence

from recon_engine.errors import Code, TieoutError
from recon_engine.intake import headless
from recon_engine.intake.changes import noted
from recon_engine.intake.detect import detect, fits
from recon_engine.intake.found import Found
from recon_engine.intake.profile import Profile
from recon_engine.intake.table import Table


def recognised(tables: Iterable[Table], file: str, mappings: Sequence[Profile] = ()) -> Found:
    """The surest reading of one sheet, given under each delimiter that may be meant.

    Args:
        tables: the sheet.
        file: its name, for problems.
        mappings: layouts a person has confirmed; they go before all others.

    Raises:
        TieoutError: LAYOUT_UNKNOWN with the columns found, COLUMN_MISSING, LAYOUT_AMBIGUOUS.
    """
    given = list(tables)
    mapped = _mapped(given, mappings)
    if mapped:
        return mapped
    try:
        return noted(detect(given, file), file)
    except TieoutError as told:
        unknown = all(problem.code is Code.LAYOUT_UNKNOWN for problem in told.problems)
        proved = headless.proved(given) if unknown else None
        if proved is None:
            raise
        return proved


def _mapped(tables: list[Table], mappings: Sequence[Profile]) -> Found | None:
    """The first mapping, in their order, all of whose columns the sheet has."""
    for mapping in mappings:
        for table in tables:
            shown = table if mapping.header else headless.without_header(table)
            whole = [fit for fit in fits(shown, (mapping,)) if not fit.missing]
            if whole:
                return max(whole, key=lambda fit: (fit.score, -fit.header))
    return None
