"""JSON routes of FAQs: add, change, delete, list, import."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor
from app.kernel.web import tool
from app.knowledge.errors import FaqFileUnreadable
from app.knowledge.faq_import import import_faqs, read_drafts
from app.knowledge.faq_schemas import ChangedFaq, CreatedFaq, FaqView, ImportReportView, NewFaq
from app.knowledge.faqs import add_faq, change_faq, delete_faq, get_faq, list_faqs
from app.knowledge.tools import FaqTools

router = APIRouter(prefix="/api/v1/faqs", tags=["knowledge"])
Tools = Annotated[FaqTools, tool(FaqTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
IMPORT_LIMIT = 20 * 1024 * 1024


@router.post("", status_code=201)
async def create(body: NewFaq, response: Response, tools: Tools, principal: Writer) -> CreatedFaq:
    """Adds an FAQ; it is found and answered with at once."""
    faq_id = await add_faq(tools.search, body.questions, body.answer, body.base_id, body.tags, principal)
    response.headers["Location"] = f"/api/v1/faqs/{faq_id}"
    return CreatedFaq(faq_id=faq_id)


@router.post("/import")
async def import_file(
    request: Request,
    tools: Tools,
    principal: Writer,
    file: Annotated[UploadFile, File()],
    base_id: Annotated[UUID | None, Form()] = None,
    dry_run: Annotated[bool, Query()] = False,
) -> ImportReportView:
    """Imports CSV, XLSX or JSON lines with the columns question, answer and, if wanted, similar_questions and tags."""
    data = await file.read(IMPORT_LIMIT + 1)
    if len(data) > IMPORT_LIMIT:
        raise FaqFileUnreadable
    name = file.filename or ""
    drafts = await read_drafts(name, data, tools.sheets)
    report = await import_faqs(tools.search, drafts, base_id, principal, source=name[:200], dry_run=dry_run)
    return ImportReportView.of(report, dry_run, request_locale(request))


@router.get("", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def list_all(
    tools: Tools,
    q: Annotated[str, Query(max_length=200)] = "",
    base_id: UUID | None = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[FaqView]:
    """FAQs, newest first; `q` must occur in a question or the answer."""
    words = q.replace("\x00", "").strip()
    found = await list_faqs(tools.search, base_id=base_id, words=words, before=_before(cursor), limit=limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    return Page(items=[FaqView.of(faq) for faq in found[:limit]], next_cursor=following)


def _before(cursor: str | None) -> UUID | None:
    parts = decode_cursor(cursor, 1)
    try:
        return UUID(parts[0]) if parts else None
    except ValueError:
        raise BadCursor from None


@router.get("/{faq_id}", dependencies=[require(Permission.KNOWLEDGE_READ)])
async def show(faq_id: UUID, tools: Tools) -> FaqView:
    """One FAQ."""
    return FaqView.of(await get_faq(tools.search, faq_id))


@router.put("/{faq_id}")
async def change(faq_id: UUID, body: ChangedFaq, tools: Tools, principal: Writer) -> FaqView:
    """Replaces questions, answer and tags."""
    await change_faq(tools.search, faq_id, body.questions, body.answer, body.tags, principal)
    return FaqView.of(await get_faq(tools.search, faq_id))


@router.delete("/{faq_id}", status_code=204)
async def remove(faq_id: UUID, tools: Tools, principal: Writer) -> None:
    """Takes it out of search at once."""
    await delete_faq(tools.search, faq_id, principal)
