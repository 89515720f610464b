"""The partner copy, from a finished close to its file: what the verb and the button share."""

from collections.abc import Collection
from pathlib import Path

from recon_engine.errors import Code, Place, error
from recon_engine.export.encrypting import encrypted
from recon_engine.export.replacing import replace_file
from recon_engine.messages import Language
from recon_engine.model.results import Close
from recon_engine.report.masked import MaskedClose
from workbook_templates import words
from workbook_templates.partner import Part, partner_bytes
from workbook_templates.partner_check import prove_masked
from workbook_templates.partner_layout import NAMES, USUAL

STORE = "/"  # between a platform and its store
ALL = "all"  # every sheet that may be in a copy


def write_partner(
    masked: MaskedClose,
    target: Path,
    language: Language,
    password: str = "",
    chosen: Collection[str] = USUAL,
    part: Part | None = None,
) -> Path | None:
    """Writes the partner copy, proved before it is in its place.

    Args:
        masked: a masked close.
        target: where.
        language: of captions and words.
        password: the copy opens with it; "" for a copy that opens without.
        chosen: keys of the sheets.
        part: what of the month is copied; all of it if not given.

    Returns:
        Where a file that stood there is kept; none where none did.

    Raises:
        TieoutError: the target cannot be written, or PERSONAL_DATA_LEFT.
    """
    content = partner_bytes(masked, language, chosen, part)
    if password:
        content = encrypted(content, password)
    return replace_file(
        target, content, lambda path: prove_masked(path, masked.hidden, password, target.name)
    )


def chosen_sheets(text: str) -> frozenset[str]:
    """The sheets of a list like ``home,exceptions``; the usual ones where nothing is said.

    Raises:
        TieoutError: SHEET_NOT_SHARED, for a name that is no sheet of a copy.
    """
    if not text:
        return USUAL
    if text == ALL:
        return frozenset(NAMES)
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in NAMES:
            raise error(Code.SHEET_NOT_SHARED, Place(), name, names=", ".join((*NAMES, ALL)))
    return frozenset(names)


def chosen_part(text: str, close: Close, language: Language) -> Part | None:
    """The part of a month that ``tmall,alipay`` or ``tmall/STORE`` names; none for "".

    Platforms may be named by their codes or as the workbook's language names them, a store as it
    stands on its sheets.

    Raises:
        TieoutError: PART_NOT_THERE, for a platform or store that is not in the close.
    """
    if not text:
        return None
    named, _, account = text.partition(STORE)
    owned = close.records.select("channel", "account").unique().sort("channel", "account").rows()
    codes = {words.word("channel", code, language): code for code, _ in owned}
    channels = tuple(codes.get(name.strip(), name.strip()) for name in named.split(",") if name)
    stores = {code: {store for c, store in owned if c == code} for code in channels}
    missing = [code for code, found in stores.items() if not found]
    if account and not any(account in found for found in stores.values()):
        missing.append(account)
    if missing or not channels:
        names = ", ".join(STORE.join(p for p in (c, store) if p) for c, store in owned)
        raise error(Code.PART_NOT_THERE, Place(), ", ".join(missing), names=names)
    return Part(channels, account)


def secret_of(path: Path, code: Code) -> str:
    """The first line of a file.

    Args:
        path: the file.
        code: of the error when it is empty.

    Raises:
        TieoutError: FILE_MISSING, or that code.
    """
    if not path.is_file():
        raise error(Code.FILE_MISSING, Place(path.name))
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if not lines or not lines[0]:
        raise error(code, Place(path.name))
    return lines[0]
