"""JSON routes of teaching: who can teach, what an order would take, order it, and see what came of it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.paging import Limit, Page, id_in_cursor, page_of
from app.kernel.web import tool
from app.training.teaching.schemas import DistilForm, DistillationView, ExpectedView, TeacherList, TeacherView
from app.training.teaching.service import expect, get_distillation, list_distillations, start_distillation
from app.training.teaching.teachers import list_teachers
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1/datasets", tags=["training"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]
reader = require(Permission.TRAINING_READ)
ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"description": "Queued; the job tells how far it is."}}


@router.get("/teachers", dependencies=[reader])
async def show_teachers(tools: Tools) -> TeacherList:
    """Models whose answers a small one may learn: the one in `KEFU_TEACHER_URL`, registered versions, the server's."""
    return TeacherList(items=[TeacherView.of(one) for one in await list_teachers(tools)])


@router.post("/distillations/estimate", dependencies=[reader])
async def show_expected(form: DistilForm, tools: Tools) -> ExpectedView:
    """What an order would take: questions, tokens, cost and time; 409 `no_teacher`, `nothing_to_learn`."""
    return ExpectedView.of(await expect(tools, form.order()))


@router.post("/distillations", status_code=202, responses=ACCEPTED)
async def distil(
    form: DistilForm, response: Response, tools: Tools, author: Annotated[Principal, require(Permission.TRAINING_WRITE)]
) -> DistillationView:
    """Has a big model answer approved questions in the background; what it says well becomes a version of the dataset
    `distilled`, marked as synthetic."""
    made = await start_distillation(tools, form.order(), author)
    response.headers["Location"] = f"/api/v1/datasets/distillations/{made.id}"
    return DistillationView.of(made)


@router.get("/distillations", dependencies=[reader])
async def show_distillations(
    tools: Tools,
    limit: Annotated[Limit, Query()] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[DistillationView]:
    """Orders, newest first."""
    found = await list_distillations(tools, id_in_cursor(cursor), limit + 1)
    return page_of(found, limit, DistillationView.of, lambda one: one.id)


@router.get("/distillations/{distillation_id}", dependencies=[reader])
async def show_distillation(distillation_id: UUID, tools: Tools) -> DistillationView:
    """One order, with its version once there is one."""
    return DistillationView.of(await get_distillation(tools, distillation_id))
