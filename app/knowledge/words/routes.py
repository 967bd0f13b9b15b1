"""JSON and file routes of words: the list of a base or of all, its versions, a box to try it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.web import tool
from app.knowledge.errors import FaqFileTooLarge
from app.knowledge.lexical import SYNONYM, written_terms
from app.knowledge.spelling import normalise
from app.knowledge.vocabulary import words_meant
from app.knowledge.words.domain import WordList, diff
from app.knowledge.words.files import read_words, write_words
from app.knowledge.words.matching import united
from app.knowledge.words.schemas import (
    Meaning,
    MeasuredView,
    ProblemView,
    RollBack,
    Segment,
    TestBody,
    TestView,
    VersionList,
    VersionView,
    WordsBody,
    WordsReport,
    WordsView,
)
from app.knowledge.words.service import WordsTools, current_words, roll_back, save_words, word_versions

router = APIRouter(prefix="/api/v1/words", tags=["knowledge"])
Tools = Annotated[WordsTools, tool(WordsTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
READ = require(Permission.KNOWLEDGE_READ)
FILE_LIMIT = 4 * 1024 * 1024
SHOWN_VERSIONS = 50


@router.get("", dependencies=[READ])
async def show(tools: Tools, base_id: UUID | None = None) -> WordsView:
    """The words of a base, or without `base_id` those shared by all."""
    return WordsView.of(await current_words(tools, base_id))


@router.put("")
async def save(body: WordsBody, tools: Tools, principal: Writer, base_id: UUID | None = None) -> WordsView:
    """Replaces the list; 409 `words_changed` with `theirs` when somebody else did since.

    Where protected terms came or went, a job indexes the passages anew that say them; search goes on meanwhile.
    """
    return WordsView.of(await save_words(tools, base_id, body.list(), body.number, principal))


@router.get("/versions", dependencies=[READ])
async def list_versions(tools: Tools, base_id: UUID | None = None) -> VersionList:
    """Who changed what when, newest first."""
    found = await word_versions(tools, base_id, SHOWN_VERSIONS + 1)
    befores = [*(version.words for version in found[1:]), WordList()]
    shown = [
        VersionView.of(version, diff(before, version.words)) for version, before in zip(found, befores, strict=False)
    ]
    return VersionList(items=shown[:SHOWN_VERSIONS])


@router.post("/rollback")
async def back(body: RollBack, tools: Tools, principal: Writer, base_id: UUID | None = None) -> WordsView:
    """An earlier list again, as a new version."""
    return WordsView.of(await roll_back(tools, base_id, body.to, body.number, principal))


@router.get("/export", dependencies=[READ])
async def export(tools: Tools, base_id: UUID | None = None) -> Response:
    """The list as CSV with the columns kind and words."""
    headers = {"Content-Disposition": 'attachment; filename="words.csv"', "Cache-Control": "no-store"}
    data = write_words((await current_words(tools, base_id)).words)
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/import")
async def import_file(
    request: Request,
    tools: Tools,
    principal: Writer,
    file: Annotated[UploadFile, File()],
    base_id: Annotated[UUID | None, Form()] = None,
    replace: Annotated[bool, Form()] = False,
    dry_run: Annotated[bool, Query()] = False,
) -> WordsReport:
    """Adds a CSV to the list, or with `replace` puts it in its place; `dry_run` tells what would change."""
    data = await file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise FaqFileTooLarge(limit=FILE_LIMIT // (1024 * 1024))
    read, problems = read_words(data)
    current = await current_words(tools, base_id)
    old = WordList() if replace else current.words
    wanted = WordList((*old.synonyms, *read.synonyms), (*old.protected, *read.protected)).tidy()
    change = diff(current.words, wanted)
    after = current if dry_run else await save_words(tools, base_id, wanted, current.number, principal, "imported")
    locale = request_locale(request)
    return WordsReport(
        dry_run=dry_run,
        added=list(change.added[:200]),
        removed=list(change.removed[:200]),
        problems=[ProblemView.of(problem, locale) for problem in problems[:100]],
        words=WordsView.of(after),
    )


@router.post("/test", dependencies=[READ])
async def test(body: TestBody, tools: Tools) -> TestView:
    """How search cuts a sentence and what else it looks for; nothing is stored."""
    shared = await current_words(tools, None)
    lists = [shared.words]
    if body.base_id is not None:
        lists.append((await current_words(tools, body.base_id)).words)
    if body.words is not None:
        lists[-1] = body.words.list().tidy()
    words = united([one.compiled() for one in lists])
    folded = normalise(body.text)
    segments = words.segments(folded)
    terms = [term for said, whole in segments for term in ([said] if whole else written_terms(said.strip()))]
    ours: dict[str, list[str]] = {}
    for one in words.expansions(folded):
        ours.setdefault(one.said, []).append(one.other)
    return TestView(
        normalised=folded,
        segments=[Segment(text=said, whole=whole) for said, whole in segments],
        terms=list(dict.fromkeys(terms)),
        meanings=[
            *(Meaning(said=said, other=others, source="ours", weight=SYNONYM) for said, others in ours.items()),
            *(Meaning(said=said, other=list(o), source="built_in", weight=1.0) for said, o in words_meant(folded)),
        ],
    )


@router.post("/measure", dependencies=[require(Permission.KNOWLEDGE_WRITE)])
async def measure(tools: Tools) -> MeasuredView:
    """Asks the regression questions of search as it is now, to be laid beside an earlier run."""
    return MeasuredView.of(await tools.bank.measure(None))
