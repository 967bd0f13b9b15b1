"""JSON and file routes of intents: the list, its versions, a box to try it, the confusion table, files in and out."""

from dataclasses import replace
from time import perf_counter
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.answering.intents.domain import IntentCard, IntentKind
from app.answering.intents.errors import IntentFileUnreadable
from app.answering.intents.files import read_cards, write_csv, write_jsonl
from app.answering.intents.schemas import (
    ConfusionBody,
    ConfusionView,
    IntentBody,
    IntentsBody,
    IntentsReport,
    IntentsView,
    IntentVersionList,
    IntentVersionView,
    RollBack,
    TriedView,
    TryBody,
)
from app.answering.intents.service import (
    IntentTools,
    book_of,
    checked,
    current_intents,
    intent_versions,
    model_name,
    read_by_model,
    roll_back,
    save_intents,
)
from app.answering.small_talk import small_talk
from app.answering.wants_person import wants_person
from app.kernel.errors import request_locale
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/intents", tags=["answering"])
Tools = Annotated[IntentTools, tool(IntentTools)]
Writer = Annotated[Principal, require(Permission.ANSWERING_INTENT_WRITE)]
READ = require(Permission.ANSWERING_INTENT_READ)
FILE_LIMIT = 2 * 1024 * 1024
SHOWN_VERSIONS = 50


@router.get("", dependencies=[READ])
async def show(tools: Tools) -> IntentsView:
    """The intents in force with their examples."""
    return IntentsView.of(await current_intents(tools), await model_name(tools))


@router.put("")
async def save(body: IntentsBody, tools: Tools, principal: Writer) -> IntentsView:
    """Replaces the list; 409 `intents_changed` when somebody else did since; 422 `bad_intents` says what is wrong."""
    cards = [one.card() for one in body.intents]
    return IntentsView.of(await save_intents(tools, cards, body.number, principal, with_model=body.with_model))


@router.get("/versions", dependencies=[READ])
async def versions(tools: Tools) -> IntentVersionList:
    """Who saved what when, newest first."""
    found = await intent_versions(tools, SHOWN_VERSIONS)
    return IntentVersionList(items=[IntentVersionView.of(one) for one in found])


@router.post("/rollback")
async def back(body: RollBack, tools: Tools, principal: Writer) -> IntentsView:
    """An earlier list again, as a new version."""
    return IntentsView.of(await roll_back(tools, body.to, body.number, principal))


def _cards(intents: list[IntentBody] | None) -> list[IntentCard] | None:
    return None if intents is None else [one.card() for one in intents]


@router.post("/test", dependencies=[READ])
async def test(body: TryBody, request: Request, tools: Tools) -> TriedView:
    """How a text is understood, by the model too where wanted, why, and by which examples; nothing is stored."""
    book = await book_of(tools, _cards(body.intents))
    began = perf_counter()
    tried = book.try_out(body.text)
    ms = (perf_counter() - began) * 1000
    if wants_person(body.text):
        return TriedView.of(tried, "pattern", IntentKind.PERSON, ms)
    if small_talk(body.text) is not None:
        return TriedView.of(tried, "pattern", IntentKind.SMALL_TALK, ms)
    if not body.with_model:
        return TriedView.of(tried, "examples", tried.reading.kind, ms)
    reading, notes = await read_by_model(tools, book, body.text, request_locale(request))
    ms = (perf_counter() - began) * 1000
    return TriedView.of(replace(tried, reading=reading), reading.by, reading.kind, ms, notes.get("failed"))


@router.post("/confusion", dependencies=[READ])
async def confusion(body: ConfusionBody, tools: Tools) -> ConfusionView:
    """Which intents are taken for which, measured on examples left out of the fit."""
    return ConfusionView.of(await book_of(tools, _cards(body.intents)))


@router.get("/export", dependencies=[READ])
async def export(tools: Tools, format: Annotated[Literal["csv", "jsonl"], Query()] = "csv") -> Response:
    """The list as CSV, a row for each example, or as JSONL, a line for each intent."""
    cards = (await current_intents(tools)).cards
    data, kind = (write_csv(cards), "text/csv") if format == "csv" else (write_jsonl(cards), "application/jsonl")
    headers = {"Content-Disposition": f'attachment; filename="intents.{format}"', "Cache-Control": "no-store"}
    return Response(data, media_type=f"{kind}; charset=utf-8", headers=headers)


@router.post("/import")
async def import_file(
    tools: Tools,
    principal: Writer,
    file: Annotated[UploadFile, File()],
    instead: Annotated[bool, Form(alias="replace")] = False,
    dry_run: Annotated[bool, Query()] = False,
) -> IntentsReport:
    """Adds a file's intents and examples to the list, or with `replace` takes it instead; `dry_run` only tells."""
    data = await file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise IntentFileUnreadable(line=1)
    current = await current_intents(tools)
    old = {card.key: card for card in current.cards}
    wanted = {} if instead else dict(old)
    for card in read_cards(data):
        known = wanted.get(card.key)
        examples = (*(known.examples if known else ()), *card.examples)
        wanted[card.key] = IntentCard(card.key, card.kind, card.name_zh, card.name_en, examples, card.enabled)
    new = {card.key: card for card in checked(list(wanted.values()))}
    after = current if dry_run else await save_intents(tools, list(new.values()), current.number, principal, "import")
    return IntentsReport(
        dry_run=dry_run,
        added=[key for key in new if key not in old],
        changed=[key for key in new if key in old and new[key] != old[key]],
        removed=[key for key in old if key not in new],
        intents=IntentsView.of(after),
    )
