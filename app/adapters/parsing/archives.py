"""Looks at an Office file's zip directory before anything is unpacked."""

import stat
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from app.adapters.parsing.blocks import Unreadable

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_ENTRIES = 10_000
MAX_UNPACKED = 500 * 1024 * 1024
MAX_RATIO = 200
SMALL_UNPACKED = 20 * 1024 * 1024
"""Below this the ratio says nothing: short XML packs very well."""


def check_office_zip(data: bytes, folder: str) -> None:
    """Raises Unreadable for a locked, damaged, bloated or booby-trapped file, or one of another kind.

    `folder` is where this kind keeps its parts: `word/`, `xl/` or `ppt/`.
    """
    if data.startswith(OLE_MAGIC):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise Unreadable("document_locked" if locked else "document_type_mismatch")
    entries = opened(data, MAX_ENTRIES, MAX_UNPACKED).infolist()
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("document_locked")
    if len(set(names)) != len(names) or any(escapes(name) for name in names) or any(map(_is_link, entries)):
        raise Unreadable("document_broken")
    if "[Content_Types].xml" not in names:
        raise Unreadable("document_broken")
    if not any(name.startswith(folder) for name in names):
        raise Unreadable("document_type_mismatch")


def opened(data: bytes, most_entries: int, most_unpacked: int) -> ZipFile:
    """The archive, when its directory can be read and promises no flood. Raises Unreadable."""
    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, OSError, NotImplementedError, EOFError):  # all of them zipfile's, for bad bytes
        raise Unreadable("document_broken") from None
    sizes = [entry.file_size for entry in archive.infolist() if not entry.is_dir()]
    bloated = sum(sizes) > SMALL_UNPACKED and sum(sizes) > MAX_RATIO * len(data)
    if len(sizes) > most_entries or sum(sizes) > most_unpacked or bloated:
        raise Unreadable("document_too_complex")
    return archive


def escapes(name: str) -> bool:
    """Whether a name leads out of the folder it is unpacked into."""
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def _is_link(entry: object) -> bool:
    return stat.S_ISLNK(getattr(entry, "external_attr", 0) >> 16)
