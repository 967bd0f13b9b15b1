"""Cursor paging: `{items, next_cursor}`, limit at most 100."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from app.kernel.errors import Invalid

R = TypeVar("R")
T = TypeVar("T")
Limit = Annotated[int, Field(ge=1, le=100)]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None = None


def page_of(found: Sequence[R], limit: int, view: Callable[[R], T], place: Callable[[R], object]) -> Page[T]:
    """One page of rows of which one more than wanted was asked for; place: what the next page begins behind."""
    following = encode_cursor(str(place(found[limit - 1]))) if len(found) > limit else None
    return Page(items=[view(one) for one in found[:limit]], next_cursor=following)


class BadCursor(Invalid):
    """The cursor was not made by this list."""

    code = "bad_cursor"


def encode_cursor(*parts: str) -> str:
    """An opaque cursor from the sort values of a page's last row."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode_cursor(cursor: str | None, parts: int) -> list[str] | None:
    """The sort values in a cursor, or None at the beginning. Raises BadCursor."""
    if not cursor:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise BadCursor from None
    if not isinstance(values, list) or len(values) != parts or not all(isinstance(v, str) for v in values):
        raise BadCursor
    return values


def id_in_cursor(cursor: str | None) -> UUID | None:
    """The id a list ordered by ids goes on behind, or None at the beginning. Raises BadCursor."""
    parts = decode_cursor(cursor, 1)
    try:
        return UUID(parts[0]) if parts else None
    except ValueError:
        raise BadCursor from None


def moment_in_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The moment and id a list ordered by time goes on behind, or None at the beginning. Raises BadCursor."""
    parts = decode_cursor(cursor, 2)
    if parts is None:
        return None
    try:
        moment, id = datetime.fromisoformat(parts[0]), UUID(parts[1])
    except ValueError:
        raise BadCursor from None
    if moment.tzinfo is None:
        raise BadCursor
    return moment, id
