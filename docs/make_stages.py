"""Pictures of a month worked through by buttons, stage by stage: ``python docs/make_stages.py``.

The add-in's own actions drive LibreOffice through the tests' xlwings engine, from the empty
template to next month's workbook, in both languages of the guide; after each stage the sheets that
a person would look at are drawn.  Needs what ``make_pictures.py`` needs, and python3-uno.

    python docs/make_stages.py FOLDER           # every stage, to be looked at
    python docs/make_stages.py                  # the few that the guide shows
"""

import argparse
import tempfile
from pathlib import Path

import make_pictures as pictures
import xlwings as xw
from make_pictures import Picture

from recon_engine.demo import make_month, write_month
from recon_engine.messages import Language, text
from tests.live.calc import engine, host
from tests.live.person import Person
from workbook_templates import words
from xl_addin.actions.call import Call
from xl_addin.actions.entry import perform
from xl_addin.actions.rows import keys_of
from xl_addin.live.book import LiveBook

ORDERS = 100
WIDTH = 1500
# Stage, and the sheets that are looked at after it.
STAGES = (
    ("1-empty", ("home", "orders")),
    ("2-import", ("home", "bank", "files")),
    ("3-match", ("home", "matches", "exceptions")),
    ("4-review", ("exceptions", "matches")),
    ("5-decisions", ("home", "decisions", "exceptions")),
    ("6-close", ("proof", "statement", "custom")),
    ("7-roll-forward", ("home", "bank")),
)
IN_GUIDE = (("2-import", "home"), ("7-roll-forward", "home"))


class Month:
    """One person who works through a month."""

    def __init__(self, app: xw.App, folder: Path, language: Language) -> None:
        """Makes the month's files."""
        self.app, self.folder, self.language = app, folder, language
        self.person, self.name = Person(), "Close.xlsx"
        write_month(make_month(ORDERS, 1), folder / "month")

    def press(self, action: str, **answers: object) -> None:
        """Presses a button and answers what is asked."""
        self.person = Person(**answers)  # type: ignore[arg-type]
        call = Call(action, self.name, 0, self.language)
        if perform(call, self.app, self.person, self.folder / "home"):
            raise SystemExit("\n".join(self.person.told))

    @property
    def book(self) -> LiveBook:
        """The workbook as it is open."""
        return LiveBook(self.app.books[self.name], host.CALC, self.folder / "home" / "undo")

    def decide(self, rows: int) -> None:
        """Types a decision beside the first exceptions."""
        source = self.book.source
        captions = {key: caption for caption, key in keys_of("Exceptions", self.language).items()}
        place = source.place("Exceptions")
        word = words.word("decision", "carry_forward", self.language)
        place.cells(0, rows - 1, captions["decision"]).raw_value = [[word]] * rows

    def stage(self, name: str) -> None:
        """Works through one stage."""
        if name == "1-empty":
            self.press("new_close", target=self.folder / self.name)
        elif name == "2-import":
            self.press("import_folder", chosen=[self.folder / "month" / "files"])
        elif name == "3-match":
            self.press("match")
        elif name == "4-review":
            self.decide(3)
            self.press("next_exception")
        elif name == "5-decisions":
            self.press("apply_decisions")
        elif name == "6-close":
            self.press("checks")
        else:
            self.press("roll_forward", target=self.folder / "Next.xlsx")
            self.name = "Next.xlsx"


def main() -> None:
    """Every stage in all languages; into a folder every picture, else those of the guide."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", help="where every picture is drawn")
    folder: Path | None = parser.parse_args().folder
    if folder:
        pictures.PICTURES = folder
        folder.mkdir(parents=True, exist_ok=True)
    engine.register()
    host.register()
    app = xw.App(add_book=False)
    try:
        for language in Language:
            with tempfile.TemporaryDirectory() as place:
                month = Month(app, Path(place), language)
                for stage, sheets in STAGES:
                    month.stage(stage)
                    kept = [s for s in sheets if folder or (stage, s) in IN_GUIDE]
                    _draw(month, stage, kept)
                for book in app.books:
                    book.close()
    finally:
        app.quit()


def _draw(month: Month, stage: str, sheets: list[str]) -> None:
    if not sheets:
        return
    pdf = month.folder / f"{stage}.pdf"
    month.app.calculate()
    month.app.books[month.name].to_pdf(pdf)
    titles = pictures.page_texts(pdf)
    for sheet in sheets:
        title = text(f"workbook.title.{sheet}", month.language)
        shape = Picture(sheet, sheet, 0, WIDTH, (WIDTH, 900))
        try:
            page = pictures.first_page(titles, title)
        except StopIteration:
            print(f"{stage} {sheet}: not shown")
            continue
        pictures.draw(shape, pdf, page, f"stage-{stage}-{sheet}.{month.language}")


if __name__ == "__main__":
    main()
