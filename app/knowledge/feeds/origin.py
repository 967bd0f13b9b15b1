"""Where a document was fetched from, for the page behind a citation."""

from uuid import UUID

from app.kernel.database import Database
from app.knowledge.feeds.store.entries import shown_addresses


async def find_origin(database: Database, document_id: UUID) -> str | None:
    """Its web address, when it came from a source that shows it."""
    async with database.reading() as session:
        return (await shown_addresses(session, [document_id])).get(document_id)
