"""Makes the desk's offers: a reply from what this customer may read, the summary, passages to quote."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from uuid import UUID

from app.answering import Finished, Outcome, Question, Turn
from app.conversations import ConversationTools, Message, Thread, get_thread, transcript
from app.escalation.suggest.domain import Brief, Suggestion, brief_of, plain, questions_in
from app.escalation.suggest.summary import summarised
from app.knowledge import Audience, Hit, SearchRequest, SearchTools, search_passages
from app.model_registry import ModelRegistryTools

LOOKED_AT = 3
HISTORY_TURNS = 12
KEPT = 500


@dataclass(frozen=True)
class OfferTools:
    """What the offers are made with; `briefs` keeps the last summaries a model wrote, by how far they go."""

    conversations: ConversationTools
    search: SearchTools
    models: ModelRegistryTools
    briefs: OrderedDict[tuple[UUID, UUID], Brief] = field(default_factory=OrderedDict)


async def suggest(tools: OfferTools, conversation_id: UUID) -> Suggestion | None:
    """A reply to the newest question that can be answered from what this customer may read; None without evidence.

    It takes the same path as the bot's answers, for the same reader; nobody's identity goes with it, so that no tool
    is called and nothing of it is remembered. Raises NotFound.
    """
    async with tools.conversations.database.reading() as session:
        thread = await get_thread(session, conversation_id)
        messages = await transcript(session, conversation_id)
    for asked in list(reversed(questions_in(messages)))[:LOOKED_AT]:
        ended = await _answer(tools.conversations, thread, messages, asked)
        if ended is not None and ended.outcome in (Outcome.ANSWERED, Outcome.FAQ) and ended.citations:
            return Suggestion(asked.id, asked.text, plain(ended.text), ended.citations, str(ended.composer))
    return None


async def _answer(
    tools: ConversationTools, thread: Thread, messages: Sequence[Message], asked: Message
) -> Finished | None:
    before = [one for one in messages if one.seq < asked.seq and one.role in ("customer", "bot", "agent")]
    question = Question(
        text=asked.text,
        locale=thread.locale,
        history=tuple(Turn(one.role, one.text, one.outcome) for one in before[-HISTORY_TURNS:]),  # type: ignore[arg-type]  # the roles are those of Speaker
        audience=thread.reader.audience,
        company=tools.speaks_for,
        tier=thread.reader.tier,
        channel=thread.reader.channel,
    )
    async with aclosing(tools.answerer(question)) as events:
        async for event in events:
            if isinstance(event, Finished):
                return event
    return None


@dataclass(frozen=True)
class Found:
    """A passage, and whether the customer of the conversation may read it."""

    hit: Hit
    for_customer: bool


async def find_knowledge(tools: OfferTools, conversation_id: UUID, query: str, limit: int) -> list[Found]:
    """What staff may read about something, best first, and whether the customer may too. Raises NotFound."""
    async with tools.conversations.database.reading() as session:
        thread = await get_thread(session, conversation_id)
    reader, locale = thread.reader, thread.locale
    everything = SearchRequest([query], None, Audience.STAFF, limit, locale)
    theirs = SearchRequest([query], None, reader.audience, limit * 3, locale, tier=reader.tier, channel=reader.channel)
    found = await search_passages(tools.search, everything)
    readable = {hit.chunk_id for hit in (await search_passages(tools.search, theirs)).hits}
    return [Found(hit, hit.chunk_id in readable) for hit in found.hits]


async def brief(tools: OfferTools, conversation_id: UUID) -> Brief | None:
    """The conversation in three lines: a model's where there is one and it keeps to the form, else taken from it."""
    async with tools.conversations.database.reading() as session:
        messages = await transcript(session, conversation_id)
        thread = await get_thread(session, conversation_id)
    taken = brief_of(messages)
    if taken is None or not messages:
        return taken
    key = (conversation_id, messages[-1].id)
    if key in tools.briefs:
        return tools.briefs[key]
    served = await tools.models.live_chat_model()
    written = None if served is None else await summarised(served, messages, thread.locale, taken)
    if written is not None:
        tools.briefs[key] = written
        while len(tools.briefs) > KEPT:
            tools.briefs.popitem(last=False)
    return written or taken
