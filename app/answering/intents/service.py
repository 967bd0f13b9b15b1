"""Keeping the list of intents: read, saved as a version, rolled back, tried, and told to every process."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts import Principal, record_audit
from app.answering.domain import Question
from app.answering.intents import store
from app.answering.intents.book import BookInTheMaking, IntentBook, Intents, starter
from app.answering.intents.domain import IntentCard, IntentKind, IntentVersion, Reading
from app.answering.intents.errors import BadIntents, IntentsChanged
from app.answering.screen import screen
from app.answering.second_reading import SecondReading
from app.answering.understand import understand
from app.answering.versions import Kept, Versions, raise_version
from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.errors import NotFound

KIND = "intents"
MOST_EXAMPLES = 3_000
BUILT_IN_NUMBER = 0


@dataclass(frozen=True)
class IntentTools:
    """The database, what this process knows of versions, the book in force, and the reading by a model."""

    database: Database
    versions: Versions
    book: Kept[Intents]
    second: SecondReading | None = None


async def load_intents(database: Database) -> Intents:
    """The intents in force, for a process to keep; they are fitted beside the first questions."""
    version = await _current(database)
    return BookInTheMaking(version.cards, version.with_model)


async def _current(database: Database) -> IntentVersion:
    async with database.reading() as session:
        found = await store.list_versions(session, 1)
    return found[0] if found else built_in()


def built_in() -> IntentVersion:
    """Version 0."""
    return IntentVersion(BUILT_IN_NUMBER, starter(), "", "", now())


async def current_intents(tools: IntentTools) -> IntentVersion:
    """The list in force."""
    return await _current(tools.database)


async def intent_versions(tools: IntentTools, limit: int) -> list[IntentVersion]:
    """The newest versions, the one in force first; the built-in one is not among them."""
    async with tools.database.reading() as session:
        return await store.list_versions(session, limit)


def checked(cards: Sequence[IntentCard]) -> tuple[IntentCard, ...]:
    """The list without blank and repeated examples. Raises BadIntents."""
    tidy = []
    for card in cards:
        examples = dict.fromkeys(" ".join(example.split()) for example in card.examples)
        kept = tuple(example for example in examples if example)
        tidy.append(IntentCard(card.key, card.kind, card.name_zh, card.name_en, kept, card.enabled))
    twice = [key for key, count in Counter(card.key for card in tidy).items() if count > 1]
    if twice:
        raise BadIntents(what=f"{twice[0]} ×2")
    whose: dict[str, str] = {}
    for card in tidy:
        for example in card.examples:
            if whose.setdefault(example, card.key) != card.key:
                raise BadIntents(what=f"{example} ({whose[example]}, {card.key})")
    if sum(len(card.examples) for card in tidy) > MOST_EXAMPLES:
        raise BadIntents(what=f"> {MOST_EXAMPLES}")
    missing = {IntentKind.PERSON, IntentKind.QUESTION} - {card.kind for card in tidy}
    if missing:
        raise BadIntents(what=min(missing).value)
    return tuple(tidy)


async def save_intents(
    tools: IntentTools,
    cards: Sequence[IntentCard],
    seen: int,
    actor: Principal,
    note: str = "",
    with_model: bool | None = None,
) -> IntentVersion:
    """A new version, in force in every process within a second; with_model None: as before.

    Raises BadIntents, IntentsChanged.
    """
    wanted = checked(cards)
    async with tools.database.transaction() as session:
        await store.lock_versions(session)
        newest = await store.list_versions(session, 1)
        number = newest[0].number if newest else BUILT_IN_NUMBER
        if number != seen:
            raise IntentsChanged(extra={"number": number})
        if with_model is None:
            with_model = bool(newest) and newest[0].with_model
        await store.add_version(session, number + 1, wanted, note, actor.name, with_model)
        await raise_version(session, KIND)
        facts = {"intents": len(wanted), "note": note, "with_model": with_model}
        await record_audit(session, actor, "intents.save", str(number + 1), **facts)
    tools.versions.forget()
    return await current_intents(tools)


async def roll_back(tools: IntentTools, to: int, seen: int, actor: Principal) -> IntentVersion:
    """An earlier list again, 0 the built-in one. Raises NotFound, IntentsChanged."""
    found: IntentVersion | None = built_in()
    if to != BUILT_IN_NUMBER:
        async with tools.database.reading() as session:
            found = await store.find_version(session, to)
    if found is None:
        raise NotFound
    return await save_intents(tools, found.cards, seen, actor, note=f"= {to}", with_model=found.with_model)


async def book_of(tools: IntentTools, cards: Sequence[IntentCard] | None) -> IntentBook:
    """The fitted book in force, or one of an unsaved list. Raises BadIntents."""
    if cards is None:
        return await (await tools.book.get()).ready()
    return await BookInTheMaking(checked(cards)).ready()


async def model_name(tools: IntentTools) -> str | None:
    """The chat model that could read turns; None when there is none."""
    served = await tools.second.models.live_chat_model() if tools.second is not None else None
    return None if served is None else served.name or "chat"


async def read_by_model(tools: IntentTools, book: IntentBook, text: str, locale: str) -> tuple[Reading, dict[str, Any]]:
    """How the model reads a first message, and what is noted of that: who read it, and why the model did not."""
    question, notes = Question(text, locale), dict[str, Any]()
    understood = understand(screen(text), question, book)
    if tools.second is not None:
        wanted = IntentBook(book.cards, book.classifier, with_model=True)
        understood = await tools.second.read(understood, question, wanted, notes)
    return understood.reading, notes
