"""POST /api/v1/hit-test: one question through every stage of the live path, with settings of its own."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request

from app.accounts import Permission
from app.accounts.access import require
from app.evaluation.hit_test import choices, hit_test, phrasings
from app.evaluation.hit_test_schemas import (
    ChoicesView,
    HitTestBody,
    HitTestView,
    PhrasedList,
    PhrasedView,
    PhrasingsBody,
)
from app.evaluation.tools import EvaluationTools
from app.kernel.errors import request_locale
from app.kernel.web import tool
from app.knowledge import SearchOptions, as_if_edited, as_if_worded

router = APIRouter(prefix="/api/v1/hit-test", tags=["evaluation"], dependencies=[require(Permission.EVALUATION_READ)])
Tools = Annotated[EvaluationTools, tool(EvaluationTools)]


@router.get("/choices")
async def show_choices(tools: Tools) -> ChoicesView:
    """The bases and embedders a test may choose from."""
    return ChoicesView.of(await choices(tools))


@router.post("")
async def test(body: HitTestBody, request: Request, tools: Tools) -> HitTestView:
    """What search saw at each stage and what a customer would read; nothing of it touches live answers."""
    expected = [one.expected() for one in body.expected]
    options = await _options(tools, body)
    if body.edited is None:
        found = await hit_test(tools, body.question, body.locale, expected, options, body.where())
    else:
        async with as_if_edited(tools.search, body.edited.chunk_id, body.edited.text) as trial:
            tried = replace(options, trial=trial)
            found = await hit_test(tools, body.question, body.locale, expected, tried, body.where())
    return HitTestView.of(found, options.words, request_locale(request))


async def _options(tools: EvaluationTools, body: HitTestBody) -> SearchOptions:
    options = body.options.options() if body.options else SearchOptions()
    if body.words is None:
        return options
    looking = body.where().request(body.question, body.locale, options)
    return replace(options, words=await as_if_worded(tools.search, body.words.base_id, body.words.list(), looking))


@router.post("/phrasings")
async def test_phrasings(body: PhrasingsBody, tools: Tools) -> PhrasedList:
    """Where the expected passage stands for other phrasings of the question."""
    expected = [one.expected() for one in body.expected]
    options = await _options(tools, body)
    found = await phrasings(tools, body.phrasings, body.locale, expected, options, body.where())
    return PhrasedList(items=[PhrasedView.of(one) for one in found])
