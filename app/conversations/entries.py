"""Entries of a conversation's live stream: events as bytes made once, with a head that says where each belongs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from app.conversations.domain import LoggedEvent, delta_id, event_id


@dataclass(frozen=True, slots=True)
class EventEntry:
    """An event of the log. `length` counts the code points of a completed answer's text."""

    seq: int
    type: str
    answer_id: str | None
    length: int
    body: bytes

    def frame(self) -> bytes:
        """The event as readers get it."""
        return b"id: %d\n" % event_id(self.seq) + self.body

    def text(self) -> str:
        """The text in it; only needed where a reader's text is not the whole one yet."""
        return str(_data(self.body).get("text", ""))


@dataclass(frozen=True, slots=True)
class DeltaEntry:
    """More text of an answer: code points `offset` to `end`, counted since the event `epoch` began its text."""

    answer_id: str
    epoch: int
    offset: int
    end: int
    body: bytes

    def frame(self, seq: int) -> bytes:
        """The delta as a reader gets it who has the log up to `seq`."""
        return b"id: %d\n" % delta_id(seq, self.end) + self.body

    def text(self) -> str:
        """The text in it."""
        return str(_data(self.body)["text"])


@dataclass(frozen=True, slots=True)
class SignalEntry:
    """A passing thing that no log keeps: somebody is typing. Whoever misses it has missed nothing."""

    type: str
    body: bytes

    def frame(self, seq: int, nth: int) -> bytes:
        """The signal as a reader gets it who has the log up to `seq` and `nth` signals since."""
        return b"id: %d\n" % delta_id(seq, nth) + self.body


Entry = EventEntry | DeltaEntry | SignalEntry


def _data(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(body[body.index(b"\ndata: ") + 7 :])
    return found


def _body(type: str, data: dict[str, Any]) -> bytes:
    return b"event: " + type.encode() + b"\ndata: " + orjson.dumps(data, default=str) + b"\n\n"


def event_entry(event: LoggedEvent) -> EventEntry:
    """The entry of an event whose data is complete."""
    data = event.data
    answer_id = data.get("answer_id")
    length = len(data["text"]) if event.type == "answer.completed" else 0
    return EventEntry(event.seq, event.type, str(answer_id) if answer_id else None, length, _body(event.type, data))


def delta_entry(answer_id: UUID | str, epoch: int, offset: int, text: str) -> DeltaEntry:
    """The entry of a piece of text."""
    data = {"answer_id": answer_id, "offset": offset, "text": text}
    return DeltaEntry(str(answer_id), epoch, offset, offset + len(text), _body("answer.delta", data))


def signal_entry(type: str, data: dict[str, Any]) -> SignalEntry:
    """The entry of a signal."""
    return SignalEntry(type, _body(type, data))


def pack(entry: Entry) -> bytes:
    """The bytes that travel."""
    head: list[Any]
    if isinstance(entry, DeltaEntry):
        head = [entry.answer_id, entry.epoch, entry.offset, entry.end]
    elif isinstance(entry, SignalEntry):
        head = [None, entry.type]
    else:
        head = [entry.seq, entry.type, entry.answer_id, entry.length]
    return orjson.dumps(head) + b"\n" + entry.body


def unpack(data: bytes) -> Entry:
    """The entry in the bytes that travelled."""
    head, _, body = data.partition(b"\n")
    fields = orjson.loads(head)
    if fields[0] is None:
        return SignalEntry(fields[1], body)
    if isinstance(fields[0], str):
        answer_id, epoch, offset, end = fields
        return DeltaEntry(answer_id, epoch, offset, end, body)
    seq, type, about, length = fields
    return EventEntry(seq, type, about, length, body)
