"""Drives one answer from its question to its stored end, tied to no request; whatever breaks ends in one sentence."""

import asyncio
from contextlib import aclosing
from functools import partial
from typing import Any

from app.answering import Cited, Composer, Delta, Failed, Finished, Outcome, Question, Replaced, Started
from app.conversations.domain import Ending, Work
from app.conversations.ends import store_patiently
from app.conversations.errors import NotOurs
from app.conversations.past import read_past, remember
from app.conversations.patience import patiently
from app.conversations.running import RunningAnswer
from app.conversations.service import ConversationTools
from app.conversations.speech import Speech
from app.conversations.text_now import recorded_text
from app.kernel.logging import get_logger
from app.kernel.texts import text

log = get_logger(__name__)
LONGEST_S = 180.0  # answering has tighter limits of its own; this one only guards against a bug
MOST_ATTEMPTS = 3
READ_AGAIN_AFTER_S = (0.1, 0.5, 2.0)


def start_answer(tools: ConversationTools, work: Work) -> None:
    """Begins to answer, in the background."""
    tools.answers.spawn(_drive(tools, work))


async def _drive(tools: ConversationTools, work: Work) -> None:
    speech = Speech(
        tools.database,
        tools.bulletin,
        tools.answers.node_id,
        work,
        lambda: tools.answers.halt(work.answer_id, "lost"),
    )
    running = RunningAnswer(work, speech)
    tools.answers.add(running)
    following: Work | None = None
    try:
        ending = await _speak(tools, running)
        if running.halted == "shutdown":
            await speech.settle()
        else:
            unwritten = await speech.unwritten()
            following = await store_patiently(tools, running, ending, unwritten)
            tools.answers.spawn(remember(tools.database, tools.summariser, work, ending.outcome))
    except NotOurs:
        log.info("answer_taken_over", answer_id=work.answer_id, attempt=work.attempt)
    finally:
        speech.close()
        tools.answers.remove(running)
    if following is not None:
        start_answer(tools, following)


def _failed(work: Work, code: str, sentence: str | None = None, trace: dict[str, Any] | None = None) -> Ending:
    told = sentence or text("answers.failed", work.locale)
    return Ending(told, Outcome.FAILED, Composer.FIXED, trace=trace or {}, code=code)


async def _speak(tools: ConversationTools, running: RunningAnswer) -> Ending:
    work, speech = running.work, running.speech
    if work.stop_requested:
        said = await recorded_text(tools.bulletin.live, work.conversation_id, work.answer_id)
        return Ending(said, Outcome.STOPPED, Composer.FIXED)
    if work.attempt > MOST_ATTEMPTS:
        return _failed(work, "answer_gave_up")
    running.speaking = asyncio.create_task(_converse(tools, running))
    try:
        await asyncio.wait({running.speaking})
    except asyncio.CancelledError:
        running.speaking.cancel()
        raise
    if running.speaking.cancelled():
        await speech.settle()
        return Ending(speech.text, Outcome.STOPPED, speech.composer, speech.citations)
    error = running.speaking.exception()
    if error is not None:
        log.error("answer_broke", answer_id=work.answer_id, error=type(error).__name__, exc_info=error)
        code = "answer_too_slow" if isinstance(error, TimeoutError) else "answer_broke"
        return _failed(work, code, trace={"error": type(error).__name__})
    return running.speaking.result()


def storable(text: str) -> str:
    """What PostgreSQL and JSON can hold of a model's text: without NUL, and halves of surrogate pairs replaced."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


async def _converse(tools: ConversationTools, running: RunningAnswer) -> Ending:
    """Asks the answerer and passes on what it says. Raises TimeoutError, or whatever is broken."""
    work, speech = running.work, running.speech
    past = await patiently(READ_AGAIN_AFTER_S, partial(read_past, tools.database, work))
    question = Question(
        text=work.text,
        locale=work.locale,
        history=past.turns,
        audience=work.reader.audience,
        company=tools.speaks_for,
        tier=work.reader.tier,
        channel=work.reader.channel,
        conversation_id=work.conversation_id,
        user_id=work.reader.user_id,
        again=work.again,
        summary=past.summary,
        memory=past.memory,
        decided=work.decided,
    )
    async with asyncio.timeout(LONGEST_S), aclosing(tools.answerer(question)) as events:
        async for event in events:
            match event:
                case Delta():
                    speech.add(storable(event.text))
                case Started():
                    speech.start(event.composer)
                case Cited():
                    speech.cite(event.citations)
                case Replaced():
                    speech.replace(storable(event.text))
                case Failed():
                    return _failed(work, event.code, event.text, event.trace)
                case Finished():
                    return _finished(event)
    return _failed(work, "answer_without_end")


def _finished(event: Finished) -> Ending:
    return Ending(
        text=storable(event.text),
        outcome=event.outcome,
        composer=event.composer,
        citations=event.citations,
        suggestions=event.suggestions,
        trace=event.trace,
        usage={
            "prompt_tokens": event.usage.prompt_tokens,
            "completion_tokens": event.usage.completion_tokens,
        },
        wants_person=event.wants_person or event.outcome == Outcome.HANDED_OFF,
        card=event.card,
    )
