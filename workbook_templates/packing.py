"""The workbook's package, packed while it is written.

XlsxWriter writes every part into a file of its own and packs them afterwards.  Here each part goes
into the zip as it comes: nothing is written twice, and a long list is never in memory as a whole.
"""

import io
import zipfile
from collections.abc import Collection
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager

from recon_engine.messages import Language
from workbook_templates.styles import FONT_SIZE, FONTS

# Of zlib.  The lists shrink to a ninth at its lowest level and to an eleventh at the usual one,
# which takes three times as long.  Other compressors are faster, but what they write depends on
# the processor, and the same close is to give the same bytes anywhere.
ZIP_LEVEL = 1
_BUFFER_CHARACTERS = 1 << 16


class Part(io.StringIO):
    """One part of the package, being written.

    It calls itself a ``StringIO`` because that is how the library knows what it need not open.
    """

    def __init__(self, into: IO[bytes]) -> None:
        """Writes into an open part of a zip."""
        super().__init__()
        self._into = into
        self._waiting: list[str] = []
        self._characters = 0

    def write(self, text: str, /) -> int:
        """Takes text; short ones wait until they are worth a call."""
        self._waiting.append(text)
        self._characters += len(text)
        if self._characters > _BUFFER_CHARACTERS:
            self._empty()
        return len(text)

    def write_bytes(self, content: bytes) -> None:
        """Takes what is UTF-8 already."""
        self._empty()
        self._into.write(content)

    def finish(self) -> None:
        """Writes what waits and ends the part."""
        self._empty()
        self._into.close()

    def _empty(self) -> None:
        self._into.write("".join(self._waiting).encode())
        self._waiting, self._characters = [], 0


class _StraightPackager(Packager):  # type: ignore[misc]  # the library ships no types
    """The library's list of parts, each given a place in the zip instead of a file."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        super().__init__()
        self._package = package
        self._part: Part | None = None

    def _filename(self, xml_filename: str) -> Part:
        """Where the next part is written; the one before it is whole by then."""
        self.end_part()
        self._part = Part(self._package.open(xml_filename, "w"))
        return self._part

    def _create_package(self) -> list[Any]:
        super()._create_package()
        self.end_part()
        return []  # nothing is left for the library to pack

    def end_part(self) -> None:
        """Ends the part that is being written, if there is one."""
        if self._part:
            self._part.finish()
        self._part = None


class StraightWorkbook(Workbook):  # type: ignore[misc]  # the library ships no types
    """A workbook whose parts go straight into its zip; the same calls give the same bytes."""

    def __init__(self, target: IO[bytes], language: Language) -> None:
        """Begins a workbook in the font of a language.

        Args:
            target: where the package is written when the workbook is closed.
            language: of the words in it.
        """
        self._target = target
        self.worksheets_objs: list[Any]
        self.defined_names: list[Any]
        look = {"font_name": FONTS[language], "font_size": FONT_SIZE}
        super().__init__(io.BytesIO(), {"default_format_properties": look, "in_memory": True})

    def keep(self, names: Collection[str]) -> None:
        """Leaves out all sheets but these, and the names of the workbook, which lead to any sheet.

        A spreadsheet takes a second to open a workbook of thirty sheets, however little is on them.
        """
        self.worksheets_objs = [page for page in self.worksheets_objs if page.name in names]
        for number, page in enumerate(self.worksheets_objs):
            page.index = number
        self.defined_names = []
        self.worksheet_meta.activesheet = self.worksheet_meta.firstsheet = 0

    def _store_workbook(self) -> None:
        with zipfile.ZipFile(
            self._target, "w", zipfile.ZIP_DEFLATED, compresslevel=ZIP_LEVEL
        ) as package:
            self._packager = _StraightPackager(package)
            try:
                super()._store_workbook()
            finally:  # a zip with an open part cannot even be closed
                self._packager.end_part()

    def _get_packager(self) -> _StraightPackager:
        return self._packager
