"""JSON routes of bases: list, add, look at, change, delete."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import Invalid
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor
from app.kernel.web import tool
from app.knowledge.bases.domain import Base
from app.knowledge.bases.schemas import BaseView, ChangedBase, NewBase
from app.knowledge.bases.service import add_base, change_base, delete_base, get_base, list_bases
from app.knowledge.document_tools import DocumentTools

router = APIRouter(prefix="/api/v1/bases", tags=["bases"])
Tools = Annotated[DocumentTools, tool(DocumentTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
IfMatch = Annotated[str | None, Header(max_length=100, description='The ETag the change was made from, such as "3".')]


@router.get("", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def list_all(
    tools: Tools,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[BaseView]:
    """Every base with its counts, highest priority first."""
    found = await list_bases(tools, after=_after(cursor), limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    following = encode_cursor(str(last.settings.priority), str(last.id)) if last else None
    return Page(items=[BaseView.of(base) for base in found[:limit]], next_cursor=following)


def _after(cursor: str | None) -> tuple[int, UUID] | None:
    parts = decode_cursor(cursor, 2)
    try:
        return (int(parts[0]), UUID(parts[1])) if parts and abs(int(parts[0])) < 1_000 else None
    except ValueError:
        raise BadCursor from None


@router.post("", status_code=201)
async def create(body: NewBase, response: Response, tools: Tools, principal: Writer) -> BaseView:
    """Adds an empty base."""
    base = await add_base(tools, body.settings(), principal)
    response.headers["Location"] = f"/api/v1/bases/{base.id}"
    return _shown(base, response)


@router.get("/{base_id}", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def show(base_id: UUID, response: Response, tools: Tools) -> BaseView:
    """One base; its ETag goes into If-Match of a change."""
    return _shown(await get_base(tools, base_id), response)


@router.patch("/{base_id}")
async def change(
    base_id: UUID,
    body: ChangedBase,
    response: Response,
    tools: Tools,
    principal: Writer,
    if_match: IfMatch = None,
) -> BaseView:
    """Changes settings. With If-Match, 409 `base_changed` when somebody else was faster, with what is there now."""
    known = await get_base(tools, base_id)
    revision = _revision(if_match)
    asked = known.revision if revision is None else revision
    changed = await change_base(tools, base_id, body.over(known.settings), revision=asked, actor=principal)
    return _shown(changed, response)


def _revision(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = re.fullmatch(r'\s*"?(\d{1,9})"?\s*', if_match)
    if found is None:
        raise Invalid
    return int(found[1])


def _shown(base: Base, response: Response) -> BaseView:
    response.headers["ETag"] = f'"{base.revision}"'
    return BaseView.of(base)


@router.delete("/{base_id}", status_code=204)
async def remove(
    base_id: UUID,
    tools: Tools,
    principal: Writer,
    with_content: Annotated[bool, Query(description="Also delete the documents and FAQs in it.")] = False,
) -> None:
    """Deletes an empty base, with `with_content` a full one; else 409 `base_in_use` saying what is in it."""
    await delete_base(tools, base_id, with_content=with_content, actor=principal)
