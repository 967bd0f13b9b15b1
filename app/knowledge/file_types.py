"""Which kinds of file can be read, told by extension and first bytes together."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.knowledge.document_errors import DocumentOldFormat, DocumentTypeMismatch, DocumentUnsupported

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF_MAGIC = b"%PDF-"
HEAD_BYTES = 4096
TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
NOT_TEXT = (
    ZIP_MAGIC, OLE_MAGIC, PDF_MAGIC, b"\x7fELF", b"MZ\x90", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b",
    b"BZh", b"7z\xbc\xaf", b"Rar!", b"RIFF", b"OggS", b"ID3", b"{\\rtf", b"\xca\xfe\xba\xbe", b"\x00\x00\x00\x18ftyp",
)  # fmt: skip
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
LONGEST_NAME = 200
UNSAFE_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')


@dataclass(frozen=True)
class FileType:
    """One readable kind: `name` is what the parser calls it, `magics` what its first bytes may be (none: text)."""

    name: str
    media_type: str
    extensions: tuple[str, ...]
    magics: tuple[bytes, ...] = ()


ARCHIVE, MAIL = "archive", "mail"
OFFICE = "application/vnd.openxmlformats-officedocument."
FILE_TYPES = (
    FileType("markdown", "text/markdown", ("md", "markdown", "mdx")),
    FileType("text", "text/plain", ("txt", "text", "log")),
    FileType("html", "text/html", ("html", "htm", "xhtml")),
    FileType("csv", "text/csv", ("csv", "tsv")),
    FileType("xlsx", OFFICE + "spreadsheetml.sheet", ("xlsx", "xlsm"), (ZIP_MAGIC, OLE_MAGIC)),
    FileType("docx", OFFICE + "wordprocessingml.document", ("docx", "docm"), (ZIP_MAGIC, OLE_MAGIC)),
    FileType("pptx", OFFICE + "presentationml.presentation", ("pptx",), (ZIP_MAGIC, OLE_MAGIC)),
    FileType("pdf", "application/pdf", ("pdf",), (PDF_MAGIC,)),
    FileType(MAIL, "message/rfc822", ("eml",)),
    FileType(ARCHIVE, "application/zip", ("zip",), (ZIP_MAGIC, b"PK\x05\x06")),
    FileType("image", "image/png", ("png",), (b"\x89PNG",)),
    FileType("image", "image/jpeg", ("jpg", "jpeg"), (b"\xff\xd8\xff",)),
    FileType("image", "image/webp", ("webp",), (b"RIFF",)),
    FileType("image", "image/tiff", ("tif", "tiff"), (b"II*\x00", b"MM\x00*")),
    FileType("image", "image/bmp", ("bmp",), (b"BM",)),
)
OLD_FORMATS = {
    "doc": "docx", "dot": "docx", "rtf": "docx", "wps": "docx", "odt": "docx", "pages": "docx", "xls": "xlsx",
    "et": "xlsx", "ods": "xlsx", "numbers": "xlsx", "ppt": "pptx", "pps": "pptx", "dps": "pptx", "odp": "pptx",
    "key": "pptx", "msg": "eml", "mht": "html", "mhtml": "html", "chm": "pdf", "epub": "pdf", "ofd": "pdf",
}  # fmt: skip
"""What nothing reads, and what its own program can save it as."""
BY_EXTENSION = {extension: kind for kind in FILE_TYPES for extension in kind.extensions}
BY_MEDIA_TYPE = {kind.media_type: kind for kind in FILE_TYPES}


def better_format(extension: str) -> str | None:
    """What to save a file of this kind as, when nothing reads it as it is."""
    return None if extension in BY_EXTENSION else OLD_FORMATS.get(extension)


def can_read(file_name: str) -> bool:
    """Whether the extension is one of a kind that can be read."""
    return PurePosixPath(file_name).suffix.lower().lstrip(".") in BY_EXTENSION


def file_type_of(file_name: str, head: bytes) -> FileType:
    """The kind of a file. head: its first HEAD_BYTES.

    A locked Office file is an OLE container and passes here; reading it tells. Raises DocumentUnsupported for an
    extension nothing reads, DocumentOldFormat for one its own program can save anew, DocumentTypeMismatch when the
    bytes are of another kind.
    """
    extension = PurePosixPath(file_name).suffix.lower().lstrip(".")
    if extension == "xml" and b"<html" in head.lower():
        extension = "html"
    kind = BY_EXTENSION.get(extension)
    if kind is None and (better := better_format(extension)):
        raise DocumentOldFormat(extension=extension, better=better)
    if kind is None:
        raise DocumentUnsupported(extension=extension or "?")
    if not _fits(kind, head):
        raise DocumentTypeMismatch(extension=extension)
    return kind


def _fits(kind: FileType, head: bytes) -> bool:
    if kind.name == "pdf":
        return PDF_MAGIC in head[:1024]  # readers allow some junk before it
    if kind.magics:
        return head.startswith(kind.magics)
    if head.startswith(TEXT_MARKS):
        return True
    return not head.startswith(NOT_TEXT) and len(CONTROL.findall(head)) * 20 <= len(head)


def clean_file_name(name: str | None) -> str:
    """A name fit to be shown and sent back: no path, no control or direction marks, at most LONGEST_NAME long."""
    last = re.split(r"[\\/]", name or "")[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    kept = UNSAFE_NAME.sub("_", kept).strip(" .")
    if len(kept) > LONGEST_NAME:
        stem, dot, extension = kept.rpartition(".")
        kept = (
            stem[: LONGEST_NAME - len(extension) - 1] + dot + extension if len(extension) < 12 else kept[:LONGEST_NAME]
        )
    return kept or "document"
