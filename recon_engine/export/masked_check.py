"""Reports and tables of a masked close, searched for what was hidden before they are written.

A PDF's text cannot be read back without a reader of PDFs; what is drawn on it is report data, and
that is searched text by text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

import polars as pl

from recon_engine.errors import Code, Place, Problem, TieoutError
from recon_engine.report.data import ReportData, Section
from recon_engine.trust.leaks import Hidden, Leak

_SAID_MAX = 5  # places that an error names
_BETWEEN = "\x1f"  # a table and its column


def prove_report(report: ReportData | Sequence[Section], hidden: Hidden, name: str) -> None:
    """Searches every text of a report.

    Args:
        report: what is going to be drawn.
        hidden: what must not be in it.
        name: of the file, for the error.

    Raises:
        TieoutError: PERSONAL_DATA_LEFT, with the chapter; never with the value.
    """
    sections = report.sections if isinstance(report, ReportData) else report
    texts = [(section.title, text) for section in sections for text in _texts(section)]
    if isinstance(report, ReportData):
        front = (getattr(report, f.name) for f in fields(report) if f.name != "sections")
        texts += [("", text) for part in front for text in _texts(part)]
    _raise(hidden.find(texts), name)


def prove_frames(frames: Mapping[str, pl.DataFrame], hidden: Hidden, name: str) -> None:
    """Searches every column of text.

    Args:
        frames: what is going to be written, by name.
        hidden: what must not be in it.
        name: of the folder, for the error.

    Raises:
        TieoutError: PERSONAL_DATA_LEFT, with table and column; never with the value.
    """
    texts = (
        (f"{table}{_BETWEEN}{key}", text)
        for table, frame in frames.items()
        for key, kind in frame.schema.items()
        if kind == pl.String()
        for text in frame[key].drop_nulls().unique(maintain_order=True)
    )
    _raise(hidden.find(texts), name)


def _raise(leaks: Iterable[Leak], name: str) -> None:
    problems = []
    for leak in leaks:
        table, _, column = leak.place.partition(_BETWEEN)
        place = Place(name, table, 0, column)
        problems.append(Problem(Code.PERSONAL_DATA_LEFT, place, "", {"count": leak.characters}))
    if problems:
        raise TieoutError(problems[:_SAID_MAX])


def _texts(value: object) -> Iterator[str]:
    """Every text within frozen data."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts(getattr(value, one.name))
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from _texts(each)
