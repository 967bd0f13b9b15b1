"""What the desk's pages show: conversations and transcripts as plain values, ready for a template."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup

from app.accounts import Company
from app.conversations import Message, Owner, OwnerChange, Rating
from app.escalation.domain import DeskNote
from app.escalation.lists import why
from app.escalation.lists.views import ClockView
from app.escalation.side import SideView
from app.escalation.sla.views import ClockMark
from app.kernel.clock import iso
from app.kernel.markdown import to_html
from app.kernel.texts import text

WIDEST, HIGHEST = 258, 240  # pixels of a picture in the transcript
TONES = {"answered": "ok", "faq": "ok", "refused": "warn", "handed_off": "warn", "failed": "danger", "stopped": ""}


@dataclass(frozen=True)
class SourceView:
    """One citation of a bot message."""

    number: int
    title: str
    place: str
    quote: str
    url: str


@dataclass(frozen=True)
class MessageView:
    """One message of the transcript with everything known about it."""

    message_id: UUID
    role: str
    owner: str
    author: str
    initial: str
    at: str
    text: str
    html: Markup
    outcome: str | None
    tone: str
    composer: str | None
    citations: tuple[SourceView, ...]
    rating: str | None
    reasons: tuple[str, ...]
    comment: str | None
    has_trace: bool
    correctable: bool
    attachments: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class ThreadView:
    """The chosen conversation; `read`: the last message of the staff that the customer has seen."""

    conversation_id: UUID
    name: str
    owner: str
    channel: str
    locale: str
    created_at: str
    messages: tuple[MessageView, ...]
    lifecycle: str
    agent: str | None
    mine: bool
    side: SideView
    clocks: tuple[ClockView, ...]
    read: UUID | None
    snoozed_until: str | None = None


def message(
    item: Message, owner: str, customer: str, company: Company, rating: Rating | None, urls: dict[int, str], locale: str
) -> MessageView:
    """One message from the transcript; `owner` is whose stretch of the conversation it stands in."""
    authors = {"customer": customer, "bot": company.assistant.read(locale), "agent": item.agent_name or ""}
    author = authors.get(item.role, "")
    return MessageView(
        message_id=item.id,
        role=item.role,
        owner=owner,
        author=author,
        initial="AI" if item.role == "bot" else author[:1],
        at=iso(item.created_at),
        text=item.text,
        html=to_html(item.text) if item.role != "customer" else Markup("<p>{}</p>").format(item.text),
        outcome=item.outcome if item.role == "bot" else None,
        tone=TONES.get(item.outcome or "", ""),
        composer=item.composer,
        citations=tuple(
            SourceView(c.number, c.title, " › ".join(c.heading_path), c.quote, urls.get(c.number, ""))
            for c in item.citations
        ),
        rating=rating.rating if rating else None,
        reasons=tuple(rating.reasons) if rating else (),
        comment=rating.comment if rating else None,
        has_trace=item.role == "bot" and item.outcome is not None,
        correctable=item.role == "bot" and item.reply_to is not None,
        attachments=tuple(_shown(one) for one in item.attachments),
    )


def _shown(file: dict[str, Any]) -> dict[str, Any]:
    """A file with how large its picture stands, so that nothing moves when it has come."""
    if "width" not in file:
        return file
    scale = min(1.0, WIDEST / file["width"], HIGHEST / file["height"])
    return {**file, "shown_width": round(file["width"] * scale), "shown_height": round(file["height"] * scale)}


def system_line(change: OwnerChange, locale: str) -> MessageView:
    """A change of owner as a line of the transcript."""
    words = text(f"desk.became_{change.owner.value}", locale, name=change.agent or "")
    reason = why(change.reason, locale) if change.owner is Owner.QUEUE else ""
    line = f"{words}：{reason}" if reason and locale == "zh-CN" else f"{words}: {reason}" if reason else words
    return _line(UUID(int=change.seq), change.owner.value, change.at, line)


def clock_line(mark: ClockMark, owner: str, locale: str) -> MessageView:
    """A warning or a breach of a service level as a line of the transcript."""
    told = "breached_line" if mark.breached else "warned_line"
    words = text(f"service_levels.{told}", locale, kind=text(f"service_levels.kind_{mark.kind}", locale))
    return _line(UUID(int=mark.seq), owner, mark.at, words)


def _line(id: UUID, owner: str, at: datetime, words: str) -> MessageView:
    """A line nobody said."""
    nobody: dict[str, Any] = {"outcome": None, "tone": "", "composer": None, "rating": None, "comment": None}
    return MessageView(
        message_id=id,
        role="system",
        owner=owner,
        author="",
        initial="",
        at=iso(at),
        text=words,
        html=Markup(),
        citations=(),
        reasons=(),
        has_trace=False,
        correctable=False,
        **nobody,
    )


def note(written: DeskNote, owner: str, locale: str) -> MessageView:
    """What one of the staff wrote for the others, as a line of the transcript."""
    nobody: dict[str, Any] = {"tone": "", "composer": None, "rating": None, "comment": None}
    return MessageView(
        message_id=written.id,
        role="note",
        owner=owner,
        author=written.author_name,
        initial=written.author_name[:1],
        at=iso(written.at),
        text=" · ".join(filter(None, (text(f"desk.note_{written.kind}", locale), written.category))),
        html=Markup("<p>{}</p>").format(written.text) if written.text else Markup(),
        outcome=written.outcome,
        citations=(),
        reasons=(),
        has_trace=False,
        correctable=False,
        **nobody,
    )
