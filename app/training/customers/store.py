"""SQL that finds whatever names a customer or one of their conversations, also in tables that come later."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TableClause, column, delete, func, select, table, text

from app.kernel.database import Session

# What is kept on purpose holds ids alone: which versions were withdrawn, and who erased what.
KEEPS_IDS = ("training_erasure", "dataset_row", "audit_entry")
SECRET = frozenset({"token_digest", "return_digest", "vector"})
_CONVERSATIONS = text("SELECT id FROM conversation WHERE visitor ->> 'user_id' = :user_id ORDER BY id")
_COLUMNS = text(
    """SELECT c.table_name, array_agg(c.column_name::text) FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
        AND c.column_name IN ('conversation_id', 'user_id', 'message_id')
    GROUP BY c.table_name ORDER BY c.table_name"""
)
_EMPTY_GAPS = text(
    """DELETE FROM gap WHERE id = ANY(:gaps)
    AND NOT EXISTS (SELECT 1 FROM gap_question q WHERE q.gap_id = gap.id) RETURNING id"""
)
_GAPS = text("SELECT DISTINCT gap_id FROM gap_question WHERE conversation_id = ANY(:ids) AND gap_id IS NOT NULL")
# A gap that others asked about too keeps going under the words of one of them.
_RETITLE = text(
    """UPDATE gap SET title = (SELECT q.text FROM gap_question q WHERE q.gap_id = gap.id ORDER BY q.at LIMIT 1)
    WHERE id = ANY(:gaps)"""
)
_ORPHANED = text(
    """UPDATE gap SET correction_id = NULL,
        state = CASE WHEN state IN ('drafted', 'in_review') THEN 'open' ELSE state END
    WHERE correction_id IN (SELECT id FROM correction WHERE conversation_id = ANY(:ids))"""
)
_JUDGED = text(
    """DELETE FROM model_evaluation_row WHERE question IN (
        SELECT text FROM message WHERE conversation_id = ANY(:ids)
        UNION SELECT question FROM correction WHERE conversation_id = ANY(:ids)
        UNION SELECT question FROM training_material WHERE conversation_id = ANY(:ids)) RETURNING place"""
)
_PUBLISHED = text(
    """SELECT 'faq_phrasing', count(*) FROM faq_phrasing WHERE text IN (SELECT text FROM message
        WHERE conversation_id = ANY(:ids) AND role = 'customer')
    UNION ALL SELECT 'regression_question', count(*) FROM regression_question WHERE text IN (SELECT text FROM message
        WHERE conversation_id = ANY(:ids) AND role = 'customer')"""
)


async def conversations_of(session: Session, user_id: str) -> list[UUID]:
    """Every conversation your site vouched for as this customer's."""
    return list(await session.scalars(_CONVERSATIONS, {"user_id": user_id}))


class Holdings:
    """The tables that hold something of a customer, each with the condition for it."""

    def __init__(self, named: dict[str, list[str]], user_id: str, conversations: Sequence[UUID]) -> None:
        message = table("message", column("id"), column("conversation_id"))
        theirs = select(message.c.id).where(message.c.conversation_id.in_(conversations))
        self.found: list[tuple[TableClause, ColumnElement[bool]]] = []
        for name, columns in named.items():
            here = table(name, *(column(one) for one in columns))
            if name in KEEPS_IDS:
                continue
            condition: ColumnElement[bool]
            if "conversation_id" in columns:
                condition = here.c.conversation_id.in_(conversations)
                if "user_id" in columns:
                    condition |= here.c.user_id == user_id
            elif "user_id" in columns:
                condition = here.c.user_id == user_id
            elif "message_id" in columns:
                condition = here.c.message_id.in_(theirs)
            else:
                continue
            self.found.append((here, condition))
        conversation = table("conversation", column("id"))
        self.found.append((conversation, conversation.c.id.in_(conversations)))


async def holdings_of(session: Session, user_id: str, conversations: Sequence[UUID]) -> Holdings:
    """Where something of this customer may be."""
    rows = await session.execute(_COLUMNS)
    return Holdings({name: list(columns) for name, columns in rows}, user_id, conversations)


async def read_all(session: Session, holdings: Holdings) -> dict[str, list[dict[str, Any]]]:
    """Every row, by table; tokens and vectors are left out."""
    told: dict[str, list[dict[str, Any]]] = {}
    for here, condition in holdings.found:
        rows = await session.scalars(select(func.to_jsonb(here.table_valued())).where(condition))
        found = [{name: value for name, value in row.items() if name not in SECRET} for row in rows]
        if found:
            told[here.name] = found
    return told


async def published_words(session: Session, conversations: Sequence[UUID]) -> dict[str, int]:
    """How often a sentence of theirs is reviewed, published knowledge by now, by table."""
    rows = await session.execute(_PUBLISHED, {"ids": list(conversations)})
    return {name: count for name, count in rows if count}


async def erase_rows(session: Session, holdings: Holdings, conversations: Sequence[UUID]) -> dict[str, int]:
    """Takes every row away, gaps and judgements that quote them included; how many, by table."""
    ids = {"ids": list(conversations)}
    gone: dict[str, int] = {"model_evaluation_row": len((await session.execute(_JUDGED, ids)).all())}
    gaps = {"gaps": list(await session.scalars(_GAPS, ids))}
    await session.execute(_ORPHANED, ids)
    for here, condition in holdings.found:
        statement = delete(here).where(condition).returning(text("1"))
        gone[here.name] = len((await session.execute(statement)).all())
    gone["gap"] = len((await session.execute(_EMPTY_GAPS, gaps)).all())
    await session.execute(_RETITLE, gaps)
    return {name: count for name, count in gone.items() if count}
