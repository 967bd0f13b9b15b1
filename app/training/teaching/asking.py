"""Asks a teacher many things, a few at a time; what it said is kept at once, so that a restart asks only the rest."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Literal, cast

import orjson

from app.kernel.logging import get_logger
from app.model_registry import ChatMessage, ModelFailure
from app.training.domain import Turns
from app.training.errors import TeacherUnavailable
from app.training.teaching import store
from app.training.teaching.domain import Ask, Purpose, Said, Teacher
from app.training.tools import TrainingTools

log = get_logger(__name__)
AT_ONCE, IN_A_ROW = 4, 8
MAX_TOKENS = 800
FAILED = "teacher_failed"
Role = Literal["system", "user", "assistant"]
KEPT = frozenset({"stop", "length"})


def key_of(messages: Turns) -> str:
    """The same for the same prompt."""
    return hashlib.sha256(orjson.dumps(messages, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def known_texts(tools: TrainingTools, teacher: Teacher, purpose: Purpose, asks: Sequence[Ask]) -> dict[str, Said]:
    """What is kept of these, by key."""
    async with tools.database.reading() as session:
        return await store.texts_of(session, teacher.kept_as, purpose, [one.key for one in asks])


async def ask_all(
    tools: TrainingTools,
    teacher: Teacher,
    purpose: Purpose,
    asks: Sequence[Ask],
    tell: Callable[[int], None],
) -> dict[str, Said]:
    """What the teacher says to each, by key; `tell` hears how many are done.

    Single failures are told as such. Raises TeacherUnavailable after many in a row.
    """
    found = await known_texts(tools, teacher, purpose, asks)
    waiting = iter([one for one in {ask.key: ask for ask in asks}.values() if one.key not in found])
    failed_in_a_row = 0
    tell(len(found))

    async def work() -> None:
        nonlocal failed_in_a_row
        for ask in waiting:
            said = await _ask(teacher, ask)
            failed_in_a_row = failed_in_a_row + 1 if said.finish == FAILED else 0
            if failed_in_a_row >= IN_A_ROW:
                raise TeacherUnavailable
            if said.finish in KEPT:
                async with tools.database.transaction() as session:
                    await store.keep_text(session, teacher.kept_as, purpose, ask, said)
            found[ask.key] = said
            tell(len(found))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(work())
    except* TeacherUnavailable as away:
        raise TeacherUnavailable from away
    return found


async def _ask(teacher: Teacher, ask: Ask) -> Said:
    messages = [ChatMessage(cast(Role, turn["role"]), turn["content"]) for turn in ask.messages]
    pieces: list[str] = []
    finish, prompt_tokens, completion_tokens = "", 0, 0
    stream = teacher.served.chat.stream(messages, max_tokens=MAX_TOKENS, temperature=0.0, model=teacher.served.name)
    try:
        async with aclosing(stream) as deltas:
            async for delta in deltas:
                pieces.append(delta.text)
                finish = delta.finish_reason or finish
                if delta.usage is not None:
                    prompt_tokens, completion_tokens = delta.usage.prompt_tokens, delta.usage.completion_tokens
    except ModelFailure as failure:
        log.warning("teacher_failed", teacher=teacher.name, code=failure.code, reason=failure.reason)
        return Said("", FAILED)
    return Said("".join(pieces).strip(), finish or "stop", prompt_tokens, completion_tokens)
