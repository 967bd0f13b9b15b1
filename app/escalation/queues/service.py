"""What can be done with groups: list, make, change and delete them; and who may see which conversation."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.accounts import Permission, Principal, list_staff, may, record_audit
from app.escalation.queues import store
from app.escalation.queues.domain import Group, GroupSettings
from app.escalation.queues.errors import DefaultQueueStays, QueueChanged, QueueNameTaken, UnknownMember
from app.kernel.clock import now
from app.kernel.database import Database, Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id


async def list_groups(session: Session) -> list[Group]:
    """Every group with its members' names and how many wait, the default one last."""
    names = {one.id: one.name for one in await list_staff(session)}
    return [
        replace(group, member_names={id: names.get(id, "") for id in group.settings.members})
        for group in await store.list_groups(session)
    ]


async def get_group(session: Session, group_id: UUID) -> Group:
    """One group. Raises NotFound."""
    found = next((group for group in await list_groups(session) if group.id == group_id), None)
    if found is None:
        raise NotFound
    return found


async def add_group(database: Database, settings: GroupSettings, actor: Principal) -> Group:
    """A new group. Raises QueueNameTaken, UnknownMember."""
    group_id = new_id()
    async with database.transaction() as session:
        await _check_members(session, settings)
        if not await store.add_group(session, group_id, settings, now()):
            raise QueueNameTaken(name=settings.name)
        await record_audit(session, actor, "queue.create", str(group_id), name=settings.name)
        return await get_group(session, group_id)


async def change_group(
    database: Database, group_id: UUID, settings: GroupSettings, *, revision: int, actor: Principal
) -> Group:
    """Changes a group as it was at a revision. Raises NotFound, QueueChanged, QueueNameTaken, UnknownMember."""
    async with database.transaction() as session:
        before = await get_group(session, group_id)
        await _check_members(session, settings)
        done = await store.change_group(session, group_id, settings, revision)
        if done is None:
            raise QueueNameTaken(name=settings.name)
        if not done:
            raise QueueChanged(extra={"revision": before.revision})
        changed = {
            name: [getattr(before.settings, name), value]
            for name, value in vars(settings).items()
            if getattr(before.settings, name) != value
        }
        await record_audit(session, actor, "queue.change", str(group_id), **changed)
        return await get_group(session, group_id)


async def delete_group(database: Database, group_id: UUID, actor: Principal) -> None:
    """Deletes a group; who waits in it goes on waiting in the default line. Raises NotFound, DefaultQueueStays."""
    async with database.transaction() as session:
        group = await get_group(session, group_id)
        if group.is_default:
            raise DefaultQueueStays
        await store.delete_group(session, group_id)
        await record_audit(session, actor, "queue.delete", str(group_id), name=group.settings.name)


async def _check_members(session: Session, settings: GroupSettings) -> None:
    may_serve = {one.id for one in await list_staff(session) if may(one.role, Permission.DESK_SERVE)}
    if not set(settings.members) <= may_serve:
        raise UnknownMember


async def visible(session: Session, principal: Principal, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the conversations somebody of the staff may see: all but those of groups they are not in."""
    if principal.may(Permission.DESK_SUPERVISE) or not ids:
        return set(ids)
    return set(ids) - await store.hidden_from(session, principal.id, ids)
