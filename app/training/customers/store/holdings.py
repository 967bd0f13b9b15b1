"""SQL that finds whatever names a customer or one of their conversations, also in tables that come later."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TableClause, column, delete, false, func, select, table, text

from app.kernel.database import Session
from app.training.customers.domain import Wanted, Whose

# What is kept on purpose holds ids alone: which versions were withdrawn, and who erased what.
KEEPS_IDS = ("training_erasure", "dataset_row", "audit_entry")
NAMING = ("conversation_id", "user_id", "message_id")
SECRET = frozenset({"token_digest", "return_digest", "vector"})
_OWNER = text("SELECT visitor ->> 'user_id' FROM conversation WHERE id = :id")
_CONVERSATIONS = text("SELECT id FROM conversation WHERE visitor ->> 'user_id' = :user_id ORDER BY id")
_ABOUT = text(
    """SELECT max(visitor ->> 'name'), min(created_at), max(created_at) FROM conversation WHERE id = ANY(:ids)"""
)
_LOCK = text("SELECT id FROM conversation WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_COLUMNS = text(
    """SELECT c.table_name, array_agg(c.column_name::text) FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.column_name = ANY(:naming)
    GROUP BY c.table_name ORDER BY c.table_name"""
)


async def whose(session: Session, wanted: Wanted) -> Whose:
    """All conversations your site vouched for as this customer's; one of nobody known is alone."""
    if wanted.conversation_id is not None:
        owner = await session.scalar(_OWNER, {"id": wanted.conversation_id})
        if owner is None:
            return Whose(wanted, (wanted.conversation_id,))
        wanted = Wanted(owner)
    found = await session.scalars(_CONVERSATIONS, {"user_id": wanted.user_id})
    return Whose(wanted, tuple(found))


async def about(session: Session, ids: Sequence[UUID]) -> tuple[str | None, datetime | None, datetime | None]:
    """The name the site gave, and when the first and the last of the conversations were."""
    row = (await session.execute(_ABOUT, {"ids": list(ids)})).one()
    return row[0], row[1], row[2]


async def lock(session: Session, ids: Sequence[UUID]) -> None:
    """Nobody writes into these conversations until the transaction ends."""
    await session.execute(_LOCK, {"ids": list(ids)})


class Holdings:
    """The tables that hold something of a customer, each with the condition for it; their conversations last."""

    def __init__(self, named: dict[str, list[str]], whose: Whose) -> None:
        message = table("message", column("id"), column("conversation_id"))
        theirs = select(message.c.id).where(message.c.conversation_id.in_(whose.conversations))
        self.found: list[tuple[TableClause, ColumnElement[bool]]] = []
        for name, columns in named.items():
            if name in KEEPS_IDS:
                continue
            here = table(name, *(column(one) for one in columns))
            by_user = here.c.user_id == whose.user_id if "user_id" in columns and whose.user_id else false()
            condition: ColumnElement[bool] = by_user
            if "conversation_id" in columns:
                condition = here.c.conversation_id.in_(whose.conversations) | by_user
            elif "message_id" in columns:
                condition = here.c.message_id.in_(theirs) | by_user
            self.found.append((here, condition))
        conversation = table("conversation", column("id"))
        self.found.append((conversation, conversation.c.id.in_(whose.conversations)))


async def holdings_of(session: Session, whose: Whose) -> Holdings:
    """Where something of this customer may be."""
    rows = await session.execute(_COLUMNS, {"naming": list(NAMING)})
    return Holdings({name: list(columns) for name, columns in rows}, whose)


async def count_all(session: Session, holdings: Holdings) -> dict[str, int]:
    """How many rows, by table."""
    counts = {
        here.name: await session.scalar(select(func.count()).select_from(here).where(condition)) or 0
        for here, condition in holdings.found
    }
    return {name: count for name, count in counts.items() if count}


async def read_all(session: Session, holdings: Holdings) -> dict[str, list[dict[str, Any]]]:
    """Every row, by table; tokens and vectors are left out."""
    told: dict[str, list[dict[str, Any]]] = {}
    for here, condition in holdings.found:
        rows = await session.scalars(select(func.to_jsonb(here.table_valued())).where(condition))
        found = [{name: value for name, value in row.items() if name not in SECRET} for row in rows]
        if found:
            told[here.name] = found
    return told


async def erase_rows(session: Session, holdings: Holdings) -> AsyncIterator[tuple[str, int]]:
    """Takes every row away; tells each table and how many when it is done with it."""
    for here, condition in holdings.found:
        statement = delete(here).where(condition).returning(text("1"))
        yield here.name, len((await session.execute(statement)).all())
