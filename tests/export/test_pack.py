"""The pack: every figure of every report stands in its text, pages are where the contents say."""

import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from recon_engine.export.pdf import pdf_bytes
from recon_engine.export.pdf_cells import show
from recon_engine.export.pdf_type import MISSING
from recon_engine.messages import Language
from recon_engine.report.data import Column, ReportData, Row, Section, Table, Type
from recon_engine.report.summary import summary
from tests.control.shop import closed, month

pytestmark = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
FIGURES = {Type.MONEY, Type.PROVED, Type.COUNT, Type.DAYS, Type.SHARE, Type.RATE, Type.DATE}
LONG = Section(
    "chosen", "自選報表 Chosen", "臺灣繁體：龜、鬱、灣、體、證、帳齡",
    (Table("A long table", (Column("No.", Type.COUNT), Column("Sum", Type.MONEY)),
           tuple(Row((n, n * 1_001), "TWD") for n in range(1, 301)),
           (Row((300, 300 * 301 // 2 * 1_001), "TWD"),)),),
)  # fmt: skip


@cache
def report(language: Language) -> ReportData:
    orders = month()
    for order in orders:
        order["wait"] = 8 if order["day"] >= 10 else 3
    return summary(closed(orders), language, chosen=(LONG,))


@cache
def pack(language: Language) -> bytes:
    return pdf_bytes(report(language), language)


@cache
def pages(language: Language) -> list[str]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "pack.pdf"
        file.write_bytes(pack(language))
        told = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True,
                              check=True).stdout.decode()  # fmt: skip
    return told.split("\f")[:-1]


@pytest.mark.parametrize("language", list(Language))
def test_every_figure_of_every_table_is_in_the_text(language: Language):
    tokens = Counter(re.split(r"\s+", " ".join(pages(language)).replace(" %", "%")))
    wanted = Counter(
        show(cell, column.type, row.currency).text.replace(" %", "%")
        for section in report(language).sections
        for part in section.parts
        if isinstance(part, Table)
        for row in (*part.rows, *part.totals)
        for column, cell in zip(part.columns, row.cells, strict=True)
        if column.type in FIGURES and cell is not None
    )
    assert wanted.total() > 700
    assert wanted - tokens == Counter()


@pytest.mark.parametrize("language", list(Language))
def test_the_contents_name_the_pages(language: Language):
    for section in report(language).sections:
        title = re.escape(section.title.replace("’", "'"))
        listed = re.search(rf"^\s*{title}\s+(\d+)\s*$", pages(language)[0], re.MULTILINE)
        assert listed, section.title
        assert section.title in pages(language)[int(listed.group(1)) - 1]


def test_every_page_says_which_it_is_and_repeats_the_head():
    told = pages(Language.EN)
    for number, page in enumerate(told, 1):
        assert f"Page {number} of {len(told)}" in page
    long = [page for page in told if "Sum" in page and "No." in page]
    assert len(long) > 3
    assert "451,951.50" in long[-1]  # 1,001 times 45,150, with rows above it
    assert "3,003.00" in long[-1]


@pytest.mark.parametrize("language", list(Language))
def test_every_character_has_a_glyph(language: Language):
    text = "".join(pages(language))
    assert MISSING not in text
    assert "臺灣繁體：龜、鬱、灣、體、證、帳齡" in text


def test_the_file_is_tagged_and_in_its_language():
    data = pack(Language.ZH_HANT)
    assert b"/Lang (zh-Hant)" in data
    assert b"/MarkInfo" in data
    for role in (b"/S /H1", b"/S /H2", b"/S /Table", b"/S /Figure", b"/S /P"):
        assert role in data
