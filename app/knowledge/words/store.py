"""SQL of words: the lists in force, their history, and passages indexed anew."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PgUuid

from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.domain import NewChunk
from app.knowledge.lexical import Terms, protected_terms, terms_of
from app.knowledge.spelling import normalise
from app.knowledge.tables import BaseRow, ChunkRow, ChunkTermsRow
from app.knowledge.words.book import EMPTY_BOOK, Scope, WordBook
from app.knowledge.words.domain import WordList, WordsVersion, list_from_json, list_to_json
from app.knowledge.words.matching import NO_WORDS, Words
from app.knowledge.words.tables import WordsVersionRow

_LOCK = 0x6B656602
_IN_FORCE = text(
    """SELECT DISTINCT ON (w.base_id) w.base_id, w.number, coalesce(b.audience, '') AS audience, b.tiers
    FROM words_version w LEFT JOIN base b ON b.id = w.base_id ORDER BY w.base_id, w.number DESC"""
)


async def load_book(session: Session, known: WordBook = EMPTY_BOOK) -> WordBook:
    """The words in force; the one known already when nothing changed, which one cheap statement tells."""
    rows = await session.execute(_IN_FORCE)
    scopes = tuple(Scope(row.base_id, row.number, row.audience, tuple(row.tiers or ())) for row in rows)
    if scopes == known.scopes:
        return known
    old = {(scope.base_id, scope.number): known.lists[scope.base_id] for scope in known.scopes}
    lists: dict[UUID | None, Words] = {}
    for scope in scopes:
        key = (scope.base_id, scope.number)
        lists[scope.base_id] = old[key] if key in old else (await version_of(session, *key)).words.compiled()
    return WordBook(scopes, lists)


_books: dict[str, WordBook] = {}


async def worded(session: Session, base_id: UUID, chunks: Sequence[tuple[str, NewChunk, Terms]]) -> list[Terms]:
    """The terms of new passages with the words in force in their base; those without a protected term stay.

    Called in the transaction that holds the base, so that no change of words is missed.
    """
    database = str(session.get_bind().engine.url)
    _books[database] = await load_book(session, _books.get(database, EMPTY_BOOK))
    words = _books[database].of_base(base_id)
    if not words.protected:
        return [terms for _, _, terms in chunks]
    return [protected_terms(passage_parts(title, chunk), words) or terms for title, chunk, terms in chunks]


def passage_parts(title: str, chunk: NewChunk) -> tuple[str, ...]:
    """The texts a passage is found by: its own, its headings' and title's, or question's."""
    if chunk.question is not None:
        return (chunk.question, chunk.text)
    return (title, *chunk.heading_path, chunk.text)


def passage_terms(title: str, chunk: NewChunk, words: Words = NO_WORDS) -> Terms:
    """The terms a passage is indexed under."""
    return terms_of(*passage_parts(title, chunk), words=words)


def says(title: str, chunk: NewChunk, words: Words) -> bool:
    """Whether a passage says one of the protected terms."""
    return any(words.spans(normalise(part)) for part in passage_parts(title, chunk))


async def version_of(session: Session, base_id: UUID | None, number: int | None = None) -> WordsVersion:
    """A version of a scope's list; without a number the one in force, version 0 when there is none."""
    statement = select(WordsVersionRow).where(WordsVersionRow.base_id.is_not_distinct_from(base_id))
    if number is not None:
        statement = statement.where(WordsVersionRow.number == number)
    row = await session.scalar(statement.order_by(WordsVersionRow.number.desc()).limit(1))
    if row is None:
        return WordsVersion(None, base_id, 0, WordList(), "saved", None, "", None)
    return _version(row)


async def versions(session: Session, base_id: UUID | None, limit: int) -> list[WordsVersion]:
    """The newest versions of a scope's list."""
    rows = await session.scalars(
        select(WordsVersionRow)
        .where(WordsVersionRow.base_id.is_not_distinct_from(base_id))
        .order_by(WordsVersionRow.number.desc())
        .limit(limit)
    )
    return [_version(row) for row in rows]


def _version(row: WordsVersionRow) -> WordsVersion:
    return WordsVersion(
        row.id,
        row.base_id,
        row.number,
        list_from_json(row.synonyms, row.protected),
        row.action,
        row.job_id,
        row.created_by,
        row.created_at,
        row.reindexed,
    )


