"""A word list that nobody saved yet: what it would index anew, and a look at the index as if that were done."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from uuid import UUID

from app.kernel.database import Database, Session
from app.kernel.errors import NotFound
from app.knowledge.domain import NewChunk
from app.knowledge.store.chunks import lock_base
from app.knowledge.store.embedders import lock_embedders
from app.knowledge.words import store
from app.knowledge.words.book import RehearsedWords
from app.knowledge.words.domain import WordList, changed_protected
from app.knowledge.words.indexing import swap_terms
from app.knowledge.words.matching import Words

LOOK_S, MOST_TOUCHED, BATCH = 2.0, 500, 200


async def rehearse_words(
    database: Database, base_id: UUID | None, words: WordList, first: Sequence[UUID]
) -> RehearsedWords:
    """What saving `words` for a scope would do. first: passages to look at before all others. Raises NotFound."""
    async with database.reading() as session:
        scope = await store.scope_of(session, base_id)
        if scope is None:
            raise NotFound
        book = (await store.load_book(session)).with_list(scope, words.compiled())
        changed = changed_protected((await store.version_of(session, base_id)).words, words)
        if not changed.protected:
            return RehearsedWords(book, {}, 0, 0)
        bases = await store.bases_of(session, base_id)
        passages = await store.count_indexed(session, bases)
        touched, looked_at = await _touched(session, bases, changed, first)
    return RehearsedWords(book, touched, looked_at, passages)


async def _touched(
    session: Session, bases: Sequence[UUID], changed: Words, first: Sequence[UUID]
) -> tuple[dict[UUID, list[UUID]], int]:
    until = monotonic() + LOOK_S
    found: dict[UUID, list[UUID]] = {base_id: [] for base_id in bases}
    known: set[UUID] = set()

    def look(base_id: UUID, page: Sequence[tuple[UUID, str, NewChunk]]) -> bool:
        """False when it is enough."""
        for chunk_id, title, chunk in page:
            if chunk_id not in known and store.says(title, chunk, changed):
                found[base_id].append(chunk_id)
            known.add(chunk_id)
        return monotonic() < until and sum(map(len, found.values())) < MOST_TOUCHED

    for base_id in bases:
        look(base_id, await store.indexed_after(session, base_id, None, len(first), among=first))
    for base_id in bases:
        after: UUID | None = None
        while page := await store.indexed_after(session, base_id, after, BATCH):
            after = page[-1][0]
            if not look(base_id, page):
                return found, len(known)
    return found, len(known)


@asynccontextmanager
async def as_if_in_force(database: Database, rehearsed: RehearsedWords) -> AsyncIterator[Session]:
    """A session in which the passages have their new terms; nobody else sees it, and nothing of it stays."""
    async with database.rehearsal() as session:
        for base_id, ids in rehearsed.touched.items():
            if ids:
                await lock_embedders(session, shared=True)
                await lock_base(session, base_id)
                await swap_terms(session, base_id, ids, rehearsed.book.of_base(base_id))
        yield session
