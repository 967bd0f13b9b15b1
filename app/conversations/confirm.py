"""The customer's click on a card: kept as a message of theirs, so that everybody sees it, and answered once."""

from dataclasses import replace
from uuid import UUID

from app.answering.tools import Confirmation, Verdict, decide, find_confirmation, is_mine
from app.answering.tools.errors import ConfirmationDecided, ConfirmationExpired
from app.conversations.ask import MOST_WAITING, writer
from app.conversations.domain import Owner, Posted, Thread, Work
from app.conversations.drive import start_answer
from app.conversations.errors import NotNow, TooManyWaiting
from app.conversations.service import MESSAGES, ConversationTools, check_token
from app.conversations.store import questions
from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.errors import NotFound, Unavailable
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
    for _ in range(5):
        try:
            async with tools.database.transaction() as session:
                posted, work = await _decide(session, tools, conversation_id, token, confirmation_id, accept)
        except questions.Collision:
            continue
        if work is not None:
            start_answer(tools, work)
        return posted
    raise Unavailable


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
    if thread.open_answers > MOST_WAITING:
        raise TooManyWaiting(retry_after_s=5)
    if not await decide(session, confirmation_id, accept):
        raise ConfirmationExpired
    return await _stored(session, tools, thread, confirmation, accept, client_id)


async def _stored(
    session: Session, tools: ConversationTools, thread: Thread, confirmation: Confirmation, accept: bool, client_id: str
) -> tuple[Posted, Work | None]:
    said = questions.Said(new_id(), thread.id, client_id, _words(confirmation, accept), now())
    seq, at_once = thread.seq + 1, thread.open_answers == 0
    question = questions.NewQuestion(
        said,
        seq,
        answer_id=new_id(),
        state="running" if at_once else "waiting",
        node_id=tools.answers.node_id if at_once else None,
        version=thread.version,
        confirmation_id=confirmation.proposal.id,
    )
    await questions.store_question(session, question)
    tools.bulletin.publish_later(session, thread.id, [said.event.logged(seq)])
    posted = Posted(said.message_id, question.answer_id, seq, at_once=at_once)
    if not at_once or question.answer_id is None:
        return posted, None
    work = Work(question.answer_id, thread.id, said.message_id, said.text, thread.locale, seq, thread.version)
    return posted, replace(work, reader=thread.reader, decided=confirmation.proposal.id)


def _words(confirmation: Confirmation, accept: bool) -> str:
    """What the click says, in the language the customer was asked in."""
    proposal = confirmation.proposal
    locale = "zh-CN" if any("\u3400" <= letter <= "\u9fff" for letter in proposal.title) else "en"
    values = " · ".join(value for _, value in proposal.fields)
    title = f"{proposal.title} · {values}" if values else proposal.title
    return text("tools.confirmed_text" if accept else "tools.cancelled_text", locale, title=title)
