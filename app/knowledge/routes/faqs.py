"""JSON routes of FAQs: add, change, delete, list, and who used them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.paging import Limit, encode_cursor, id_in_cursor
from app.kernel.web import tool
from app.knowledge.domain import FaqFilter
from app.knowledge.faq_schemas import (
    BaseName,
    ChangedFaq,
    CheckedQuestions,
    CreatedFaq,
    FaqAnswers,
    FaqAnswerView,
    FaqFacts,
    FaqPage,
    FaqView,
    NewFaq,
    PatchedFaq,
    TagCount,
    TakenQuestion,
    TakenQuestions,
    UseView,
    Validity,
)
from app.knowledge.faqs import (
    change_faq,
    create_faq,
    delete_faq,
    edit_faq,
    find_some,
    get_faq,
    questions_taken,
)
from app.knowledge.ports import FaqUse
from app.knowledge.store.faqs import channels_named, count_matching, readable_bases, tag_counts
from app.knowledge.tables import DEFAULT_BASE
from app.knowledge.tools import FaqTools

router = APIRouter(prefix="/api/v1/faqs", tags=["knowledge"])
Tools = Annotated[FaqTools, tool(FaqTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
READ = require(Permission.KNOWLEDGE_READ)
SHOWN_ANSWERS = 50


@router.post("", status_code=201)
async def create(body: NewFaq, response: Response, tools: Tools, principal: Writer) -> CreatedFaq:
    """Adds an FAQ; it is found and answered with at once."""
    faq_id = await create_faq(tools.search, body.content(), body.base_id or DEFAULT_BASE, principal)
    response.headers["Location"] = f"/api/v1/faqs/{faq_id}"
    return CreatedFaq(faq_id=faq_id)


def faq_filter(
    q: Annotated[str, Query(max_length=200)] = "",
    base_id: UUID | None = None,
    tag: Annotated[str, Query(max_length=50)] = "",
    channel: Annotated[str, Query(max_length=50)] = "",
    validity: Validity = "",
) -> FaqFilter:
    """The filter in a list's or an export's address."""
    return FaqFilter(base_id, _clean(q), _clean(tag), _clean(channel), validity)


@router.get("", dependencies=[READ])
async def list_all(
    tools: Tools,
    q: Annotated[str, Query(max_length=200)] = "",
    base_id: UUID | None = None,
    tag: Annotated[str, Query(max_length=50)] = "",
    channel: Annotated[str, Query(max_length=50)] = "",
    validity: Validity = "",
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> FaqPage:
    """FAQs, newest first; `q` must occur in a question or the answer."""
    wanted = faq_filter(q, base_id, tag, channel, validity)
    found = await find_some(tools.search, wanted, before=id_in_cursor(cursor), limit=limit + 1)
    shown = found[:limit]
    uses = await tools.uses.count([faq.id for faq in shown]) if shown else {}
    async with tools.search.database.reading() as session:
        total = await count_matching(session, wanted)
    following = encode_cursor(str(shown[-1].id)) if len(found) > limit else None
    items = [FaqView.of(faq, uses.get(faq.id, FaqUse())) for faq in shown]
    return FaqPage(items=items, next_cursor=following, total=total)


def _clean(said: str) -> str:
    return said.replace("\x00", "").strip()


@router.get("/facts", dependencies=[READ])
async def facts(tools: Tools, base_id: UUID | None = None) -> FaqFacts:
    """Bases, tags and channels to filter by."""
    async with tools.search.database.reading() as session:
        bases, tags = await readable_bases(session), await tag_counts(session, base_id)
        channels = await channels_named(session)
    return FaqFacts(
        bases=[BaseName(base_id=one_id, name=name) for one_id, name in bases],
        tags=[TagCount(tag=tag, count=count) for tag, count in tags],
        channels=channels,
    )


@router.post("/check", dependencies=[READ])
async def check(body: CheckedQuestions, tools: Tools) -> TakenQuestions:
    """Which of these ways to ask belong to another FAQ already; nothing is stored."""
    questions = [_clean(question) for question in body.questions]
    found = await questions_taken(tools.search, body.base_id or DEFAULT_BASE, questions, body.faq_id)
    taken = [
        TakenQuestion(place=place, faq_id=faq.id, question=faq.questions[0], answer=faq.answer)
        for place, faq in sorted(found.items())
    ]
    return TakenQuestions(taken=taken)


@router.get("/{faq_id}", dependencies=[READ])
async def show(faq_id: UUID, tools: Tools) -> FaqView:
    """One FAQ."""
    faq = await get_faq(tools.search, faq_id)
    return FaqView.of(faq, (await tools.uses.count([faq_id])).get(faq_id, FaqUse()))


@router.get("/{faq_id}/answers", dependencies=[require(Permission.CONVERSATIONS_READ)])
async def answers(faq_id: UUID, tools: Tools) -> FaqAnswers:
    """The newest answers that cited it."""
    await get_faq(tools.search, faq_id)
    found = await tools.uses.answers(faq_id, SHOWN_ANSWERS)
    use = (await tools.uses.count([faq_id])).get(faq_id, FaqUse())
    return FaqAnswers(items=[FaqAnswerView.of(answer) for answer in found], use=UseView.of(use))


@router.put("/{faq_id}")
async def replace(faq_id: UUID, body: ChangedFaq, tools: Tools, principal: Writer) -> FaqView:
    """Replaces questions, answer and tags, whoever changed it last."""
    await change_faq(tools.search, faq_id, body.questions, body.answer, body.tags, principal)
    return FaqView.of(await get_faq(tools.search, faq_id))


@router.patch("/{faq_id}")
async def change(faq_id: UUID, body: PatchedFaq, tools: Tools, principal: Writer) -> FaqView:
    """Changes what is named; with `version`, only if nobody else changed it since (409 `faq_changed` with `theirs`)."""
    content = body.content(await get_faq(tools.search, faq_id))
    await edit_faq(tools.search, faq_id, content, principal, body.version)
    return await show(faq_id, tools)


@router.delete("/{faq_id}", status_code=204)
async def remove(faq_id: UUID, tools: Tools, principal: Writer) -> None:
    """Takes it out of search at once."""
    await delete_faq(tools.search, faq_id, principal)
