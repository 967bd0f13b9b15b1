"""POST /api/v1/evaluations/prompts: a changed prompt beside the one in force, on one question."""

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field, model_validator

from app.accounts import Permission
from app.accounts.access import require
from app.answering import Failed, Language, Side, TemplateName, estimate_tokens
from app.answering.prompting.schemas import TextBody
from app.evaluation.prompt_preview import PromptTrial, try_prompt
from app.evaluation.tools import EvaluationTools
from app.kernel.errors import request_locale
from app.kernel.texts import Locale, has_text, text
from app.kernel.web import tool
from app.kernel.wire import VisibleText, Wire

router = APIRouter(prefix="/api/v1/evaluations/prompts", tags=["evaluation"])
Tools = Annotated[EvaluationTools, tool(EvaluationTools)]


class TrialBody(TextBody):
    """The changed text of a template, and a typed question or a regression question."""

    name: TemplateName
    language: Language
    question: Annotated[VisibleText, Field(max_length=2_000)] | None = None
    locale: Locale = "zh-CN"
    question_id: UUID | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.question is None) == (self.question_id is None):
            raise ValueError("give a question or the id of a regression question")
        return self


class MessageView(Wire):
    """A message of the prompt and its cost."""

    role: str
    content: str
    tokens: int


class SentenceView(Wire):
    """A sentence of the answer with its check."""

    text: str
    cites: list[int]
    verdict: str


class SideView(Wire):
    """What came of one set of prompts. asked_model false: `messages` are what the model would have read."""

    version: str
    messages: list[MessageView]
    estimated_tokens: int
    passages: int
    asked_model: bool
    outcome: str
    answer: str
    sentences: list[SentenceView]
    prompt_tokens: int
    completion_tokens: int
    first_token_ms: float | None
    total_ms: float
    problems: list[str] | None

    @classmethod
    def of(cls, side: Side, problems: tuple[str, ...] | None, locale: str) -> "SideView":
        """From the domain; problems in the reader's language."""
        trace: dict[str, Any] = side.trace
        usage = trace.get("usage") or {}
        return cls(
            version=side.version,
            messages=[
                MessageView(role=one.role, content=one.content, tokens=estimate_tokens(one.content))
                for one in side.messages
            ],
            estimated_tokens=side.estimated_tokens,
            passages=side.passages,
            asked_model=side.asked_model,
            outcome="failed" if isinstance(side.ended, Failed) else side.ended.outcome.value,
            answer=side.ended.text,
            sentences=[
                SentenceView(text=one["text"], cites=one["cites"], verdict=one["verdict"])
                for one in (trace.get("check") or {}).get("sentences", [])
            ],
            prompt_tokens=usage.get("prompt_tokens") or 0,
            completion_tokens=usage.get("completion_tokens") or 0,
            first_token_ms=trace.get("first_token_ms"),
            total_ms=trace.get("total_ms") or 0.0,
            problems=None if problems is None else [_said(one, locale) for one in problems],
        )


class TrialView(Wire):
    """The prompts in force and the changed ones."""

    before: SideView
    after: SideView

    @classmethod
    def of(cls, trial: PromptTrial, locale: str) -> "TrialView":
        """From the domain."""
        judged = trial.judged or (None, None)
        return cls(
            before=SideView.of(trial.before, judged[0], locale), after=SideView.of(trial.after, judged[1], locale)
        )


def _said(problem: str, locale: str) -> str:
    key = f"regression.problem_{problem}"
    return text(key, locale) if has_text(key) else problem


@router.post("", dependencies=[require(Permission.ANSWERING_PROMPT_READ)])
async def try_on(body: TrialBody, request: Request, tools: Tools) -> TrialView:
    """One question answered with the prompts in force and with the changed one; nothing is kept.

    Without a model, or where the answer needs none, it shows what the model would read, with the cost in tokens.
    """
    trial = await try_prompt(
        tools, body.name, body.language, body.text(), body.question or "", body.locale, body.question_id
    )
    return TrialView.of(trial, request_locale(request))
