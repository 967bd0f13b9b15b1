"""The pages of a document as pictures: drawn in the parser's child, kept beside the document's bytes."""

from app.kernel.blobs import BlobStore
from app.kernel.errors import NotFound
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.document_tools import DocumentTools
from app.knowledge.file_types import BY_MEDIA_TYPE
from app.knowledge.store.documents import DocumentRecord

WIDTHS = (800, 1_600)
"""Pixels; other widths are drawn as the next of these, so that few pictures are kept."""
WITH_PAGES = ("pdf", "image")


def has_pages(media_type: str) -> bool:
    """Whether a document of this kind has pages that can be drawn."""
    kind = BY_MEDIA_TYPE.get(media_type)
    return kind is not None and kind.name in WITH_PAGES


def kept_beside(blob_key: str) -> str:
    """Where everything that was made from some bytes is kept; it goes when they do."""
    return "pages/" + blob_key.rpartition("/")[2]


async def page_picture(tools: DocumentTools, document: DocumentRecord, page: int, width: int) -> bytes:
    """A page of the version search sees, as PNG. Raises NotFound when there is none."""
    if not has_pages(document.media_type) or not 1 <= page <= (document.page_count or 0):
        raise NotFound
    width = next((known for known in WIDTHS if known >= width), WIDTHS[-1])
    key = f"{kept_beside(document.blob_key)}/{page}-{width}.png"
    if (known := await _kept(tools.blobs, key)) is not None:
        return known
    try:
        data = await tools.blobs.get(document.blob_key)
        picture = await tools.parser.draw(data, BY_MEDIA_TYPE[document.media_type].name, page, width)
    except (FileNotFoundError, DocumentUnreadable):
        raise NotFound from None
    await tools.blobs.put(key, picture)
    return picture


async def _kept(blobs: BlobStore, key: str) -> bytes | None:
    try:
        return await blobs.get(key)
    except FileNotFoundError:
        return None
