"""JSON routes of the shelf: list and figures, a document's card, bulk actions, what a deletion touches, uses."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor
from app.kernel.web import tool
from app.knowledge.document_schemas import DocumentView
from app.knowledge.shelf.bulk import do_to_many
from app.knowledge.shelf.domain import Listed, Sort, Wanted
from app.knowledge.shelf.paging import before_answer, uses_page
from app.knowledge.shelf.schemas import (
    BulkForm,
    BulkItem,
    BulkResult,
    CardForm,
    FactsView,
    ImpactView,
    Started,
    UseView,
    VersionList,
    VersionView,
)
from app.knowledge.shelf.service import (
    change_card,
    deletion_impact,
    document_uses,
    list_shelf,
    look_at,
    shelf_facts,
)
from app.knowledge.shelf.tools import ShelfTools
from app.knowledge.shelf.versions import list_versions, restore_version

router = APIRouter(prefix="/api/v1/documents", tags=["documents"])
Tools = Annotated[ShelfTools, tool(ShelfTools)]
Reader = require(Permission.KNOWLEDGE_READ)
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
Status = Literal["queued", "parsing", "embedding", "ready", "failed"]
Cursor = Annotated[str | None, Query(max_length=4_000)]


async def _wanted(
    status: Annotated[list[Status] | None, Query()] = None,
    q: Annotated[str, Query(max_length=200)] = "",
    base_id: UUID | None = None,
    owner: Annotated[str | None, Query(max_length=80)] = None,
    tag: Annotated[str | None, Query(max_length=40)] = None,
    disabled: bool | None = None,
    expiring: bool = False,
    needs_review: bool = False,
) -> Wanted:
    """The filters of the query string."""
    return Wanted(
        words=q.replace("\x00", "").strip(),
        statuses=tuple(status or ()),
        base_id=base_id,
        owner=None if owner is None else owner.replace("\x00", ""),
        tag=None if tag is None else tag.replace("\x00", ""),
        disabled=disabled,
        expiring=expiring,
        needs_review=needs_review,
    )


Filters = Annotated[Wanted, Depends(_wanted)]


@router.get("", dependencies=[Reader])
async def list_all(
    request: Request,
    tools: Tools,
    wanted: Filters,
    sort: Sort = "created",
    order: Literal["asc", "desc"] = "desc",
    limit: Annotated[Limit, Query()] = 50,
    cursor: Cursor = None,
) -> Page[DocumentView]:
    """Documents with their uses of the last 30 days; `q` must occur in the title, file name, source or content."""
    found = await list_shelf(
        tools, wanted, sort=sort, rising=order == "asc", behind=_behind(cursor, sort, order), limit=limit + 1
    )
    locale = request_locale(request)
    last = found[limit - 1] if len(found) > limit else None
    following = encode_cursor(f"{sort} {order}", last.key, str(last.document.id)) if last else None
    return Page(items=[_view(one, locale) for one in found[:limit]], next_cursor=following)


def _behind(cursor: str | None, sort: str, order: str) -> tuple[str, UUID] | None:
    """The place a cursor names; one of another order is none of ours."""
    parts = decode_cursor(cursor, 3)
    if parts is None:
        return None
    if parts[0] != f"{sort} {order}":
        raise BadCursor
    try:
        return parts[1], UUID(parts[2])
    except ValueError:
        raise BadCursor from None


def _view(listed: Listed, locale: str) -> DocumentView:
    view = DocumentView.of(listed.document, locale, listed.base_name, listed.use)
    view.has_draft = listed.drafted
    return view


@router.get("/facts", dependencies=[Reader])
async def facts(tools: Tools, wanted: Filters) -> FactsView:
    """How many documents match, figures over all of them, and what can be filtered by."""
    return FactsView.of(await shelf_facts(tools, wanted))


@router.post("/bulk")
async def bulk(form: BulkForm, request: Request, tools: Tools, principal: Writer) -> BulkResult:
    """One action on many documents, each by itself: see each item for what became of it."""
    outcomes = await do_to_many(tools, form.wish(), form.document_ids, principal)
    locale = request_locale(request)
    return BulkResult(items=[BulkItem.of(outcome, locale) for outcome in outcomes])


@router.get("/{document_id}", dependencies=[Reader])
async def show(document_id: UUID, request: Request, tools: Tools) -> DocumentView:
    """One document with its state."""
    return _view(await look_at(tools, document_id), request_locale(request))


@router.patch("/{document_id}")
async def change(document_id: UUID, form: CardForm, request: Request, tools: Tools, principal: Writer) -> DocumentView:
    """Owner, tags, validity, review date."""
    await change_card(tools, document_id, form.change(), principal)
    return _view(await look_at(tools, document_id), request_locale(request))


@router.get("/{document_id}/deletion", dependencies=[Reader])
async def deletion(document_id: UUID, tools: Tools) -> ImpactView:
    """What deleting it would touch: chunks, answers that quoted it, FAQs that name it, regression questions."""
    return ImpactView.of(await deletion_impact(tools, document_id))


@router.get("/{document_id}/uses", dependencies=[Reader, require(Permission.CONVERSATIONS_READ)])
async def uses(
    document_id: UUID, tools: Tools, limit: Annotated[Limit, Query()] = 50, cursor: Cursor = None
) -> Page[UseView]:
    """The answers that quoted it, newest first."""
    found = await document_uses(tools, document_id, before_answer(cursor), limit + 1)
    return uses_page(found, limit)


@router.get("/{document_id}/versions", dependencies=[Reader])
async def versions(document_id: UUID, tools: Tools) -> VersionList:
    """Every version, and what each kept of the hand work."""
    listed = await look_at(tools, document_id)
    found = await list_versions(tools.documents, document_id)
    return VersionList(items=[VersionView.of(one) for one in found], serving=listed.document.version)


@router.post("/{document_id}/versions/{number}/restore", status_code=202)
async def restore(document_id: UUID, number: int, tools: Tools, principal: Writer) -> Started:
    """Makes the bytes of an earlier version the next one."""
    job_id = await restore_version(tools.documents, document_id, number, principal)
    return Started(document_id=document_id, job_id=job_id)
