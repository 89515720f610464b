"""The PDF: same bytes, every figure, heads on every page, nothing over anything else."""

import re
import shutil
import subprocess
from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from recon_engine.errors import Code, TieoutError
from recon_engine.export.pdf import write_pdf
from recon_engine.export.pdf_body import draw_sections
from recon_engine.export.pdf_cells import grouped
from recon_engine.export.pdf_draw import document, type_of
from recon_engine.export.pdf_front import draw_front
from recon_engine.export.pdf_look import INK, MARGIN
from recon_engine.export.pdf_paper import Page, Paper, Rule, Text
from recon_engine.export.pdf_type import BOLD, Type
from recon_engine.messages import Language, text
from recon_engine.model.results import Close
from recon_engine.report.proof import identity_by_currency
from recon_engine.report.summary import summary

from .sample import sample_close

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
LANGUAGES = list(Language)


def words_of(pdf: Path, *options: str) -> str:
    command = ["pdftotext", *options, str(pdf), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")


@cache
def type_for(language: Language) -> Type:
    with document(summary(sample_close(), language), language) as pdf:
        return type_of(pdf, language)


@cache
def laid_out(language: Language, size: int) -> tuple[list[Page], Paper]:
    """All pages before running heads, and the paper that has their type."""
    report = summary(sample_close(40 * size, 12 * size, 36 * size), language)
    type_ = type_for(language)
    body, front = Paper(type_), Paper(type_)
    draw_sections(body, report.sections)
    draw_front(front, report, body.marks, 1, language)
    return [*front.pages, *body.pages], front


def test_same_close_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        write_pdf(sample_close(), tmp_path / name, Language.ZH_HANS)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@needs_poppler
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_proof_is_on_the_cover(tmp_path: Path, language: Language) -> None:
    close = sample_close()
    write_pdf(close, tmp_path / "close.pdf", language)
    cover = words_of(tmp_path / "close.pdf", "-l", "1", "-layout")
    for row in identity_by_currency(close.identity).iter_rows(named=True):
        for term in ("opening", "new", "cleared", "written_off", "open"):
            assert grouped(row[term], row["currency"]) in cover
    assert text("report.verdict.closes", language) in cover
    assert text("report.sign_off.not_signed", language) in cover
    assert "示例电商有限公司" in cover


@needs_poppler
def test_names_print_in_both_chinese_scripts_and_european_letters(tmp_path: Path) -> None:
    write_pdf(sample_close(), tmp_path / "close.pdf", Language.ZH_HANT)
    everything = words_of(tmp_path / "close.pdf")
    for name in ("王小明", "歐陽娜娜", "陳大文", "Müller & Söhne GmbH", "Zoë"):
        assert name.replace("歐陽", "欧阳") in everything
    assert "李□" in everything  # the second character is in no shipped font


@needs_poppler
def test_properties_name_the_close_and_no_clock(tmp_path: Path) -> None:
    write_pdf(sample_close(), tmp_path / "close.pdf", Language.EN)
    command = ["pdfinfo", "-isodates", str(tmp_path / "close.pdf")]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    assert "Monthly close 2026-10 示例电商有限公司" in told
    assert "2026-10-31T00:00:00Z" in told
    assert b"/Lang (en)" in (tmp_path / "close.pdf").read_bytes()


@needs_poppler
def test_a_long_table_repeats_its_head_and_every_page_is_numbered(tmp_path: Path) -> None:
    close = sample_close(40, 400, 36)
    write_pdf(close, tmp_path / "close.pdf", Language.EN)
    pages = words_of(tmp_path / "close.pdf", "-layout").split("\f")[:-1]
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
    # Open payouts stand in the statement too: of a page, what follows the list's title counts.
    listing = [page.rpartition("All payouts")[2] for page in pages[1:] if "All payouts" in page]
    found = [len(re.findall(r"20261031\d{14}", page)) for page in listing]
    for page, ids in zip(listing, found, strict=True):
        if ids > 2:
            assert "Deposited" in page
            assert "Difference" in page
    listed = sum(found)
    assert listed == close.payouts.height


@needs_poppler
def test_the_contents_name_the_pages_where_sections_begin(tmp_path: Path) -> None:
    close = sample_close()
    write_pdf(close, tmp_path / "close.pdf", Language.EN)
    pages = words_of(tmp_path / "close.pdf", "-layout").split("\f")[:-1]
    for section in summary(close, Language.EN).sections:
        found = re.search(rf"^\s*{re.escape(section.title)}\s+(\d+)\s*$", pages[0], re.MULTILINE)
        assert found, section.title
        assert section.title in pages[int(found[1]) - 1]


@pytest.mark.parametrize("size", [1, 12])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_overlaps_another_or_leaves_the_page(language: Language, size: int) -> None:
    pages, paper = laid_out(language, size)
    for page in pages:
        lines: dict[float, list[tuple[float, float, str]]] = defaultdict(list)
        for mark in page.texts:
            end = mark.x + paper.type.width(mark.text, mark.size, mark.weight)
            lines[mark.y].append((mark.x, end, mark.text))
            assert mark.x >= MARGIN - 0.1, mark
            assert end <= page.width - MARGIN + 0.1, mark
            assert 0 < mark.y < page.height
        for line in lines.values():
            for before, after in pairwise(sorted(line)):
                assert before[1] <= after[0] + 0.1, (before, after)


def test_a_total_never_stands_alone_at_the_top_of_a_page() -> None:
    total = text("report.caption.total", Language.EN)
    pages = [page for rows in range(30, 60, 3) for page in pages_of_payouts(rows)]
    for page in pages:
        totals = [mark for mark in page.texts if mark.text == total and mark.weight == BOLD]
        for mark in totals:
            assert len(rows_above(page, mark)) >= 2


def pages_of_payouts(count: int) -> list[Page]:
    report = summary(sample_close(8, count, 0), Language.EN)
    paper = Paper(type_for(Language.EN))
    draw_sections(paper, tuple(s for s in report.sections if s.key == "payout_list"))
    return paper.pages


def rows_above(page: Page, total: Text) -> set[float]:
    """Baselines in the total's own column of body rows on its page."""
    return {
        mark.y
        for mark in page.texts
        if mark.x == total.x and mark.y < total.y and mark.colour == INK and mark.weight != BOLD
    }


def test_a_rule_parts_totals_from_rows() -> None:
    pages = pages_of_payouts(12)
    assert any(isinstance(shape, Rule) and shape.colour == INK for shape in pages[0].shapes)


def test_a_difference_is_told_on_the_cover() -> None:
    close = sample_close()
    broken = close.identity.with_columns(
        difference=pl.when(pl.col("currency") == "USD").then(1).otherwise(0).cast(pl.Int64)
    )
    report = summary(replace(close, identity=broken), Language.EN)
    assert report.verdict.word == "The proof does not close (USD)."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_close_of_nothing_still_prints(tmp_path: Path, language: Language) -> None:
    write_pdf(without_anything(), tmp_path / "empty.pdf", language)
    assert (tmp_path / "empty.pdf").read_bytes().startswith(b"%PDF-")


def without_anything() -> Close:
    close = sample_close()
    names = ("payouts", "matches", "members", "exceptions", "receivables", "identity", "records")
    bare = {name: getattr(close, name).clear() for name in names}
    return replace(close, **bare, files=(), problems=(), log=(), company="")


def test_the_input_is_left_as_it_was() -> None:
    close = sample_close()
    before = close.payouts.clone(), close.exceptions.clone(), close.identity.clone()
    summary(close, Language.EN)
    assert (before[0].equals(close.payouts), before[1].equals(close.exceptions)) == (True, True)
    assert before[2].equals(close.identity)


def test_a_locked_target_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(TieoutError) as caught:
        write_pdf(sample_close(), tmp_path / "close.pdf", Language.EN)
    assert [problem.code for problem in caught.value.problems] == [Code.TARGET_LOCKED]
    assert list(tmp_path.iterdir()) == []
