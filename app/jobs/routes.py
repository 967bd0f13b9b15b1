"""JSON and event-stream routes of jobs."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from app.accounts import Permission
from app.accounts.access import require
from app.jobs.domain import FINAL, JobState
from app.jobs.schemas import JobView
from app.jobs.service import JobTools, cancel_job, get_job, list_jobs
from app.kernel.errors import request_locale
from app.kernel.paging import Limit, Page, id_in_cursor, page_of
from app.kernel.web import event_stream, sse, tool

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])
Tools = Annotated[JobTools, tool(JobTools)]
LOOK_EVERY_S = 0.3
COMMENT_EVERY_S = 15.0


@router.get("", dependencies=[require(Permission.JOBS_READ)])
async def list_all(
    request: Request,
    tools: Tools,
    state: Annotated[list[JobState] | None, Query()] = None,
    kind: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[JobView]:
    """Background jobs, newest first."""
    found = await list_jobs(tools.database, states=state or (), kind=kind, before=id_in_cursor(cursor), limit=limit + 1)
    locale = request_locale(request)
    return page_of(found, limit, lambda job: JobView.of(job, locale), lambda one: one.id)


@router.get("/{job_id}", dependencies=[require(Permission.JOBS_READ)])
async def show(job_id: UUID, request: Request, tools: Tools) -> JobView:
    """One job with its progress."""
    return JobView.of(await get_job(tools.database, job_id), request_locale(request))


@router.get("/{job_id}/events", dependencies=[require(Permission.JOBS_READ)])
async def follow(job_id: UUID, request: Request, tools: Tools) -> StreamingResponse:
    """`job.updated` with the whole job now and at every change, until it ends."""
    await get_job(tools.database, job_id)
    return event_stream(request, _updates(tools, job_id, request_locale(request)))


async def _updates(tools: JobTools, job_id: UUID, locale: str) -> AsyncGenerator[bytes, None]:
    """Looks at the row, which is the truth; the id is its last change in microseconds."""
    sent, quiet_s = -1, 0.0
    while True:
        job = await get_job(tools.database, job_id)
        revision = int(job.updated_at.timestamp() * 1_000_000)
        if revision != sent:
            sent, quiet_s = revision, 0.0
            yield sse("job.updated", JobView.of(job, locale).model_dump(mode="json"), revision)
        if job.state in FINAL:
            return
        if quiet_s >= COMMENT_EVERY_S:
            quiet_s = 0.0
            yield b": still here\n\n"
        await asyncio.sleep(LOOK_EVERY_S)
        quiet_s += LOOK_EVERY_S


@router.post("/{job_id}/cancel", status_code=202, dependencies=[require(Permission.JOBS_CANCEL)])
async def cancel(job_id: UUID, request: Request, tools: Tools) -> JobView:
    """Ends a waiting job at once, asks a running one to stop; 409 `job_ended` when it is over."""
    return JobView.of(await cancel_job(tools, job_id), request_locale(request))
