"""SQL of answers under way: their events, their end, the next in line, taking over. Only the holder may write."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.answering import Citation
from app.conversations.domain import LoggedEvent, NewEvent, Reader, Thread, Work
from app.conversations.store.log import EVENT_ROWS, as_json, event_rows
from app.conversations.store.threads import READER_COLUMNS
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.single import Line, fetch

_OURS = "answer_id = :answer_id AND attempt = :attempt AND node_id = :node_id AND state = 'running'"
_LOG = text(
    f"""WITH thread AS (
        UPDATE conversation SET seq = seq + :count
        WHERE id = :id AND owner = 'bot' AND version = :version
        AND EXISTS (SELECT 1 FROM answer_run WHERE {_OURS})
        RETURNING seq - :count AS seq
    )
    INSERT INTO conversation_event (conversation_id, seq, type, message_id, data, actor, reason, at)
    SELECT :id, thread.seq + e.nth, e.type, e.message_id, e.data, e.actor, e.reason, :at FROM thread, {EVENT_ROWS}
    RETURNING seq"""
)
_FINISH = text(
    f"""WITH thread AS (
        SELECT id, seq FROM conversation WHERE id = :id
        AND (NOT :plain OR (owner = 'bot' AND version = :version AND open_answers = 1)) FOR UPDATE
    ), run AS (
        UPDATE answer_run SET state = 'done', ended_at = :at FROM thread WHERE {_OURS}
        RETURNING answer_id, conversation_id, question_id, thread.seq
    ), message AS (
        INSERT INTO message (id, conversation_id, seq, role, text, reply_to, outcome, composer, suggestions, created_at)
        SELECT answer_id, conversation_id, seq + :count, 'bot', :text, question_id, :outcome, :composer,
            CAST(:suggestions AS jsonb), CAST(:at AS timestamptz) FROM run
    ), citations AS (
        INSERT INTO citation (message_id, number, document_id, faq_id, chunk_id, title, heading_path, page, quote)
        SELECT run.answer_id, n.number, n.document_id, n.faq_id, n.chunk_id, n.title, n.heading_path, n.page, n.quote
        FROM run, jsonb_to_recordset(CAST(:citations AS jsonb)) AS n(number int, document_id uuid, faq_id uuid,
            chunk_id uuid, title text, heading_path jsonb, page int, quote text)
    ), events AS (
        INSERT INTO conversation_event (conversation_id, seq, type, message_id, data, actor, reason, at)
        SELECT run.conversation_id, run.seq + e.nth, e.type, e.message_id, e.data, e.actor, e.reason,
            CAST(:at AS timestamptz)
        FROM run, {EVENT_ROWS}
    ), trace AS (
        INSERT INTO answer_trace (answer_id, conversation_id, trace, timings, usage, created_at)
        SELECT answer_id, conversation_id, CAST(:trace AS jsonb), CAST(:timings AS jsonb), CAST(:usage AS jsonb),
            CAST(:at AS timestamptz) FROM run
    )
    UPDATE conversation c SET seq = run.seq + :count, open_answers = open_answers - 1,
        last_message_at = CAST(:at AS timestamptz)
    FROM run WHERE c.id = run.conversation_id RETURNING run.seq, c.open_answers"""
)
WORK_COLUMNS = f"""r.answer_id, r.conversation_id, r.question_id, m.text, c.locale, m.seq, r.version, r.attempt,
    r.stop_requested, r.confirmation_id, {READER_COLUMNS}"""
_NEXT = text(
    f"""UPDATE answer_run r SET state = 'running', node_id = :node_id, started_at = :at, version = c.version
    FROM message m, conversation c
    WHERE m.id = r.question_id AND c.id = r.conversation_id AND r.answer_id = (
        SELECT answer_id FROM answer_run WHERE conversation_id = :id AND state = 'waiting'
        ORDER BY created_at, answer_id LIMIT 1)
    RETURNING {WORK_COLUMNS}"""
)
_ADD = text(
    """WITH run AS (
        INSERT INTO answer_run
            (answer_id, conversation_id, question_id, state, attempt, version, stop_requested, created_at)
        VALUES (:answer_id, :id, :question_id, 'waiting', 1, :version, false, :at)
    )
    UPDATE conversation SET open_answers = open_answers + 1 WHERE id = :id"""
)
_STOP = text(
    """UPDATE answer_run SET stop_requested = true
    WHERE answer_id = :answer_id AND conversation_id = :id AND state <> 'done'
    RETURNING CASE WHEN state = 'running' THEN node_id END"""
)
_END_WAITING = text(
    """UPDATE answer_run SET state = 'done', ended_at = :at
    WHERE conversation_id = :id AND state = 'waiting' RETURNING answer_id, question_id, created_at"""
)
_STORE_ENDED = text(
    """WITH message AS (
        INSERT INTO message (id, conversation_id, seq, role, text, reply_to, outcome, composer, suggestions, created_at)
        VALUES (:answer_id, :id, :seq, 'bot', '', :question_id, 'stopped', 'fixed', '[]', :at)
    )
    UPDATE conversation SET open_answers = open_answers - 1 WHERE id = :id"""
)
_RUN = text("SELECT question_id, state FROM answer_run WHERE answer_id = :answer_id AND conversation_id = :id")
_RUNNING = text("SELECT answer_id, node_id FROM answer_run WHERE conversation_id = :id AND state = 'running' LIMIT 1")


@dataclass(frozen=True)
class Stored:
    """Everything that is written when an answer ends; `events` come behind what the log has by then."""

    work: Work
    node_id: UUID
    text: str
    outcome: str
    composer: str
    suggestions: Sequence[str]
    citations: Sequence[Citation]
    events: Sequence[NewEvent]
    trace: dict[str, Any]
    timings: dict[str, Any]
    usage: dict[str, Any]
    at: datetime


def as_work(row: Sequence[Any]) -> Work:
    """The work in a row of WORK_COLUMNS."""
    return replace(Work(*row[:10]), reader=Reader(*row[10:]))


def _holder(work: Work, node_id: UUID) -> dict[str, Any]:
    return {
        "answer_id": work.answer_id,
        "attempt": work.attempt,
        "node_id": node_id,
        "id": work.conversation_id,
    }


async def log_answer(line: Line, work: Work, node_id: UUID, events: Sequence[NewEvent]) -> list[LoggedEvent]:
    """Adds events of a running answer to the log; [] when it is no longer this process's to speak."""
    values = {**_holder(work, node_id), "version": work.version, "count": len(events), "at": now()}
    seqs = sorted(row[0] for row in await line.rows(_LOG, {**values, "events": event_rows(events)}))
    if not seqs:
        return []
    return [event.logged(seq) for seq, event in zip(seqs, events, strict=True)]


