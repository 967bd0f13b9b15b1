"""Other words for one passage, tried in a search before anybody saves them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from app.knowledge.domain import NewChunk
from app.knowledge.editing.service import get_passage
from app.knowledge.options import Trial
from app.knowledge.scratch import ScratchText, add_scratch_texts, scratch_base
from app.knowledge.tools import SearchTools


@asynccontextmanager
async def as_if_edited(tools: SearchTools, chunk_id: UUID, text: str) -> AsyncIterator[Trial]:
    """The passage with `text` instead of its own, for searches with this trial alone; gone afterwards.

    Raises NotFound, EmbedderUnavailable.
    """
    passage = await get_passage(tools, chunk_id)
    chunk = NewChunk(0, passage.heading_path, passage.page, text, kind=passage.kind)
    async with scratch_base(tools) as base_id:
        only = ScratchText("trial", passage.title, text)
        await add_scratch_texts(tools, base_id, [only], split=lambda _: [chunk])
        yield Trial(base_id, passage.id)
