"""The VBA project of the add-in, from the modules in ``xl_addin/vba``.

Needs pyOpenVBA, and only here: whoever installs Tieout gets the finished file.  Two things are
done on top of what the library writes.  The project is named, because an add-in is known by that
name inside Excel.  And the compiled form is declared absent (seven bytes that MS-OVBA 2.3.4.1
asks for), so that every Excel compiles from the source that anybody can read.
"""

import struct
import tempfile
from importlib import resources
from pathlib import Path

from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB
from pyopenvba.vba import compress, decompress

PROJECT_NAME = "Tieout"
MODULES = ("TieoutEars", "TieoutLauncher", "TieoutRibbon", "TieoutWords")
DOCUMENT = "ThisWorkbook"
NOT_COMPILED = bytes.fromhex("cc61ffff000000")
_NAME_RECORD = 0x0004
_RECORD_HEAD = struct.Struct("<HI")  # id, size


def source(name: str) -> str:
    """The text of a module as VBA keeps it: ASCII, lines ended as on Windows."""
    ending = "cls" if name == DOCUMENT else "bas"
    file = resources.files("xl_addin") / "vba" / f"{name}.{ending}"
    return file.read_text(encoding="ascii").replace("\r\n", "\n").replace("\n", "\r\n")


def project_bin(workbook: bytes) -> bytes:
    """``xl/vbaProject.bin`` for a workbook without one.

    Args:
        workbook: a macro-enabled workbook; its sheets get their document modules.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "addin.xlsm"
        path.write_bytes(workbook)
        with ExcelFile(path) as book:
            project = book.add_vba_project()
            for name in MODULES:
                project.add_module(name, source(name))
            book.set_module(DOCUMENT, book.get_module(DOCUMENT) + source(DOCUMENT))
            book.save()
        with ExcelFile(path) as book:
            made = book.vba_project_bytes()
    return _finished(made)


def _finished(project: bytes) -> bytes:
    """The project with its name, and without a compiled form."""
    storage = CFB.from_bytes(project)
    directory = decompress(storage.get_stream_in_storage("VBA", "dir"))
    renamed, before = _renamed(directory, PROJECT_NAME.encode("ascii"))
    storage.write_stream_in_storage("VBA", "dir", compress(renamed))
    listed = storage.get_stream("PROJECT")
    old, new = b'Name="%b"' % before, b'Name="%b"' % PROJECT_NAME.encode("ascii")
    storage.write_stream("PROJECT", listed.replace(old, new))
    storage.write_stream_in_storage("VBA", "_VBA_PROJECT", NOT_COMPILED)
    return bytes(storage.to_bytes())


def _renamed(directory: bytes, name: bytes) -> tuple[bytes, bytes]:
    """The records of a project's directory with another name in them, and the name before."""
    position = 0
    while True:
        record, size = _RECORD_HEAD.unpack_from(directory, position)
        content, after = position + _RECORD_HEAD.size, position + _RECORD_HEAD.size + size
        if record == _NAME_RECORD:
            head = _RECORD_HEAD.pack(record, len(name))
            return directory[:position] + head + name + directory[after:], directory[content:after]
        position = after