async def lock_words(session: Session, base_id: UUID | None) -> None:
    """One change of words at a time, while nobody writes passages into the bases it is for."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    statement = select(BaseRow.id).order_by(BaseRow.id).with_for_update(key_share=True)
    await session.execute(statement if base_id is None else statement.where(BaseRow.id == base_id))


async def add_version(
    session: Session, base_id: UUID | None, number: int, words: WordList, action: str, created_by: str
) -> UUID:
    """A scope's new list, in force from the commit on."""
    synonyms, protected = list_to_json(words)
    row = WordsVersionRow(
        id=new_id(),
        base_id=base_id,
        number=number,
        synonyms=synonyms,
        protected=protected,
        action=action,
        created_by=created_by,
    )
    session.add(row)
    await session.flush()
    bases = update(BaseRow).values(version=BaseRow.version + 1)  # answers that were kept ask again
    await session.execute(bases if base_id is None else bases.where(BaseRow.id == base_id))
    return row.id


async def find_version(session: Session, version_id: UUID) -> WordsVersion | None:
    """One version."""
    row = await session.get(WordsVersionRow, version_id)
    return None if row is None else _version(row)


async def note_job(session: Session, version_id: UUID, job_id: UUID) -> None:
    """Which job indexes passages anew for a version."""
    await session.execute(update(WordsVersionRow).where(WordsVersionRow.id == version_id).values(job_id=job_id))


async def note_reindexed(session: Session, version_id: UUID, count: int) -> None:
    """How many passages a version's job indexed anew."""
    await session.execute(update(WordsVersionRow).where(WordsVersionRow.id == version_id).values(reindexed=count))


async def scope_of(session: Session, base_id: UUID | None) -> Scope | None:
    """A scope as a book has it when it has no list yet; None for a base there is not."""
    if base_id is None:
        return Scope(None, 0)
    base = await session.get(BaseRow, base_id)
    return None if base is None else Scope(base_id, 0, base.audience, tuple(base.tiers))


async def bases_of(session: Session, base_id: UUID | None) -> list[UUID]:
    """The bases a scope is for."""
    return [base_id] if base_id is not None else list(await session.scalars(select(BaseRow.id).order_by(BaseRow.id)))


async def count_indexed(session: Session, base_ids: Sequence[UUID]) -> int:
    """How many passages of some bases are in the index."""
    statement = select(func.count()).select_from(ChunkTermsRow).where(ChunkTermsRow.base_id.in_(base_ids))
    return int((await session.execute(statement)).scalar_one())


async def indexed_after(
    session: Session, base_id: UUID, after: UUID | None, limit: int, *, among: Sequence[UUID] | None = None
) -> list[tuple[UUID, str, NewChunk]]:
    """Passages of a base that are in the index, by id behind `after`, each with its title; among: of these only."""
    statement = (
        select(ChunkRow)
        .join(ChunkTermsRow, ChunkTermsRow.chunk_id == ChunkRow.id)
        .where(ChunkRow.base_id == base_id)
        .order_by(ChunkRow.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(ChunkRow.id > after)
    if among is not None:
        statement = statement.where(ChunkRow.id.in_(among))
    rows = await session.scalars(statement)
    return [(row.id, row.title, _new_chunk(row)) for row in rows]


def _new_chunk(row: ChunkRow) -> NewChunk:
    path = tuple(row.heading_path)
    return NewChunk(row.position, path, row.page, row.text, row.char_start, row.char_end, row.kind, row.question)


_LEAVE = text("DELETE FROM chunk_terms WHERE chunk_id = ANY(:ids) RETURNING chunk_id, answer_id").bindparams(
    bindparam("ids", type_=ARRAY(PgUuid))
)


async def take_terms(session: Session, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Takes the terms of passages away; gives back what each answers with, those in the index only."""
    rows = await session.execute(_LEAVE, {"ids": list(ids)})
    return {row.chunk_id: row.answer_id for row in rows}


async def present_passages(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[str, NewChunk, int]]:
    """Some passages as they are now, each with its title and how many tokens it counts."""
    rows = await session.scalars(
        select(ChunkRow)
        .join(ChunkTermsRow, ChunkTermsRow.chunk_id == ChunkRow.id)
        .where(ChunkRow.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {row.id: (row.title, _new_chunk(row), row.token_count) for row in rows}


async def set_tokens(session: Session, tokens: dict[UUID, int]) -> None:
    """How many tokens passages count now."""
    statement = text(
        "UPDATE chunk c SET token_count = m.tokens FROM unnest(:ids, CAST(:tokens AS int[])) AS m(id, tokens)"
        " WHERE c.id = m.id"
    ).bindparams(bindparam("ids", type_=ARRAY(PgUuid)))
    await session.execute(statement, {"ids": list(tokens), "tokens": list(tokens.values())})
