"""The add-in's one sheet: the ribbon's words by key, a column for each language."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from recon_engine.messages import Language, catalogue
from xl_addin.actions.registry import ROW_TABLES
from xl_addin.addin_file.ribbon import choice_id

LANGUAGES = (Language.EN, Language.ZH_HANS, Language.ZH_HANT)  # columns B, C, D of the sheet
_SPOKEN = ("tab", "group", "action", "tip", "changes", "choice", "trouble")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rows() -> Iterator[tuple[str, ...]]:
    """Key and words; and the names of the tables of records, which the ribbon asks for."""
    for key in catalogue("ribbon", Language.EN):
        area, _, name = key.partition(".")
        if area in _SPOKEN:
            asked = choice_id(name).replace("_", ".", 1) if area == "choice" else key
            yield (asked, *(catalogue("ribbon", language)[key] for language in LANGUAGES))
    for name in ROW_TABLES:
        yield (f"rows.{name}", *(name for _ in LANGUAGES))


def sheet_xml() -> str:
    """The sheet as a part of a workbook."""
    lines = "".join(_row(number, row) for number, row in enumerate(rows(), 1))
    head = f'<worksheet xmlns="{_MAIN}"><sheetPr codeName="WordSheet"/>'
    return f"{head}<sheetData>{lines}</sheetData></worksheet>"


def _row(number: int, row: tuple[str, ...]) -> str:
    cells = "".join(
        f'<c r="{letter}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for letter, text in zip("ABCD", row, strict=True)
    )
    return f'<row r="{number}">{cells}</row>'
