"""How an answer is stored when it has ended: in one statement as a rule, under the thread's lock where more happens."""

from typing import Any

from app.answering import Outcome, Proposal, for_storage
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
        if _is_plain(tools, running, ending) and await _store_plainly(tools, running, ending, unwritten):
            return None
        async with tools.database.transaction() as session:
            return await _store(session, tools, running, ending, unwritten)

    return await patiently(STORE_AGAIN_AFTER_S, store)


def _is_plain(tools: ConversationTools, running: RunningAnswer, ending: Ending) -> bool:
    told = _told(running, ending)
    return not ending.wants_person and ending.card is None and not tools.bulletin.announcer.is_heard(told)


async def _store_plainly(
    tools: ConversationTools, running: RunningAnswer, ending: Ending, unwritten: list[NewEvent]
) -> bool:
    """One statement; False when it turned out that more is to be done."""
    events = [*unwritten, *_last_events(running, ending, unwritten)]
    async with tools.database.line() as line:
        found = await answers.finish_answer(line, _record(tools, running, ending, events), plain=True)
    if found is None:
        return False
    tools.bulletin.publish_events(running.work.conversation_id, _logged(events, found))
    await tools.bulletin.announcer.announce_stored(_told(running, ending, found))
    return True


def _logged(events: list[NewEvent], found: answers.Finished) -> list[LoggedEvent]:
    return [event.logged(found.before + nth) for nth, event in enumerate(events, 1)]


def _told(running: RunningAnswer, ending: Ending, found: answers.Finished | None = None) -> AnswerFinished:
    work, first = running.work, None
    # The log held nothing before the end but this question and what was said in answer to it.
    if found is not None and work.question_seq == 1 and found.before == 1 + running.speech.logged:
        mood, failure = _noted(ending.trace, "question", "sentiment"), _noted(ending.trace, "failure", "code")
        first = FirstTurn(work.text, work.reader.tier, mood, failure)
    return AnswerFinished(
        work.conversation_id, work.answer_id, work.question_id, str(ending.outcome), ending.code, first
    )


def _noted(trace: dict[str, Any], section: str, name: str) -> str | None:
    noted = trace.get(section)
    return noted.get(name) if isinstance(noted, dict) else None


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
    events = [*unwritten, *_last_events(running, ending, unwritten)]
    found = await answers.finish_answer(session, _record(tools, running, ending, events), plain=False)
    if found is None:
        raise NotOurs
    if isinstance(ending.card, Proposal):
        await keep_proposal(session, ending.card, work.conversation_id, work.answer_id)
    bulletin.publish_later(session, work.conversation_id, _logged(events, found))
    await bulletin.announcer.announce(session, _told(running, ending, found))
    if silenced:
        await end_waiting_answers(session, bulletin, work.conversation_id)
    elif ending.wants_person:
        await change_owner(
            session, bulletin, work.conversation_id, Happening.ESCALATED, actor="bot", reason="bot_handed_off"
        )
    elif found.still_open > 0:
        return await answers.start_next(session, work.conversation_id, tools.answers.node_id)
    return None


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
        trace=for_storage(trace),
        timings={"first_text_ms": speech.first_text_ms, "total_ms": speech.elapsed_ms},
        usage=ending.usage,
        at=now(),
    )
