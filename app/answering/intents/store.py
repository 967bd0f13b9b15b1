"""SQL of intents: the versions of the list."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import text

from app.answering.intents.domain import IntentCard, IntentKind, IntentVersion
from app.kernel.clock import now
from app.kernel.database import Session

_LIST = text(
    """SELECT number, cards, note, created_by, created_at, with_model
    FROM intent_version ORDER BY number DESC LIMIT :limit"""
)
_FIND = text(
    """SELECT number, cards, note, created_by, created_at, with_model
    FROM intent_version WHERE number = :number"""
)
_LOCK = text("LOCK TABLE intent_version IN EXCLUSIVE MODE")
_ADD = text(
    """INSERT INTO intent_version (number, cards, note, created_by, created_at, with_model)
    VALUES (:number, CAST(:cards AS jsonb), :note, :by, :at, :with_model)"""
)


def _card(row: dict[str, Any]) -> IntentCard:
    kind = IntentKind(row["kind"])
    return IntentCard(row["key"], kind, row["name_zh"], row["name_en"], tuple(row["examples"]), row["enabled"])


def _row(card: IntentCard) -> dict[str, Any]:
    return {
        "key": card.key,
        "kind": card.kind.value,
        "name_zh": card.name_zh,
        "name_en": card.name_en,
        "examples": list(card.examples),
        "enabled": card.enabled,
    }


async def list_versions(session: Session, limit: int) -> list[IntentVersion]:
    """The newest versions, the one in force first."""
    rows = await session.execute(_LIST, {"limit": limit})
    return [IntentVersion(row[0], tuple(_card(card) for card in row[1]), *row[2:]) for row in rows]


async def find_version(session: Session, number: int) -> IntentVersion | None:
    """One version."""
    row = (await session.execute(_FIND, {"number": number})).one_or_none()
    return None if row is None else IntentVersion(row[0], tuple(_card(card) for card in row[1]), *row[2:])


async def lock_versions(session: Session) -> None:
    """Nobody else saves until the transaction ends; readers go on."""
    await session.execute(_LOCK)


async def add_version(
    session: Session, number: int, cards: Sequence[IntentCard], note: str, by: str, with_model: bool
) -> None:
    """A further version, in force from the commit on."""
    rows = orjson.dumps([_row(card) for card in cards]).decode()
    values = {"number": number, "cards": rows, "note": note, "by": by, "at": now(), "with_model": with_model}
    await session.execute(_ADD, values)
