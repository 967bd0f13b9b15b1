"""JSON and file routes of the guard: settings, versions, a box to try a text, the bank, words in and out."""

from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.answering.guard import service
from app.answering.guard.book import GuardBook
from app.answering.guard.domain import Expects
from app.answering.guard.errors import GuardTooLarge
from app.answering.guard.schemas import (
    BankRowView,
    BankView,
    GuardView,
    RollBack,
    SaveBody,
    SettingsBody,
    SpanView,
    TestBody,
    TestView,
    VersionList,
    VersionView,
    WordBody,
    WordsReport,
)
from app.answering.guard.service import GuardTools
from app.kernel.errors import request_locale
from app.kernel.personal import find_personal, mask_personal
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/guard", tags=["answering"])
Tools = Annotated[GuardTools, tool(GuardTools)]
Writer = Annotated[Principal, require(Permission.ANSWERING_GUARD_WRITE)]
READ = require(Permission.ANSWERING_GUARD_READ)
FILE_LIMIT = 2 * 1024 * 1024


@router.get("", dependencies=[READ])
async def show(tools: Tools) -> GuardView:
    """Words, allowed phrases and hosts, what an attempt leads to, and the bank."""
    return GuardView.of(await service.current_guard(tools))


@router.put("")
async def save(body: SaveBody, tools: Tools, principal: Writer) -> GuardView:
    """In force for every message from now on; 409 `guard_changed` when somebody else saved since."""
    return GuardView.of(await service.save_guard(tools, body.settings.settings(), body.seen, principal))


@router.get("/versions", dependencies=[READ])
async def versions(tools: Tools) -> VersionList:
    """Who changed the guard when."""
    return VersionList(items=[VersionView.of(one) for one in await service.guard_versions(tools)])


@router.post("/rollback")
async def roll_back(body: RollBack, tools: Tools, principal: Writer) -> GuardView:
    """An earlier version's settings again, as a new version."""
    return GuardView.of(await service.roll_back_guard(tools, body.to, body.seen, principal))


@router.post("/test", dependencies=[READ])
async def test(body: TestBody, request: Request, tools: Tools) -> TestView:
    """What becomes of a text; nothing of it is kept or logged."""
    if body.settings is None:
        book = await service.load_guard(tools.database)
    else:
        book = GuardBook(body.settings.settings().tidy())
    began = perf_counter()
    verdict = book.judge(body.text)
    ms = round((perf_counter() - began) * 1000, 3)
    personal = [
        SpanView(start=one.start, end=one.end, kind="personal", what=one.kind.value, action="mask")
        for one in find_personal(body.text)
    ]
    return TestView.of(verdict, personal, mask_personal(verdict.text, request_locale(request)), ms)


@router.post("/bank/check", dependencies=[READ])
async def check_bank(body: SettingsBody) -> BankView:
    """The bank through words, patterns and its own refusals; those that do not do as expected are listed."""
    rows = service.check_bank(body.settings().tidy())
    refuse = [row for row in rows if row.banked.expects is Expects.REFUSE]
    answer = [row for row in rows if row.banked.expects is Expects.ANSWER]
    return BankView(
        refuse=len(refuse),
        refused=sum(row.refused for row in refuse),
        answer=len(answer),
        answered=sum(not row.refused for row in answer),
        failing=[BankRowView.of(row) for row in rows if not row.passed],
    )


@router.get("/words/export", dependencies=[READ], response_class=Response)
async def export_words(tools: Tools) -> Response:
    """The words as CSV."""
    text = service.write_words((await service.current_guard(tools)).settings)
    headers = {"Content-Disposition": 'attachment; filename="guard-words.csv"'}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/words/read", dependencies=[require(Permission.ANSWERING_GUARD_WRITE)])
async def read_words(file: Annotated[UploadFile, File()]) -> WordsReport:
    """What a CSV (word, category, action) says, for the page to take over; saves nothing."""
    data = await file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise GuardTooLarge
    words, bad = service.read_words(data)
    shown = [WordBody(word=one.word, category=one.category[:40], action=one.action.value) for one in words]
    return WordsReport(words=shown, bad_rows=bad[:100])
