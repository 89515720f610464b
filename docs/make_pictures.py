"""Makes the pictures of README and guide from the demo: ``python docs/make_pictures.py``.

Needs LibreOffice, poppler-utils and a Chinese font; nothing is installed.  LibreOffice draws the
workbook with the fonts that it has, so widths differ a little from Excel's.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
LARGEST_BYTES = 200_000
COLOURS = 64
EDGE = 12
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Picture:
    """A page, its white margins cut off.

    Attributes:
        sheet: key of the workbook's sheet; "" for the PDF.
        page: of the PDF, or after the sheet's first, from 0.
        width: of the whole page in pixels, before its margins are cut off.
        largest: width and height in pixels; what is beyond is cut off.
    """

    name: str
    sheet: str
    page: int
    width: int
    largest: tuple[int, int] = (1200, 1200)


WANTED = (
    Picture("home", "home", 0, 1230),
    Picture("exceptions", "exceptions", 0, 1500, (1500, 620)),
    Picture("payouts", "payouts", 0, 1500, (1500, 520)),
    Picture("proof", "proof", 0, 1300, (1200, 560)),
    Picture("pdf-cover", "", 0, 520),
    Picture("pdf-to-do", "", 1, 520),
)


def main() -> None:
    """Every picture in both languages of the guide."""
    from recon_engine.messages import Language, text  # noqa: PLC0415 - after the path is set
    from xl_addin.command_line import main as tieout  # noqa: PLC0415

    PICTURES.mkdir(exist_ok=True)
    for language in (Language.EN, Language.ZH_HANS):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            tieout(["demo", "--out", str(folder), "--lang", language])
            pages = printed(folder / "close.xlsx", folder / "printed")
            titles = page_texts(pages)
            for picture in WANTED:
                title = text(f"workbook.title.{picture.sheet}", language) if picture.sheet else ""
                first = first_page(titles, title) if title else 1
                source = pages if picture.sheet else folder / "close.pdf"
                draw(picture, source, first + picture.page, f"{picture.name}.{language}")


def printed(workbook: Path, folder: Path) -> Path:
    """The workbook as LibreOffice prints it."""
    profile = f"-env:UserInstallation=file://{folder}-profile"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(workbook)], check=True, capture_output=True)
    return folder / f"{workbook.stem}.pdf"


def page_texts(pdf: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True)
    return done.stdout.decode().split("\f")


def first_page(texts: list[str], title: str) -> int:
    """The first page that begins with a title, from 1."""
    squeezed = "".join(title.split())
    return next(n for n, page in enumerate(texts, 1) if "".join(page.split()).startswith(squeezed))


def draw(picture: Picture, pdf: Path, page: int, name: str) -> None:
    """One PNG; fails when it is too large to be kept."""
    target = PICTURES / name
    size = ["-scale-to-x", str(picture.width), "-scale-to-y", "-1"]
    command = ["pdftoppm", "-png", "-singlefile", *size, "-f", str(page)]
    subprocess.run([*command, str(pdf), str(target)], check=True)
    drawn = target.with_name(f"{name}.png")
    with Image.open(drawn) as image:
        trimmed(image.convert("RGB"), picture.largest).quantize(COLOURS).save(drawn, optimize=True)
    taken = drawn.stat().st_size
    print(f"{name}.png {taken:,} bytes")
    if taken > LARGEST_BYTES:
        raise SystemExit(f"{name}.png is larger than {LARGEST_BYTES:,} bytes")


def trimmed(page: Image.Image, largest: tuple[int, int]) -> Image.Image:
    """The page without its white margins, but for a little on every side."""
    left, top, right, bottom = ImageOps.invert(page).getbbox() or (0, 0, *page.size)
    width, height = largest
    return page.crop(
        (left - EDGE, top - EDGE, min(right, left + width) + EDGE, min(bottom, top + height) + EDGE)
    )


if __name__ == "__main__":
    main()