def citation_row(citation: Citation) -> dict[str, Any]:
    """A citation as it is stored and told, without its address."""
    return {
        "number": citation.number,
        "document_id": citation.document_id,
        "faq_id": citation.faq_id,
        "chunk_id": citation.chunk_id,
        "title": citation.title,
        "heading_path": citation.heading_path,
        "page": citation.page,
        "quote": citation.quote,
    }


@dataclass(frozen=True)
class Finished:
    """Behind which event the last ones of an answer stand, and how many answers are still open."""

    before: int
    still_open: int


async def finish_answer(where: Line | Session, stored: Stored, *, plain: bool) -> Finished | None:
    """Answer, citations, events and trace in one statement. None: not ours any more.

    plain: only if the bot still owns the thread as it did when the answer began, and no other answer waits; else the
    thread must be locked.
    """
    values = {
        **_holder(stored.work, stored.node_id),
        "plain": plain,
        "version": stored.work.version,
        "count": len(stored.events),
        "text": stored.text,
        "outcome": stored.outcome,
        "composer": stored.composer,
        "suggestions": as_json(stored.suggestions),
        "citations": as_json([citation_row(c) for c in stored.citations]),
        "events": event_rows(stored.events),
        "trace": as_json(stored.trace),
        "timings": as_json(stored.timings),
        "usage": as_json(stored.usage),
        "at": stored.at,
    }
    rows = await fetch(where, _FINISH, values)
    return Finished(rows[0][0], rows[0][1]) if rows else None


async def add_run(session: Session, thread: Thread, answer_id: UUID, question_id: UUID, at: datetime) -> None:
    """Promises another answer to a question stored earlier; it waits."""
    values = {"answer_id": answer_id, "id": thread.id, "question_id": question_id}
    await session.execute(_ADD, {**values, "version": thread.version, "at": at})


async def start_next(session: Session, conversation_id: UUID, node_id: UUID) -> Work | None:
    """Begins the answer that has waited longest; the thread must be locked and nothing else running."""
    row = (await session.execute(_NEXT, {"id": conversation_id, "node_id": node_id, "at": now()})).one_or_none()
    return None if row is None else as_work(row)


async def request_stop(session: Session, conversation_id: UUID, answer_id: UUID) -> tuple[bool, UUID | None]:
    """Asks for an answer to stop. Whether it is not over, and the process that writes it now, if any."""
    row = (await session.execute(_STOP, {"id": conversation_id, "answer_id": answer_id})).one_or_none()
    return (False, None) if row is None else (True, row[0])


async def end_waiting(session: Session, conversation_id: UUID) -> list[tuple[UUID, UUID]]:
    """Ends the waiting answers of a locked thread: (answer, question), in order."""
    rows = await session.execute(_END_WAITING, {"id": conversation_id, "at": now()})
    return [(row[0], row[1]) for row in sorted(rows, key=lambda row: (row[2], row[0]))]


async def store_ended(session: Session, conversation_id: UUID, answer_id: UUID, question_id: UUID, seq: int) -> None:
    """The empty message of an answer that ended before it began."""
    values = {"id": conversation_id, "answer_id": answer_id, "question_id": question_id, "seq": seq, "at": now()}
    await session.execute(_STORE_ENDED, values)


async def find_run(session: Session, conversation_id: UUID, answer_id: UUID) -> tuple[UUID, str] | None:
    """The question of an answer, and whether it is waiting, running or done."""
    row = (await session.execute(_RUN, {"id": conversation_id, "answer_id": answer_id})).one_or_none()
    return None if row is None else (row[0], row[1])


async def find_running(session: Session, conversation_id: UUID) -> tuple[UUID, UUID | None] | None:
    """The answer being written in a thread, and the process that writes it."""
    row = (await session.execute(_RUNNING, {"id": conversation_id})).one_or_none()
    return None if row is None else (row[0], row[1])
