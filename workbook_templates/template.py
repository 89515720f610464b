"""The workbook that a new close begins with: every sheet, table, format and rule, and no rows."""

import io
import zipfile
from pathlib import Path

import polars as pl

from recon_engine.export.files import write_bytes
from recon_engine.messages import Language
from recon_engine.model.policy import default_policy
from recon_engine.model.records import RECORDS
from recon_engine.model.results import (
    EXCEPTIONS,
    IDENTITY,
    MATCHES,
    MEMBERS,
    NO_PERIOD,
    PAYOUTS,
    RECEIVABLES,
    Close,
    empty,
)
from workbook_templates.render import workbook_bytes
from workbook_templates.template_names import TEMPLATES

_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}.main+xml"


def write_templates(folder: Path) -> list[Path]:
    """Writes the template of each language; answers where they are."""
    written = []
    for language, name in TEMPLATES.items():
        write_bytes(folder / name, template_bytes(language))
        written.append(folder / name)
    return written


def template_bytes(language: Language) -> bytes:
    """The template of a language as a file; the same bytes each time."""
    return _as_template(workbook_bytes(nothing(), language, template=True))


def empty_workbook(language: Language) -> bytes:
    """The same as a workbook that can be opened, filled and saved."""
    return workbook_bytes(nothing(), language, template=True)


def nothing() -> Close:
    """A close in which nothing has happened yet, under the default settings."""
    placed = {**RECORDS, "place": pl.String(), "match_id": pl.String(), "payout_id": pl.String()}
    return Close(
        period=NO_PERIOD, as_of=NO_PERIOD.end, company="", policy=default_policy(), files=(),
        problems=(), records=empty(placed), payouts=empty(PAYOUTS), matches=empty(MATCHES),
        members=empty(MEMBERS), exceptions=empty(EXCEPTIONS), receivables=empty(RECEIVABLES),
        identity=empty(IDENTITY),
    )  # fmt: skip


def _as_template(workbook: bytes) -> bytes:
    """The same package, declared as a template: opening it makes a new workbook."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            content = before.read(part)
            if part.filename == _TYPES:
                old, new = (_MAIN.format(kind).encode() for kind in ("sheet", "template"))
                content = content.replace(old, new)
            after.writestr(part, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
