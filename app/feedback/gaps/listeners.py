"""What tells that an answer was no good: listeners that note it in the transaction in which it happened."""

from app.conversations import AnswerFinished, Owner, OwnerChanged, find_answer, find_last_answer
from app.escalation import SuggestionSent
from app.feedback import store as feedback_store
from app.feedback.domain import Vote
from app.feedback.events import AnswerRated, CorrectionMoved, CorrectionProposed
from app.feedback.gaps.domain import OF_CORRECTION, Sign
from app.feedback.gaps.store import gaps, signs
from app.kernel.database import Session

SIGNS = {"refused": Sign.REFUSED, "failed": Sign.FAILED}


def is_sign(event: AnswerFinished) -> bool:
    """Whether an answer tells that something is missing."""
    return event.outcome in SIGNS


async def note_answer(session: Session, event: AnswerFinished) -> None:
    """A refusal or a failure; an answer costs nothing here."""
    if sign := SIGNS.get(event.outcome):
        await signs.add_sign(session, event.question_id, event.conversation_id, event.message_id, sign)


async def note_vote(session: Session, event: AnswerRated) -> None:
    """Thumb down, or a thumb taken back."""
    if event.vote is Vote.UP:
        await signs.remove_sign(session, event.message_id, Sign.DOWN_VOTE)
    elif found := await find_answer(session, event.message_id):
        await signs.add_sign(
            session, found.question_id, found.conversation_id, found.message_id, Sign.DOWN_VOTE, event.reasons
        )


async def note_hand_over(session: Session, event: OwnerChanged) -> None:
    """Whoever asks for a person was not helped by the last answer that was about something."""
    if event.owner is not Owner.QUEUE or event.before is not Owner.BOT:
        return
    if found := await find_last_answer(session, event.conversation_id):
        await signs.add_sign(session, found.question_id, found.conversation_id, found.message_id, Sign.ESCALATED)


async def note_correction(session: Session, event: CorrectionProposed) -> None:
    """A colleague says it was wrong."""
    if found := await find_answer(session, event.message_id):
        await signs.add_sign(session, found.question_id, found.conversation_id, found.message_id, Sign.CORRECTION)


async def move_gap(session: Session, event: CorrectionMoved) -> None:
    """A gap goes with the correction that was drafted for it."""
    state = OF_CORRECTION[event.state]
    await gaps.follow_correction(session, event.gap_id, event.correction_id, state, event.by)


async def keep_suggestion(session: Session, event: SuggestionSent) -> None:
    """A reply that was suggested and what was sent, side by side."""
    pair = {
        "message_id": event.message_id,
        "conversation_id": event.conversation_id,
        "suggested": event.suggested,
        "sent": event.sent,
        "edited": event.suggested.strip() != event.sent.strip(),
        "staff_id": event.staff_id,
        "citations": list(event.citations),
    }
    await feedback_store.keep_pair(session, pair)
