"""Passages under their terms with other words, in a session that holds their base's index."""

from collections.abc import Sequence
from uuid import UUID

from app.kernel.database import Session
from app.knowledge.lexical import Terms
from app.knowledge.store.chunks import IndexEntry, add_entries, count_base, forget_terms, lock_base
from app.knowledge.words import store
from app.knowledge.words.matching import Words


async def swap_terms(session: Session, base_id: UUID, ids: Sequence[UUID], words: Words) -> int:
    """Gives passages the terms they have with `words`; returns how many were in the index. It must be held."""
    passages = await store.present_passages(session, ids)
    if not passages:
        return 0
    fresh: dict[UUID, Terms] = {
        chunk_id: store.passage_terms(title, chunk, words) for chunk_id, (title, chunk, _) in passages.items()
    }
    await forget_terms(session, base_id, list(passages))
    answers = await store.take_terms(session, list(passages))
    number, count, tokens = await lock_base(session, base_id)
    tokens += sum(fresh[chunk_id].length - passages[chunk_id][2] for chunk_id in passages)
    entries = [IndexEntry(chunk_id, answers[chunk_id], fresh[chunk_id], {}) for chunk_id in passages]
    await store.set_tokens(session, {chunk_id: fresh[chunk_id].length for chunk_id in passages})
    await add_entries(session, base_id, number, entries, tokens / count if count else 1.0)
    await count_base(session, base_id, count, tokens)
    return len(passages)
