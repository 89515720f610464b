"""Makes the two fonts that the PDF ships, from the full Noto Sans SC.

    python -m tests.export.make_fonts FOLDER_WITH_NotoSansSC_400Regular.ttf_AND_700Bold

It lives beside the tests, not in the product: fonts are made once, by us, and ``test_fonts.py``
holds the committed files against the alphabets named here.

Regular has every character of GBK and Big5, so any Chinese name prints; Bold has GB 2312 and the
first level of Big5 (headings, totals), and the PDF falls back to Regular for the rest.  Hinting
and layout tables go: print does not need them, and both files together stay below 12 MB.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[2] / "recon_engine" / "export" / "fonts"
SPANS = (
    (0x20, 0x24F),  # Latin, all of Europe
    (0x370, 0x52F),  # Greek, Cyrillic
    (0x1E00, 0x1EFF),  # Vietnamese
    (0x2000, 0x27BF),  # punctuation, arrows, mathematics, boxes, ticks
    (0x3000, 0x312F),  # CJK punctuation, kana, bopomofo
    (0xFE10, 0xFE6F),  # vertical and small forms
    (0xFF00, 0xFFEF),  # full and half width
    (0xFFFD, 0xFFFD),  # what stands for a character that is not there
)
DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "gasp", "prep"]


def signs() -> set[int]:
    """Everything that is not a Chinese character."""
    return {code for first, last in SPANS for code in range(first, last + 1)}


def double_byte(encoding: str, leads: Iterable[int] = range(0x81, 0xFF)) -> set[int]:
    """The characters that a two-byte encoding writes with the given first bytes."""
    found: set[int] = set()
    for lead in leads:
        for trail in range(0x40, 0xFF):
            text = bytes([lead, trail]).decode(encoding, errors="ignore")
            found.update(ord(char) for char in text if len(text) == 1)
    return {code for code in found if code >= 0x80 and not 0xE000 <= code < 0xF900}


def alphabets() -> dict[str, set[int]]:
    """What each shipped font is to hold, by file name, where the full font has it."""
    return {
        "NotoSansSC-Regular.ttf": signs() | double_byte("gbk") | double_byte("big5"),
        "NotoSansSC-Bold.ttf": signs()
        | double_byte("gb2312")
        | double_byte("big5", range(0xA1, 0xC7)),
    }


def make(source: Path, target: Path, alphabet: set[int]) -> None:
    """Writes the part of ``source`` that holds ``alphabet``; same input, same bytes."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13])
    options.layout_features = []
    options.drop_tables += DROPPED
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=alphabet)
    subsetter.subset(font)
    font.save(target)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    full = {"Regular": "400Regular", "Bold": "700Bold"}
    for name, alphabet in alphabets().items():
        weight = full[name.removesuffix(".ttf").rpartition("-")[2]]
        source = next(folder.rglob(f"NotoSansSC_{weight}.ttf"))
        make(source, FONTS / name, alphabet)
