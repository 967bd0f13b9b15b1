"""SQL that reads what was said: messages with citations, single answers, traces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.answering import Citation, Turn
from app.conversations.domain import AskedQuestion, FoundAnswer, Message, Trace
from app.kernel.database import Session

_MESSAGES = text(
    """SELECT id, conversation_id, seq, role, text, created_at, client_id, reply_to, outcome, composer, suggestions,
        agent_name, (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('attachment_id', a.id, 'name', a.name,
            'media_type', a.media_type, 'size', a.size, 'width', a.width, 'height', a.height)) ORDER BY a.place)
        FROM attachment a WHERE a.message_id = message.id) AS attachments
    FROM message WHERE conversation_id = :id AND seq <= :seq ORDER BY seq"""
)
_CITATIONS = text(
    """SELECT n.message_id, n.number, n.document_id, n.faq_id, n.chunk_id, n.title, n.heading_path, n.page, n.quote
    FROM citation n WHERE n.message_id = ANY(:ids) ORDER BY n.message_id, n.number"""
)
_HISTORY = text(
    """SELECT m.role, m.text, m.outcome, m.suggestions FROM message m LEFT JOIN message q ON q.id = m.reply_to
    WHERE m.conversation_id = :id AND coalesce(q.seq, m.seq) < :seq AND m.role <> 'system' AND m.text <> ''
    ORDER BY coalesce(q.seq, m.seq) DESC, m.seq DESC LIMIT :limit"""
)
_ANSWER = text(
    """SELECT a.id AS message_id, a.conversation_id, q.id AS question_id, q.text AS question, a.text, a.outcome,
        c.locale, a.created_at, q.seq AS question_seq
    FROM message a JOIN message q ON q.id = a.reply_to JOIN conversation c ON c.id = a.conversation_id
    WHERE a.id = :id AND a.role = 'bot'"""
)
_TRACE = text(
    """SELECT answer_id, conversation_id, created_at, trace, timings, usage FROM answer_trace
    WHERE answer_id = :answer_id AND conversation_id = :id"""
)
_LAST_ANSWER = text(
    """SELECT id FROM message WHERE conversation_id = :id AND role = 'bot' AND reply_to IS NOT NULL
    AND outcome IN ('answered', 'faq', 'clarified', 'refused', 'failed', 'tool') ORDER BY seq DESC LIMIT 1"""
)
_QUESTIONS = text(
    """SELECT m.id, m.conversation_id, m.text, c.locale, c.visitor ->> 'user_id', m.created_at
    FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.id = ANY(:ids)"""
)
_ADD_LINE = text(
    """INSERT INTO message (id, conversation_id, seq, role, text, created_at)
    VALUES (:message_id, :id, :seq, 'bot', :text, :at)"""
)
EVERYTHING = 2**62


async def read_messages(session: Session, id: UUID, up_to: int = EVERYTHING) -> list[Message]:
    """Everything said in a thread up to a number of its log, in order."""
    rows = list(await session.execute(_MESSAGES, {"id": id, "seq": up_to}))
    cited = await read_citations(session, [row[0] for row in rows if row[3] == "bot"])
    return [
        Message(
            id=row.id,
            conversation_id=row.conversation_id,
            seq=row.seq,
            role=row.role,
            text=row.text,
            created_at=row.created_at,
            client_id=row.client_id,
            reply_to=row.reply_to,
            outcome=row.outcome,
            composer=row.composer,
            suggestions=tuple(row.suggestions or ()),
            agent_name=row.agent_name,
            citations=cited.get(row.id, ()),
            attachments=tuple(row.attachments or ()),
        )
        for row in rows
    ]


async def add_bot_line(session: Session, id: UUID, message_id: UUID, seq: int, said: str, at: datetime) -> None:
    """Keeps what the bot says by itself, answering no question."""
    values = {"message_id": message_id, "id": id, "seq": seq, "text": said, "at": at}
    await session.execute(_ADD_LINE, values)


async def read_citations(session: Session, message_ids: Sequence[UUID]) -> dict[UUID, tuple[Citation, ...]]:
    """The citations of each answer, by number."""
    found: dict[UUID, tuple[Citation, ...]] = {}
    if message_ids:
        for row in await session.execute(_CITATIONS, {"ids": list(message_ids)}):
            found[row[0]] = (*found.get(row[0], ()), as_citation(row[1:]))
    return found


def as_citation(row: Sequence[Any]) -> Citation:
    """A citation from its columns, number first."""
    number, document_id, faq_id, chunk_id, title, heading_path, page, quote = row
    return Citation(number, document_id, faq_id, chunk_id, title, tuple(heading_path), page, quote)


async def read_history(session: Session, id: UUID, before: int, limit: int) -> tuple[Turn, ...]:
    """The last turns before a message, oldest first."""
    rows = list(await session.execute(_HISTORY, {"id": id, "seq": before, "limit": limit}))
    return tuple(Turn(row[0], row[1], row[2], tuple(row[3] or ())) for row in reversed(rows))


async def find_answer(session: Session, message_id: UUID) -> FoundAnswer | None:
    """An answer with its question and citations."""
    row = (await session.execute(_ANSWER, {"id": message_id})).one_or_none()
    if row is None:
        return None
    cited = await read_citations(session, [message_id])
    values = row._asdict() | {"citations": cited.get(message_id, ())}
    return FoundAnswer(**values)


async def find_last_answer(session: Session, id: UUID) -> UUID | None:
    """The newest answer of the bot in a thread that was about something."""
    found: UUID | None = await session.scalar(_LAST_ANSWER, {"id": id})
    return found


async def read_questions(session: Session, ids: Sequence[UUID]) -> list[AskedQuestion]:
    """Some questions with who asked them, in no order."""
    return [AskedQuestion(*row) for row in await session.execute(_QUESTIONS, {"ids": list(ids)})]


async def find_trace(session: Session, id: UUID, answer_id: UUID) -> Trace | None:
    """The trace of an answer in this thread."""
    row = (await session.execute(_TRACE, {"id": id, "answer_id": answer_id})).one_or_none()
    return None if row is None else Trace(*row)
