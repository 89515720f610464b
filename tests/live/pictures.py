"""A picture of the sheet that shows, as it would be printed: what a person has before them.

They are drawn into pytest's temporary folder, or into the one that ``TIEOUT_PICTURES`` names.
"""

import os
import shutil
import subprocess
from pathlib import Path

import xlwings as xw
from PIL import Image

from tests.live.calc.books import FILTERS, option, url
from tests.live.calc.office import load_uno

CHART_ROWS = 60  # that charts may take below the last cell
INK_MIN = 0.002  # of all points of a page that says anything
_RESOLUTION = 80


def drawn(book: xw.Book, name: str, folder: Path) -> str:
    """Draws the first page of the sheet that shows; gives the words on it.

    Raises:
        AssertionError: the page is as good as empty.
    """
    load_uno()
    import uno  # noqa: PLC0415 - only where the system has it

    folder = Path(os.environ.get("TIEOUT_PICTURES", folder))
    folder.mkdir(parents=True, exist_ok=True)
    book.app.calculate()
    sheet, pdf = book.sheets.active, folder / f"{name}.pdf"
    rows, columns = sheet.used_range.shape
    cells = sheet.range((1, 1), (rows + CHART_ROWS, columns)).impl.held
    chosen = uno.Any("[]com.sun.star.beans.PropertyValue", (option("Selection", cells),))
    asked = (option("FilterName", FILTERS[".pdf"]), option("FilterData", chosen))
    book.impl.document.storeToURL(url(pdf), asked)
    if not shutil.which("pdftoppm"):
        return ""
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(_RESOLUTION)]
    subprocess.run([*command, str(pdf), str(pdf.with_suffix(""))], check=True)
    with Image.open(pdf.with_suffix(".png")) as image:
        grey = image.convert("L")
        assert sum(grey.histogram()[:128]) > INK_MIN * grey.width * grey.height, f"{name} is empty"
    said = subprocess.run(["pdftotext", "-l", "1", str(pdf), "-"], check=True, capture_output=True)
    return said.stdout.decode()
