"""Keeping the list of intents: read, saved as a version, rolled back, tried, and told to every process."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.accounts import Principal, record_audit
from app.answering.intents import store
from app.answering.intents.book import BookInTheMaking, IntentBook, Intents, starter
from app.answering.intents.domain import IntentCard, IntentKind, IntentVersion
from app.answering.intents.errors import BadIntents, IntentsChanged
from app.answering.versions import Kept, Versions, raise_version
from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.errors import NotFound

KIND = "intents"
MOST_EXAMPLES = 3_000
BUILT_IN_NUMBER = 0


@dataclass(frozen=True)
class IntentTools:
    """The database, what this process knows of versions, and the book that answers are read with."""

    database: Database
    versions: Versions
    book: Kept[Intents]


async def load_intents(database: Database) -> Intents:
    """The intents in force, for a process to keep; they are fitted beside the first questions."""
    return BookInTheMaking((await _current(database)).cards)


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
    tools: IntentTools, cards: Sequence[IntentCard], seen: int, actor: Principal, note: str = ""
) -> IntentVersion:
    """A new version, in force in every process within a second. Raises BadIntents, IntentsChanged."""
    wanted = checked(cards)
    async with tools.database.transaction() as session:
        await store.lock_versions(session)
        newest = await store.list_versions(session, 1)
        number = newest[0].number if newest else BUILT_IN_NUMBER
        if number != seen:
            raise IntentsChanged(extra={"number": number})
        await store.add_version(session, number + 1, wanted, note, actor.name)
        await raise_version(session, KIND)
        await record_audit(session, actor, "intents.save", str(number + 1), intents=len(wanted), note=note)
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
    return await save_intents(tools, found.cards, seen, actor, note=f"= {to}")


async def book_of(tools: IntentTools, cards: Sequence[IntentCard] | None) -> IntentBook:
    """The fitted book in force, or one of an unsaved list. Raises BadIntents."""
    if cards is None:
        return await (await tools.book.get()).ready()
    return await BookInTheMaking(checked(cards)).ready()
