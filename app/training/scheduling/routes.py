"""JSON routes of what training does by itself."""

from typing import Annotated

from fastapi import APIRouter

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.web import tool
from app.training.scheduling.schemas import ScheduleForm, ScheduleView
from app.training.scheduling.service import change_schedule, get_schedule
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1/training", tags=["training"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]


@router.get("/schedule", dependencies=[require(Permission.TRAINING_READ)])
async def show(tools: Tools) -> ScheduleView:
    """What is on, and what came of the last night and the last week."""
    return ScheduleView.of(await get_schedule(tools))


@router.put("/schedule")
async def change(
    form: ScheduleForm, tools: Tools, author: Annotated[Principal, require(Permission.TRAINING_WRITE)]
) -> ScheduleView:
    """Switches them, from the next time on."""
    return ScheduleView.of(await change_schedule(tools, form.nightly, form.weekly, form.enough_new, author))
