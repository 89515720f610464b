"""Text as the platforms write it: comma-separated rows, amounts, and what a platform's file is."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recon_engine.demo.truth import Line, PayoutLink


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A shop's orders as bytes, and the row where each order begins."""

    name: str
    content: bytes
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class SettlementFile:
    """A platform's movements as bytes, each order's lines in it, and what was paid out."""

    name: str
    content: bytes
    lines: dict[str, list[Line]]
    payouts: list[PayoutLink]


def amount(minor: int) -> str:
    """``1234.50``; both currencies of the demo have two decimals."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def grouped(minor: int) -> str:
    """``1,234.50``."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100:,}.{abs(minor) % 100:02d}"


def share(minor: int, ppm: int) -> int:
    """A rate of an amount, rounded half up to a minor unit, as every platform here does."""
    sign = -1 if minor < 0 else 1
    return sign * ((abs(minor) * ppm + 500_000) // 1_000_000)


def comma_separated(rows: Iterable[Sequence[object]], line_end: str = "\r\n") -> str:
    """Rows with quotes where needed."""
    target = io.StringIO()
    csv.writer(target, lineterminator=line_end).writerows(rows)
    return target.getvalue()
