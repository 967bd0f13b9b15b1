"""The JSON route of bulk actions on FAQs."""

from typing import Annotated

from fastapi import APIRouter, Request

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.web import tool
from app.knowledge.faq_bulk.schemas import FaqBulkForm, FaqBulkItem, FaqBulkResult
from app.knowledge.faq_bulk.service import do_to_many
from app.knowledge.tools import FaqTools

router = APIRouter(prefix="/api/v1/faqs", tags=["knowledge"])
Tools = Annotated[FaqTools, tool(FaqTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]


@router.post("/bulk")
async def bulk(form: FaqBulkForm, request: Request, tools: Tools, principal: Writer) -> FaqBulkResult:
    """One action on many FAQs, each by itself: see each item for what became of it."""
    outcomes = await do_to_many(tools.search, form.wish(), form.faq_ids, principal)
    locale = request_locale(request)
    return FaqBulkResult(items=[FaqBulkItem.of(outcome, locale) for outcome in outcomes])
