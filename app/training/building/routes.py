"""JSON routes of dataset builds: order the next version, and see what came of it."""

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.web import tool
from app.kernel.wire import Wire
from app.training.building.service import get_build, start_build
from app.training.building.store import Build
from app.training.collect import DOCUMENTS
from app.training.schemas import DatasetForm
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1", tags=["training"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]
Teacher = Annotated[Principal, require(Permission.TRAINING_WRITE)]
ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"description": "Queued; the job tells how far it is."}}


class BuildView(Wire):
    """An order for a version. dataset_id: what came of it; its job tells how far it is, and why it failed."""

    build_id: UUID
    job_id: UUID
    name: str
    dataset_id: UUID | None

    @classmethod
    def of(cls, build: Build) -> Self:
        """The order as the contract shows it."""
        return cls(build_id=build.id, job_id=build.job_id, name=build.name, dataset_id=build.dataset_id)


@router.post("/datasets", status_code=202, responses=ACCEPTED)
async def build(
    form: DatasetForm,
    response: Response,
    tools: Tools,
    author: Teacher,
) -> BuildView:
    """Builds the next version of what has been reviewed in the background; unchanged content is the version there is.

    The job fails with `nothing_to_learn` when nothing has been reviewed.
    """
    return await _ordered(tools, form.name, response, author)


@router.post("/datasets/documents", status_code=202, responses=ACCEPTED)
async def build_of_documents(response: Response, tools: Tools, author: Teacher) -> BuildView:
    """Builds the next version of the text of public documents in the background, for the stage `pretrain`."""
    return await _ordered(tools, DOCUMENTS, response, author)


async def _ordered(tools: TrainingTools, name: str, response: Response, author: Principal) -> BuildView:
    made = await start_build(tools, name, author)
    response.headers["Location"] = f"/api/v1/datasets/builds/{made.id}"
    return BuildView.of(made)


@router.get("/datasets/builds/{build_id}", dependencies=[require(Permission.TRAINING_READ)])
async def show_build(build_id: UUID, tools: Tools) -> BuildView:
    """One order, with its version once there is one."""
    return BuildView.of(await get_build(tools, build_id))
