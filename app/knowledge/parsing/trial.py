"""How a file would be cut, told before it is uploaded: nothing is written, and pictures stay unread."""

import asyncio
from dataclasses import dataclass
from typing import BinaryIO

from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import examine
from app.knowledge.file_types import ARCHIVE, BY_MEDIA_TYPE
from app.knowledge.parsed import ParsedDocument, ParseSettings
from app.knowledge.parsing.reading import read_whole


@dataclass(frozen=True)
class Trial:
    """What the settings would make of it; None for an archive, whose files are cut one by one."""

    parsed: ParsedDocument | None


async def try_upload(tools: DocumentTools, file_name: str | None, file: BinaryIO, settings: ParseSettings) -> Trial:
    """Raises what an upload raises, DocumentUnreadable, Unavailable."""
    upload = await asyncio.to_thread(examine, file, file_name, tools.upload_limit_bytes)
    kind = BY_MEDIA_TYPE[upload.media_type].name
    if kind == ARCHIVE:
        return Trial(None)
    data = await asyncio.to_thread(file.read)
    try:
        parsed, _ = await read_whole(tools.parser, data, upload.file_name, kind, settings, most=0)
    except DocumentUnreadable as error:
        if error.code != "document_no_text":
            raise
        parsed = await tools.parser.parse(data, upload.file_name, kind, settings)
        if not parsed.wanted_scans:
            raise
    return Trial(parsed)
