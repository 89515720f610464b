"""BAI2: the American cash-management file; 88 continues a record, type codes give the sign.

Amounts are whole minor units.  Every trailer's control total and count of records is proved.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from recon_engine.errors import Code, Place, Problem, error
from recon_engine.intake.currencies import is_code
from recon_engine.intake.rows import Left
from recon_engine.intake.statement import BANK, Row, Statement, references, reported
from recon_engine.model import money
from recon_engine.model.results import Check, FileReport

PROFILE = "bai2"
_BEGINS = re.compile(r"^\s*(01|02|03|16|49|88|98|99)\s*,")
# Some banks put several records on one line; a blank parts them.
_NEXT = re.compile(r"/\s+(?=(?:01|02|03|16|49|88|98|99),)")
_WHOLE = re.compile(r"^[+-]?\d{1,30}$")
_DEFAULT_CURRENCY = "USD"  # by the standard, where neither account nor group names one
_EXTRA_FIELDS = {"V": 2, "S": 3}  # of a funds type, after it; D has a count of pairs
_NOT_MONEY = 890
_TOO_LARGE = 10**money.MAX_DIGITS
_GIVEN = ("1", "3", "")  # a group's status: an update, a correction; others delete or test
_TRAILER_OF = {"01": "99", "02": "98", "03": "49"}
_ABOVE = {"03": "02", "02": "01"}


@dataclass(slots=True)
class _Record:
    """One logical record with its continuations joined, and how many records it took."""

    code: str
    line: int
    fields: list[str]
    count: int = 1


@dataclass(slots=True)
class _Level:
    """What an account, a group or the file has been seen to hold, for its trailer to prove."""

    total: int = 0
    records: int = 0
    parts: int = 0


@dataclass(slots=True)
class _State:
    """Where the reading stands."""

    file: str
    statements: list[Statement] = field(default_factory=list)
    levels: dict[str, _Level] = field(default_factory=dict)
    bank: str = ""
    currency: str = ""
    day: str = ""
    status: str = ""


def read_bai2(text: str, file: str, sha256: str) -> tuple[pl.DataFrame, FileReport]:
    """Reads a file of any number of groups and accounts.

    Args:
        text: the decoded file.
        file: its name.
        sha256: its hash.

    Raises:
        TieoutError: ROW_NOT_UNDERSTOOD with the line where it is no such file after all; NO_ROWS.
    """
    state = _State(file)
    for record in _records(text, file):
        _take(record, state)
    _unfinished(state)
    return reported(state.statements, PROFILE, file, sha256)


def _physical(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        for part in _NEXT.split(line):
            if part.strip():
                yield number, part


def _records(text: str, file: str) -> Iterator[_Record]:
    """Logical records; a line that begins no record continues the text of the one before."""
    current: _Record | None = None
    for number, part in _physical(text):
        begun = _BEGINS.match(part)
        body = part[begun.end() :] if begun else part
        fields = body.rstrip().removesuffix("/").split(",")
        if begun and begun[1] != "88":
            if current:
                yield current
            elif begun[1] != "01":
                raise error(Code.ROW_NOT_UNDERSTOOD, Place(file, "", number), part.strip())
            current = _Record(begun[1], number, fields)
        elif current is None:
            raise error(Code.ROW_NOT_UNDERSTOOD, Place(file, "", number), part.strip())
        else:
            current.count += begun is not None
            current.fields += [f" {fields[0]}", *fields[1:]]
    if current:
        yield current


def _take(record: _Record, state: _State) -> None:
    if record.code in _TRAILER_OF:
        state.levels[record.code] = _Level()
        above = state.levels.get(_ABOVE.get(record.code, ""))
        if above:
            above.parts += 1
    for level in state.levels.values():
        level.records += record.count
    match record.code:
        case "02":
            state.bank, state.status, state.day = _at(record, 1), _at(record, 2), _at(record, 3)
            state.currency = _at(record, 5)
        case "03":
            _take_account(record, state)
        case "16":
            _take_detail(record, state)
        case "49" | "98" | "99":
            _prove(record, state)


def _at(record: _Record, place: int) -> str:
    return record.fields[place].strip() if place < len(record.fields) else ""


def _moved_by(text: str, state: _State) -> int | None:
    """An amount, counted in at every level; None when it is no whole number."""
    if not _WHOLE.match(text):
        return None
    for level in state.levels.values():
        level.total += int(text)
    return int(text)


def _take_account(record: _Record, state: _State) -> None:
    """The account and its summaries: type, amount, count, funds type, and what that brings."""
    statement = Statement(_at(record, 0), _at(record, 1) or state.currency, state.bank or BANK)
    if not statement.currency:
        statement.currency = _DEFAULT_CURRENCY
        statement.checks.append(Check("currency_assumed", ok=True, detail=_DEFAULT_CURRENCY))
    state.statements.append(statement)
    place = 2
    while place < len(record.fields):
        if not _at(record, place):  # some banks end a line with one comma too many
            place += 1
            continue
        code, amount = _at(record, place), _moved_by(_at(record, place + 1), state)
        if code == "010":
            statement.opening = amount
        elif code == "015":
            statement.closing = amount
        place = _after_funds(record, place + 3)


def _after_funds(record: _Record, place: int) -> int:
    """The field after a funds type and what it brings: days, or amounts by day."""
    funds = _at(record, place)
    if funds == "D":
        pairs = _at(record, place + 1)
        return place + 2 + (2 * int(pairs) if pairs.isdecimal() else 0)
    return place + 1 + _EXTRA_FIELDS.get(funds, 0)


def _take_detail(record: _Record, state: _State) -> None:
    place = Place(state.file, "", record.line, "16")
    if not state.statements:
        raise error(Code.ROW_NOT_UNDERSTOOD, place, ",".join(record.fields))
    statement = state.statements[-1]
    code, text = _at(record, 0), _at(record, 1)
    amount = _moved_by(text, state)
    day = _day(state.day)
    if not code.isdecimal() or state.status not in _GIVEN:
        statement.rejects.append(Problem(Code.ROW_NOT_UNDERSTOOD, place, ",".join(record.fields)))
    elif int(code) == _NOT_MONEY:
        statement.excluded[Left.NOT_MOVED.value] += 1
    elif amount is None:
        wrong = Code.AMOUNT_NOT_A_NUMBER if text else Code.AMOUNT_MISSING
        statement.rejects.append(Problem(wrong, place, text))
    elif abs(amount) >= _TOO_LARGE:
        statement.rejects.append(Problem(Code.AMOUNT_TOO_LARGE, place, text))
    elif not (sign := _sign(int(code))):
        statement.rejects.append(Problem(Code.DIRECTION_UNKNOWN, place, code))
    elif day is None:
        wrong = Code.DATE_NOT_READ if state.day else Code.DATE_MISSING
        statement.rejects.append(Problem(wrong, place, state.day))
    elif not is_code(statement.currency):
        statement.rejects.append(Problem(Code.CURRENCY_UNKNOWN, place, statement.currency))
    else:
        statement.rows.append(_row(record, statement, day, sign * amount))


def _sign(code: int) -> int:
    """Credits and debits by the standard's ranges of type codes; 0 where it does not say."""
    if 100 <= code <= 399 or 920 <= code <= 959:
        return 1
    return -1 if 400 <= code <= 699 or 960 <= code <= 999 else 0


