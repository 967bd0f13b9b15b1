"""JSON routes of sources: make, change, delete, try, start, and the report of a run."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor, id_in_cursor
from app.kernel.web import tool
from app.knowledge.feeds.domain import Outcome
from app.knowledge.feeds.errors import FeedChanged
from app.knowledge.feeds.preview import preview
from app.knowledge.feeds.schemas import (
    CreatedSource,
    EntryView,
    PreviewView,
    RunView,
    SourceChange,
    SourceForm,
    SourceView,
    StartedSync,
)
from app.knowledge.feeds.service import (
    change_feed,
    checked_address,
    create_feed,
    delete_feed,
    get_feed,
    get_run,
    list_entries,
    list_feeds,
    list_runs,
    start_sync,
)
from app.knowledge.feeds.tools import FeedTools

router = APIRouter(prefix="/api/v1/sources", tags=["sources"])
Tools = Annotated[FeedTools, tool(FeedTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
reader = require(Permission.KNOWLEDGE_READ)
PageLimit = Annotated[Limit, Query()]
Cursor = Annotated[str | None, Query(max_length=200)]


@router.get("", dependencies=[reader])
async def list_all(request: Request, tools: Tools, limit: PageLimit = 50, cursor: Cursor = None) -> Page[SourceView]:
    """Sources, newest first, each with its newest run."""
    found = await list_feeds(tools, id_in_cursor(cursor), limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    locale = request_locale(request)
    return Page(items=[SourceView.of(feed, locale) for feed in found[:limit]], next_cursor=following)


@router.post("", status_code=201)
async def create(form: SourceForm, request: Request, response: Response, tools: Tools, actor: Writer) -> CreatedSource:
    """Makes a source; nothing is fetched before its first run."""
    feed = await create_feed(tools, form.values(checked_address(tools, form.kind, form.address)), actor)
    response.headers["Location"] = f"/api/v1/sources/{feed.id}"
    return CreatedSource(source_id=feed.id, source=SourceView.of(feed, request_locale(request)))


@router.post("/preview", dependencies=[require(Permission.KNOWLEDGE_WRITE)])
async def try_it(form: SourceForm, request: Request, tools: Tools) -> PreviewView:
    """What a run would find, looked up now; nothing is written."""
    values = form.values(checked_address(tools, form.kind, form.address))
    return PreviewView.of(await preview(tools, values), request_locale(request))


@router.get("/{source_id}", dependencies=[reader])
async def show(source_id: UUID, request: Request, tools: Tools) -> SourceView:
    """One source."""
    return SourceView.of(await get_feed(tools, source_id), request_locale(request))


@router.put("/{source_id}")
async def change(source_id: UUID, form: SourceChange, request: Request, tools: Tools, actor: Writer) -> SourceView:
    """Changes the version that was looked at; 409 `feed_changed` carries what somebody else made of it meanwhile."""
    locale = request_locale(request)
    values = form.values(checked_address(tools, form.kind, form.address))
    try:
        return SourceView.of(await change_feed(tools, source_id, form.version, values, actor), locale)
    except FeedChanged as error:
        raise await _with_present(tools, source_id, locale, error) from None


async def _with_present(tools: FeedTools, source_id: UUID, locale: str, error: FeedChanged) -> FeedChanged:
    present = SourceView.of(await get_feed(tools, source_id), locale)
    error.extra["present"] = present.model_dump(mode="json")
    return error


@router.delete("/{source_id}", status_code=204)
async def delete(
    source_id: UUID, request: Request, tools: Tools, actor: Writer, version: Annotated[int, Query(ge=1)]
) -> None:
    """Forgets the version that was looked at, and stops its run; the documents stay."""
    try:
        await delete_feed(tools, source_id, version, actor)
    except FeedChanged as error:
        raise await _with_present(tools, source_id, request_locale(request), error) from None


@router.post("/{source_id}/sync", status_code=202)
async def sync(source_id: UUID, response: Response, tools: Tools, actor: Writer) -> StartedSync:
    """Reads the source in the background; 409 `feed_running` while it is being read."""
    run = await start_sync(tools, source_id, actor)
    response.headers["Location"] = f"/api/v1/sources/{source_id}/runs/{run.id}"
    return StartedSync(run_id=run.id, job_id=run.job_id)


@router.get("/{source_id}/runs", dependencies=[reader])
async def show_runs(
    source_id: UUID, request: Request, tools: Tools, limit: PageLimit = 20, cursor: Cursor = None
) -> Page[RunView]:
    """The runs of a source, newest first; the last thirty are kept."""
    found = await list_runs(tools, source_id, id_in_cursor(cursor), limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    locale = request_locale(request)
    return Page(items=[RunView.of(run, locale) for run in found[:limit]], next_cursor=following)


@router.get("/{source_id}/runs/{run_id}", dependencies=[reader])
async def show_run(source_id: UUID, run_id: UUID, request: Request, tools: Tools) -> RunView:
    """One run."""
    return RunView.of(await get_run(tools, source_id, run_id), request_locale(request))


@router.get("/{source_id}/runs/{run_id}/entries", dependencies=[reader])
async def show_entries(
    source_id: UUID,
    run_id: UUID,
    request: Request,
    tools: Tools,
    outcome: Annotated[list[Outcome] | None, Query()] = None,
    limit: PageLimit = 50,
    cursor: Cursor = None,
) -> Page[EntryView]:
    """The report: every address with how it ended and why."""
    outcomes = [one.value for one in outcome or ()]
    found = await list_entries(tools, source_id, run_id, outcomes, _after(cursor), limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    locale = request_locale(request)
    return Page(items=[EntryView.of(entry, locale) for entry in found[:limit]], next_cursor=following)


def _after(cursor: str | None) -> int:
    parts = decode_cursor(cursor, 1)
    if not parts:
        return 0
    if not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > 18:
        raise BadCursor
    return int(parts[0])
