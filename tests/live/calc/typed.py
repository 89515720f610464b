"""What Excel makes of values: texts parsed as typed, dates as serials, errors as None."""

import datetime as dt
import re

EPOCH = dt.datetime(1899, 12, 30)
DATE_CODE, DATE_TIME_CODE = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"

LOOKS_TYPED = re.compile(
    r"^\s*(=|[+-]?[\d.,]+\s*%?$|[$€£¥]|[+-]?\d[\d.,]*[eE][+-]?\d+$|\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?$"
    r"|\d{1,2}:\d\d|true$|false$|\d{1,2}[- ][A-Za-z]{3})",
    re.IGNORECASE,
)
LOOKS_LIKE_A_DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}")
# Calc's formula errors as Excel names them.
ERRORS = {
    502: "#VALUE!", 503: "#NUM!", 504: "#REF!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?",
    532: "#DIV/0!", 32767: "#N/A",
}  # fmt: skip


def serial(value: dt.date) -> float:
    """A day or moment as the number that a cell stores."""
    if isinstance(value, dt.datetime):
        return (value.replace(tzinfo=None) - EPOCH) / dt.timedelta(days=1)
    return float((value - EPOCH.date()).days)


def moment(value: float) -> dt.datetime:
    """The number of a cell with a date format as a moment, to the millisecond."""
    exact = EPOCH + dt.timedelta(days=value)
    return EPOCH + dt.timedelta(milliseconds=round((exact - EPOCH) / dt.timedelta(milliseconds=1)))


def excel_formula(text: str) -> str:
    """A formula of Calc in the way that Excel writes it; other texts without Calc's mark."""
    if not text.startswith("="):
        return text.removeprefix("'")
    spaced = re.sub(r"\$?('[^']+'|\w+)\.(?=\$?[A-Z]{1,3}\$?\d)", r"\1!", text)
    return spaced.replace(";", ",")


def calc_formula(cell) -> str:
    """What Excel takes as a cell's formula, as Calc takes it: other signs between arguments."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return repr(float(cell))
    if not cell.startswith("="):
        return cell
    parts = re.split(r"""("(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\]]*\])""", cell)
    parts[::2] = [part.replace(",", ";").replace("!", ".") for part in parts[::2]]
    return "".join(parts)
