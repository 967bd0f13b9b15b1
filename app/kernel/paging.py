"""Cursor paging: `{items, next_cursor}`, limit at most 100."""

import base64
import binascii
from typing import Annotated, Generic, TypeVar

import orjson
from pydantic import BaseModel, Field

from app.kernel.errors import Invalid

T = TypeVar("T")
Limit = Annotated[int, Field(ge=1, le=100)]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None = None


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
