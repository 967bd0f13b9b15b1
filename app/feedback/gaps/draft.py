"""One click makes a draft of a gap from the customers' wordings, what people replied, and the nearest passages."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.accounts import Principal, record_audit
from app.answering import says_the_same, shared_words
from app.feedback.corrections import store as corrections
from app.feedback.corrections.domain import Correction, Place, Plan
from app.feedback.corrections.service import tell_gap
from app.feedback.domain import Reason
from app.feedback.gaps.domain import Example, GapState
from app.feedback.gaps.errors import GapBusy
from app.feedback.gaps.store import gaps as store
from app.feedback.gaps.tools import GapTools
from app.feedback.text_parts import sentences_of
from app.kernel.errors import NotFound
from app.kernel.personal import without_personal_values
from app.knowledge import Audience, Hit, SearchRequest, get_faq, search_passages

WORDINGS, PASSAGES, LOOKED_AT, REPLIES = 10, 4, 30, 4
SHORTEST_REPLY, LONGEST_QUOTE = 6, 600
SUPPORTED = 0.5


async def draft_gap(tools: GapTools, gap_id: UUID, author: Principal) -> Correction:
    """A draft in the gap's name, for people to finish. Raises NotFound, GapBusy when there is one already."""
    async with tools.database.reading() as session:
        gap = await store.find_gap(session, gap_id)
        examples = await store.examples(session, gap_id, LOOKED_AT) if gap else []
        wordings = await store.questions_of(session, gap_id, WORDINGS)
    answered = [one for one in examples if one.message_id is not None]
    if gap is None or not answered:
        raise NotFound
    if gap.state is not GapState.OPEN:
        raise GapBusy
    first = answered[-1]
    assert first.message_id is not None, "chosen by it"
    answer = await tools.feedback.answers.get(first.message_id)
    passages = await _passages(tools, wordings[0][0])
    replies = await _replies(tools, answered)
    text = replies[0]["text"] if replies else ""
    evidence = {"passages": passages, "replies": replies, "sentences": supports(text, [p["text"] for p in passages])}
    questions = tuple(dict.fromkeys(without_personal_values(asked) for asked, _ in wordings))
    plan = Plan(Place.NEW_FAQ, _faults(examples), questions)
    async with tools.database.transaction() as session:
        locked = await store.find_gap(session, gap_id, lock=True)
        made = await corrections.add_draft(session, answer, gap_id, text, plan, evidence, author)
        if made is None or locked is None:
            raise GapBusy
        await record_audit(session, author, "gap.draft", str(gap_id), correction=str(made.id))
        await tell_gap(tools.feedback, session, made, author.name)
    return made


def _faults(examples: Sequence[Example]) -> tuple[Reason, ...]:
    """What customers complained of most."""
    counted = Counter(reason for one in examples for reason in one.reasons if reason in set(Reason))
    return tuple(Reason(reason) for reason, _ in counted.most_common(2))


async def _passages(tools: GapTools, question: str) -> list[dict[str, Any]]:
    """What customers may read and comes nearest, quoted."""
    found = await search_passages(tools.search, SearchRequest([question], None, Audience.PUBLIC, PASSAGES))
    return [await _quoted(tools, hit) for hit in found.hits]


async def _quoted(tools: GapTools, hit: Hit) -> dict[str, Any]:
    title = hit.title
    if hit.faq_id is not None:
        title = (await get_faq(tools.search, hit.faq_id)).questions[0]
    return {
        "title": title,
        "place": " › ".join(hit.heading_path),
        "text": hit.text[:LONGEST_QUOTE],
        "document_id": str(hit.document_id) if hit.document_id else None,
        "faq_id": str(hit.faq_id) if hit.faq_id else None,
        "chunk_id": str(hit.chunk_id),
    }


async def _replies(tools: GapTools, examples: Sequence[Example]) -> list[dict[str, Any]]:
    """What people replied in these conversations, without personal data; what most of them said first."""
    found: dict[str, dict[str, Any]] = {}
    for one in examples:
        if one.message_id is None or len(found) >= 3 * REPLIES:
            continue
        for said in await _said_after(tools, one.message_id):
            text = without_personal_values(said.strip())
            if len(text) >= SHORTEST_REPLY and text not in found:
                found[text] = {"text": text, "conversation_id": str(one.conversation_id), "at": one.at.isoformat()}
    texts = list(found)
    agreed = {text: sum(shared_words(text, other) for other in texts if other != text) for text in texts}
    ordered = sorted(texts, key=lambda text: (-agreed[text], -len(text)))
    return [found[text] for text in ordered[:REPLIES]]


async def _said_after(tools: GapTools, message_id: UUID) -> tuple[str, ...]:
    try:
        return await tools.feedback.answers.replies_after(message_id)
    except NotFound:
        return ()  # the conversation was deleted since


def supports(text: str, passages: Sequence[str]) -> list[dict[str, Any]]:
    """Each sentence with the numbers of the passages that say most of it; without any, it has no evidence."""
    judged: list[dict[str, Any]] = []
    for sentence in sentences_of(text):
        numbers = [n for n, passage in enumerate(passages, 1) if says_the_same(passage, sentence, SUPPORTED)]
        judged.append({"text": sentence, "numbers": numbers, "supported": bool(numbers)})
    return judged
