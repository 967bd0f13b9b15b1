"""SQL of attachments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.conversations.attachments.domain import Attachment
from app.kernel.clock import now
from app.kernel.database import Session

_COLUMNS = "id, conversation_id, name, media_type, size, width, height, uploaded_by, message_id"
_ADD = text(
    """INSERT INTO attachment
    (id, conversation_id, place, name, media_type, size, width, height, uploaded_by, created_at)
    SELECT :id, :conversation_id, 0, :name, :media_type, :size, :width, :height, :uploaded_by, :at
    WHERE (SELECT count(*) FROM attachment WHERE conversation_id = :conversation_id) < :most
    RETURNING id"""
)
_FIND = text(f"SELECT {_COLUMNS} FROM attachment WHERE id = :id AND conversation_id = :conversation_id")
_UNSENT = text(
    f"""SELECT {_COLUMNS} FROM attachment WHERE id = ANY(:ids) AND conversation_id = :conversation_id
    AND message_id IS NULL AND uploaded_by = :uploaded_by
    ORDER BY array_position(CAST(:ids AS uuid[]), id) FOR UPDATE"""
)
_SEND = text(
    """UPDATE attachment SET message_id = :message_id, place = array_position(CAST(:ids AS uuid[]), id)
    WHERE id = ANY(:ids)"""
)
_DROP = text(
    f"""DELETE FROM attachment WHERE id = :id AND conversation_id = :conversation_id AND message_id IS NULL
    AND uploaded_by = :uploaded_by RETURNING {_COLUMNS}"""
)
_DROP_UNSENT = text(
    f"""DELETE FROM attachment WHERE id IN (SELECT id FROM attachment
        WHERE message_id IS NULL AND created_at < :before ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING {_COLUMNS}"""
)
_DROP_ALL = text("DELETE FROM attachment WHERE conversation_id = :conversation_id")


async def add_attachment(session: Session, attachment: Attachment, most: int) -> bool:
    """Keeps what is known of a file; False when the conversation has `most` already."""
    values: dict[str, Any] = {**vars(attachment), "at": now(), "most": most}
    return (await session.execute(_ADD, values)).scalar_one_or_none() is not None


async def find_attachment(session: Session, conversation_id: UUID, id: UUID) -> Attachment | None:
    """One file of a conversation."""
    row = (await session.execute(_FIND, {"id": id, "conversation_id": conversation_id})).one_or_none()
    return None if row is None else Attachment(*row)


async def lock_unsent(
    session: Session, conversation_id: UUID, ids: Sequence[UUID], uploaded_by: str
) -> list[Attachment]:
    """Those of the files somebody uploaded and has not sent, in the order asked for."""
    values = {"ids": list(ids), "conversation_id": conversation_id, "uploaded_by": uploaded_by}
    return [Attachment(*row) for row in await session.execute(_UNSENT, values)]


async def send(session: Session, message_id: UUID, ids: Sequence[UUID]) -> None:
    """Files belong to a message from now on."""
    await session.execute(_SEND, {"message_id": message_id, "ids": list(ids)})


async def drop_unsent(session: Session, conversation_id: UUID, id: UUID, uploaded_by: str) -> Attachment | None:
    """Takes back a file that was not sent; None when there is none of this person's."""
    values = {"id": id, "conversation_id": conversation_id, "uploaded_by": uploaded_by}
    row = (await session.execute(_DROP, values)).one_or_none()
    return None if row is None else Attachment(*row)


async def drop_forgotten(session: Session, before: datetime, limit: int) -> list[Attachment]:
    """Takes away files that were uploaded long ago and never sent."""
    return [Attachment(*row) for row in await session.execute(_DROP_UNSENT, {"before": before, "limit": limit})]


async def drop_all(session: Session, conversation_id: UUID) -> None:
    """Takes away everything attached in a conversation."""
    await session.execute(_DROP_ALL, {"conversation_id": conversation_id})
