"""The custom document properties by which a workbook is known as ours."""

import io
import zipfile
from pathlib import Path

from defusedxml import ElementTree

LAYOUT_PROPERTY, LANGUAGE_PROPERTY = "TieoutLayout", "TieoutLanguage"
PAGES_PROPERTY = "TieoutPages"  # see pages.number_of
_PROPERTIES = "docProps/custom.xml"
_PART_MAX_BYTES = 1_000_000  # of the properties; ours take a few hundred


def is_tieout_workbook(path: Path) -> bool:
    """Whether a file is a workbook that Tieout made, of whatever layout version."""
    return path.is_file() and LAYOUT_PROPERTY in custom_properties(path.read_bytes())


def custom_properties(data: bytes) -> dict[str, str]:
    """The custom document properties as text; none when there are none or it is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if package.getinfo(_PROPERTIES).file_size > _PART_MAX_BYTES:
                return {}
            root = ElementTree.fromstring(package.read(_PROPERTIES))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return {}
    return {item.get("name", ""): "".join(item.itertext()).strip() for item in root}
