"""Moving an FAQ to another base: out of the old one and into the new one in one transaction."""

from dataclasses import replace
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.database import Session
from app.kernel.errors import NotFound
from app.knowledge.domain import Faq, FaqContent, PreparedChunks
from app.knowledge.errors import IndexMoved
from app.knowledge.faq_bulk import store
from app.knowledge.faqs import changed_meanwhile, faq_chunks, get_faq, refuse_known
from app.knowledge.index import prepare_chunks
from app.knowledge.store.bases import find_base
from app.knowledge.store.chunks import Owner, Replacement, remove_chunks, replace_chunks
from app.knowledge.store.faqs import find_faq, limit_chunks
from app.knowledge.store.passages import hold_index
from app.knowledge.tools import SearchTools

TRIES = 5


async def move_faq(tools: SearchTools, faq_id: UUID, base_id: UUID, actor: Principal | None = None) -> None:
    """Who gets its answer is the new base's to say from the next question on; its passages keep their ids.

    Raises NotFound, FaqExists when the new base answers one of the questions already, FaqChanged,
    EmbedderUnavailable.
    """
    for attempt in range(1, TRIES + 1):
        faq = await get_faq(tools, faq_id)
        if faq.base_id == base_id:
            return
        prepared = await prepare_chunks(tools, faq.questions[0], faq_chunks(faq.questions, faq.answer))
        try:
            async with tools.database.transaction() as session:
                await _move(session, faq, base_id, prepared, actor)
            return
        except IndexMoved:
            if attempt == TRIES:
                raise


async def _move(session: Session, faq: Faq, base_id: UUID, prepared: PreparedChunks, actor: Principal | None) -> None:
    if await find_base(session, base_id) is None:
        raise NotFound
    for held in sorted((faq.base_id, base_id)):  # two that cross each other wait instead of blocking
        await hold_index(session, held)
    await refuse_known(session, base_id, faq.questions, except_for=faq.id)
    own = await store.passages_of(session, faq.id)
    await remove_chunks(session, faq.base_id, faq.id)
    if not await store.set_base(session, faq.id, base_id, faq.version, actor.name if actor else ""):
        present = await find_faq(session, faq.id)
        if present is None:
            raise NotFound
        raise changed_meanwhile(present)
    named = (
        replace(one, chunk=replace(one.chunk, chunk_id=own.get(one.chunk.question or ""))) for one in prepared.chunks
    )
    moved = replace(prepared, chunks=tuple(named))
    await replace_chunks(session, base_id, [Replacement(Owner(base_id, faq_id=faq.id), moved, 1)])
    await limit_chunks(session, faq.id, FaqContent.of(faq))
    bases = {"from": str(faq.base_id), "to": str(base_id)}
    await record_audit(session, actor, "faq.moved", str(faq.id), **bases)
