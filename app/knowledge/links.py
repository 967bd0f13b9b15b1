"""Links to the source of a citation: they open in a plain tab, carry their own signature, and end by themselves."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from app.knowledge.document_errors import SourceGone

LIFETIME_S = 7 * 24 * 3600
QUOTE_HEAD = 40
SALT = "kefu.source-link"


@dataclass(frozen=True)
class SourceLink:
    """What a link points to: a passage of a document, or a curated answer.

    `quote`: how the words quoted from it begin; `quote_length`: how many letters they have, blanks left out.
    `staff`: made for somebody who may read every base.
    """

    document_id: UUID | None = None
    faq_id: UUID | None = None
    chunk_id: UUID | None = None
    quote: str = ""
    quote_length: int = 0
    staff: bool = False


class SourceLinks:
    """Signs and reads links."""

    def __init__(self, secret: bytes, lifetime_s: int = LIFETIME_S):
        self._serializer = URLSafeTimedSerializer(secret, salt=SALT)
        self._lifetime_s = lifetime_s

    def url(
        self,
        *,
        document_id: UUID | None = None,
        faq_id: UUID | None = None,
        chunk_id: UUID | None = None,
        quote: str = "",
        staff: bool = False,
    ) -> str:
        """The path of the page that shows the passage in its document; valid for a week."""
        parts = {"d": document_id, "f": faq_id, "c": chunk_id}
        value: dict[str, str] = {name: part.hex for name, part in parts.items() if part is not None}
        if quote:
            value["q"] = quote[:QUOTE_HEAD]
            value["n"] = str(letters_in(quote))
        if staff:
            value["s"] = "1"
        return "/sources/" + str(self._serializer.dumps(value))

    def read(self, token: str) -> SourceLink:
        """What a link points to. Raises SourceGone."""
        try:
            value: Any = self._serializer.loads(token, max_age=self._lifetime_s)
            length = int(value.get("n", 0))
            ids = {name: UUID(value[name]) for name in ("d", "f", "c") if name in value}
        except (BadData, ValueError, TypeError, AttributeError):
            raise SourceGone from None
        return SourceLink(ids.get("d"), ids.get("f"), ids.get("c"), str(value.get("q", "")), length, "s" in value)


def letters_in(text: str) -> int:
    """How many characters a text has, blanks left out."""
    return sum(not letter.isspace() for letter in text)
