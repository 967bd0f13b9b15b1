"""Files inside a file: each in an archive or attached to a mail becomes a document of its own, listed in the outer."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from app.kernel.errors import AppError
from app.kernel.logging import get_logger
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import accept_document
from app.knowledge.file_types import ARCHIVE, MAIL
from app.knowledge.parsed import ParsedDocument
from app.knowledge.store.documents import DocumentRecord, VersionRecord

log = get_logger(__name__)


@dataclass
class _Unpacking:
    """What became of each file so far."""

    tools: DocumentTools
    archive: DocumentRecord
    documents: list[UUID] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, name: str, data: bytes, code: str) -> None:
        """One file of the archive: its bytes, or the code for which it was refused."""
        values: dict[str, object] = {}
        if not code:
            try:
                accepted = await accept_document(
                    self.tools,
                    file_name=name.rpartition("/")[2],
                    data=data,
                    base_id=self.archive.base_id,
                    source=f"{self.archive.source}/{name}",
                )
                self.documents.append(accepted.document_id)
                return
            except AppError as error:
                code, values = error.code, error.values
        self.refused.append({"name": name[:300], "code": code} | ({"values": values} if values else {}))


async def unpack_version(tools: DocumentTools, archive: DocumentRecord, version: VersionRecord) -> ParsedDocument:
    """Takes every file in; what was refused is told with its code. Raises DocumentUnreadable, also for an empty one."""
    try:
        data = await tools.blobs.get(version.blob_key)
    except FileNotFoundError:
        raise DocumentUnreadable("document_broken") from None
    report = await _taken_in(tools, archive, data, ARCHIVE)
    if not report:
        raise DocumentUnreadable("document_empty")
    title = archive.file_name.rpartition(".")[0] or archive.file_name
    return ParsedDocument(title, None, (), report=report)


async def take_attachments(
    tools: DocumentTools, mail: DocumentRecord, version: VersionRecord, parsed: ParsedDocument
) -> ParsedDocument:
    """The mail as it was read, with its attachments taken in beside it. Raises DocumentUnreadable."""
    data = await tools.blobs.get(version.blob_key)
    return replace(parsed, report={**parsed.report, **await _taken_in(tools, mail, data, MAIL)})


async def _taken_in(tools: DocumentTools, outer: DocumentRecord, data: bytes, file_type: str) -> dict[str, Any]:
    unpacking = _Unpacking(tools, outer)
    await tools.parser.unpack(data, file_type, unpacking.take)
    if not unpacking.documents and not unpacking.refused:
        return {}
    log.info("archive_unpacked", documents=len(unpacking.documents), refused=len(unpacking.refused))
    taken = [str(found) for found in unpacking.documents]
    return {"unpacked": {"documents": taken, "refused": unpacking.refused}}
