"""Which kind a file is, told by its content; its name only follows."""

import io
import re
import zipfile
from pathlib import PurePosixPath

from app.conversations.attachments.domain import Kind, Upload
from app.conversations.attachments.errors import AttachmentUnsupported

OFFICE = "application/vnd.openxmlformats-officedocument."
PNG = Kind("image/png", ("png",))
JPEG = Kind("image/jpeg", ("jpg", "jpeg"))
GIF = Kind("image/gif", ("gif",))
WEBP = Kind("image/webp", ("webp",))
PDF = Kind("application/pdf", ("pdf",))
DOCX = Kind(OFFICE + "wordprocessingml.document", ("docx",))
XLSX = Kind(OFFICE + "spreadsheetml.sheet", ("xlsx",))
TEXT = Kind("text/plain", ("txt",))
KINDS = (PNG, JPEG, WEBP, GIF, PDF, TEXT, DOCX, XLSX)
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
MACROS = "vbaProject.bin"
HEAD_BYTES = 1_024
LONGEST_NAME = 120
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
UNSAFE_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/\u200b-\u200f\u202a-\u202e\u2066-\u2069]')


def kind_of(upload: Upload) -> Kind:
    """What it is. Raises AttachmentUnsupported."""
    data = upload.data
    found = _by_magic(data[:HEAD_BYTES])
    if found is None and data.startswith(b"PK\x03\x04"):
        found = _office(data)
    if found is None and _extension(upload.name) in TEXT.extensions and _is_text(data):
        found = TEXT
    if found is None:
        raise AttachmentUnsupported
    return found


def name_of(upload: Upload, kind: Kind) -> str:
    """Its name without paths and marks that mislead, with an extension that tells what it is."""
    name = UNSAFE_NAME.sub("_", PurePosixPath(upload.name.replace("\\", "/")).name).strip(". ") or "file"
    extension = _extension(name)
    if extension not in kind.extensions:
        extension = kind.extensions[0]
        name = f"{name}.{extension}"
    stem = name[: -len(extension) - 1]
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"


def _by_magic(head: bytes) -> Kind | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return PDF if head.startswith(b"%PDF-") else None


def _office(data: bytes) -> Kind | None:
    """A Word or Excel file without macros; any other archive is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith(MACROS) for name in names):
        return None
    return next((kind for part, kind in MAIN_PARTS.items() if part in names), None)


def _is_text(data: bytes) -> bool:
    if CONTROL.search(data):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _extension(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")
