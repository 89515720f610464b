"""What a report says, as plain frozen values: words already chosen, figures not yet formatted.

Money is whole minor units of the currency named beside it, a share is parts per million.  Whoever
draws a report (the PDF today) formats cells by their column's type and adds nothing of its own.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from recon_engine.model.results import Period


class Type(StrEnum):
    """How the cells of a column are to be understood."""

    TEXT = "text"  # a name or note; may be cut
    PROSE = "prose"  # sentences; never cut
    WORD = "word"  # a short word; never wraps
    ID = "id"  # an identifier: text, never a figure
    DATE = "date"
    COUNT = "count"
    DAYS = "days"
    MONEY = "money"  # int, minor units of the row's currency
    PROVED = "proved"  # money that ought to be zero, so that its zero is worth saying
    SHARE = "share"  # int, parts per million, of a whole
    RATE = "rate"  # int, parts per million
    STATUS = "status"


class Tone(StrEnum):
    """What a status means at a glance; never shown without its word."""

    GOOD = "good"
    ASK = "ask"
    BAD = "bad"
    LATER = "later"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Status:
    """A status word and its tone."""

    word: str
    tone: Tone


Cell = str | int | date | Status | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate told by two columns of the same row: ``sign × part ÷ whole``; positions from 0."""

    part: int
    whole: int
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its caption, what its cells are, and where they come from.

    Attributes:
        source: ``Receivables.sold``: the list and the column of it that is added up;
            ``Receivables`` alone: its rows are counted; "" where nothing so simple tells it.
        ratio: of a rate that two columns tell.
        difference: of money that is one column less another; their positions from 0.
        where: conditions that hold for the whole column, besides those of the row.
    """

    caption: str
    type: Type
    source: str = ""
    ratio: Ratio | None = None
    difference: tuple[int, int] | None = None
    where: tuple["Where", ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """One condition on the rows of a list: ``channel = "jd"``, ``date >= 2026-10-01``."""

    key: str
    value: str | date
    operator: str = "="


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``currency`` is that of its money cells.

    ``where`` says which rows of the columns' sources it stands for: whoever draws it may add them
    up again, or lead to them.
    """

    cells: tuple[Cell, ...]
    currency: str = ""
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A list with a title; ``totals`` belong under it and are never parted from it."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Amounts side by side, in the order given; the axis starts at zero."""

    title: str
    currency: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """How one amount becomes another.

    A step is a change, unless ``levels`` holds its position: then it is a level, drawn from zero,
    and equals the sum of all before it (the first level sets that sum).
    """

    title: str
    currency: str
    steps: tuple[Bar, ...]
    levels: frozenset[int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trend: an amount for each of the trend's days."""

    label: str
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """Amounts day by day; the axis starts at zero and each line carries its label."""

    title: str
    currency: str
    days: tuple[date, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Figures of one type in rows and columns, the darker the larger; each is printed too."""

    title: str
    type: Type
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that stands for itself, with its caption."""

    caption: str
    value: Cell
    type: Type
    currency: str = ""
    tone: Tone = Tone.PLAIN


Part = Table | BarChart | Waterfall | Trend | HeatMap


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of a report: what it shows, in one sentence, then its tables and charts."""

    key: str
    title: str
    lead: str = ""
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """One of the places for a signature on the cover: who and when; "" where nobody has signed."""

    name: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who has signed, and where the log ends.

    Attributes:
        status: in words.
        prepared: by whom.
        reviewed: by whom.
        log: how many entries the audit log has and the last one's hash; "" without a log.
    """

    status: Status
    prepared: Signature = Signature()
    reviewed: Signature = Signature()
    log: str = ""


@dataclass(frozen=True, slots=True)
class ReportData:
    """A whole report.

    Attributes:
        facts: caption and text pairs that say what the report is about.
        verdict: whether the proof closes, in words.
        sign_off: who has signed.
        proof: the identity per currency, for the cover.
        chain: how far each link of the chain is cleared, for the cover.
        figures: the handful that a reader looks for first.
        sections: everything else, in reading order.
    """

    title: str
    subtitle: str
    company: str
    period: Period
    facts: tuple[tuple[str, str], ...]
    verdict: Status
    sign_off: SignOff
    proof: Table
    chain: Table
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = field(default=())


def part_of(part: int, whole: int) -> int | None:
    """``part`` of ``whole`` in parts per million, rounded down so that 100 % means all of it."""
    return part * 1_000_000 // whole if whole else None


def share(ppm: int) -> str:
    """Parts per million as per cent with one decimal, cut: 100.0 % means all of it."""
    return f"{ppm // 10_000}.{ppm // 1_000 % 10} %"


def rate(ppm: int) -> str:
    """Parts per million as per cent with two decimals, half rounded up."""
    hundredths = (abs(ppm) + 50) // 100
    return f"{'-' if ppm < 0 else ''}{hundredths // 100}.{hundredths % 100:02d} %"
