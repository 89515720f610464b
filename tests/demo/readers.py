"""The demo's files read back by code that shares nothing with what wrote them."""

import csv
import io
import re
from decimal import Decimal
from zipfile import ZipFile

Row = dict[str, str]


def minor(text: str) -> int:
    """``1,234.50`` → 123450, exactly; an empty cell is 0."""
    value = Decimal(text.replace(",", "").strip() or "0") * 100
    assert value == int(value), text
    return int(value)


def table(text: str, delimiter: str = ",") -> dict[int, Row]:
    """Rows by their number in the file; the first row is the header."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    header = rows[0]
    assert len(set(header)) == len(header)
    assert {len(row) for row in rows} == {len(header)}
    return {n: dict(zip(header, row, strict=True)) for n, row in enumerate(rows[1:], 2)}


def alipay(content: bytes) -> tuple[list[str], dict[int, Row], list[str]]:
    """Preamble, rows by number, footer."""
    lines = content.decode("gb18030").split("\r\n")
    assert lines.pop() == ""
    body = [n for n, line in enumerate(lines) if not line.startswith("#")]
    first, last = body[0], body[-1]
    found = table("\r\n".join(lines[first : last + 1]))
    return lines[:first], {n + first: row for n, row in found.items()}, lines[last + 1 :]


def wechat(content: bytes) -> tuple[dict[int, Row], Row]:
    """Rows by number, without their backticks, and the totals."""
    lines = content.decode("utf-8").removeprefix("\ufeff").split("\r\n")
    assert lines.pop() == ""
    rows = table("\n".join(lines[:-2]))
    assert all(cell.startswith("`") for row in rows.values() for cell in row.values())
    plain = {n: {k: v.removeprefix("`") for k, v in row.items()} for n, row in rows.items()}
    (totals,) = table("\n".join(lines[-2:])).values()
    return plain, {k: v.removeprefix("`") for k, v in totals.items()}


def amazon(content: bytes) -> tuple[Row, dict[int, Row]]:
    """The summary row and the others by number."""
    rows = table(content.decode("utf-8"), "\t")
    return rows.pop(2), rows


def amazon_amount(row: Row) -> int:
    """All amount columns of either layout."""
    return sum(minor(v) for k, v in row.items() if k == "amount" or k.endswith("-amount"))


def mt940(content: bytes) -> tuple[int, list[tuple[str, int, str]], int]:
    """Opening balance, movements as (yymmdd, amount, text), closing balance."""
    text = content.decode("ascii")

    def balance(tag: str) -> int:
        found = re.search(rf":{tag}:([CD])\d{{6}}USD(\d+,\d\d)\r\n", text)
        assert found
        return minor(found[2].replace(",", ".")) * (1 if found[1] == "C" else -1)

    moves = re.findall(r":61:(\d{6})\d{4}([CD])(\d+,\d\d)NTRF\S+\r\n:86:(.*)\r\n", text)
    signed = [(d, minor(a.replace(",", ".")) * (1 if s == "C" else -1), t) for d, s, a, t in moves]
    return balance("60F"), signed, balance("62F")


def sheet(content: bytes) -> dict[int, list[str | None]]:
    """An .xlsx sheet's rows by number."""
    from openpyxl import load_workbook  # noqa: PLC0415

    page = load_workbook(io.BytesIO(content), read_only=True).active
    assert page
    rows = enumerate(page.iter_rows(values_only=True), 1)
    return {n: [None if v is None else str(v) for v in row] for n, row in rows}


def stamps(content: bytes) -> set[tuple[int, ...]]:
    """The times in an .xlsx package's directory."""
    return {entry.date_time for entry in ZipFile(io.BytesIO(content)).infolist()}
