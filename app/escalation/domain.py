"""The words of the desk: notes of the staff, and how a conversation with a person can end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class NoteKind(StrEnum):
    """Why something was written: for the others, for the bot's next turn, as the end, for who comes next, for one."""

    NOTE = "note"
    HAND_BACK = "hand_back"
    WRAP_UP = "wrap_up"
    TRANSFER = "transfer"
    WHISPER = "whisper"


class WrapUp(StrEnum):
    """How it ended, as the one who closed it saw it."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    NO_REPLY = "no_reply"
    NOT_FOR_US = "not_for_us"


@dataclass(frozen=True)
class DeskNote:
    """What one of the staff wrote about a conversation; it stands behind the event `after_seq` of the log."""

    id: UUID
    kind: NoteKind
    text: str
    author_id: UUID
    author_name: str
    after_seq: int
    at: datetime
    outcome: str | None = None
    to_id: UUID | None = None
    category: str | None = None
