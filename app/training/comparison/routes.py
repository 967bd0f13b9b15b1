"""JSON routes of blind comparison."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.paging import Limit, Page, id_in_cursor, page_of
from app.kernel.web import tool
from app.training.comparison.schemas import ComparisonForm, ComparisonView, NextPair, OutcomeView, PairView, VoteForm
from app.training.comparison.service import (
    close_comparison,
    list_comparisons,
    next_pair,
    open_comparison,
    outcome,
    standing,
    vote,
)
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1", tags=["models"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]
Opener = Annotated[Principal, require(Permission.TRAINING_WRITE)]
Judge = Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_PROPOSE)]


@router.post("/comparisons", status_code=201)
async def begin(form: ComparisonForm, response: Response, tools: Tools, author: Opener) -> ComparisonView:
    """Opens a blind comparison of what a candidate and the live model said when they were judged."""
    made = await open_comparison(tools, form.evaluation_id, form.questions, form.people, author)
    response.headers["Location"] = f"/api/v1/comparisons/{made.id}"
    return ComparisonView.of(await standing(tools, made.id, author))


@router.get("/comparisons")
async def show_comparisons(
    tools: Tools,
    viewer: Judge,
    evaluation_id: UUID | None = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[ComparisonView]:
    """Comparisons, newest first."""
    found = await list_comparisons(tools, id_in_cursor(cursor), limit + 1, evaluation_id, viewer)
    return page_of(found, limit, ComparisonView.of, lambda one: one.comparison.id)


@router.get("/comparisons/{comparison_id}")
async def show_comparison(comparison_id: UUID, tools: Tools, viewer: Judge) -> ComparisonView:
    """One comparison."""
    return ComparisonView.of(await standing(tools, comparison_id, viewer))


@router.get("/comparisons/{comparison_id}/next")
async def show_next(comparison_id: UUID, tools: Tools, viewer: Judge) -> NextPair:
    """The next two answers you have not judged, in an order of your own."""
    pair = await next_pair(tools, comparison_id, viewer)
    return NextPair(pair=PairView.of(pair) if pair else None)


@router.post("/comparisons/{comparison_id}/votes", status_code=204)
async def cast(comparison_id: UUID, form: VoteForm, tools: Tools, viewer: Judge) -> None:
    """Says which is better; again replaces your word; 409 `comparison_closed` when it is over."""
    await vote(tools, comparison_id, form.word(), viewer)


@router.get("/comparisons/{comparison_id}/result")
async def show_result(comparison_id: UUID, tools: Tools, viewer: Judge) -> OutcomeView:
    """Who won; 409 `result_covered` while it is open and you have questions left."""
    return OutcomeView.of(*await outcome(tools, comparison_id, viewer))


@router.post("/comparisons/{comparison_id}/close")
async def end(comparison_id: UUID, tools: Tools, author: Opener) -> OutcomeView:
    """Ends the voting and tells the gate."""
    await close_comparison(tools, comparison_id, author)
    return OutcomeView.of(*await outcome(tools, comparison_id, author))
