"""JSON routes of prompts: templates, drafts, checks, activation, the way back, and how answers end."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from jinja2 import TemplateError

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.answering.domain import Language
from app.answering.pipeline import AnsweringTools
from app.answering.prompting import service
from app.answering.prompting.domain import TemplateName
from app.answering.prompting.schemas import (
    Budgets,
    CheckView,
    DraftBody,
    ProblemView,
    RollBack,
    Seen,
    SettingsBody,
    SettingsView,
    TemplateList,
    TemplateView,
    TextBody,
    VersionList,
    VersionView,
)
from app.answering.prompting.service import PromptTools
from app.answering.prompting.tokens import estimate_tokens
from app.kernel.errors import request_locale
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/prompts", tags=["answering"])
Tools = Annotated[PromptTools, tool(PromptTools)]
Answering = Annotated[AnsweringTools, tool(AnsweringTools)]
Writer = Annotated[Principal, require(Permission.ANSWERING_PROMPT_WRITE)]
READ = require(Permission.ANSWERING_PROMPT_READ)
VARIABLES = {
    "context_tokens": "KEFU_CHAT_CONTEXT_TOKENS",
    "max_tokens": "KEFU_CHAT_MAX_TOKENS",
    "temperature": "KEFU_CHAT_TEMPERATURE",
}


@router.get("", dependencies=[READ])
async def list_all(tools: Tools, answering: Answering) -> TemplateList:
    """Every template in both languages with what is in force, its draft, its variables and its cost."""
    limits = answering.limits
    budgets = Budgets(
        context_tokens=limits.context_tokens,
        max_tokens=limits.max_tokens,
        temperature=limits.temperature,
        variables=VARIABLES,
    )
    return TemplateList(items=[TemplateView.of(one) for one in await service.list_templates(tools)], budgets=budgets)


@router.get("/settings", dependencies=[READ])
async def show_settings(tools: Tools) -> SettingsView:
    """How answers end."""
    return SettingsView.of(await service.current_settings(tools))


@router.put("/settings")
async def change_settings(body: SettingsBody, tools: Tools, principal: Writer) -> SettingsView:
    """How answers end from now on; 409 `prompt_changed` when somebody else changed it since."""
    return SettingsView.of(await service.change_settings(tools, body.settings(), body.seen, principal))


@router.get("/{name}/{language}", dependencies=[READ])
async def show(name: TemplateName, language: Language, tools: Tools) -> TemplateView:
    """One template."""
    return TemplateView.of(await service.find_template(tools, name, language))


@router.get("/{name}/{language}/versions", dependencies=[READ])
async def versions(name: TemplateName, language: Language, tools: Tools) -> VersionList:
    """Who wrote and activated which words when, newest first."""
    found = await service.template_versions(tools, name, language)
    active = (await service.find_template(tools, name, language)).active.number
    return VersionList(items=[VersionView.of(one, "active" if one.number == active else None) for one in found])


@router.post("/{name}/{language}/check", dependencies=[READ])
async def check(name: TemplateName, language: Language, body: TextBody, request: Request, tools: Tools) -> CheckView:
    """Everything that keeps a text from being used, or what the model would read of it."""
    found = await service.problems(tools, name, language, body.text())
    shown = ""
    if not any(one.code in ("prompt_syntax", "prompt_forbidden", "prompt_unknown_variable") for one in found):
        try:
            shown = service.sample(await service.load_book(tools.database), name, language, body.text())
        except TemplateError:
            shown = ""
    locale = request_locale(request)
    return CheckView(
        problems=[ProblemView.of(one, locale) for one in found], rendered=shown, tokens=estimate_tokens(shown)
    )


@router.put("/{name}/{language}/draft")
async def save_draft(
    name: TemplateName, language: Language, body: DraftBody, tools: Tools, principal: Writer
) -> VersionView:
    """Keeps a draft, usable or not; 409 `prompt_changed` with `theirs` when somebody else saved one since."""
    return VersionView.of(await service.save_draft(tools, name, language, body.text(), body.note, body.seen, principal))


@router.delete("/{name}/{language}/draft", status_code=204)
async def discard_draft(
    name: TemplateName, language: Language, seen: Annotated[int, Query(ge=0)], tools: Tools, principal: Writer
) -> None:
    """Throws the draft away."""
    await service.discard_draft(tools, name, language, seen, principal)


@router.post("/{name}/{language}/activate")
async def activate(name: TemplateName, language: Language, body: Seen, tools: Tools, principal: Writer) -> VersionView:
    """Every answer from now on uses the draft; regression questions are asked anew. 422 with `problems`."""
    return VersionView.of(await service.activate_draft(tools, name, language, body.seen, principal), "active")


@router.post("/{name}/{language}/rollback")
async def roll_back(
    name: TemplateName, language: Language, body: RollBack, tools: Tools, principal: Writer
) -> VersionView:
    """An earlier version in force again, 0 the built-in one; a draft stays."""
    return VersionView.of(await service.roll_back(tools, name, language, body.to, principal), "active")
