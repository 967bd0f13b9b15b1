"""SQL of pairs: the questions with their vectors to compare, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from sqlalchemy import bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import UUID as PgUuid
from sqlalchemy.dialects.postgresql import insert

from app.kernel.clock import now
from app.kernel.database import Session
from app.knowledge.faq_pairs.alike import Asked, Pair
from app.knowledge.faq_pairs.tables import FaqPairRow
from app.knowledge.ports import Vectors
from app.knowledge.store.embedders import partition_name

PAGE = 5_000
MOST_PAIRS = 20_000


async def asked_with_vectors(session: Session, embedder_id: UUID, dimensions: int) -> tuple[list[Asked], Vectors]:
    """Every phrasing of every FAQ that people read, and (n, dimensions) their vectors by one embedder."""
    statement = text(
        f"""SELECT c.id, c.faq_id, c.base_id, c.question, halfvec_send(v.vector) AS vector
        FROM chunk c JOIN base b ON b.id = c.base_id JOIN {partition_name(embedder_id)} v ON v.chunk_id = c.id
        WHERE c.faq_id IS NOT NULL AND b.audience <> 'scratch' AND (CAST(:after AS uuid) IS NULL OR c.id > :after)
        ORDER BY c.id LIMIT {PAGE}"""  # noqa: S608  # a table's name and a number, both ours
    ).bindparams(bindparam("after", type_=PgUuid))
    asked: list[Asked] = []
    parts: list[Vectors] = [np.empty((0, dimensions), dtype=np.float32)]
    after: UUID | None = None
    while rows := (await session.execute(statement, {"after": after})).all():
        asked += [Asked(row.faq_id, row.base_id, row.question) for row in rows]
        # pgvector sends the length, two unused bytes, then big-endian halves.
        parts.append(np.stack([np.frombuffer(row.vector, dtype=">f2", offset=4).astype(np.float32) for row in rows]))
        after = rows[-1].id
    return asked, np.concatenate(parts)


async def keep_pairs(session: Session, pairs: Sequence[Pair]) -> None:
    """What was found now, instead of what was found before; dismissals stay."""
    await session.execute(delete(FaqPairRow).where(FaqPairRow.dismissed_by.is_(None)))
    for start in range(0, min(len(pairs), MOST_PAIRS), 1000):
        rows = [
            {
                "one_id": pair.one_id,
                "other_id": pair.other_id,
                "base_id": pair.base_id,
                "one_question": pair.one_question,
                "other_question": pair.other_question,
                "score": pair.score,
                "found_at": now(),
            }
            for pair in pairs[start : min(start + 1000, MOST_PAIRS)]
        ]
        await session.execute(insert(FaqPairRow).on_conflict_do_nothing(), rows)


@dataclass(frozen=True)
class KeptPair:
    """One pair to be looked at."""

    one_id: UUID
    other_id: UUID
    base_id: UUID
    one_question: str
    other_question: str
    score: float


async def list_pairs(session: Session, base_id: UUID | None, offset: int, limit: int) -> list[KeptPair]:
    """Pairs nobody has dismissed, most alike first."""
    statement = select(FaqPairRow).where(FaqPairRow.dismissed_by.is_(None))
    if base_id is not None:
        statement = statement.where(FaqPairRow.base_id == base_id)
    rows = await session.scalars(
        statement.order_by(FaqPairRow.score.desc(), FaqPairRow.one_id, FaqPairRow.other_id).offset(offset).limit(limit)
    )
    return [
        KeptPair(row.one_id, row.other_id, row.base_id, row.one_question, row.other_question, row.score) for row in rows
    ]


async def count_pairs(session: Session, base_id: UUID | None) -> int:
    """How many pairs wait to be looked at."""
    statement = select(func.count()).select_from(FaqPairRow).where(FaqPairRow.dismissed_by.is_(None))
    if base_id is not None:
        statement = statement.where(FaqPairRow.base_id == base_id)
    return int((await session.execute(statement)).scalar_one())


async def dismiss(session: Session, one_id: UUID, other_id: UUID, name: str) -> bool:
    """They do not mean the same; False when there is no such pair."""
    ends = [(one_id, other_id), (other_id, one_id)]
    matches = [(FaqPairRow.one_id == first) & (FaqPairRow.other_id == second) for first, second in ends]
    found = await session.execute(
        update(FaqPairRow).where(or_(*matches)).values(dismissed_by=name).returning(FaqPairRow.one_id)
    )
    return found.first() is not None


async def forget_pairs_of(session: Session, faq_id: UUID) -> None:
    """An edited FAQ is compared afresh next time."""
    of_it = or_(FaqPairRow.one_id == faq_id, FaqPairRow.other_id == faq_id)
    await session.execute(delete(FaqPairRow).where(of_it, FaqPairRow.dismissed_by.is_(None)))
