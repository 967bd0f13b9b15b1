"""What people chose of what search found: sources of answers voted up, and where corrections went."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.feedback import store
from app.feedback.corrections.domain import Correction, CorrectionState
from app.feedback.corrections.service import list_corrections
from app.feedback.domain import RatedAnswer
from app.feedback.service import FeedbackTools
from app.kernel.errors import NotFound
from app.knowledge import Pick

VOTES_COUNTED = 5
"""Of one conversation."""
TAUGHT = (CorrectionState.ACCEPTED, CorrectionState.PUBLISHED)


@dataclass(frozen=True)
class ReviewedPicks:
    """The port `Picks` of the knowledge room; a colleague's word goes before customers' votes."""

    feedback: FeedbackTools

    async def newest(self, limit: int) -> Sequence[Pick]:
        """See the port."""
        found: list[Pick] = []
        for state in TAUGHT:
            corrections = await list_corrections(self.feedback.database, state=state, limit=limit)
            found += [pick for one in corrections if (pick := _of_correction(one)) is not None]
        async with self.feedback.database.reading() as session:
            liked = await store.list_liked(session, limit, VOTES_COUNTED)
        for message_id in liked[: max(0, limit - len(found))]:
            try:
                answer = await self.feedback.answers.get(message_id)
            except NotFound:
                continue  # the conversation was deleted after the vote
            if pick := _of_answer(answer):
                found.append(pick)
        return found[:limit]


def _of_correction(one: Correction) -> Pick | None:
    chunks = frozenset(found for found in (one.plan.chunk_id,) if found)
    faqs = frozenset(found for found in (one.plan.faq_id, one.published_faq_id) if found)
    return Pick(one.question, chunks, faqs, str(one.conversation_id)) if chunks or faqs else None


def _of_answer(answer: RatedAnswer) -> Pick | None:
    chunks = frozenset(cited.chunk_id for cited in answer.citations if cited.chunk_id)
    faqs = frozenset(cited.faq_id for cited in answer.citations if cited.faq_id)
    return Pick(answer.question, chunks, faqs, str(answer.conversation_id)) if chunks or faqs else None
