"""The customer's click on a card: kept as a message of theirs, so that everybody sees it, and answered once."""

from uuid import UUID

from app.answering.tools import Confirmation, Verdict, decide, find_confirmation, is_mine
from app.answering.tools.errors import ConfirmationDecided, ConfirmationExpired
from app.conversations.domain import Owner, Posted, Work
from app.conversations.errors import NotNow
from app.conversations.said import check_waiting, post, store_said, writer
from app.conversations.service import MESSAGES, ConversationTools, check_token
from app.conversations.store import questions
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.texts import text

CONFIRMED = (Verdict.ACCEPTED, Verdict.DONE, Verdict.FAILED)


async def decide_confirmation(
    tools: ConversationTools, conversation_id: UUID, token: str, confirmation_id: UUID, accept: bool
) -> Posted:
    """Counts the click once and answers it. The same click again is the same message.

    Raises NotFound, ConfirmationDecided, ConfirmationExpired, NotNow while no bot is on it, TooManyWaiting, …
    """
    await tools.limits.take(MESSAGES, writer(conversation_id, token))

    async def storing(session: Session) -> tuple[Posted, Work | None]:
        return await _decide(session, tools, conversation_id, token, confirmation_id, accept)

    return await post(tools, storing)


async def _decide(
    session: Session, tools: ConversationTools, conversation_id: UUID, token: str, confirmation_id: UUID, accept: bool
) -> tuple[Posted, Work | None]:
    client_id = f"confirmation:{confirmation_id}"
    found = await questions.lock_and_look(session, conversation_id, client_id)
    if found is None:
        raise NotFound
    thread, known = check_token(found[0], token), found[1]
    confirmation = await find_confirmation(session, confirmation_id)
    if confirmation is None or not is_mine(confirmation, thread.id, thread.reader.user_id):
        raise NotFound
    if confirmation.verdict is Verdict.EXPIRED:
        raise ConfirmationExpired
    if confirmation.verdict is not Verdict.PENDING:
        if known is None or accept is not (confirmation.verdict in CONFIRMED):
            raise ConfirmationDecided
        return Posted(known.message_id, known.answer_id, known.seq, again=True), None
    if known is not None or thread.owner is not Owner.BOT:
        raise NotNow
    check_waiting(thread)
    if not await decide(session, confirmation_id, accept):
        raise ConfirmationExpired
    said = questions.Said(new_id(), thread.id, client_id, _words(confirmation, accept), now())
    return await store_said(session, tools, thread, said, confirmation.proposal.id)


def _words(confirmation: Confirmation, accept: bool) -> str:
    """What the click says, in the language the customer was asked in."""
    proposal = confirmation.proposal
    locale = "zh-CN" if any("\u3400" <= letter <= "\u9fff" for letter in proposal.title) else "en"
    values = " · ".join(value for _, value in proposal.fields)
    title = f"{proposal.title} · {values}" if values else proposal.title
    return text("tools.confirmed_text" if accept else "tools.cancelled_text", locale, title=title)
