"""A test search shows every stage, changes only itself, and finds what live search finds."""

import pytest

from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.knowledge import SearchOptions, SearchRequest, SearchResult, SearchTools, add_faq, search_passages
from tests.knowledge.indexing import add_document, passages

RETURNS = "签收后七天内可以无理由退货，商品需保持完好，邮费由买家承担。"
INVOICES = "电子发票在订单完成后二十四小时内发送到下单时填写的邮箱。"
SHIPPING = "Orders above 99 yuan ship for free within 48 hours."


@pytest.fixture
async def shop(search_tools: SearchTools) -> SearchTools:
    await add_document(search_tools, "购物须知", passages(RETURNS, INVOICES, SHIPPING))
    await add_faq(search_tools, ["发票怎么开", "如何开发票", "在哪里开票"], "在订单详情里点申请开票。")
    return search_tools


async def ask(
    tools: SearchTools, query: str, options: SearchOptions | None = None, explain: bool = False
) -> SearchResult:
    return await search_passages(tools, SearchRequest([query], options=options, explain=explain))


@pytest.mark.parametrize(
    "query", ["退货的运费谁出", "发票什么时候发", "do orders ship for free", "明天会下雨吗", "发票怎么开"]
)
async def test_explaining_changes_nothing_that_is_found(shop: SearchTools, query: str) -> None:
    live, told = await ask(shop, query), await ask(shop, query, SearchOptions(), explain=True)
    assert live.hits == told.hits and live.explained is None
    assert (live.confidence, live.answerable, live.faq_exact) == (told.confidence, told.answerable, told.faq_exact)
    assert told.explained is not None
    assert [seen.chunk_id for seen in told.explained.reranked][: len(live.hits)] == [hit.chunk_id for hit in live.hits]


async def test_every_channel_lists_its_passages_in_its_own_order(shop: SearchTools) -> None:
    told = (await ask(shop, "发票什么时候发到邮箱", explain=True)).explained
    assert told is not None
    for stage in (told.lexical, told.vector, told.fused):
        assert [seen.rank for seen in stage] == list(range(1, len(stage) + 1))
        assert [seen.score for seen in stage] == sorted((seen.score for seen in stage), reverse=True)
        assert {seen.chunk_id for seen in stage} <= told.passages.keys()
    assert told.lexical[0].score > 1, "points of BM25, not a share"


async def test_tells_how_the_question_was_read(shop: SearchTools) -> None:
    told = (await ask(shop, "ＯＲＢＩＴ-3 退貨運費", explain=True)).explained
    assert told is not None
    wording = told.wordings[0]
    assert wording.normalised == "orbit-3 退货运费"
    assert {"orbit", "orbit-3", "退货", "货运", "运费"} <= set(wording.terms)
    assert any(said == "运费" and "邮费" in others for said, others in wording.meant)


async def test_without_synonyms_another_word_no_longer_counts(shop: SearchTools) -> None:
    both, bare = (
        await ask(shop, "运费", explain=True),
        await ask(shop, "运费", SearchOptions(synonyms=False), explain=True),
    )
    assert both.explained is not None and bare.explained is not None
    assert both.confidence > bare.confidence
    assert bare.explained.wordings[0].meant == ()


async def test_a_threshold_of_a_test_decides_only_that_test(shop: SearchTools) -> None:
    strict = await ask(shop, "退货的运费谁出", SearchOptions(threshold=0.99))
    live = await ask(shop, "退货的运费谁出")
    assert not strict.answerable and strict.threshold == 0.99
    assert live.answerable and live.hits == strict.hits


async def test_weights_lean_on_one_channel(shop: SearchTools) -> None:
    words = await ask(shop, "退货的运费谁出", SearchOptions(weights=(1.0, 0.0)), explain=True)
    assert words.explained is not None and words.explained.weights == (1.0, 0.0)
    assert all(hit.stages["lexical"].score == pytest.approx(hit.stages["fused"].score) for hit in words.hits[:1])


async def test_an_unknown_embedder_is_not_found(shop: SearchTools) -> None:
    with pytest.raises(NotFound):
        await ask(shop, "退货", SearchOptions(embedder_id=new_id()))


async def test_options_come_back_from_where_they_are_kept() -> None:
    options = SearchOptions(embedder_id=new_id(), weights=(0.4, 0.6), threshold=0.5, synonyms=False)
    assert SearchOptions.from_dict(options.as_dict()) == options
    assert SearchOptions().as_dict() == {} and SearchOptions.from_dict({}) is None
