"""A conversation as it stands now, and the id of the last event that is in it."""

from typing import Any
from uuid import UUID

from app.answering.tools import card_json, confirmations_of
from app.conversations.domain import Message, delta_id, event_id
from app.conversations.ports import Rating
from app.conversations.read_marks import ReadMarks, read_marks_of
from app.conversations.schemas import FeedbackView, MessageView, ReadView, RunningAnswerView, Snapshot
from app.conversations.service import ConversationTools
from app.conversations.store import answers, log, threads, transcripts
from app.conversations.text_now import text_now
from app.kernel.errors import NotFound


async def take_snapshot(tools: ConversationTools, conversation_id: UUID) -> Snapshot:
    """Messages up to `seq`, and the text of a running answer as far as `seq` says. Raises NotFound."""
    async with tools.database.reading() as session:
        thread = await threads.find_thread(session, conversation_id)
        if thread is None:
            raise NotFound
        messages = await transcripts.read_messages(session, conversation_id, thread.seq)
        ratings = await tools.ratings(session, [m.id for m in messages if m.role == "bot"])
        asked = await confirmations_of(session, conversation_id) if any(m.outcome == "tool" for m in messages) else []
        running = await answers.find_running(session, conversation_id) if thread.open_answers else None
        read = await read_marks_of(session, conversation_id)
        told = await log.last_told(session, conversation_id, thread.seq)
    cards = {one.answer_id: card_json(one.proposal, one.verdict) for one in asked}
    seq, running_answer = event_id(told), None  # readers wait for the event with this id, so it is one they get
    if running is not None:
        answer_id = running[0]
        text = await text_now(tools.answers, tools.bulletin.live, conversation_id, answer_id)
        running_answer = RunningAnswerView(answer_id=answer_id, text=text)
        seq = delta_id(thread.seq, len(text)) if text else seq
    return Snapshot(
        conversation_id=conversation_id,
        owner=thread.owner,
        lifecycle=thread.lifecycle,
        seq=seq,
        messages=[_view(tools, message, ratings.get(message.id), cards.get(message.id)) for message in messages],
        running_answer=running_answer,
        read=None if read == ReadMarks() else ReadView(customer=read.customer, agent=read.agent),
    )


def _view(
    tools: ConversationTools, message: Message, rating: Rating | None, card: dict[str, Any] | None
) -> MessageView:
    bot = message.role == "bot"
    cited = [tools.bulletin.told_citation(answers.citation_row(c)) for c in message.citations]
    return MessageView(
        message_id=message.id,
        role=message.role,
        text=message.text,
        outcome=message.outcome,
        composer=message.composer,
        question_id=message.reply_to,
        citations=cited if bot else None,
        suggestions=list(message.suggestions) if bot else None,
        confirmation=card,
        attachments=list(message.attachments) or None,
        feedback=FeedbackView(rating=rating.rating, reasons=list(rating.reasons), comment=rating.comment)
        if rating
        else None,
        client_id=message.client_id,
        agent={"name": message.agent_name} if message.agent_name else None,
        created_at=message.created_at,
    )
