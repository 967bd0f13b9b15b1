"""All SQL of material."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts import Principal
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.training.domain import Reviewed, Source
from app.training.material.domain import (
    MOST_REFUSALS,
    Draft,
    FileShape,
    FoundReply,
    Import,
    Material,
    MaterialState,
    Opinion,
    ReadFile,
)
from app.training.material.tables import ImportRow, MaterialRow, OpinionRow


def pair_sha256(question: str, answer: str) -> str:
    """Stands for a pair."""
    return hashlib.sha256(f"{question}\x00{answer}".encode()).hexdigest()


async def add_import(
    session: Session, name: str, read: ReadFile, mapping: dict[str, object], is_base: bool, author: str
) -> ImportRow:
    """A file with what it refused; its counts are set once its rows are stored."""
    row = ImportRow(
        file_name=name,
        shape=read.shape.value,
        mapping=mapping,
        is_base=is_base,
        taken=0,
        known=0,
        refused=len(read.refusals),
        refusals=[asdict(one) for one in read.refusals[:MOST_REFUSALS]],
        created_by_name=author,
    )
    session.add(row)
    await session.flush()
    return row


async def add_drafts(
    session: Session, import_row: ImportRow, drafts: Sequence[tuple[Draft, str]], accepted_by: str | None
) -> int:
    """Rows of a file, (draft, locale) each; how many were new. accepted_by: they need no further review."""
    source = Source.BASE if import_row.is_base else Source.IMPORT
    decided = {"state": MaterialState.ACCEPTED.value, "approved_by": accepted_by, "decided_at": now()}
    waiting = {"state": MaterialState.WAITING.value, "approved_by": "", "decided_at": None}
    values: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "source": source.value,
            "pair_sha256": pair_sha256(draft.question, draft.answer),
            "question": draft.question,
            "answer": draft.answer,
            "history": list(draft.history),
            "locale": locale,
            "intent": "",
            "import_id": import_row.id,
            "line": draft.line,
            "said_by": "",
            "created_at": now(),
            **(decided if accepted_by else waiting),
        }
        for draft, locale in drafts
    ]
    added = await _add(session, values)
    import_row.taken, import_row.known = added, len(values) - added
    await session.flush()
    return added


async def add_replies(session: Session, found: Sequence[FoundReply]) -> int:
    """Replies not seen before wait for review; how many."""
    values = [
        {
            "id": new_id(),
            "source": Source.REPLY.value,
            "pair_sha256": pair_sha256(one.question, one.answer),
            "question": one.question,
            "answer": one.answer,
            "history": [],
            "locale": one.locale,
            "intent": "",
            "state": MaterialState.WAITING.value,
            "line": 0,
            "conversation_id": one.conversation_id,
            "message_id": one.message_id,
            "said_by": one.agent_name,
            "approved_by": "",
            "created_at": one.at,
        }
        for one in found
    ]
    return await _add(session, values)


async def _add(session: Session, values: list[dict[str, Any]]) -> int:
    added = 0
    for start in range(0, len(values), 1_000):
        statement = insert(MaterialRow).values(values[start : start + 1_000])
        done = await session.execute(
            statement.on_conflict_do_nothing(index_elements=["pair_sha256"]).returning(MaterialRow.id)
        )
        added += len(done.scalars().all())
    return added


def as_import(row: ImportRow) -> Import:
    """The row as the room knows it."""
    return Import(
        row.id,
        row.file_name,
        FileShape(row.shape),
        row.mapping,
        row.is_base,
        row.taken,
        row.known,
        row.refused,
        list(row.refusals),
        row.created_by_name,
        row.created_at,
    )


async def list_imports(session: Session, before: UUID | None, limit: int) -> list[Import]:
    """Newest first."""
    statement = select(ImportRow).order_by(ImportRow.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ImportRow.id < before)
    return [as_import(row) for row in (await session.execute(statement)).scalars()]


async def find_import(session: Session, import_id: UUID) -> Import | None:
    """One file."""
    row = await session.get(ImportRow, import_id)
    return None if row is None else as_import(row)


def _material(row: MaterialRow, opinions: Sequence[OpinionRow] = ()) -> Material:
    return Material(
        id=row.id,
        source=Source(row.source),
        question=row.question,
        answer=row.answer,
        history=tuple(row.history),
        locale=row.locale,
        intent=row.intent,
        state=MaterialState(row.state),
        import_id=row.import_id,
        line=row.line,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        said_by=row.said_by,
        created_at=row.created_at,
        decided_at=row.decided_at,
        approved_by=row.approved_by,
        opinions=tuple(
            Opinion(one.staff_id, one.staff_name, one.accept, one.question, one.answer, one.intent, one.note, one.at)
            for one in opinions
        ),
    )


async def lock_material(session: Session, material_id: UUID) -> Material | None:
    """One row with its opinions, locked until the transaction ends."""
    row = await session.get(MaterialRow, material_id, with_for_update=True)
    if row is None:
        return None
    found = await session.execute(
        select(OpinionRow).where(OpinionRow.material_id == material_id).order_by(OpinionRow.at)
    )
    return _material(row, list(found.scalars()))


async def list_material(
    session: Session, states: Sequence[MaterialState], source: Source | None, before: UUID | None, limit: int
) -> list[Material]:
    """Oldest first behind `before`, with what reviewers said."""
    statement = select(MaterialRow).order_by(MaterialRow.id).limit(limit)
    if states:
        statement = statement.where(MaterialRow.state.in_([state.value for state in states]))
    if source is not None:
        statement = statement.where(MaterialRow.source == source.value)
    if before is not None:
        statement = statement.where(MaterialRow.id > before)
    rows = list((await session.execute(statement)).scalars())
    said = await session.execute(
        select(OpinionRow).where(OpinionRow.material_id.in_([row.id for row in rows])).order_by(OpinionRow.at)
    )
    by_row: dict[UUID, list[OpinionRow]] = {}
    for opinion in said.scalars():
        by_row.setdefault(opinion.material_id, []).append(opinion)
    return [_material(row, by_row.get(row.id, ())) for row in rows]


async def put_opinion(session: Session, material_id: UUID, opinion: Opinion) -> None:
    """Keeps one person's newest word."""
    values = asdict(opinion)
    statement = insert(OpinionRow).values(material_id=material_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["material_id", "staff_id"], set_=values))


