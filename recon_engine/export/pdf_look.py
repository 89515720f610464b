"""Colours, sizes and margins of the PDF: the project's one visual language, on paper.

Colours are RGB; lengths are points.
"""

from recon_engine.report.data import Tone

Colour = tuple[int, int, int]

INK: Colour = (0x1F, 0x29, 0x33)
GREY: Colour = (0x52, 0x60, 0x6D)
RULE: Colour = (0xCB, 0xD2, 0xD9)
FAINT: Colour = (0xF4, 0xF6, 0xF8)
HEADER: Colour = (0x0B, 0x3C, 0x5D)
WHITE: Colour = (0xFF, 0xFF, 0xFF)
NEGATIVE: Colour = (0xB3, 0x26, 0x1E)

# Ink, paper and sign of a tone; the sign keeps the meaning where colour is lost.
TONES: dict[Tone, tuple[Colour, Colour, str]] = {
    Tone.GOOD: ((0x0B, 0x6B, 0x3A), (0xE3, 0xF4, 0xEA), "✓"),
    Tone.ASK: ((0x0B, 0x5F, 0xA5), (0xE8, 0xF0, 0xFB), "?"),
    Tone.BAD: ((0xB3, 0x26, 0x1E), (0xFD, 0xEC, 0xEA), "!"),
    Tone.LATER: ((0x5B, 0x3E, 0x96), (0xF3, 0xEF, 0xFA), "→"),
    Tone.PLAIN: ((0x52, 0x60, 0x6D), (0xF0, 0xF2, 0xF4), "○"),
}
# Okabe-Ito, in the order charts take them.
BLUE, ORANGE, GREEN, PINK, SKY, VERMILION = (
    (0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00), (0x00, 0x9E, 0x73),
    (0xCC, 0x79, 0xA7), (0x56, 0xB4, 0xE9), (0xD5, 0x5E, 0x00),
)  # fmt: skip

A4 = (595.28, 841.89)
MARGIN = 40.0
TOP = 62.0  # where the body begins, below the running head
FOOT = 44.0  # kept free at the bottom for the footer
HEAD, FOOTLINE = 34.0, 26.0  # baselines: the running head's from the top, the footer's from below

TITLE, HEADING, SUBHEADING, BODY, SMALL = 24.0, 14.0, 9.5, 9.0, 7.5
LEADING = 1.45  # line height over size
