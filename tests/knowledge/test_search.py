"""Search through its door, on a real PostgreSQL."""

import pytest
from sqlalchemy import text

from app.knowledge import Audience, NewChunk, SearchRequest, SearchResult, SearchTools, add_faq, search_passages
from app.knowledge.store.chunks import remove_chunks
from app.knowledge.tables import DEFAULT_BASE
from tests.knowledge.indexing import add_document, add_test_base, index_document, passages

RETURNS = "签收后七天内可以无理由退货，商品需保持完好，运费由买家承担。"
INVOICES = "电子发票在订单完成后二十四小时内发送到下单时填写的邮箱。"
SHIPPING = "Orders above 99 yuan ship for free within 48 hours."


async def ask(tools: SearchTools, *queries: str, **more: object) -> SearchResult:
    return await search_passages(tools, SearchRequest(list(queries), **more))  # type: ignore[arg-type]  # test shorthand


@pytest.fixture
async def shop(search_tools: SearchTools) -> SearchTools:
    """A base with three passages."""
    await add_document(search_tools, "购物须知", passages(RETURNS, INVOICES, SHIPPING))
    return search_tools


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("怎么退货", RETURNS),
        ("七天無理由退貨", RETURNS),
        ("发票什么时候发？", INVOICES),
        ("ＯＲＤＥＲＳ shipped free?", SHIPPING),
    ],
)
async def test_finds_the_passage_in_either_script_and_width(shop: SearchTools, query: str, found: str) -> None:
    result = await ask(shop, query)
    assert result.hits[0].text == found


async def test_says_that_a_question_about_something_else_is_not_answerable(shop: SearchTools) -> None:
    inside, outside = await ask(shop, "无理由退货要几天内"), await ask(shop, "明天上海会下雨吗")
    assert inside.answerable and not outside.answerable
    assert inside.confidence > outside.confidence


async def test_an_empty_base_answers_nothing(search_tools: SearchTools) -> None:
    result = await ask(search_tools, "怎么退货")
    assert (result.hits, result.answerable, result.confidence) == ([], False, 0.0)


@pytest.mark.parametrize("query", ["", "   ", "？！。", "😀", "-" * 400, "' OR 1=1 --", "{1:2}/3", "\\", "a" * 5000])
async def test_odd_questions_are_only_text(shop: SearchTools, query: str) -> None:
    assert not (await ask(shop, query)).answerable


async def test_every_stage_tells_its_rank_and_score(shop: SearchTools) -> None:
    hit = (await ask(shop, "无理由退货")).hits[0]
    assert {"lexical", "vector", "fused"} <= hit.stages.keys()
    assert all(stage.rank == 1 for stage in hit.stages.values())
    assert 0 < hit.stages["lexical"].score <= 1


async def test_titles_and_headings_are_searched(search_tools: SearchTools) -> None:
    await add_document(
        search_tools,
        "保修手册",
        [NewChunk(0, ("X200 耳机", "保修期"), 3, "自购买之日起十二个月。"), *passages("别的内容")],
    )
    hit = (await ask(search_tools, "X200 保修多久")).hits[0]
    assert (hit.title, hit.heading_path, hit.page) == ("保修手册", ("X200 耳机", "保修期"), 3)


async def test_the_rewritten_question_finds_what_the_raw_one_cannot(shop: SearchTools) -> None:
    raw, both = await ask(shop, "那运费呢，谁出"), await ask(shop, "那呢", "退货的运费由谁承担")
    assert both.hits[0].text == RETURNS
    assert both.confidence > raw.confidence * 0.9


async def test_only_the_asked_bases_are_searched(shop: SearchTools) -> None:
    other = await add_test_base(shop, "other")
    await add_document(shop, "other", passages("退货请联系当地门店，三天内有效。"), other)
    found = await ask(shop, "怎么退货", base_ids=[other])
    assert {hit.base_id for hit in found.hits} == {other}
    assert len({hit.base_id for hit in (await ask(shop, "怎么退货")).hits}) == 2


@pytest.mark.parametrize(
    ("audience", "finds"), [(Audience.PUBLIC, False), (Audience.SIGNED_IN, False), (Audience.STAFF, True)]
)
async def test_a_reader_sees_only_bases_of_the_own_audience(
    search_tools: SearchTools, audience: Audience, finds: bool
) -> None:
    staff_only = await add_test_base(search_tools, "internal", "staff")
    await add_document(search_tools, "internal", passages("退货审批口令在内部手册第三页。"), staff_only)
    await add_faq(search_tools, ["退货审批口令是什么"], "见内部手册。", staff_only)
    result = await ask(search_tools, "退货审批口令是什么", audience=audience)
    assert (bool(result.hits), result.faq_exact is not None) == (finds, finds)


async def test_equal_passages_of_a_new_version_keep_their_row_and_vector(search_tools: SearchTools) -> None:
    document_id = await add_document(search_tools, "须知", passages(RETURNS, INVOICES))
    before = {hit.text: hit.chunk_id for hit in (await ask(search_tools, "退货 发票")).hits}
    embedded = await index_document(search_tools, document_id, "须知", passages("新的一段", RETURNS), 2)
    after = {hit.text: hit.chunk_id for hit in (await ask(search_tools, "退货 发票 新的一段")).hits}
    assert embedded == 1
    assert after[RETURNS] == before[RETURNS]
    assert INVOICES not in after


async def test_term_counts_return_to_nothing_when_everything_is_removed(search_tools: SearchTools) -> None:
    document_id = await add_document(search_tools, "须知", passages(RETURNS, INVOICES, SHIPPING))
    async with search_tools.database.transaction() as session:
        await remove_chunks(session, DEFAULT_BASE, document_id)
    async with search_tools.database.reading() as session:
        counts = (await session.execute(text("SELECT sum(df), max(df) FROM term_stat"))).one()
        base = (await session.execute(text("SELECT chunk_count, token_count FROM base"))).one()
        left = (await session.execute(text("SELECT count(*) FROM chunk_terms"))).scalar_one()
    assert (tuple(counts), tuple(base), left) == ((0, 0), (0, 0), 0)
    assert (await ask(search_tools, "怎么退货")).hits == []
