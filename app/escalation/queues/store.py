"""SQL of queues: groups with members and how many wait; which conversations somebody may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from app.escalation.queues.domain import DEFAULT_GROUP, Group, GroupSettings, Mode
from app.escalation.queues.tables import GroupRow, MemberRow
from app.kernel.database import Session

_WAITING = text(
    """SELECT group_id, count(*) AS n, min(queued_at) AS since FROM line_entry
    WHERE state = 'waiting' AND message_left_at IS NULL GROUP BY group_id"""
)
# Without members a group is everybody's; whoever has a conversation sees it wherever it belongs.
_HIDDEN = text(
    """SELECT e.conversation_id FROM line_entry e
    WHERE e.conversation_id = ANY(:ids) AND e.agent_id IS DISTINCT FROM :staff_id
    AND EXISTS (SELECT 1 FROM desk_group_member m WHERE m.group_id = e.group_id)
    AND NOT EXISTS (SELECT 1 FROM desk_group_member m WHERE m.group_id = e.group_id AND m.staff_id = :staff_id)"""
)
_TO_DEFAULT = text("UPDATE line_entry SET group_id = :default WHERE group_id = :id")


async def list_groups(session: Session) -> list[Group]:
    """Every group in order, the default one last."""
    rows = (await session.scalars(select(GroupRow))).all()
    members: dict[UUID, list[UUID]] = {}
    for group_id, staff_id in await session.execute(select(MemberRow.group_id, MemberRow.staff_id)):
        members.setdefault(group_id, []).append(staff_id)
    waiting = {row.group_id: (row.n, row.since) for row in await session.execute(_WAITING)}
    found = [_group(row, members.get(row.id, []), *waiting.get(row.id, (0, None))) for row in rows]
    return sorted(found, key=lambda group: (group.is_default, group.settings.position, group.settings.name))


def _group(row: GroupRow, members: Sequence[UUID], waiting: int, since: datetime | None) -> Group:
    settings = GroupSettings(
        row.name,
        Mode(row.mode),
        row.accept_within_s,
        tuple(row.languages),
        tuple(row.channels),
        tuple(row.tiers),
        row.position,
        tuple(sorted(members)),
    )
    return Group(row.id, settings, row.is_default, row.revision, waiting, since)


def _values(settings: GroupSettings) -> dict[str, Any]:
    return {
        "name": settings.name,
        "mode": settings.mode.value,
        "accept_within_s": settings.accept_within_s,
        "languages": list(settings.languages),
        "channels": list(settings.channels),
        "tiers": list(settings.tiers),
        "position": settings.position,
    }


async def add_group(session: Session, id: UUID, settings: GroupSettings, at: datetime) -> bool:
    """Adds a group; False when the name is taken."""
    statement = upsert(GroupRow).values(id=id, is_default=False, revision=1, created_at=at, **_values(settings))
    done = await session.execute(statement.on_conflict_do_nothing(index_elements=["name"]).returning(GroupRow.id))
    if done.scalar_one_or_none() is None:
        return False
    await put_members(session, id, settings.members)
    return True


async def change_group(session: Session, id: UUID, settings: GroupSettings, revision: int) -> bool | None:
    """Changes a group made from a revision: False when it is another by now, None when the name is taken."""
    statement = (
        update(GroupRow)
        .where(GroupRow.id == id, GroupRow.revision == revision)
        .values(revision=GroupRow.revision + 1, **_values(settings))
        .returning(GroupRow.id)
    )
    try:
        async with session.begin_nested():
            done = (await session.execute(statement)).scalar_one_or_none()
    except IntegrityError:
        return None
    if done is None:
        return False
    await put_members(session, id, settings.members)
    return True


async def put_members(session: Session, id: UUID, members: Sequence[UUID]) -> None:
    """Exactly these people serve in a group."""
    await session.execute(delete(MemberRow).where(MemberRow.group_id == id))
    if members:
        await session.execute(insert(MemberRow), [{"group_id": id, "staff_id": one} for one in members])


async def delete_group(session: Session, id: UUID) -> None:
    """Deletes a group; who waits in it keeps the place, in the default line."""
    await session.execute(_TO_DEFAULT, {"id": id, "default": DEFAULT_GROUP})
    await session.execute(delete(GroupRow).where(GroupRow.id == id))


async def hidden_from(session: Session, staff_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the conversations that belong to groups this person is not in."""
    return set((await session.execute(_HIDDEN, {"ids": list(ids), "staff_id": staff_id})).scalars())
