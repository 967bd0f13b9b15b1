"""JSON routes of rollout: shadow, canary, promote, retire, roll back; live figures and the rules over them."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.clock import now
from app.kernel.paging import Limit, Page, id_in_cursor, page_of
from app.kernel.web import tool
from app.model_registry import ModelState, ModelVersion
from app.training.rollout.schemas import (
    EndpointForm,
    FiguresView,
    GuardForm,
    LiveFigures,
    Moved,
    ReasonForm,
    RolledBack,
    ServerForm,
    ShadowCount,
    ShadowView,
    ShareForm,
)
from app.training.rollout.service import (
    Move,
    change_guard,
    figures_since,
    guard_rules,
    move,
    shadow_answers,
    shadow_counts,
    take_back,
)
from app.training.rollout.serving import name_server, register_endpoint
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1/models", tags=["models"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]
Keeper = Annotated[Principal, require(Permission.MODELS_WRITE)]
reader = require(Permission.TRAINING_READ)


def _moved(version: ModelVersion) -> Moved:
    return Moved(model_id=version.id, name=version.name, state=version.state.value, share=version.share)


@router.post("", status_code=201)
async def register(form: EndpointForm, response: Response, tools: Tools, keeper: Keeper) -> Moved:
    """Registers a model at any OpenAI-compatible server, to be learnt from or tried; 409 `model_not_served` when it
    does not answer there under its name."""
    version = await register_endpoint(tools, form.name, form.url, keeper)
    response.headers["Location"] = "/api/v1/models"
    return _moved(version)


@router.post("/{model_id}/shadow")
async def shadow(model_id: UUID, form: ShareForm, tools: Tools, keeper: Keeper) -> Moved:
    """Loads the version and has it answer a share of real questions that nobody is shown."""
    return _moved(await move(tools, model_id, Move(ModelState.SHADOW, form.share, form.reason), keeper))


@router.post("/{model_id}/canary")
async def canary(model_id: UUID, form: ShareForm, tools: Tools, keeper: Keeper) -> Moved:
    """Loads the version and gives it a share of the conversations, each of which keeps its model."""
    return _moved(await move(tools, model_id, Move(ModelState.CANARY, form.share, form.reason), keeper))


@router.post("/{model_id}/promote")
async def promote(model_id: UUID, form: ReasonForm, tools: Tools, keeper: Keeper) -> Moved:
    """Makes it the live version; the one before is retired and can come back."""
    return _moved(await move(tools, model_id, Move(ModelState.LIVE, 0.0, form.reason), keeper))


@router.post("/{model_id}/retire")
async def retire(model_id: UUID, tools: Tools, keeper: Keeper) -> Moved:
    """Takes it out of service, and minutes later, when no answer of it is under way, out of memory."""
    return _moved(await move(tools, model_id, Move(ModelState.RETIRED), keeper))


@router.put("/{model_id}/server")
async def put_server(model_id: UUID, form: ServerForm, tools: Tools, keeper: Keeper) -> Moved:
    """Says where a whole model is served; 409 `model_not_served` when it does not answer there under its name."""
    return _moved(await name_server(tools, model_id, form.url, keeper))


@router.post("/roll-back")
async def roll_back(form: ReasonForm, tools: Tools, keeper: Keeper) -> RolledBack:
    """Takes the canary back, or else puts the version before in place of the live one; 409 `nothing_to_roll_back`."""
    version = await take_back(tools, keeper, form.reason)
    return RolledBack(answers_now=version.id if version else None, name=version.name if version else None)


@router.get("/figures", dependencies=[reader])
async def figures(tools: Tools, hours: Annotated[int, Query(ge=1, le=24 * 30)] = 24) -> LiveFigures:
    """What customers met of each version, side by side."""
    since: datetime = now() - timedelta(hours=hours)
    found = await figures_since(tools, since)
    counted = await shadow_counts(tools)
    return LiveFigures(
        since=since,
        items=[FiguresView.of(one) for one in found],
        shadow=[
            ShadowCount(model_id=model_id, answers=answers, failed=failed, similarity=similarity)
            for model_id, (answers, failed, similarity) in counted.items()
        ],
    )


@router.get("/guard", dependencies=[reader])
async def show_guard(tools: Tools) -> GuardForm:
    """When a version is taken back by itself."""
    return GuardForm(**(await guard_rules(tools)).as_dict())


@router.put("/guard")
async def put_guard(form: GuardForm, tools: Tools, keeper: Keeper) -> GuardForm:
    """Changes the rules; in force within seconds."""
    await change_guard(tools, form.rules(), keeper)
    return form


@router.get("/{model_id}/shadow-answers", dependencies=[reader])
async def show_shadow(
    model_id: UUID,
    tools: Tools,
    limit: Annotated[Limit, Query()] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[ShadowView]:
    """What a version would have said, beside what was said; newest first."""
    found = await shadow_answers(tools, model_id, id_in_cursor(cursor), limit + 1)
    return page_of(found, limit, ShadowView.of, lambda one: one.answer_id)
