"""What a person types under the table of custom reports is taken up, wherever it ends."""

from pathlib import Path

import pytest

from recon_engine.messages import Language
from tests.live.paper.engine import PAPER, started
from tests.live.paper.world import World, differences
from tests.live.person import Person
from tests.workbook.sample import small
from workbook_templates.render import workbook_bytes
from workbook_templates.state import read_state
from xl_addin.actions.call import Call
from xl_addin.actions.entry import perform
from xl_addin.live.book import LiveBook
from xl_addin.live.source import LiveSource


@pytest.mark.parametrize(
    ("first", "last", "language"),
    [(9, 9, Language.EN), (0, 9, Language.EN), (0, 14, Language.ZH_HANS)],
    ids=["apart", "both", "far"],
)
def test_reports_typed_below_are_taken_up_and_undo_gives_them_back(
    first: int, last: int, language: Language, tmp_path: Path
) -> None:
    """Rows from 0; the table has eight, and two blank ones lie below it."""
    path = tmp_path / "Close.xlsx"
    path.write_bytes(workbook_bytes(small(), language))
    word = "Orders" if language is Language.EN else "订单"
    with started() as app:
        book = app.books.open(path)
        place = LiveSource(book).place("CustomReports")
        for row in range(first, last + 1):
            cells = place.sheet.range((place.first + row, place.left), (place.first + row, 9))
            cells.raw_value = [[f"Report {row}", word, *[None] * (9 - place.left - 1)]]
        before = World.now(app, tmp_path).book("Close.xlsx")
        call = Call("refresh_reports", "Close.xlsx", 0, language)
        person = Person()
        assert perform(call, app, person, tmp_path / "home") == 0, person.told
        taken = read_state(LiveSource(book)).kept.custom
        assert taken["name"].to_list() == [f"Report {row}" for row in range(first, last + 1)]
        assert LiveSource(book).place("CustomReports").rows >= taken.height
        LiveBook(book, PAPER, tmp_path / "home" / "undo").undo()
        told = differences(World.now(app, tmp_path).book("Close.xlsx"), before)
        # Excel finds the height of a row with a wrapped text anew when the text is there again.
        assert [line for line in told if " heights: " not in line] == []
