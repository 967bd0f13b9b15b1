"""Passages know where on their pages they stand, also when they keep their row and only the layout moved."""

from dataclasses import replace

from app.knowledge import NewChunk, SearchTools
from app.knowledge.domain import Box
from app.knowledge.store.documents import list_chunks
from tests.knowledge.indexing import add_document, index_document

HERE, THERE = Box(1, 0.1, 0.2, 0.9, 0.25), Box(2, 0.1, 0.05, 0.9, 0.1)


async def test_boxes_are_kept_and_follow_an_unchanged_passage(search_tools: SearchTools) -> None:
    chunk = NewChunk(0, ("保修",), 1, "整机保修两年。", boxes=(HERE,), parent=3)
    document_id = await add_document(search_tools, "手册", [chunk])
    async with search_tools.database.reading() as session:
        [before] = await list_chunks(session, document_id)
    assert before.boxes == [HERE.as_json()]
    moved = replace(chunk, page=2, boxes=(HERE, THERE))
    assert await index_document(search_tools, document_id, "手册", [moved], 2) == 0, "nothing to embed"
    async with search_tools.database.reading() as session:
        [after] = await list_chunks(session, document_id)
    assert (after.id, after.page) == (before.id, 2)
    assert after.boxes == [HERE.as_json(), THERE.as_json()]
