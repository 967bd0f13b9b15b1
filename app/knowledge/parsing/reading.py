"""Reading a document whole: its text, and then, where it is only a picture of text, what stands on the picture."""

from collections.abc import Sequence
from dataclasses import replace

import orjson

from app.kernel.logging import get_logger
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.document_tools import DocumentTools
from app.knowledge.file_types import BY_MEDIA_TYPE
from app.knowledge.parsed import DocumentParser, OnPicture, ParsedDocument, ParseSettings, Scans
from app.knowledge.parsing.pages import kept_beside
from app.knowledge.store.documents import VersionRecord

log = get_logger(__name__)


async def read_whole(
    parser: DocumentParser,
    data: bytes,
    file_name: str,
    file_type: str,
    settings: ParseSettings = ParseSettings(),  # noqa: B008 - frozen
    scans: Scans = (),
    *,
    most: int,
    on_picture: OnPicture | None = None,
) -> tuple[ParsedDocument, Scans]:
    """The passages, and everything read off pictures; `scans` were read before, at most `most` more are.

    Raises DocumentUnreadable, also when there is no text on the pictures either.
    """
    parsed = await parser.parse(data, file_name, file_type, settings, scans)
    wanted = parsed.wanted_scans[:most]
    if wanted:
        scans = [*scans, *await parser.recognise(data, file_type, wanted, on_picture)]
        parsed = await parser.parse(data, file_name, file_type, settings, scans)
    if not parsed.chunks:
        raise DocumentUnreadable("document_no_text")
    if parsed.wanted_scans:
        left: Sequence[int] = parsed.wanted_scans
        parsed = replace(parsed, report={**parsed.report, "left_scans": list(left)[:1_000]})
    return parsed, scans


async def read_version(
    tools: DocumentTools,
    version: VersionRecord,
    file_name: str,
    settings: ParseSettings,
    *,
    on_picture: OnPicture | None = None,
) -> ParsedDocument:
    """One version of a document as `settings` would have it; pictures are read once and kept.

    Raises DocumentUnreadable.
    """
    kind = BY_MEDIA_TYPE[version.media_type]
    try:
        data = await tools.blobs.get(version.blob_key)
    except FileNotFoundError:
        raise DocumentUnreadable("document_broken") from None
    key = f"{kept_beside(version.blob_key)}/scans.json"
    before = [] if settings.ocr == "off" else await _kept_scans(tools, key)
    most = 0 if settings.ocr == "off" else max(0, tools.ocr_pages - len(before))
    parsed, scans = await read_whole(
        tools.parser, data, file_name, kind.name, settings, before, most=most, on_picture=on_picture
    )
    if len(scans) > len(before):
        await tools.blobs.put(key, orjson.dumps(list(scans)))
        log.info("pictures_read", document_id=str(version.document_id), pictures=len(scans) - len(before))
    return parsed


async def _kept_scans(tools: DocumentTools, key: str) -> Scans:
    try:
        found: Scans = orjson.loads(await tools.blobs.get(key))
    except FileNotFoundError:
        return []
    return found
