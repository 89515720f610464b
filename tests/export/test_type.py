"""Texts fit where they are put, whatever is in them; figures look as accountants expect."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from recon_engine.export.pdf_cells import Shown, grouped, rate, share, show
from recon_engine.export.pdf_draw import document, type_of
from recon_engine.export.pdf_look import INK, NEGATIVE
from recon_engine.export.pdf_type import BOLD, MISSING, REGULAR, SLACK
from recon_engine.messages import Language
from recon_engine.model import money
from recon_engine.report.data import Status, Tone, Type
from recon_engine.report.summary import summary

from .sample import sample_close

with document(summary(sample_close(), Language.ZH_HANS), Language.ZH_HANS) as _pdf:
    TYPE = type_of(_pdf, Language.ZH_HANS)
TEXTS = st.text(
    st.sampled_from("abcXYZ 0123456789-_/，。“”（）结算明细订单王小明𠮷…\t"), max_size=60
)


@settings(deadline=None)
@given(TEXTS, st.floats(20, 300))
def test_a_cut_text_fits(text: str, width: float) -> None:
    fitted = TYPE.fit(text, 8, width)
    assert TYPE.width(fitted, 8) <= width + SLACK


@settings(deadline=None)
@given(TEXTS, st.floats(20, 300))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: float) -> None:
    lines = TYPE.wrap(text, 8, width)
    assert all(TYPE.width(line, 8) <= width + SLACK for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@settings(deadline=None)
@given(TEXTS, st.floats(20, 300), st.integers(1, 3))
def test_no_more_lines_than_allowed(text: str, width: float, lines_max: int) -> None:
    lines = TYPE.wrap(text, 8, width, lines_max)
    assert len(lines) <= lines_max
    assert all(TYPE.width(line, 8) <= width + SLACK for line in lines)


@settings(deadline=None)
@given(st.text(max_size=20), st.sampled_from([REGULAR, BOLD]))
def test_any_text_can_be_printed(text: str, weight: str) -> None:
    settled, settled_weight = TYPE.settle(text, weight)
    assert len(settled) == len(text)
    assert all(ord(char) in TYPE.advances[settled_weight] for char in settled)


def test_bold_falls_back_to_regular_for_a_rare_name() -> None:
    assert TYPE.settle("喆", BOLD) == ("喆", REGULAR)
    assert TYPE.settle("合计", BOLD) == ("合计", BOLD)
    assert MISSING in TYPE.settle("𠮷", REGULAR)[0]


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_a_shown_amount_is_exact(minor: int, currency: str) -> None:
    assert grouped(minor, currency).replace(",", "") == money.to_text(minor, currency)


def test_figures_as_accountants_write_them() -> None:
    assert show(-123456, Type.MONEY, "CNY") == Shown("-1,234.56", NEGATIVE)
    assert show(0, Type.MONEY, "CNY") == Shown("–", INK)
    assert show(0, Type.PROVED, "JPY") == Shown("0", INK)
    assert show(12004, Type.COUNT) == Shown("12,004", INK)
    assert show("0012345678901234567", Type.ID).text == "0012345678901234567"
    assert show(date(2026, 10, 1), Type.DATE).text == "2026-10-01"
    assert show(Status("Open", Tone.BAD), Type.STATUS).text == "! Open"
    assert (share(999_999), share(1_000_000), rate(57_649)) == ("99.9 %", "100.0 %", "5.76 %")
