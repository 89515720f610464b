"""The shipped fonts hold the alphabets they promise, freely licensed and small."""

import pytest
from fontTools.ttLib import TTFont

from recon_engine.export.pdf_look import TONES
from recon_engine.export.pdf_type import ELLIPSIS, MISSING

from .make_fonts import FONTS, alphabets


@pytest.mark.parametrize(("name", "alphabet"), alphabets().items())
def test_a_font_has_its_alphabet(name: str, alphabet: set[int]) -> None:
    with TTFont(FONTS / name) as font:
        characters = set(font.getBestCmap())
    chinese = {code for code in alphabet if 0x4E00 <= code < 0xA000}
    assert chinese - characters == set()
    signs = "".join(sign for _, _, sign in TONES.values())
    needed = f"{MISSING}{ELLIPSIS}{signs}–−¥€£0123456789"
    assert {ord(char) for char in needed} <= characters


def test_together_below_twelve_megabytes_with_their_licence() -> None:
    assert sum((FONTS / name).stat().st_size for name in alphabets()) < 12_000_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
