"""A zip of documents: judged by its directory before anything is unpacked, then unpacked entry by entry."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from app.adapters.parsing.archives import escapes, opened
from app.adapters.parsing.blocks import Unreadable

MOST_ENTRIES = 1_000
MOST_UNPACKED = 400 * 1024 * 1024
LARGEST_ENTRY = 60 * 1024 * 1024
IS_UTF8, IS_LOCKED = 0x800, 0x1
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz")
OURS = ("__MACOSX/", ".DS_Store", "Thumbs.db")
"""What operating systems put into archives for themselves."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive: its bytes, or why it was refused."""

    name: str
    data: bytes = b""
    code: str = ""


def entries(data: bytes) -> Iterator[Entry]:
    """Every file in it. Raises Unreadable for an archive that is broken, bloated or too full as a whole."""
    archive = opened(data, MOST_ENTRIES, MOST_UNPACKED)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if infos and all(info.flag_bits & IS_LOCKED for info in infos):
        raise Unreadable("document_locked")
    seen: set[str] = set()
    for info in infos:
        name = name_of(info)
        if name.startswith(OURS) or name.rpartition("/")[2] in OURS:
            continue
        if code := _refused(info, name, seen):
            yield Entry(name, code=code)
            continue
        seen.add(name)
        yield _unpacked(archive, info, name)


def name_of(info: ZipInfo) -> str:
    """An entry's name: zip writers in China use their own code page where they do not say UTF-8."""
    if info.flag_bits & IS_UTF8:
        return info.filename.replace("\\", "/")
    try:
        raw = info.orig_filename.encode("cp437")
        return raw.decode("utf-8" if _is_utf8(raw) else "gb18030").replace("\\", "/")
    except UnicodeError:
        return info.filename.replace("\\", "/")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refused(info: ZipInfo, name: str, seen: set[str]) -> str:
    if escapes(name) or "\x00" in info.orig_filename:
        return "archive_path"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "archive_link"
    if info.flag_bits & IS_LOCKED:
        return "document_locked"
    if name.lower().endswith(ARCHIVES):
        return "archive_nested"
    if info.file_size > LARGEST_ENTRY:
        return "document_too_large"
    if name in seen:
        return "archive_twice"
    return ""


def _unpacked(archive: ZipFile, info: ZipInfo, name: str) -> Entry:
    """No more is read than the directory promised, whatever the entry holds."""
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size + 1)
    except (BadZipFile, ValueError, OSError, NotImplementedError, EOFError, ZlibError, RuntimeError):
        # whatever zipfile and zlib raise for bad bytes: the entry is reported as broken, the others go on
        return Entry(name, code="document_broken")
    return Entry(name, data) if len(data) <= info.file_size else Entry(name, code="document_broken")
