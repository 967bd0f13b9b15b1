"""What anybody may read of the company's documents."""

from app.knowledge.domain import PublicPassage
from app.knowledge.store import library as store
from app.knowledge.tools import SearchTools

MOST_PASSAGES = 200_000


async def list_public_passages(tools: SearchTools, most: int = MOST_PASSAGES) -> list[PublicPassage]:
    """Passages of documents in public bases, enabled and valid now, in the order of the documents."""
    async with tools.database.reading() as session:
        return await store.public_passages(session, most)
