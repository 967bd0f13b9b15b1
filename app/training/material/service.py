"""What can be done with material: read files in, collect replies, review a row, see how reviewers agree."""

import asyncio
from dataclasses import asdict, dataclass
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.errors import NotFound
from app.training.collect import current_recipe
from app.training.datasets.lessons import locale_of
from app.training.domain import Source
from app.training.errors import MaterialDecided, OwnMaterial
from app.training.material import store
from app.training.material.domain import (
    Agreement,
    FileShape,
    Import,
    Mapping,
    Material,
    MaterialState,
    ReadFile,
    agreement_of,
    state_of,
)
from app.training.material.reading import read_file, with_lines_of
from app.training.tools import TrainingTools

MOST_REPLIES = 2_000


@dataclass(frozen=True)
class FileOrder:
    """How a file is to be read. reviewed: whoever imports it vouches for every row."""

    name: str
    data: bytes
    shape: FileShape | None = None
    mapping: Mapping | None = None
    is_base: bool = False
    reviewed: bool = False


async def look_into(order: FileOrder) -> ReadFile:
    """What a file holds; nothing is kept. Raises TrainingFileUnreadable."""
    return await asyncio.to_thread(read_file, order.data, order.shape, order.mapping)


async def import_file(tools: TrainingTools, order: FileOrder, author: Principal) -> Import:
    """Stores the rows for review; a known pair is counted, not stored again. Raises TrainingFileUnreadable."""
    read = await look_into(order)
    drafts = [(draft, locale_of(draft.question)) for draft in with_lines_of(read.drafts)]
    mapping = {} if order.mapping is None else asdict(order.mapping)
    async with tools.database.transaction() as session:
        row = await store.add_import(session, order.name[:200], read, mapping, order.is_base, author.name)
        await store.add_drafts(session, row, drafts, author.name if order.reviewed else None)
        made = store.as_import(row)
        await record_audit(
            session, author, "dataset.import", str(made.id), rows=made.taken, refused=made.refused, base=order.is_base
        )
    return made


async def collect_replies(tools: TrainingTools, author: Principal | None) -> int:
    """Colleagues' replies in resolved conversations that nobody has reviewed yet; how many are new."""
    found = await tools.replies.newest(MOST_REPLIES)
    async with tools.database.transaction() as session:
        added = await store.add_replies(session, found)
        if added:
            await record_audit(session, author, "dataset.collect", "replies", rows=added)
    return added


async def list_material(
    tools: TrainingTools, states: tuple[MaterialState, ...], source: Source | None, before: UUID | None, limit: int
) -> list[Material]:
    """Oldest first behind `before`."""
    async with tools.database.reading() as session:
        return await store.list_material(session, states, source, before, limit)


async def list_imports(tools: TrainingTools, before: UUID | None, limit: int) -> list[Import]:
    """Newest first."""
    async with tools.database.reading() as session:
        return await store.list_imports(session, before, limit)


async def get_import(tools: TrainingTools, import_id: UUID) -> Import:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_import(session, import_id)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Word:
    """What one person says of a row; question, answer and intent None: as they are."""

    accept: bool
    question: str | None = None
    answer: str | None = None
    intent: str | None = None
    note: str = ""


async def review(tools: TrainingTools, material_id: UUID, word: Word, reviewer: Principal) -> Material:
    """One person's word, perhaps with a better wording; words on an older wording no longer count as accepting.

    Raises NotFound, MaterialDecided, OwnMaterial when it is the reviewer's own reply.
    """
    _, needed = await current_recipe(tools)
    async with tools.database.transaction() as session:
        before = await store.lock_material(session, material_id)
        if before is None:
            raise NotFound
        if before.state in (MaterialState.ACCEPTED, MaterialState.REJECTED):
            raise MaterialDecided
        if before.said_by and before.said_by == reviewer.name:
            raise OwnMaterial
        question = (word.question or before.question).strip()
        answer = (word.answer or before.answer).strip()
        intent = before.intent if word.intent is None else word.intent.strip()
        opinion = store.opinion_of(reviewer, word.accept, question, answer, intent, word.note)
        others = [one for one in before.opinions if one.staff_id != reviewer.id]
        counted = tuple(
            one for one in (*others, opinion) if not one.accept or (one.question, one.answer) == (question, answer)
        )
        state = state_of(counted, needed)
        names = "、".join(one.staff_name for one in counted if one.accept)
        await store.put_opinion(session, material_id, opinion)
        await store.set_material(session, before, question, answer, intent, state, names)
        await record_audit(session, reviewer, "dataset.review", str(material_id), accept=word.accept, state=state.value)
        after = await store.lock_material(session, material_id)
    assert after is not None
    return after


async def overview(tools: TrainingTools) -> tuple[dict[str, int], Agreement]:
    """Rows by state, and how reviewers agree."""
    async with tools.database.reading() as session:
        return await store.count_states(session), agreement_of(await store.first_two_words(session))
