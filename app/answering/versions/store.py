"""SQL of settings versions: read together in one statement, raised one at a time."""

from sqlalchemy import text

from app.kernel.database import Session

_READ = text("SELECT kind, version FROM answering_version")
_RAISE = text(
    """INSERT INTO answering_version (kind, version) VALUES (:kind, 1)
    ON CONFLICT (kind) DO UPDATE SET version = answering_version.version + 1 RETURNING version"""
)


async def read_versions(session: Session) -> dict[str, int]:
    """The version of every kind that was ever changed."""
    return {row.kind: row.version for row in await session.execute(_READ)}


async def raise_version(session: Session, kind: str) -> int:
    """Tells every process that settings of a kind changed, once this transaction is committed; the new version.

    Two changes of one kind wait for each other, since the row stays locked until then.
    """
    version: int = (await session.execute(_RAISE, {"kind": kind})).scalar_one()
    return version
