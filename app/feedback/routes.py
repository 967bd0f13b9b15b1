"""JSON routes of feedback: the customer's vote, and what became of suggested replies."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from app.accounts import Permission
from app.accounts.access import bearer_token, require
from app.feedback.schemas import RatingForm, SuggestionPairView
from app.feedback.service import FeedbackTools, list_suggestion_pairs, rate_answer
from app.kernel.errors import Unauthenticated
from app.kernel.paging import Limit, Page, id_in_cursor, page_of
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1", tags=["feedback"])
Tools = Annotated[FeedbackTools, tool(FeedbackTools)]


async def _customer_token(request: Request) -> str:
    token = bearer_token(request)
    if token is None:
        raise Unauthenticated
    return token


_customer_token.kefu_guard = "customer"  # type: ignore[attr-defined]  # read by the test that walks all routes


@router.post("/messages/{message_id}/feedback", status_code=204)
async def rate(
    message_id: UUID, form: RatingForm, tools: Tools, token: Annotated[str, Depends(_customer_token)]
) -> None:
    """The customer's opinion of an answer; again replaces."""
    await rate_answer(tools, message_id, token, form.rating, form.reasons, form.comment)


@router.get("/suggestion-pairs", dependencies=[require(Permission.FEEDBACK_CORRECTION_REVIEW)])
async def suggestion_pairs(
    tools: Tools,
    edited: bool | None = True,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[SuggestionPairView]:
    """Replies that were suggested to agents and what they sent, newest first."""
    found = await list_suggestion_pairs(tools.database, edited=edited, before=id_in_cursor(cursor), limit=limit + 1)
    return page_of(found, limit, SuggestionPairView.of, lambda one: one.message_id)
