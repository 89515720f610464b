"""Paths → the files in them: folders and zips are opened, hidden files skipped, caps held."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from recon_engine.errors import Code, Place, Problem
from recon_engine.intake import limits
from recon_engine.intake.sniff import Container, container, is_workbook

# Where copies of our workbooks are kept that were written over; they are no input.
BACKUPS = "tieout-backups"
_NOT_READ = frozenset({BACKUPS, "__MACOSX", "Thumbs.db", "desktop.ini"})
# What reading a damaged zip raises; RuntimeError is a password, ValueError a name in no encoding.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError,
            RuntimeError, ValueError)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One file's bytes under the name it is shown by (never a path of this machine)."""

    name: str
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """The hash that tells the same file given twice."""
        return sha256(self.content).hexdigest()


def sources(paths: Sequence[Path], apart: Collection[Path] = ()) -> Iterator[Source | Problem]:
    """Every file under the given paths, in a fixed order, or what is wrong with it.

    Args:
        paths: files, folders or zips.
        apart: resolved paths of files in those folders that are not to be read.
    """
    if not paths:
        yield Problem(Code.NO_FILES, Place())
    for path in paths:
        if path.is_dir():
            yield from _folder(path, apart)
        elif path.is_file():
            yield from _file(path, path.name)
        else:
            yield Problem(Code.FILE_MISSING, Place(path.name))


def _folder(folder: Path, apart: Collection[Path]) -> Iterator[Source | Problem]:
    files = (p for p in folder.rglob("*") if p.is_file())
    found = sorted(p for p in files if p.resolve() not in apart)
    shown = [(p, p.relative_to(folder)) for p in found]
    visible = [(p, name) for p, name in shown if not any(map(_hidden, name.parts))]
    if not visible:
        yield Problem(Code.NO_FILES, Place(folder.name))
    for path, name in visible:
        yield from _file(path, name.as_posix())


def _hidden(part: str) -> bool:
    # "~$" is the lock file that Excel leaves beside an open workbook.
    return part.startswith((".", "~$")) or part in _NOT_READ


def _file(path: Path, name: str) -> Iterator[Source | Problem]:
    if path.stat().st_size > limits.FILE_BYTES_MAX:
        yield Problem(Code.FILE_TOO_LARGE, Place(name), str(path.stat().st_size))
        return
    yield from _opened(Source(name, path.read_bytes()), depth=0)


def _opened(source: Source, depth: int) -> Iterator[Source | Problem]:
    """The source itself, or, for a zip of files, what is in it."""
    if container(source.content) is not Container.ZIP:
        yield source
        return
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            yield from _unpacked(source, archive, depth)
    except DAMAGED as fault:
        yield Problem(Code.FILE_DAMAGED, Place(source.name), str(fault))


def _unpacked(source: Source, archive: zipfile.ZipFile, depth: int) -> Iterator[Source | Problem]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    too_large = _too_large(source, members)
    if too_large or depth >= limits.ARCHIVE_DEPTH_MAX:
        yield Problem(Code.FILE_TOO_LARGE, Place(source.name), too_large or "zip")
    elif is_workbook([member.filename for member in members]):
        yield source
    elif any(member.flag_bits & 1 for member in members):
        yield Problem(Code.FILE_ENCRYPTED, Place(source.name))
    else:
        yield from _members(source, archive, members, depth)


def _members(
    source: Source, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], depth: int
) -> Iterator[Source | Problem]:
    named = sorted(((_member_name(m), m) for m in members), key=lambda pair: pair[0])
    visible = [(name, m) for name, m in named if not any(map(_hidden, name.split("/")))]
    if not visible:
        yield Problem(Code.FILE_EMPTY, Place(source.name))
    for name, member in visible:
        yield from _opened(Source(f"{source.name}/{name}", archive.read(member)), depth + 1)


def _too_large(source: Source, members: list[zipfile.ZipInfo]) -> str:
    """What breaks a cap, as text; "" when nothing does."""
    unpacked = sum(member.file_size for member in members)
    tight = unpacked > limits.RATIO_FREE_BYTES and (
        unpacked > limits.RATIO_MAX * len(source.content)
    )
    if unpacked > limits.UNPACKED_BYTES_MAX or tight:
        return str(unpacked)
    return str(len(members)) if len(members) > limits.ARCHIVE_FILES_MAX else ""


def _member_name(member: zipfile.ZipInfo) -> str:
    """The member's name; Windows tools write GBK where the standard says code page 437."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = member.filename
    return name.replace("\\", "/").lstrip("/")
