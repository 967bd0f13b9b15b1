"""The page of one answer's trace: steps with times, candidates with their fate, the prompt, replays."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import StaffPage
from app.answering import Question, answer_versions, language_of, reason_words
from app.conversations import ConversationTools, get_summary
from app.conversations.access import AnswerId, StaffConversation
from app.escalation.lists import name_of
from app.escalation.traces import views
from app.escalation.traces.service import find_rehearsal, readable_by, words_for
from app.escalation.views import TONES
from app.evaluation import EvaluationTools, choices, grounded
from app.kernel.markdown import to_html
from app.kernel.texts import Locale
from app.kernel.web import page_locale, render, tool
from app.model_registry import ModelKind, ModelRegistryTools, list_models

router = APIRouter(prefix="/desk", include_in_schema=False)
Tools = Annotated[ConversationTools, tool(ConversationTools)]
Evaluation = Annotated[EvaluationTools, tool(EvaluationTools)]
Registry = Annotated[ModelRegistryTools, tool(ModelRegistryTools)]
OurCompany = Annotated[Company, tool(Company)]
TraceReader = Annotated[Principal, require(Permission.CONVERSATIONS_TRACE_READ)]


@dataclass(frozen=True)
class TracePage(StaffPage):
    """One answer under the magnifying glass. choices: what a replay may be tried with, as JSON; empty: none may.

    expected: the passages it cites, as a regression question expects them, as JSON.
    """

    conversation_id: UUID
    answer_id: UUID
    name: str
    question: str
    answer_html: Markup
    outcome: str
    tone: str
    composer: str
    first_text: str
    whole: str
    tokens: str
    cost: str
    model: str
    model_state: str
    prompt_version: str
    steps: list[views.StepView]
    candidates: list[views.CandidateView]
    sentences: list[views.SentenceView]
    grounded: tuple[int, int] | None
    reranked: bool
    totals: views.Totals
    reading: list[tuple[str, str]]
    rewritten: str | None
    queries: list[str]
    reasons: list[str]
    ticks: list[str]
    prompt: list[dict[str, str]]
    prompt_tokens: int | None
    looks: list[str]
    cut: bool
    cached: bool
    cached_from: str
    masked: bool
    choices: str
    expected: str
    raw: str


@router.get("/conversations/{conversation_id}/trace/{answer_id}")
async def trace(
    conversation_id: StaffConversation,
    answer_id: AnswerId,
    request: Request,
    principal: TraceReader,
    company: OurCompany,
    tools: Tools,
    evaluation: Evaluation,
    registry: Registry,
) -> Response:
    """How an answer came to be, and what it would have been with other settings."""
    locale = page_locale(request)
    found = await find_rehearsal(tools, conversation_id, answer_id)
    name = await _shown_name(tools, conversation_id, locale)
    record, answer = readable_by(principal, found.trace), found.answer
    asked, prompt, model = (_part(record, name) for name in ("question", "prompt", "model"))
    page = TracePage(
        active="desk",
        principal=principal,
        company=company,
        company_name=company.name.read(locale),
        conversation_id=conversation_id,
        answer_id=answer_id,
        name=words_for(principal, name),
        question=words_for(principal, answer.question),
        answer_html=to_html(words_for(principal, answer.text)),
        outcome=answer.outcome,
        tone=TONES.get(answer.outcome, ""),
        composer=record.get("composer") or "fixed",
        first_text=views.duration(record.get("first_token_ms")),
        whole=views.duration(record.get("total_ms")),
        tokens=views.tokens(_part(record, "usage")),
        cost=views.money(record.get("cost")),
        model=str(model.get("name") or "—"),
        model_state=str(model.get("state") or ""),
        prompt_version=str(prompt.get("version") or "—"),
        steps=views.steps(record, locale),
        candidates=views.candidates(record, locale),
        sentences=views.sentences(record, locale),
        grounded=grounded(record),
        reranked=views.was_reranked(record),
        totals=views.totals(record),
        reading=[*views.parts(record, locale), *views.reading(record, locale)],
        rewritten=asked.get("rewritten"),
        queries=list(asked.get("queries") or []),
        reasons=[reason_words(reason, locale) for reason in _part(record, "decision").get("reasons") or []],
        ticks=views.ticks(record),
        prompt=prompt.get("messages") or [],
        prompt_tokens=prompt.get("estimated_tokens"),
        looks=views.looks(views.steps(record, locale)),
        cut=views.span(record) < float(record.get("total_ms") or 0.0),
        cached=bool(record.get("cached")),
        cached_from=str(_part(record, "cached").get("question") or ""),
        masked=not principal.may(Permission.CONVERSATIONS_READ),
        choices=await _choices(evaluation, registry, found.question) if _may_replay(principal) else "",
        expected=orjson.dumps(views.expected(record)).decode(),
        raw=views.raw(record),
    )
    return render(request, "desk/trace.html", page)


async def _shown_name(tools: ConversationTools, conversation_id: UUID, locale: Locale) -> str:
    async with tools.database.reading() as session:
        summary = await get_summary(session, conversation_id)
    return name_of(summary.id, summary.visitor_name, locale)


def _part(record: dict[str, Any], name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _may_replay(principal: Principal) -> bool:
    return principal.may(Permission.EVALUATION_READ) and principal.may(Permission.CONVERSATIONS_READ)


async def _choices(evaluation: EvaluationTools, registry: ModelRegistryTools, question: Question) -> str:
    """Models, prompts, embedders and whether there is a reranker, for the form of a replay."""
    known = await choices(evaluation)
    prompts = await answer_versions(evaluation.database, language_of(question.text, question.locale))
    versions = await list_models(registry, ModelKind.CHAT) if registry.chat is not None else []
    return orjson.dumps(
        {
            "model": registry.chat is not None,
            "models": [{"model_id": str(one.id), "name": one.name, "state": one.state.value} for one in versions],
            "prompts": [{"number": one.number, "note": one.note} for one in prompts],
            "embedders": [{"embedder_id": str(one.id), "model": one.model} for one in known.embedders],
            "reranker": known.reranker is not None,
        }
    ).decode()
