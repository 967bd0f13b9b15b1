"""Other words for one passage, or another word list, tried in a search before anybody saves them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from app.knowledge.domain import NewChunk, SearchRequest
from app.knowledge.editing.service import get_passage
from app.knowledge.options import Trial
from app.knowledge.scratch import ScratchText, add_scratch_texts, scratch_base
from app.knowledge.search import search_passages
from app.knowledge.tools import SearchTools
from app.knowledge.words.book import RehearsedWords
from app.knowledge.words.domain import WordList
from app.knowledge.words.rehearsal import rehearse_words


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


async def as_if_worded(
    tools: SearchTools, base_id: UUID | None, words: WordList, request: SearchRequest
) -> RehearsedWords:
    """A scope with another word list, for searches with these options alone.

    Raises NotFound, TooManyWords, EmbedderUnavailable.
    """
    found = await search_passages(tools, request)
    first = found.explained.passages if found.explained else [hit.chunk_id for hit in found.hits]
    return await rehearse_words(tools.database, base_id, words.within_limits(), list(first))
