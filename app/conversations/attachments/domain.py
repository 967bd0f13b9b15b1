"""The words of attachments: what one is, which kinds are taken, and how much of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

CUSTOMER = "customer"  # who uploaded it; somebody of the staff is `staff:<id>`
MOST_A_MESSAGE = 5
MOST_A_CONVERSATION = 100
UNSENT_LASTS = timedelta(hours=24)
FOLDER = "attachments"


@dataclass(frozen=True)
class Kind:
    """One kind of file that is taken. extensions: the first is given to a file that has none of them."""

    media_type: str
    extensions: tuple[str, ...]

    @property
    def is_picture(self) -> bool:
        """Whether it is shown small in the conversation."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Attachment:
    """A stored file. size in bytes; width and height in pixels of a picture; message_id None: not sent yet."""

    id: UUID
    conversation_id: UUID
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    uploaded_by: str
    message_id: UUID | None = None

    @property
    def key(self) -> str:
        """Where its bytes are."""
        return f"{folder_of(self.conversation_id)}/{self.id}"

    @property
    def thumbnail_key(self) -> str:
        """Where the small picture is, if it is a picture."""
        return f"{self.key}.webp"

    @property
    def is_picture(self) -> bool:
        """Whether there is a small picture of it."""
        return self.width is not None

    def told(self) -> dict[str, Any]:
        """As readers of the conversation get it."""
        found: dict[str, Any] = {
            "attachment_id": str(self.id),
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
        }
        return {**found, "width": self.width, "height": self.height} if self.is_picture else found


def told_files(files: Sequence[Attachment]) -> dict[str, Any]:
    """What the event of a message says of its files."""
    return {"attachments": [one.told() for one in files]} if files else {}


def folder_of(conversation_id: UUID) -> str:
    """Where everything attached in a conversation is."""
    return f"{FOLDER}/{conversation_id}"
