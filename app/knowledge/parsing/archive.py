"""An archive of documents: each file in it becomes a document of its own, and the archive keeps the list."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.kernel.errors import AppError
from app.kernel.logging import get_logger
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import accept_document
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
    unpacking = _Unpacking(tools, archive)
    await tools.parser.unpack(data, unpacking.take)
    if not unpacking.documents and not unpacking.refused:
        raise DocumentUnreadable("document_empty")
    report: dict[str, Any] = {
        "unpacked": {"documents": [str(found) for found in unpacking.documents], "refused": unpacking.refused}
    }
    log.info("archive_unpacked", documents=len(unpacking.documents), refused=len(unpacking.refused))
    title = archive.file_name.rpartition(".")[0] or archive.file_name
    return ParsedDocument(title, None, (), report=report)
