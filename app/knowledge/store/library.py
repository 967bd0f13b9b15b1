"""SQL of the passages that anybody may read: of documents in public bases, enabled and valid now."""

from sqlalchemy import text

from app.kernel.database import Session
from app.knowledge.domain import PublicPassage

_PUBLIC = text(
    """SELECT c.document_id, c.title, c.heading_path, c.text FROM chunk c JOIN base b ON b.id = c.base_id
    WHERE c.document_id IS NOT NULL AND b.audience = 'public'
        AND (c.valid_from IS NULL OR c.valid_from <= now()) AND (c.valid_until IS NULL OR c.valid_until > now())
        AND EXISTS (SELECT FROM chunk_terms t WHERE t.chunk_id = c.id)
    ORDER BY c.document_id, c.position, c.id LIMIT :most"""
)


async def public_passages(session: Session, most: int) -> list[PublicPassage]:
    """In the order of the documents."""
    rows = (await session.execute(_PUBLIC, {"most": most})).all()
    return [PublicPassage(row[0], "\n".join((row[1], *row[2])), row[3]) for row in rows]
