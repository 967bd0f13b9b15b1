"""JSON routes of gaps: counted, with examples, drafted, ignored, merged and split."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.feedback.corrections.schemas import CorrectionView
from app.feedback.corrections.service import get_correction
from app.feedback.gaps import service
from app.feedback.gaps.domain import DAYS
from app.feedback.gaps.draft import draft_gap
from app.feedback.gaps.schemas import (
    ExampleView,
    GapAfter,
    GapCounts,
    GapDetail,
    GapVersion,
    GapView,
    GroupingView,
    IgnoreForm,
    MergeForm,
    RenameForm,
    SplitForm,
)
from app.feedback.gaps.tools import GapTools
from app.feedback.gaps.work import tend_gaps
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/gaps", tags=["feedback"])
Tools = Annotated[GapTools, tool(GapTools)]
Reviewer = Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_REVIEW)]
READ = require(Permission.FEEDBACK_CORRECTION_REVIEW)
Tab = Literal["waiting", "in_review", "published", "ignored"]
MOST_OFFSET = 100_000


def _window(days: int) -> int:
    if days not in DAYS:
        raise ValueError("7, 14, 30 or 90 days")
    return days


Days = Annotated[int, AfterValidator(_window)]


@router.get("", dependencies=[READ])
async def list_all(
    tools: Tools,
    tab: Tab = "waiting",
    days: Days = 14,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[GapView]:
    """Gaps that people met with in the window, those of most people first."""
    parts = decode_cursor(cursor, 1)
    if parts and not (parts[0].isdigit() and int(parts[0]) <= MOST_OFFSET):
        raise BadCursor
    offset = int(parts[0]) if parts else 0
    found = await service.list_gaps(tools.database, tab, days, offset, limit + 1)
    following = encode_cursor(str(offset + limit)) if len(found) > limit else None
    return Page(items=[GapView.of(one) for one in found[:limit]], next_cursor=following)


@router.get("/counts", dependencies=[READ])
async def counts(tools: Tools) -> GapCounts:
    """How many gaps are under each tab."""
    return GapCounts(**await service.count_tabs(tools.database))


@router.post("/group", status_code=202, dependencies=[READ])
async def group_now(tools: Tools) -> GroupingView:
    """Groups what has failed since the last time, now instead of within a minute."""
    return GroupingView(job_id=await tend_gaps(tools))


@router.get("/{gap_id}", dependencies=[READ])
async def show(gap_id: UUID, tools: Tools, days: Days = 14) -> GapDetail:
    """One gap with its newest questions and what was drafted for it."""
    counted, examples = await service.get_gap(tools.database, gap_id, days)
    drafted = counted.gap.correction_id
    correction = await get_correction(tools.database, drafted) if drafted else None
    return GapDetail(
        gap=GapView.of(counted),
        examples=[ExampleView.of(one) for one in examples],
        correction=CorrectionView.of(correction) if correction else None,
    )


@router.post("/{gap_id}/draft", status_code=201)
async def draft(gap_id: UUID, response: Response, tools: Tools, author: Reviewer) -> CorrectionView:
    """Drafts an FAQ from what customers asked, what people replied, and the nearest passages."""
    made = await draft_gap(tools, gap_id, author)
    response.headers["Location"] = f"/api/v1/corrections/{made.id}"
    return CorrectionView.of(made)


@router.post("/{gap_id}/ignore")
async def ignore(gap_id: UUID, form: IgnoreForm, tools: Tools, actor: Reviewer) -> GapAfter:
    """Nobody will answer this, for a reason."""
    return GapAfter.of(await service.ignore_gap(tools, gap_id, form.reason, form.version, actor))


@router.post("/{gap_id}/reopen")
async def reopen(gap_id: UUID, form: GapVersion, tools: Tools, actor: Reviewer) -> GapAfter:
    """It is to be answered after all."""
    return GapAfter.of(await service.reopen_gap(tools, gap_id, form.version, actor))


@router.post("/{gap_id}/rename")
async def rename(gap_id: UUID, form: RenameForm, tools: Tools, actor: Reviewer) -> GapAfter:
    """Another title."""
    return GapAfter.of(await service.rename_gap(tools, gap_id, form.title.strip(), form.version, actor))


@router.post("/{gap_id}/merge")
async def merge(gap_id: UUID, form: MergeForm, tools: Tools, actor: Reviewer) -> GapAfter:
    """All its questions go over to another gap; answers with that one."""
    return GapAfter.of(await service.merge_gaps(tools, gap_id, form.into, form.version, actor))


@router.post("/{gap_id}/split", status_code=201)
async def split(gap_id: UUID, form: SplitForm, response: Response, tools: Tools, actor: Reviewer) -> GapAfter:
    """Some of its wordings become a gap of their own; answers with the new one."""
    made = await service.split_gap(tools, gap_id, form.question_ids, form.version, actor)
    response.headers["Location"] = f"/api/v1/gaps/{made.id}"
    return GapAfter.of(made)
