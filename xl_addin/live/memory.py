"""What of a drawing is worth remembering when the workbook shows it."""

from itertools import accumulate

import polars as pl

from workbook_templates import words
from workbook_templates.drawing import DrawnTable
from workbook_templates.layout import Cell
from workbook_templates.layout_book import TABLES
from xl_addin.live.columns import holds_nothing
from xl_addin.live.narrow import ROW_KEYS, ROWS_FEW
from xl_addin.live.seen import Seen
from xl_addin.live.source import LiveSource
from xl_addin.live.table_plan import cells_of, computed


def remembered(source: LiveSource, drawn: DrawnTable, press: int) -> Seen | None:
    """A table as it will have been written; none where another reading of it is the safer way.

    That is a short one, one with columns of the person, one that computes figures itself, and one
    whose rows cannot be told apart.

    Args:
        source: the open book, before it is written.
        drawn: the table.
        press: the number of the press that writes it.
    """
    layout, place = TABLES[drawn.name], source.place(drawn.name)
    captions = dict(zip(layout.keys, words.captions(layout, source.language), strict=True))
    links = tuple(captions[column.key] for column in layout.columns if column.type is Cell.LINK)
    formulas = {captions[key]: said for key, said in drawn.formulas.items()}
    if drawn.rows < ROWS_FEW or drawn.block is None or not set(formulas) <= set(links):
        return None
    if sorted(captions.values()) != sorted(place.captions):
        return None
    cells = {captions[key]: column for key, column in cells_of(drawn, layout).items()}
    for caption, said in formulas.items():
        cells[caption] = pl.Series(computed(said, cells[caption]), dtype=pl.String)
    held = pl.DataFrame({c: column for c, column in cells.items() if not holds_nothing(column)})
    keys = [captions[key] for key in ROW_KEYS if captions.get(key) in held.columns]
    known_by = _telling(held.head(drawn.block.frame.height), keys)
    if not known_by:
        return None
    typed = tuple(captions[column.key] for column in layout.columns if column.type is Cell.INPUT)
    return Seen(press, place.captions, drawn.rows, known_by, typed, links, held)


def _telling(rows: pl.DataFrame, keys: list[str]) -> tuple[str, ...]:
    """The fewest columns that tell each row from all others; none where all of them do not."""
    alone = ((key,) for key in keys)
    together = (tuple(some) for some in accumulate([key] for key in keys) if len(some) > 1)
    for some in (*alone, *together):
        if not rows.select(some).is_duplicated().any():
            return some
    return ()
