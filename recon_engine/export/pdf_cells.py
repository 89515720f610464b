"""How a cell of report data looks: its text, side and colour."""

from datetime import date
from typing import NamedTuple

from recon_engine.export.pdf_look import INK, NEGATIVE, TONES, Colour
from recon_engine.model.money import grouped
from recon_engine.report.data import Cell, Status, Tone, Type, rate, share

NOTHING = "–"
FIGURES = frozenset({Type.COUNT, Type.DAYS, Type.MONEY, Type.PROVED, Type.SHARE, Type.RATE})

_MONEY = frozenset({Type.MONEY, Type.PROVED})


class Shown(NamedTuple):
    """A cell ready to print."""

    text: str
    colour: Colour = INK


def show(cell: Cell, type_: Type, currency: str = "") -> Shown:
    """A cell as printed: zero as a dash, negative red with its minus, ids as they are."""
    if isinstance(cell, Status):
        colour, _, sign = TONES[cell.tone]
        return Shown(f"{sign} {cell.word}".strip(), colour)
    if cell is None or cell == "":
        return Shown("")
    if isinstance(cell, date):
        return Shown(f"{cell:%Y-%m-%d}")
    if isinstance(cell, str):
        return Shown(cell)
    return _figure(cell, type_, currency)


def _figure(figure: int, type_: Type, currency: str) -> Shown:
    if type_ is Type.SHARE:
        return Shown(share(figure))
    if type_ is Type.RATE:
        return Shown(rate(figure))
    if figure == 0 and type_ is not Type.PROVED:
        return Shown(NOTHING)
    text = grouped(figure, currency) if type_ in _MONEY else f"{figure:,}"
    return Shown(text, NEGATIVE if figure < 0 else INK)


def tone_colour(tone: Tone) -> Colour:
    """The ink of a tone; plain figures stay in the ordinary ink."""
    return INK if tone is Tone.PLAIN else TONES[tone][0]
