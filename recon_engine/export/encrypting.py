"""A workbook that opens only with a password: AES-256, as Excel itself encrypts.

The salt is new each time, so the same workbook gives other bytes; what is inside is the same.
"""

import io

from recon_engine.errors import Code, Place, error


def encrypted(content: bytes, password: str) -> bytes:
    """A package of Excel's, encrypted.

    Args:
        content: of an .xlsx file.
        password: as the reader will type it; not empty.

    Raises:
        TieoutError: PASSWORD_EMPTY.
    """
    if not password:
        raise error(Code.PASSWORD_EMPTY)
    # Imported when somebody asks for it: it takes longer than a small copy.
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415

    written = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, written)
    return written.getvalue()


def decrypted(content: bytes, password: str, name: str = "") -> bytes:
    """What :func:`encrypted` was given.

    Args:
        content: of an encrypted file.
        password: that it was encrypted with.
        name: of the file, for the error.

    Raises:
        TieoutError: WRITTEN_DIFFERS, if the password does not open it.
    """
    from msoffcrypto.exceptions import DecryptionError, InvalidKeyError  # noqa: PLC0415
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415

    plain = io.BytesIO()
    try:
        file = OOXMLFile(io.BytesIO(content))
        file.load_key(password=password, verify_password=True)
        file.decrypt(plain, verify_integrity=True)
    except (DecryptionError, InvalidKeyError) as fault:
        raise error(Code.WRITTEN_DIFFERS, Place(name)) from fault
    return plain.getvalue()