async def set_material(
    session: Session, material: Material, question: str, answer: str, intent: str, state: MaterialState, by: str
) -> None:
    """Writes the words and the state; `by` are those who decided it."""
    row = await session.get_one(MaterialRow, material.id)
    row.question, row.answer, row.intent, row.state = question, answer, intent, state.value
    decided = state in (MaterialState.ACCEPTED, MaterialState.REJECTED)
    row.decided_at = now() if decided else None
    row.approved_by = by if state is MaterialState.ACCEPTED else ""
    await session.flush()


async def first_two_words(session: Session) -> list[tuple[bool, bool]]:
    """The first two opinions on each row that has two."""
    rows = await session.execute(select(OpinionRow.material_id, OpinionRow.accept).order_by(OpinionRow.at))
    said: dict[UUID, list[bool]] = {}
    for material_id, accept in rows:
        said.setdefault(material_id, []).append(accept)
    return [(words[0], words[1]) for words in said.values() if len(words) > 1]


async def count_states(session: Session) -> dict[str, int]:
    """Rows by state."""
    rows = await session.execute(select(MaterialRow.state, func.count()).group_by(MaterialRow.state))
    return {row[0]: row[1] for row in rows}


async def accepted_material(session: Session, replaced: Mapping[UUID, str]) -> list[Reviewed]:
    """Everything people accepted. replaced: by a reply's message, the suggestion its author wrote it instead of."""
    statement = select(MaterialRow).where(MaterialRow.state == MaterialState.ACCEPTED.value).order_by(MaterialRow.id)
    return [
        Reviewed(
            row.id,
            Source(row.source),
            row.question,
            row.answer,
            row.locale,
            tuple(row.history),
            row.conversation_id,
            row.approved_by,
            row.decided_at,
            replaced.get(row.message_id, "") if row.message_id else "",
        )
        for row in (await session.execute(statement)).scalars()
    ]


def opinion_of(author: Principal, accept: bool, question: str, answer: str, intent: str, note: str) -> Opinion:
    """A word said now."""
    return Opinion(author.id, author.name, accept, question, answer, intent, note, now())
