"""Shapes on the wire: strict about unknown fields, and text that PostgreSQL and JSON can both hold."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer

from app.kernel.clock import iso


class Wire(BaseModel):
    """Base of every request and response body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def mirroring(cls, thing: object, **others: Any) -> Self:
        """The members a thing has under the same names, and those that are given because they differ."""
        same = {name: getattr(thing, name) for name in cls.model_fields if name not in others and hasattr(thing, name)}
        return cls(**same, **others)


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("NUL characters cannot be stored")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair is no character") from None
    return value


ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def _visible(value: str) -> str:
    if not value.translate(ZERO_WIDTH).strip():
        raise ValueError("there is nothing to read in it")
    return value


CleanText = Annotated[str, AfterValidator(_storable)]
VisibleText = Annotated[str, AfterValidator(_storable), AfterValidator(_visible)]
Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]
"""A time as ISO 8601 in UTC."""
