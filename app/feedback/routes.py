"""JSON routes of feedback: the customer's vote; corrections proposed, listed and reviewed by staff."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from app.accounts import Permission, Principal
from app.accounts.access import bearer_token, require
from app.feedback.domain import CorrectionState, Review
from app.feedback.schemas import AcceptForm, CorrectionView, ProposalForm, RatingForm, RejectForm
from app.feedback.service import (
    FeedbackTools,
    get_correction,
    list_corrections,
    propose_correction,
    rate_answer,
    review_correction,
)
from app.kernel.errors import Unauthenticated
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1", tags=["feedback"])
Tools = Annotated[FeedbackTools, tool(FeedbackTools)]
Reviewer = Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_REVIEW)]


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


@router.post("/corrections", status_code=201, responses={200: {"description": "The open proposal got the new text."}})
async def propose(
    form: ProposalForm,
    response: Response,
    tools: Tools,
    author: Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_PROPOSE)],
) -> CorrectionView:
    """Writes the right answer under a bot answer; a second proposal for the same answer replaces the text."""
    correction, is_new = await propose_correction(tools, form.message_id, form.text, author)
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/api/v1/corrections/{correction.id}"
    return CorrectionView.of(correction)


@router.get("/corrections", dependencies=[require(Permission.FEEDBACK_CORRECTION_PROPOSE)])
async def list_all(
    tools: Tools,
    state: CorrectionState | None = None,
    conversation_id: UUID | None = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[CorrectionView]:
    """Corrections, newest first."""
    parts = decode_cursor(cursor, 1)
    try:
        before = UUID(parts[0]) if parts else None
    except ValueError:
        raise BadCursor from None
    found = await list_corrections(
        tools.database, state=state, conversation_id=conversation_id, before=before, limit=limit + 1
    )
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    return Page(items=[CorrectionView.of(one) for one in found[:limit]], next_cursor=following)


@router.get("/corrections/{correction_id}", dependencies=[require(Permission.FEEDBACK_CORRECTION_PROPOSE)])
async def show(correction_id: UUID, tools: Tools) -> CorrectionView:
    """One correction."""
    return CorrectionView.of(await get_correction(tools.database, correction_id))


@router.post("/corrections/{correction_id}/accept")
async def accept(correction_id: UUID, form: AcceptForm, tools: Tools, reviewer: Reviewer) -> CorrectionView:
    """Makes the correction something to learn from, perhaps with an edited text."""
    word = Review(CorrectionState.ACCEPTED, form.text, form.note)
    return CorrectionView.of(await review_correction(tools, correction_id, word, reviewer))


@router.post("/corrections/{correction_id}/reject")
async def reject(correction_id: UUID, form: RejectForm, tools: Tools, reviewer: Reviewer) -> CorrectionView:
    """Sets the correction aside."""
    word = Review(CorrectionState.REJECTED, None, form.note)
    return CorrectionView.of(await review_correction(tools, correction_id, word, reviewer))
