"""JSON routes of queues: list, make, change, delete."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.escalation.assignment.giving_out import go_on
from app.escalation.queues import service
from app.escalation.queues.domain import DEFAULT_GROUP, Group
from app.escalation.queues.schemas import DefaultQueueForm, QueueForm, QueueView
from app.escalation.tools import EscalationTools
from app.kernel.errors import Invalid
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/queues", tags=["queues"])
Tools = Annotated[EscalationTools, tool(EscalationTools)]
Supervisor = Annotated[Principal, require(Permission.DESK_SUPERVISE)]
IfMatch = Annotated[str | None, Header(max_length=100, description='The ETag the change was made from, such as "3".')]


@router.get("", dependencies=[require(Permission.DESK_SERVE)])
async def list_all(tools: Tools) -> list[QueueView]:
    """Every group in order, the default one, which takes what no other does, last."""
    async with tools.database.reading() as session:
        return [QueueView.of(group) for group in await service.list_groups(session)]


@router.post("", status_code=201)
async def create(response: Response, tools: Tools, principal: Supervisor, form: QueueForm) -> QueueView:
    """Adds a group; 409 `queue_name_taken`, 422 `unknown_member`."""
    group = await service.add_group(tools.database, form.settings(), principal)
    response.headers["Location"] = f"/api/v1/queues/{group.id}"
    return _shown(group, response)


@router.get("/{queue_id}", dependencies=[require(Permission.DESK_SERVE)])
async def show(queue_id: UUID, response: Response, tools: Tools) -> QueueView:
    """One group; its ETag goes into If-Match of a change."""
    async with tools.database.reading() as session:
        return _shown(await service.get_group(session, queue_id), response)


@router.put("/{queue_id}")
async def change(
    queue_id: UUID,
    response: Response,
    tools: Tools,
    principal: Supervisor,
    form: DefaultQueueForm,
    if_match: IfMatch = None,
) -> QueueView:
    """Changes a group, which may let somebody be served. With If-Match, 409 `queue_changed` when it is another by now.

    The default group has no name of its own; every other needs one.
    """
    if (queue_id == DEFAULT_GROUP) != (not form.name.strip()):
        raise Invalid
    revision = _revision(if_match)
    if revision is None:
        async with tools.database.reading() as session:
            revision = (await service.get_group(session, queue_id)).revision
    group = await service.change_group(tools.database, queue_id, form.settings(), revision=revision, actor=principal)
    await go_on(tools)
    return _shown(group, response)


@router.delete("/{queue_id}", status_code=204)
async def remove(queue_id: UUID, tools: Tools, principal: Supervisor) -> None:
    """Deletes a group; who waits in it keeps the place, in the default line. 409 `default_queue_stays`."""
    await service.delete_group(tools.database, queue_id, principal)
    await go_on(tools)


def _revision(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = re.fullmatch(r'\s*"?(\d{1,9})"?\s*', if_match)
    if found is None:
        raise Invalid
    return int(found[1])


def _shown(group: Group, response: Response) -> QueueView:
    response.headers["ETag"] = f'"{group.revision}"'
    return QueueView.of(group)
