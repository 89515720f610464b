"""What a file is, from its bytes alone: names lie."""

import re
from enum import StrEnum


class Container(StrEnum):
    """How the table is packed."""

    EMPTY = "empty"
    ZIP = "zip"
    WORKBOOK = "workbook"  # xlsx, xlsb, ods
    OLD_WORKBOOK = "old_workbook"  # xls
    ENCRYPTED = "encrypted"
    SPREADSHEET_XML = "spreadsheet_xml"
    HTML = "html"
    MT940 = "mt940"
    CAMT = "camt"
    OFX = "ofx"
    BAI2 = "bai2"
    QIF = "qif"
    XML = "xml"  # of a kind that is not read
    TEXT = "text"
    OTHER = "other"


_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"GIF8")
_BLANKS = b"\x00\t\r\n \xef\xbb\xbf"
_WORKBOOK_PARTS = ("xl/", "content.xml", "[Content_Types].xml")
_SWIFT_TAG = re.compile(r"^:(?:\d\d[A-Z]?|NS):", re.MULTILINE)
_SWIFT_SURE = re.compile(r"^:(?:20|25|28C?|60[FM]|61|62[FM]|86):", re.MULTILINE)

_SWIFT_HBCI = re.compile(r"\s*(?:@@)?:20:[^\n@]*@@:")

_CAMT = re.compile(r"camt\.05[234]|<(?:\w+:)?bktocstmr")
_OFX = re.compile(r"^ofxheader\s*:|<\?ofx\b|<ofx>")
_QIF = re.compile(r"^!(?:type|account|option|clear)\b")
# The file header: eight fields, the last of them the version.  00 is what a broken one begins with.
_BAI2 = re.compile(r"^0[01],(?:[^,\n]*,){6,8}\s*[23]\s*/")


def container(content: bytes) -> Container:
    """The packing of binary content; TEXT when it may be text of some kind."""
    if not content[:4096].strip(_BLANKS) and not content.strip(_BLANKS):
        return Container.EMPTY
    if content.startswith((_ZIP, b"PK\x05\x06")):
        return Container.ZIP
    if content.startswith(_COMPOUND):
        sealed = "EncryptedPackage".encode("utf-16-le") in content
        return Container.ENCRYPTED if sealed else Container.OLD_WORKBOOK
    if content.startswith(_FOREIGN):
        return Container.OTHER
    return Container.TEXT


def is_workbook(names: list[str]) -> bool:
    """Whether the members of a zip make a workbook rather than an archive of files."""
    return any(name.startswith(_WORKBOOK_PARTS) for name in names)


def text_kind(text: str) -> Container:
    """What a decoded text is: markup, a bank's own format, or plain rows."""
    head = text[:4096].lstrip("\ufeff \t\r\n").lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return Container.SPREADSHEET_XML
    told = _statement_kind(head)
    if told:
        return told
    if head.startswith(("<html", "<!doctype html", "<table", "<meta", "<head")) or (
        head.startswith("<") and "<table" in text[:200_000].lower()
    ):
        return Container.HTML
    if head.startswith(("<?xml", "<!doctype", "<!entity")):
        return Container.XML
    tags = _SWIFT_TAG.findall(text[:20_000])
    if _SWIFT_SURE.search(text[:20_000]) and len(tags) >= text[:20_000].count("\n:"):
        return Container.MT940
    return Container.TEXT


def _statement_kind(head: str) -> Container | None:
    """Statement formats that say what they are in their first lines."""
    if _OFX.search(head):
        return Container.OFX
    if head.startswith("<") and _CAMT.search(head):
        return Container.CAMT
    if _QIF.match(head):
        return Container.QIF
    return Container.BAI2 if _BAI2.match(head) else None


def lines_ended(text: str) -> str:
    """A SWIFT text that came through home banking with @@ for its line ends, as lines."""
    return text.replace("@@", "\n") if _SWIFT_HBCI.match(text) else text


def defines_entities(text: str) -> bool:
    """Whether markup brings definitions of its own: none that is read needs any."""
    return "<!ENTITY" in text[:200_000].upper()
