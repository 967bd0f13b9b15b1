"""What the left column shows, as plain values ready for its template."""

from dataclasses import dataclass
from uuid import UUID

from app.conversations import Summary
from app.kernel.clock import iso
from app.kernel.texts import has_text, text


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    conversation_id: UUID
    name: str
    owner: str
    at: str
    last_text: str
    reason: str
    waiting_since: str | None
    agent: str | None


@dataclass(frozen=True)
class ListView:
    """The column: which list is chosen, how many are in each, the rows, and the conversation that is open."""

    filters: tuple[str, ...]
    counts: dict[str, int]
    show: str
    rows: list[Row]
    next_cursor: str | None
    open_id: UUID | None


def name_of(conversation_id: UUID, visitor_name: str | None, locale: str) -> str:
    """The visitor's name, or a short code made of the conversation's id."""
    return visitor_name or text("desk.visitor", locale, code=conversation_id.hex[-4:].upper())


def why(reason: str | None, locale: str) -> str:
    """A hand-over's reason in words: our codes have a sentence, the customer's own words stay as they are."""
    if not reason:
        return ""
    return text(f"desk.why_{reason}", locale) if has_text(f"desk.why_{reason}") else reason


def row(summary: Summary, locale: str) -> Row:
    """One line of the list from a conversation's summary."""
    return Row(
        conversation_id=summary.id,
        name=name_of(summary.id, summary.visitor_name, locale),
        owner=summary.owner.value,
        at=iso(summary.last_message_at),
        last_text=summary.last_text,
        reason=why(summary.handoff_reason, locale),
        waiting_since=iso(summary.queued_at) if summary.queued_at else None,
        agent=summary.agent_name,
    )
