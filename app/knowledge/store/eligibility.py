"""SQL of who may find what, when and where: bases by audience, tier and channel; passages by dates and channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUuid

from app.kernel.database import Session

# Conditions of the one statement of search, over a row of `base` and a row of `chunk`.
BASE_READABLE = """(audience = ANY(CAST(:audiences AS text[]))
            OR (audience = 'tiers' AND tiers && CAST(:tiers AS text[])))
        AND (channels = '{{}}' OR CAST(:channel AS text) IS NULL OR CAST(:channel AS text) = ANY(channels))"""
CHUNK_SHUT = (
    "(c.valid_from > now() OR c.valid_until <= now() OR NOT CAST(:channel AS text) = ANY(c.channels))"
    " AND (c.valid_from IS NOT NULL OR c.valid_until IS NOT NULL OR c.channels IS NOT NULL)"
)


@dataclass(frozen=True)
class Reader:
    """Who asks and where. channel None: whatever the channel."""

    audiences: Sequence[str]
    tiers: Sequence[str] = ()
    channel: str | None = None

    def values(self) -> dict[str, Any]:
        """The parameters of the conditions."""
        return {"audiences": list(self.audiences), "tiers": list(self.tiers), "channel": self.channel}


_SET_VALIDITY = text(
    """WITH changed AS (
        UPDATE chunk SET valid_from = :valid_from, valid_until = :valid_until WHERE owner_id = :owner_id
        RETURNING base_id)
    UPDATE base SET version = version + 1 WHERE id IN (SELECT base_id FROM changed)"""
)
_SET_CHANNELS = text(
    """WITH changed AS (
        UPDATE chunk SET channels = nullif(CAST(:channels AS text[]), '{}') WHERE owner_id = :owner_id
        RETURNING base_id)
    UPDATE base SET version = version + 1 WHERE id IN (SELECT base_id FROM changed)"""
)
_LIMITS = text(
    """SELECT DISTINCT ON (owner_id) owner_id, valid_from, valid_until, channels FROM chunk
    WHERE owner_id = ANY(:owner_ids)
        AND (valid_from IS NOT NULL OR valid_until IS NOT NULL OR channels IS NOT NULL)"""
).bindparams(bindparam("owner_ids", type_=ARRAY(PgUuid)))
_LIMIT = text(
    """UPDATE chunk SET valid_from = :valid_from, valid_until = :valid_until, channels = CAST(:channels AS text[])
    WHERE owner_id = :owner_id"""
)


async def set_validity(
    session: Session, owner_id: UUID, valid_from: datetime | None, valid_until: datetime | None
) -> None:
    """From when and until just before when a document or FAQ is found; None: no limit on that side."""
    values = {"owner_id": owner_id, "valid_from": valid_from, "valid_until": valid_until}
    await session.execute(_SET_VALIDITY, values)


async def set_channels(session: Session, owner_id: UUID, channels: Sequence[str]) -> None:
    """The only channels a document or FAQ is found in; none: all of them."""
    await session.execute(_SET_CHANNELS, {"owner_id": owner_id, "channels": list(channels)})


@dataclass(frozen=True)
class Limits:
    """When and where a document or FAQ is found."""

    owner_id: UUID
    valid_from: datetime | None
    valid_until: datetime | None
    channels: list[str] | None


async def limits_of(session: Session, owner_ids: Sequence[UUID]) -> list[Limits]:
    """Of some documents or FAQs those that are not found always and everywhere."""
    return [Limits(*row) for row in await session.execute(_LIMITS, {"owner_ids": list(owner_ids)})]


async def keep_limits(session: Session, known: Sequence[Limits]) -> None:
    """Puts new passages of an owner under the limits its earlier ones had."""
    for one in known:
        await session.execute(
            _LIMIT,
            {
                "owner_id": one.owner_id,
                "valid_from": one.valid_from,
                "valid_until": one.valid_until,
                "channels": one.channels,
            },
        )


_MAY_BE_SHOWN = text(
    """SELECT NOT EXISTS (
        SELECT 1 FROM chunk WHERE owner_id = :owner_id AND (valid_from > now() OR valid_until <= now()))
    AND EXISTS (
        SELECT 1 FROM base b WHERE b.audience NOT IN ('staff', 'scratch') AND b.id IN (
            SELECT base_id FROM document WHERE id = :owner_id AND deleted_at IS NULL AND disabled_at IS NULL
            UNION ALL SELECT base_id FROM faq WHERE id = :owner_id))"""
)


async def may_be_shown(session: Session, owner_id: UUID) -> bool:
    """Whether a document or FAQ holds now, is not disabled and is for customers at all."""
    return bool(await session.scalar(_MAY_BE_SHOWN, {"owner_id": owner_id}))
