"""What each channel proposes in a small base and in one beyond an exact scan."""

import pytest

from app.knowledge import SearchOptions, SearchRequest, SearchResult, SearchTools, search_passages
from app.knowledge.store.search import Effort
from tests.knowledge.indexing import add_document, passages

QUESTION = "付款后多久从杭州仓库发货"


@pytest.fixture
async def shop(search_tools: SearchTools) -> SearchTools:
    await add_document(search_tools, "发货", passages("付款后四十八小时内从杭州仓库发货。", "节假日的发货时间顺延。"))
    await add_document(search_tools, "退货", passages("签收七天内可以无理由退货。", "退货的运费由买家承担。"))
    return search_tools


async def ask(tools: SearchTools, options: SearchOptions | None = None) -> SearchResult:
    return await search_passages(tools, SearchRequest([QUESTION], options=options))


async def test_beyond_an_exact_scan_weight_free_vectors_judge_what_the_words_found(
    shop: SearchTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = await ask(shop)
    monkeypatch.setattr("app.knowledge.search.NORMAL", Effort(exact_scan=0))
    far = await ask(shop)
    assert [hit.text for hit in far.hits[:2]] == [hit.text for hit in near.hits[:2]]
    assert far.hits[0].stages == near.hits[0].stages
    assert far.confidence == pytest.approx(near.confidence)
    by_words = {hit.chunk_id for hit in far.hits if "lexical" in hit.stages}
    assert {hit.chunk_id for hit in far.hits if "vector" in hit.stages} == by_words


async def test_vectors_alone_find_without_any_word_whatever_the_size(
    shop: SearchTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = SearchOptions(weights=(0.0, 1.0))
    near = await ask(shop, alone)
    monkeypatch.setattr("app.knowledge.search.NORMAL", Effort(exact_scan=0))
    far = await ask(shop, alone)
    assert near.hits[0].text == far.hits[0].text == "付款后四十八小时内从杭州仓库发货。"
    assert [hit.chunk_id for hit in far.hits] == [hit.chunk_id for hit in near.hits]
    assert all("vector" in hit.stages for hit in far.hits) and len(far.hits) == 4
