"""``Tieout.xlam`` as a package: one sheet of words, the VBA project, the ribbon twice.

Every part is written here or by pyOpenVBA, in a fixed order, without a date, stored and not
compressed: the same sources give the same bytes on every machine, whatever its zlib.
"""

import io
import zipfile
from collections.abc import Mapping

from xl_addin.addin_file.project import project_bin
from xl_addin.addin_file.ribbon import EDITIONS, ribbon_xml
from xl_addin.addin_file.word_sheet import sheet_xml

NAME = "Tieout.xlam"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_VBA = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_WORKBOOK_KIND = "application/vnd.ms-excel.{}.macroEnabled.main+xml"  # sheet or addin
_SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def addin_bytes() -> bytes:
    """The add-in as a file, the same each time."""
    project = project_bin(_zipped(_parts("sheet")))
    ribbons = {edition.part: ribbon_xml(edition) for edition in EDITIONS}
    return _zipped(_parts("addin", project) | ribbons)


def _parts(kind: str, project: bytes = b"") -> dict[str, bytes]:
    """The workbook's own parts; without a project while the project is still to be made."""
    made = {
        "[Content_Types].xml": _content_types(kind, vba=bool(project)),
        "_rels/.rels": _package_relations(ribbon=bool(project)),
        "docProps/core.xml": _core(),
        "xl/workbook.xml": _workbook(),
        "xl/_rels/workbook.xml.rels": _workbook_relations(vba=bool(project)),
        "xl/styles.xml": _styles(),
        "xl/worksheets/sheet1.xml": sheet_xml(),
    }
    parts = {name: (_HEAD + text).encode() for name, text in made.items()}
    return parts | ({"xl/vbaProject.bin": project} if project else {})


def _content_types(kind: str, *, vba: bool) -> str:
    overrides = {
        "/xl/workbook.xml": _WORKBOOK_KIND.format(kind),
        "/xl/worksheets/sheet1.xml": f"{_SHEET_KIND}.worksheet+xml",
        "/xl/styles.xml": f"{_SHEET_KIND}.styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
    } | ({"bin": "application/vnd.ms-office.vbaProject"} if vba else {})
    lines = [f'<Default Extension="{e}" ContentType="{k}"/>' for e, k in defaults.items()]
    lines += [f'<Override PartName="{p}" ContentType="{k}"/>' for p, k in overrides.items()]
    return f'<Types xmlns="{_PACKAGE}/content-types">{"".join(lines)}</Types>'


def _package_relations(*, ribbon: bool) -> str:
    targets = {
        "xl/workbook.xml": f"{_OFFICE}/officeDocument",
        "docProps/core.xml": f"{_PACKAGE}/relationships/metadata/core-properties",
    }
    if ribbon:
        targets |= {edition.part: edition.relation for edition in EDITIONS}
    return _relations(targets)


def _workbook_relations(*, vba: bool) -> str:
    targets = {
        "worksheets/sheet1.xml": f"{_OFFICE}/worksheet",
        "styles.xml": f"{_OFFICE}/styles",
    }
    return _relations(targets | ({"vbaProject.bin": _VBA} if vba else {}))


def _relations(targets: Mapping[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _workbook() -> str:
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr codeName="ThisWorkbook"/>'
        '<sheets><sheet name="Words" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _styles() -> str:
    """The one style that a workbook must have."""
    font = '<font><sz val="11"/><name val="Calibri"/></font>'
    fill = '<fill><patternFill patternType="none"/></fill>'
    grey = '<fill><patternFill patternType="gray125"/></fill>'
    border = "<border><left/><right/><top/><bottom/><diagonal/></border>"
    form = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    cell = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    name = '<cellStyle name="Normal" xfId="0" builtinId="0"/>'
    return (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1">{font}</fonts>'
        f'<fills count="2">{fill}{grey}</fills><borders count="1">{border}</borders>'
        f'<cellStyleXfs count="1">{form}</cellStyleXfs><cellXfs count="1">{cell}</cellXfs>'
        f'<cellStyles count="1">{name}</cellStyles></styleSheet>'
    )


def _core() -> str:
    """What Excel's list of add-ins shows: a name and a sentence."""
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Tieout 对账</dc:title>'
        "<dc:description>Closes an online seller's month. 为网店结清一个月。</dc:description>"
        "</cp:coreProperties>"
    )


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, _EARLIEST)
            part.create_system = 0  # as written on any system
            package.writestr(part, content)
    return stream.getvalue()