def _row(record: _Record, statement: Statement, day: date, amount: int) -> Row:
    place = _after_funds(record, 2)
    return {
        "date": day,
        "amount": amount,
        "currency": statement.currency,
        "channel": statement.channel,
        "account": statement.account,
        "reference": references(_at(record, place), _at(record, place + 1)),
        "text": " ".join(",".join(record.fields[place + 2 :]).split()).rstrip("/ "),
        "source_row": record.line,
        "fee_type": _at(record, 0),
    }


def _day(text: str) -> date | None:
    """YYMMDD, or YYYYMMDD as some banks write it."""
    full = text if len(text) == 8 else f"20{text}"
    try:
        return date(int(full[:4]), int(full[4:6]), int(full[6:])) if full.isdecimal() else None
    except ValueError:
        return None


def _prove(record: _Record, state: _State) -> None:
    """A trailer against what was read beneath its header."""
    begun = next(code for code, trailer in _TRAILER_OF.items() if trailer == record.code)
    level = state.levels.pop(begun, None)
    if level is None or not state.statements:
        return
    parts = [] if record.code == "49" else [str(level.parts)]
    read_ = [str(level.total), *parts, str(level.records)]
    told = [_at(record, n) for n in range(len(read_))]
    holds = [_plain(text) for text in told] == read_
    name = f"49 {state.statements[-1].account}" if record.code == "49" else record.code
    detail = f"{name}: file {' / '.join(told)}, read {' / '.join(read_)}"
    state.statements[-1].checks.append(Check("total", holds, detail))


def _plain(text: str) -> str:
    return str(int(text)) if _WHOLE.match(text) else text


def _unfinished(state: _State) -> None:
    """Headers without their trailers: the file was cut off."""
    for begun, level in state.levels.items():
        if state.statements:
            detail = f"{_TRAILER_OF[begun]}: file -, read {level.total} / {level.records}"
            state.statements[-1].checks.append(Check("total", ok=False, detail=detail))
