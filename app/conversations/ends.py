"""How an answer is stored when it has ended: in one statement as a rule, under the thread's lock where more happens."""

from typing import Any

from app.answering import Outcome, Proposal
from app.answering.tools import card_json, keep_proposal
from app.conversations.domain import RETRACTED, Ending, Happening, LoggedEvent, NewEvent, Owner, Work
from app.conversations.errors import NotOurs
from app.conversations.events import AnswerFinished, FirstTurn
from app.conversations.ownership import change_owner, end_waiting_answers
from app.conversations.patience import patiently
from app.conversations.running import RunningAnswer
from app.conversations.service import ConversationTools
from app.conversations.store import answers, threads
from app.kernel.clock import now
from app.kernel.database import Session

STORE_AGAIN_AFTER_S = (0.1, 0.3, 1.0, 3.0, 5.0, 10.0)


async def store_patiently(
    tools: ConversationTools, running: RunningAnswer, ending: Ending, unwritten: list[NewEvent]
) -> Work | None:
    """Stores the end even when the database is away for a while, behind the events that are not written yet.

    The next question in line, if any, which is this process's from now on. Raises NotOurs.
    """

    async def store() -> Work | None:
        if not ending.wants_person and ending.card is None and not _is_written_for(tools, running, ending):
            async with tools.database.statement() as session:
                if await _stored(session, tools, running, ending, unwritten, plain=True) is not None:
                    return None
        async with tools.database.transaction() as session:
            return await _store(session, tools, running, ending, unwritten)

    return await patiently(STORE_AGAIN_AFTER_S, store)


def _is_written_for(tools: ConversationTools, running: RunningAnswer, ending: Ending) -> bool:
    return tools.bulletin.announcer.written_for(_told(running.work, ending))


def _told(work: Work, ending: Ending, first: FirstTurn | None = None) -> AnswerFinished:
    outcome = str(ending.outcome)
    return AnswerFinished(work.conversation_id, work.answer_id, work.question_id, outcome, ending.code, first)


async def _store(
    session: Session, tools: ConversationTools, running: RunningAnswer, ending: Ending, unwritten: list[NewEvent]
) -> Work | None:
    """tx 2, fenced: what the bot says after a person took over is not stored, only what it had said before."""
    work, speech, bulletin = running.work, running.speech, tools.bulletin
    thread = await threads.lock_thread(session, work.conversation_id)
    if thread is None:
        raise NotOurs
    silenced = thread.owner is not Owner.BOT or thread.version != work.version
    if silenced and ending.outcome != Outcome.STOPPED:
        ending = Ending(speech.text, Outcome.STOPPED, speech.composer, speech.citations, trace=ending.trace)
    still_open = await _stored(session, tools, running, ending, unwritten, plain=False)
    if still_open is None:
        raise NotOurs
    if isinstance(ending.card, Proposal):
        await keep_proposal(session, ending.card, work.conversation_id, work.answer_id)
    if silenced:
        await end_waiting_answers(session, bulletin, work.conversation_id)
    elif ending.wants_person:
        await change_owner(
            session, bulletin, work.conversation_id, Happening.ESCALATED, actor="bot", reason="bot_handed_off"
        )
    elif still_open > 0:
        return await answers.start_next(session, work.conversation_id, tools.answers.node_id)
    return None


async def _stored(
    session: Session,
    tools: ConversationTools,
    running: RunningAnswer,
    ending: Ending,
    unwritten: list[NewEvent],
    *,
    plain: bool,
) -> int | None:
    """Stores and tells the end. How many answers are open still; None when it is not ours, or not plain."""
    work = running.work
    events = [*unwritten, *_last_events(running, ending, unwritten)]
    found = await answers.finish_answer(session, _record(tools, running, ending, events), plain=plain)
    if found is None:
        return None
    logged: list[LoggedEvent] = [event.logged(found.before + nth) for nth, event in enumerate(events, 1)]
    tools.bulletin.publish_later(session, work.conversation_id, logged)
    first = _first_turn(running, ending, found.before)
    await tools.bulletin.announcer.announce(session, _told(work, ending, first))
    return found.still_open


def _first_turn(running: RunningAnswer, ending: Ending, before: int) -> FirstTurn | None:
    """What was said, when the log held nothing before the end but this question and what was said in answer to it."""
    work = running.work
    if work.question_seq != 1 or before != work.question_seq + running.speech.logged:
        return None
    mood, failure = _noted(ending.trace, "question", "sentiment"), _noted(ending.trace, "failure", "code")
    return FirstTurn(work.text, work.reader.tier, mood, failure)


def _noted(trace: dict[str, Any], section: str, name: str) -> str | None:
    found = trace.get(section)
    return found.get(name) if isinstance(found, dict) else None


def _last_events(running: RunningAnswer, ending: Ending, unwritten: list[NewEvent]) -> list[NewEvent]:
    work, speech = running.work, running.speech
    ids = {"answer_id": str(work.answer_id)}
    events: list[NewEvent] = []
    begun = speech.epoch is not None or any(event.type == "answer.started" for event in unwritten)
    if not begun:
        started = {**ids, "question_id": str(work.question_id), "composer": str(ending.composer)}
        events.append(NewEvent("answer.started", started, actor="bot"))
    if ending.code is not None:
        failed = {**ids, "code": ending.code}
        events.append(NewEvent("answer.failed", failed, work.answer_id, {"text": ending.text}, actor="bot"))
        return events
    if begun and not ending.text.startswith(speech.text):
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


def _record(tools: ConversationTools, running: RunningAnswer, ending: Ending, events: list[NewEvent]) -> answers.Stored:
    speech = running.speech
    trace = ending.trace
    if ending.code is not None:
        trace = {**trace, "code": ending.code, "said_before_failure": speech.text}
    return answers.Stored(
        work=running.work,
        node_id=tools.answers.node_id,
        text=ending.text,
        outcome=str(ending.outcome),
        composer=str(ending.composer),
        suggestions=ending.suggestions,
        citations=ending.citations,
        events=events,
        trace=trace,
        timings={"first_text_ms": speech.first_text_ms, "total_ms": speech.elapsed_ms},
        usage=ending.usage,
        at=now(),
    )
