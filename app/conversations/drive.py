"""Drives one answer from its question to its stored end, tied to no request; whatever breaks ends in one sentence."""

import asyncio
from contextlib import aclosing
from functools import partial
from typing import Any

from app.answering import (
    Cited,
    Composer,
    Delta,
    Failed,
    Finished,
    Outcome,
    Proposal,
    Question,
    Replaced,
    Started,
    for_storage,
)
from app.answering.tools import card_json, keep_proposal
from app.conversations.domain import RETRACTED, Ending, Happening, NewEvent, Owner, Thread, Work
from app.conversations.errors import NotOurs
from app.conversations.events import AnswerFinished
from app.conversations.ownership import change_owner, end_waiting_answers
from app.conversations.past import read_past, remember
from app.conversations.patience import patiently
from app.conversations.running import RunningAnswer
from app.conversations.service import ConversationTools
from app.conversations.speech import Speech
from app.conversations.store import answers, threads
from app.conversations.text_now import recorded_text
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.logging import get_logger
from app.kernel.texts import text

log = get_logger(__name__)
LONGEST_S = 180.0  # answering has tighter limits of its own; this one only guards against a bug
MOST_ATTEMPTS = 3
READ_AGAIN_AFTER_S = (0.1, 0.5, 2.0)
STORE_AGAIN_AFTER_S = (0.1, 0.3, 1.0, 3.0, 5.0, 10.0)


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
        await speech.settle()
        if running.halted != "shutdown":
            following = await _store_patiently(tools, running, ending)
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


async def _store_patiently(tools: ConversationTools, running: RunningAnswer, ending: Ending) -> Work | None:
    """Stores the end even when the database is away for a while. Raises NotOurs."""

    async def store() -> Work | None:
        async with tools.database.transaction() as session:
            return await _store(session, tools, running, ending)

    return await patiently(STORE_AGAIN_AFTER_S, store)


async def _store(session: Session, tools: ConversationTools, running: RunningAnswer, ending: Ending) -> Work | None:
    """tx 2, fenced: what the bot says after a person took over is not stored, only what it had said before.

    The next question in line, if any, which is this process's from now on.
    """
    work, speech, bulletin = running.work, running.speech, tools.bulletin
    thread = await threads.lock_thread(session, work.conversation_id)
    if thread is None:
        raise NotOurs
    silenced = thread.owner is not Owner.BOT or thread.version != work.version
    if silenced and ending.outcome != Outcome.STOPPED:
        ending = Ending(speech.text, Outcome.STOPPED, speech.composer, speech.citations, trace=ending.trace)
    events = _last_events(running, ending)
    stored = _stored(tools, running, ending, thread, events)
    still_open = await answers.finish_answer(session, stored)
    if still_open is None:
        raise NotOurs
    if isinstance(ending.card, Proposal):
        await keep_proposal(session, ending.card, work.conversation_id, work.answer_id)
    logged = [event.logged(stored.before + nth) for nth, event in enumerate(events, 1)]
    bulletin.publish_later(session, work.conversation_id, logged)
    told = AnswerFinished(work.conversation_id, work.answer_id, work.question_id, str(ending.outcome), ending.code)
    await bulletin.announcer.announce(session, told)
    if silenced:
        await end_waiting_answers(session, bulletin, work.conversation_id)
    elif ending.wants_person:
        await change_owner(
            session, bulletin, work.conversation_id, Happening.ESCALATED, actor="bot", reason="bot_handed_off"
        )
    elif still_open > 0:
        return await answers.start_next(session, work.conversation_id, tools.answers.node_id)
    return None


def _last_events(running: RunningAnswer, ending: Ending) -> list[NewEvent]:
    work, speech = running.work, running.speech
    ids = {"answer_id": str(work.answer_id)}
    events: list[NewEvent] = []
    if speech.epoch is None:
        started = {**ids, "question_id": str(work.question_id), "composer": str(ending.composer)}
        events.append(NewEvent("answer.started", started, actor="bot"))
    if ending.code is not None:
        failed = {**ids, "code": ending.code}
        events.append(NewEvent("answer.failed", failed, work.answer_id, {"text": ending.text}, actor="bot"))
        return events
    if speech.epoch is not None and not ending.text.startswith(speech.text):
        events.append(NewEvent(RETRACTED, ids, actor="bot"))
    told = {
        "text": ending.text,
        "outcome": str(ending.outcome),
        "citations": [answers.citation_row(citation) for citation in ending.citations],
        "suggestions": list(ending.suggestions),
    }
    more = {} if ending.card is None else {"confirmation": card_json(ending.card)}
    events.append(NewEvent("answer.completed", {**ids, **more}, work.answer_id, told, actor="bot"))
    return events


def _stored(
    tools: ConversationTools, running: RunningAnswer, ending: Ending, thread: Thread, events: list[NewEvent]
) -> answers.Stored:
    speech = running.speech
    trace = ending.trace
    if ending.code is not None:
        trace = {**trace, "code": ending.code, "said_before_failure": speech.text}
    return answers.Stored(
        work=running.work,
        node_id=tools.answers.node_id,
        before=thread.seq,
        seq=thread.seq + len(events),
        text=ending.text,
        outcome=str(ending.outcome),
        composer=str(ending.composer),
        suggestions=ending.suggestions,
        citations=ending.citations,
        events=events,
        trace=for_storage(trace),
        timings={"first_text_ms": speech.first_text_ms, "total_ms": speech.elapsed_ms},
        usage=ending.usage,
        at=now(),
    )
