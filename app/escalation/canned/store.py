"""SQL of canned replies."""

from uuid import UUID

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.escalation.canned.domain import Canned, CannedContent
from app.escalation.canned.ports import Spelling
from app.escalation.canned.tables import CannedReplyRow
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id

# What was typed is compared with the beginning of the initials, then anything of title, spelling and text.
_FIND = text(
    """SELECT id, title, text, owner_id, initials, uses, version, updated_by, updated_at FROM canned_reply
    WHERE (owner_id = :staff_id OR owner_id IS NULL) AND (:typed = '' OR strpos(initials, :typed) > 0
        OR strpos(pinyin, :typed) = 1 OR strpos(lower(title), :typed) > 0 OR strpos(lower(text), :typed) > 0)
    ORDER BY CASE WHEN :typed = '' THEN 0 WHEN strpos(initials, :typed) = 1 THEN 1
        WHEN strpos(lower(title), :typed) = 1 OR strpos(pinyin, :typed) = 1 THEN 2
        WHEN strpos(initials, :typed) > 0 OR strpos(lower(title), :typed) > 0 THEN 3 ELSE 4 END,
        uses DESC, title, id
    LIMIT :limit"""
)


def _canned(row: CannedReplyRow) -> Canned:
    return Canned(
        row.id,
        row.title,
        row.text,
        row.owner_id,
        row.initials,
        row.uses,
        row.version,
        row.updated_by,
        row.updated_at,
    )


async def find_canned(session: Session, staff_id: UUID, typed: str, limit: int) -> list[Canned]:
    """What somebody may use, best match first; everything, the most used first, when nothing is typed."""
    rows = await session.execute(_FIND, {"staff_id": staff_id, "typed": typed, "limit": limit})
    return [Canned(*row) for row in rows]


async def get_canned(session: Session, id: UUID, staff_id: UUID) -> Canned | None:
    """One that somebody may use."""
    mine = or_(CannedReplyRow.owner_id == staff_id, CannedReplyRow.owner_id.is_(None))
    row = await session.scalar(select(CannedReplyRow).where(CannedReplyRow.id == id, mine))
    return None if row is None else _canned(row)


async def count_canned(session: Session, owner_id: UUID | None) -> int:
    """How many somebody has, or everybody."""
    mine = CannedReplyRow.owner_id.is_not_distinct_from(owner_id)
    return int(await session.scalar(select(func.count()).select_from(CannedReplyRow).where(mine)) or 0)


async def add_canned(
    session: Session, content: CannedContent, spelling: Spelling, owner_id: UUID | None, by: str
) -> UUID:
    """Keeps a new one."""
    id = new_id()
    values = {"title": content.title, "text": content.text, "initials": spelling.initials, "pinyin": spelling.full}
    await session.execute(
        insert(CannedReplyRow).values(id=id, owner_id=owner_id, uses=0, version=1, updated_by=by, **values)
    )
    return id


async def change_canned(
    session: Session, id: UUID, content: CannedContent, spelling: Spelling, owner_id: UUID | None, by: str, version: int
) -> bool:
    """Writes over the version seen; False when it is another by now."""
    values = {"title": content.title, "text": content.text, "initials": spelling.initials, "pinyin": spelling.full}
    changed = await session.execute(
        update(CannedReplyRow)
        .where(CannedReplyRow.id == id, CannedReplyRow.version == version)
        .values(owner_id=owner_id, version=version + 1, updated_by=by, updated_at=now(), **values)
        .returning(CannedReplyRow.id)
    )
    return changed.scalar_one_or_none() is not None


async def drop_canned(session: Session, id: UUID) -> None:
    """Forgets one."""
    await session.execute(text("DELETE FROM canned_reply WHERE id = :id"), {"id": id})


async def count_use(session: Session, id: UUID) -> None:
    """One more use."""
    await session.execute(text("UPDATE canned_reply SET uses = uses + 1 WHERE id = :id"), {"id": id})
