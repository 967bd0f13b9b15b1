"""SQL of leases: web processes show life, and answers of dead ones are taken over."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.conversations.domain import Work
from app.conversations.store.answers import WORK_COLUMNS, as_work
from app.kernel.database import Session

_BEAT = text(
    """INSERT INTO answer_node (node_id, place, beat_at) VALUES (:node_id, :place, clock_timestamp())
    ON CONFLICT (node_id) DO UPDATE SET beat_at = clock_timestamp()"""
)
_NODES = text(
    """SELECT node_id, place, beat_at < clock_timestamp() - make_interval(secs => :lease_s)
    FROM answer_node WHERE node_id <> :node_id"""
)
_FORGET = text("DELETE FROM answer_node WHERE node_id = ANY(:node_ids)")
_TAKE_OVER = text(
    f"""UPDATE answer_run r SET node_id = :node_id, attempt = r.attempt + 1, started_at = clock_timestamp()
    FROM message m, conversation c
    WHERE m.id = r.question_id AND c.id = r.conversation_id AND r.answer_id IN (
        SELECT o.answer_id FROM answer_run o
        WHERE o.state = 'running' AND (
            NOT EXISTS (SELECT 1 FROM answer_node n WHERE n.node_id = o.node_id)
            OR (o.node_id = :node_id AND o.answer_id <> ALL(:mine)
                AND o.started_at < clock_timestamp() - interval '10 seconds'))
        ORDER BY o.started_at LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING {WORK_COLUMNS}"""
)
_LEFT_WAITING = text(
    """SELECT DISTINCT w.conversation_id FROM answer_run w
    WHERE w.state = 'waiting' AND w.created_at < clock_timestamp() - interval '10 seconds' AND NOT EXISTS (
        SELECT 1 FROM answer_run r WHERE r.conversation_id = w.conversation_id AND r.state = 'running')
    LIMIT 20"""
)
_RELEASE = text("UPDATE answer_run SET node_id = NULL WHERE node_id = :node_id AND state = 'running'")
_TO_STOP = text(
    """SELECT r.answer_id FROM answer_run r JOIN conversation c ON c.id = r.conversation_id
    WHERE r.node_id = :node_id AND r.state = 'running'
    AND (r.stop_requested OR c.owner <> 'bot' OR c.version <> r.version)"""
)


async def beat(session: Session, node_id: UUID, place: str) -> None:
    """A sign of life, by the database's clock."""
    await session.execute(_BEAT, {"node_id": node_id, "place": place})


async def other_nodes(session: Session, node_id: UUID, lease_s: float) -> list[tuple[UUID, str, bool]]:
    """The other processes: id, place, and whether they have been silent too long."""
    rows = await session.execute(_NODES, {"node_id": node_id, "lease_s": lease_s})
    return [(row[0], row[1], row[2]) for row in rows]


async def forget_nodes(session: Session, node_ids: Sequence[UUID]) -> None:
    """Dead or leaving processes; what they were answering is anybody's now."""
    await session.execute(_FORGET, {"node_ids": list(node_ids)})


async def take_over(session: Session, node_id: UUID, mine: Sequence[UUID], limit: int = 100) -> list[Work]:
    """Answers whose process is gone become this process's, in a new attempt."""
    rows = await session.execute(_TAKE_OVER, {"node_id": node_id, "mine": list(mine), "limit": limit})
    return [as_work(row) for row in rows]


async def left_waiting(session: Session) -> list[UUID]:
    """Threads in which an answer waits and none runs; there should be none."""
    return list((await session.execute(_LEFT_WAITING)).scalars())


async def release(session: Session, node_id: UUID) -> None:
    """Gives up every answer of this process."""
    await session.execute(_RELEASE, {"node_id": node_id})


async def to_stop(session: Session, node_id: UUID) -> list[UUID]:
    """Answers of this process that should stop, in case the word did not reach it."""
    return list((await session.execute(_TO_STOP, {"node_id": node_id})).scalars())
