"""Term weights stay in their row, however wordy the passage."""

from sqlalchemy import text

from app.knowledge import SearchRequest, SearchTools, search_passages
from tests.knowledge.indexing import add_document, passages

INLINE = text(
    "SELECT count(*) FROM chunk_terms WHERE pg_column_toast_chunk_id(lexical) IS NULL"
    " AND pg_column_size(lexical) > 1000"
)


async def test_the_weights_of_a_usual_passage_are_read_with_its_row(search_tools: SearchTools) -> None:
    usual = "".join(chr(0x4E00 + number * 7) for number in range(130))
    await add_document(search_tools, "一", passages(usual))
    async with search_tools.database.reading() as session:
        assert (await session.execute(INLINE)).scalar_one() == 1


async def test_a_passage_of_thousands_of_terms_still_finds_room(search_tools: SearchTools) -> None:
    wordy = "".join(chr(0x4E00 + number) for number in range(4_000))
    await add_document(search_tools, "一", passages(wordy))
    found = await search_passages(search_tools, SearchRequest([wordy[100:120]]))
    assert found.hits[0].text == wordy
