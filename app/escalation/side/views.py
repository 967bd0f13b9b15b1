"""What the right panel shows, as plain values ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.accounts import Principal
from app.conversations import (
    CustomerCard,
    Message,
    PastConversation,
    Rating,
    Summary,
    past_conversations,
    read_customer,
    read_trace,
)
from app.escalation.aftercare.domain import LeftMessage
from app.escalation.aftercare.store import find_message
from app.escalation.lists import why
from app.escalation.queues.service import visible
from app.escalation.suggest.domain import plain, reasons_of
from app.escalation.suggest.words import reason_line
from app.kernel.clock import iso
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.texts import text

SHOWN_PAST = 5
MOOD_OF = 3


@dataclass(frozen=True)
class ReasonView:
    """One reason, with the icon it is drawn with."""

    icon: str
    words: str


@dataclass(frozen=True)
class PastView:
    """An earlier conversation."""

    conversation_id: UUID
    owner: str
    words: str
    at: str


@dataclass(frozen=True)
class SideView:
    """The panel's parts that the server makes; `mood` is a sentence when the customer's mood is known."""

    reasons: tuple[ReasonView, ...]
    mood: ReasonView | None
    last_answer: Message | None
    last_words: str
    name: str | None
    tier: str | None
    user_id: str | None
    locale: str
    channel: str
    first_seen: str
    visits: int
    past: tuple[PastView, ...]
    left: LeftMessage | None
    promised_by: str | None

    @property
    def verified(self) -> bool:
        """Whether the company said who this is."""
        return self.user_id is not None


async def read_side(
    session: Session,
    summary: Summary,
    messages: Sequence[Message],
    ratings: dict[UUID, Rating],
    principal: Principal,
    locale: str,
) -> SideView:
    """The panel of a conversation, for one of the staff. Raises NotFound."""
    card: CustomerCard = await read_customer(session, summary.id)
    past = await past_conversations(session, summary.id, card.user_id, SHOWN_PAST)
    open_to = await visible(session, principal, [one.id for one in past])
    left = await find_message(session, summary.id)
    answered = [one for one in messages if one.role == "bot" and one.citations]
    return SideView(
        reasons=_reasons(summary, messages, ratings, locale),
        mood=await _mood(session, messages, locale),
        last_answer=answered[-1] if answered else None,
        last_words=plain(answered[-1].text) if answered else "",
        name=card.name,
        tier=card.tier,
        user_id=card.user_id,
        locale=card.locale,
        channel=card.channel,
        first_seen=iso(card.first_seen),
        visits=card.visits,
        past=tuple(_past(one) for one in past if one.id in open_to),
        left=left,
        promised_by=iso(left.promised_by) if left and left.promised_by else None,
    )


def _past(one: PastConversation) -> PastView:
    return PastView(one.id, "agent" if one.with_person else one.owner.value, one.first_text, iso(one.at))


def _reasons(
    summary: Summary, messages: Sequence[Message], ratings: dict[UUID, Rating], locale: str
) -> tuple[ReasonView, ...]:
    found = [ReasonView("headset", why(summary.handoff_reason, locale))] if summary.handoff_reason else []
    icons = {"down": "thumbs-down", "refused": "scan-search", "failed": "triangle-alert"}
    found += [ReasonView(icons[one.code], reason_line(one, locale)) for one in reasons_of(messages, ratings)]
    return tuple(found)


async def _mood(session: Session, messages: Sequence[Message], locale: str) -> ReasonView | None:
    """How many of the last questions were put in a bad mood, as their traces have it."""
    known: list[str] = []
    for one in [one for one in messages if one.role == "bot" and one.reply_to][-MOOD_OF:]:
        try:
            trace = (await read_trace(session, one.conversation_id, one.id)).trace
        except NotFound:
            continue
        question = trace.get("question")
        noted = question.get("sentiment") if isinstance(question, dict) else None
        label = noted.get("label") if isinstance(noted, dict) else noted
        if isinstance(label, str):
            known.append(label)
    if not known:
        return None
    bad = sum(label == "negative" for label in known)
    if not bad:
        return ReasonView("smile", text("desk.mood_calm", locale, n=len(known)))
    return ReasonView("frown", text("desk.mood", locale, n=len(known), bad=bad))
