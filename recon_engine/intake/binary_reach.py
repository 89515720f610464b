"""How far a sheet of a binary workbook (xlsb) reaches, from its records, before it is parsed.

A record is a number of one or two bytes, a length of up to four, and that many bytes; a row says
which it is, a cell its column.
"""

from collections.abc import Iterator
from struct import unpack_from

_ROW = 0
_CELLS = range(1, 12)
_MORE, _SEVEN = 0x80, 0x7F
_HIDDEN_AT, _HIDDEN = 11, 0x10  # of a row's flags
_LENGTH_BYTES = 4


def binary_reach(data: bytes) -> tuple[int, int, int]:
    """Rows, columns and hidden rows of a sheet's part; as far as its records can be followed."""
    rows = columns = hidden = 0
    for kind, start, length in _records(data):
        if length < 4 or start + length > len(data):
            continue
        if kind == _ROW:
            rows = max(rows, unpack_from("<I", data, start)[0] + 1)
            flagged = length > _HIDDEN_AT and data[start + _HIDDEN_AT] & _HIDDEN
            hidden += bool(flagged)
        elif kind in _CELLS:
            columns = max(columns, unpack_from("<I", data, start)[0] + 1)
    return rows, columns, hidden


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each record's number, where its content starts, and how long that is."""
    place, end = 0, len(data)
    while place < end:
        kind = data[place]
        place += 1
        if kind & _MORE and place < end:
            kind = (kind & _SEVEN) | (data[place] & _SEVEN) << 7
            place += 1
        length = 0
        for shift in range(_LENGTH_BYTES):
            if place >= end:
                return
            byte = data[place]
            place += 1
            length |= (byte & _SEVEN) << 7 * shift
            if not byte & _MORE:
                break
        yield kind, place, length
        place += length
