"""JSON routes of judging: evaluate a candidate, read what came of it, set the gate."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor, id_in_cursor, page_of
from app.kernel.web import tool
from app.training.judging.domain import Kind
from app.training.judging.schemas import EvaluationView, GateForm, JudgedRowView
from app.training.judging.service import (
    JudgingTools,
    change_gate,
    gate_rules,
    get_evaluation,
    list_evaluations,
    list_rows,
    start_judging,
)

router = APIRouter(prefix="/api/v1", tags=["models"])
Tools = Annotated[JudgingTools, tool(JudgingTools)]
Judge = Annotated[Principal, require(Permission.TRAINING_WRITE)]
reader = require(Permission.TRAINING_READ)
PageLimit = Annotated[Limit, Query()]
Cursor = Annotated[str | None, Query(max_length=200)]


@router.get("/models/gate", dependencies=[reader])
async def show_gate(tools: Tools) -> GateForm:
    """The gate's rules."""
    return GateForm(**(await gate_rules(tools.training)).as_dict())


@router.put("/models/gate")
async def put_gate(
    form: GateForm, tools: Tools, author: Annotated[Principal, require(Permission.MODELS_WRITE)]
) -> GateForm:
    """Changes them, for evaluations from now on."""
    await change_gate(tools.training, form.rules(), author)
    return form


@router.post("/models/{model_id}/evaluations", status_code=202)
async def judge(model_id: UUID, request: Request, response: Response, tools: Tools, author: Judge) -> EvaluationView:
    """Asks the model and the live one every question, in the background, and lets the gate speak."""
    made = await start_judging(tools, model_id, author)
    response.headers["Location"] = f"/api/v1/models/evaluations/{made.id}"
    return EvaluationView.of(made, request_locale(request))


@router.get("/models/evaluations", dependencies=[reader])
async def show_evaluations(
    request: Request, tools: Tools, model_id: UUID | None = None, limit: PageLimit = 20, cursor: Cursor = None
) -> Page[EvaluationView]:
    """Evaluations, newest first."""
    found = await list_evaluations(tools.training, model_id, id_in_cursor(cursor), limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    locale = request_locale(request)
    return Page(items=[EvaluationView.of(one, locale) for one in found[:limit]], next_cursor=following)


@router.get("/models/evaluations/{evaluation_id}", dependencies=[reader])
async def show_evaluation(evaluation_id: UUID, request: Request, tools: Tools) -> EvaluationView:
    """One evaluation."""
    return EvaluationView.of(await get_evaluation(tools.training, evaluation_id), request_locale(request))


@router.get("/models/evaluations/{evaluation_id}/rows", dependencies=[reader])
async def show_rows(
    evaluation_id: UUID, tools: Tools, kind: Kind | None = None, limit: PageLimit = 50, cursor: Cursor = None
) -> Page[JudgedRowView]:
    """Its questions with what both models said."""
    parts = decode_cursor(cursor, 1)
    if parts and not parts[0].isdecimal():
        raise BadCursor
    found = await list_rows(tools.training, evaluation_id, kind, int(parts[0]) if parts else 0, limit + 1)
    return page_of(found, limit, JudgedRowView.of, lambda one: one.place)
