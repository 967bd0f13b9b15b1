"""Where changes of a conversation are told: to listeners inside the transaction, to readers after its commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from app.conversations.domain import LIFECYCLE_CHANGED, LoggedEvent, NewEvent
from app.conversations.entries import Entry, event_entry, pack
from app.conversations.ports import SourceLinks
from app.conversations.store import log
from app.kernel.database import Session, after_commit
from app.kernel.events import Announcer
from app.kernel.live import LiveStreams

DESK_KEY = "desk"
# What changes a line of the desk's list; text on its way does not.
TOLD_TO_DESK = frozenset(
    {"message.created", "owner.changed", LIFECYCLE_CHANGED, "answer.started", "answer.completed", "answer.failed"}
)
FRESH_AT = "answer.started"  # what is older than the running answer's start is read from the log


@dataclass(frozen=True)
class Bulletin:
    """Listeners, live streams, and the links that citations are told with."""

    announcer: Announcer
    live: LiveStreams
    links: SourceLinks

    def entry(self, event: LoggedEvent) -> Entry:
        """An event as readers get it: citations carry their signed addresses, made now and not kept."""
        if "citations" in event.data:
            data = {**event.data, "citations": [self.told_citation(c) for c in event.data["citations"]]}
            event = LoggedEvent(event.seq, event.type, data)
        return event_entry(event)

    def told_citation(self, row: dict[str, Any]) -> dict[str, Any]:
        """A citation of the public contract from its stored row."""
        url = self.links.url(
            document_id=_id(row["document_id"]),
            faq_id=_id(row["faq_id"]),
            chunk_id=_id(row["chunk_id"]),
            quote=row["quote"],
        )
        return {**{name: value for name, value in row.items() if value is not None}, "url": url}

    def publish(self, conversation_id: UUID, entry: Entry, *, fresh: bool = False, soon: bool = True) -> None:
        """Tells every reader, here and elsewhere; not `soon` is what can wait while nobody reads elsewhere."""
        self.live.append(stream_key(conversation_id), pack(entry), fresh=fresh, soon=soon)

    def publish_events(self, conversation_id: UUID, events: Sequence[LoggedEvent]) -> None:
        """Tells events that are committed."""
        for event in events:
            self.publish(conversation_id, self.entry(event), fresh=event.type == FRESH_AT)
        if any(event.type in TOLD_TO_DESK for event in events):
            self.live.append(DESK_KEY, conversation_id.bytes, soon=False)

    def publish_later(self, session: Session, conversation_id: UUID, events: Sequence[LoggedEvent]) -> None:
        """Tells events once they are committed."""

        async def call() -> None:
            self.publish_events(conversation_id, events)

        after_commit(session, call)

    def desk_later(self, session: Session, conversation_id: UUID) -> None:
        """Once committed, tells the desk that something about a conversation changed that no event says."""

        async def call() -> None:
            self.live.append(DESK_KEY, conversation_id.bytes, soon=False)

        after_commit(session, call)

    def halt_later(self, session: Session, node_id: UUID | None, answer_id: UUID, why: str) -> None:
        """Once committed, tells the process that writes an answer to end it."""

        async def call() -> None:
            self.live.append(node_key(node_id), orjson.dumps(["halt", str(answer_id), why]))

        if node_id is not None:
            after_commit(session, call)


def _id(value: UUID | str | None) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value


def stream_key(conversation_id: UUID) -> str:
    """The live stream of a conversation."""
    return f"c:{conversation_id}"


def node_key(node_id: UUID | None) -> str:
    """The live stream on which one web process, or all of them, are told what to do."""
    return f"n:{node_id}" if node_id else "n:all"


async def log_events(
    session: Session, bulletin: Bulletin, conversation_id: UUID, events: Sequence[NewEvent]
) -> list[LoggedEvent]:
    """Adds events to a thread's log, and tells readers after the commit."""
    logged = await log.append(session, conversation_id, events)
    bulletin.publish_later(session, conversation_id, logged)
    return logged
