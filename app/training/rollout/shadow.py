"""Asks versions in the shadow what others were asked, with the very same prompts; nobody is shown their answers."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta
from difflib import SequenceMatcher

from app.feedback import RatedAnswer
from app.kernel.clock import now
from app.kernel.errors import AppError, NotFound
from app.kernel.logging import get_logger
from app.model_registry import ChatMessage, ChatModel, ModelFailure, ModelState, ModelVersion, lot, serving_models
from app.training.rollout import store
from app.training.rollout.domain import GivenAnswer, ShadowAnswer
from app.training.tools import TrainingTools

log = get_logger(__name__)
LOOK_BACK, MOST_LOOKED_AT, MOST_AT_ONCE = timedelta(minutes=15), 500, 20
MAX_TOKENS = 800


async def answer_in_shadow(tools: TrainingTools) -> int:
    """Takes up lately given answers that fall into a version's share; how many were made. Beat rings it."""
    shadows = [one for one in await serving_models(tools.models) if one.state is ModelState.SHADOW and one.share > 0]
    if not shadows or tools.models.chat is None:
        return 0
    given = await tools.figures.given(now() - LOOK_BACK, MOST_LOOKED_AT)
    made = 0
    for version in shadows:
        for one in (await _due(tools, version, given))[:MOST_AT_ONCE]:
            made += await _answer(tools, tools.models.chat, version, one)
    return made


async def _due(tools: TrainingTools, version: ModelVersion, given: Sequence[GivenAnswer]) -> list[GivenAnswer]:
    chosen = [one for one in given if lot(one.answer_id, version.id) < version.share]
    async with tools.database.reading() as session:
        done = await store.shadowed(session, version.id, [one.answer_id for one in chosen])
    return [one for one in chosen if one.answer_id not in done]


async def _answer(tools: TrainingTools, chat: ChatModel, version: ModelVersion, one: GivenAnswer) -> int:
    try:
        asked = await tools.feedback.answers.get(one.answer_id)
    except NotFound:
        return 0
    if not asked.prompt:
        return 0
    answer = await _made(chat, version, one, asked)
    async with tools.database.transaction() as session:
        await store.keep_shadow(session, answer)
    return 1


async def _made(chat: ChatModel, version: ModelVersion, one: GivenAnswer, asked: RatedAnswer) -> ShadowAnswer:
    began, first, text, code = time.perf_counter(), None, "", None
    messages = [ChatMessage(turn["role"], turn["content"]) for turn in asked.prompt or ()]  # type: ignore[arg-type]  # roles come from our own prompts
    try:
        stream = chat.stream(messages, max_tokens=MAX_TOKENS, temperature=0.0, model=version.name)
        async with aclosing(stream) as deltas:
            async for delta in deltas:
                if delta.text and first is None:
                    first = (time.perf_counter() - began) * 1000
                text += delta.text
    except (ModelFailure, AppError) as failure:
        code = failure.code
        log.warning("shadow_failed", model_id=str(version.id), code=code)
    total = (time.perf_counter() - began) * 1000
    similarity = None if code else SequenceMatcher(None, text, asked.answer, autojunk=False).ratio()
    return ShadowAnswer(
        version.id,
        one.answer_id,
        one.conversation_id,
        asked.question,
        asked.answer,
        text,
        code,
        None if first is None else round(first, 1),
        round(total, 1),
        None if similarity is None else round(similarity, 4),
        now(),
    )
