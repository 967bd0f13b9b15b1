"""Embedders: the weight-free one, and switching to another while search goes on."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import numpy as np
import pytest

from app.adapters.langchain_embeddings import embedders_at
from app.adapters.langchain_retriever import KefuRetriever
from app.adapters.openai_rerank import HttpReranker
from app.kernel.database import Database
from app.knowledge import (
    Candidate,
    Embedders,
    EmbedderTools,
    Pace,
    RunState,
    SearchRequest,
    SearchTools,
    add_faq,
    chosen_candidate,
    list_embedders,
    open_run,
    roll_back,
    search_passages,
    switch,
    work,
)
from app.knowledge.embedders import Embedders as Catalogue
from app.knowledge.errors import NoEmbeddingServer, ReembedRunning
from app.knowledge.hashed_embedder import HashedEmbedder, IdfCounts, pack_idf, unpack_idf
from tests.fakes.bell import FakeBell
from tests.fakes.embed_server import DIMENSIONS, EmbedServer, embed_server
from tests.knowledge.indexing import add_document, passages
from tests.knowledge.reembedding import filled, newest_run, vector_counts, worked_off

RETURNS = "签收后七天内可以无理由退货，商品需保持完好。"
INVOICES = "电子发票在订单完成后发送到邮箱。"


@pytest.fixture
async def server() -> AsyncIterator[EmbedServer]:
    async with embed_server() as running:
        yield running


@pytest.fixture
def tools(search_tools: SearchTools, bell: FakeBell) -> EmbedderTools:
    """Without an embedding server."""
    return EmbedderTools(search_tools, bell)


@pytest.fixture
async def served_tools(database: Database, bell: FakeBell, server: EmbedServer) -> AsyncIterator[EmbedderTools]:
    """With one."""
    search = SearchTools(database, Embedders(database, embedders_at(server.url, None)))
    pace = Pace(waits=(0.0, 0.0))
    yield EmbedderTools(search, bell, configured=Candidate(None, server.url, "bge-m3"), pace=pace)
    await search.embedders.close()


async def first_hit(tools: EmbedderTools, query: str) -> str:
    return (await search_passages(tools.search, SearchRequest([query]))).hits[0].text


def cosine(embedder: HashedEmbedder, first: str, second: str) -> float:
    one, other = embedder.embed_now([first, second])
    return float(one @ other)


def test_equal_meaning_in_other_words_is_nearer_than_another_subject() -> None:
    embedder = HashedEmbedder()
    assert cosine(embedder, "怎么申请退货", "請問如何申請退貨？") > 0.95
    assert cosine(embedder, "怎么申请退货", "退货流程") > cosine(embedder, "怎么申请退货", "发票抬头填错了")
    assert cosine(embedder, "how do I return an item", "returning items") > cosine(
        embedder, "how do I return an item", "invoice address"
    )


def test_every_vector_has_unit_length_and_is_the_same_each_time() -> None:
    texts = ["", "？", "a", "退货", "x" * 10_000]
    first, second = HashedEmbedder().embed_now(texts), HashedEmbedder().embed_now(texts)
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)
    assert np.array_equal(first, second)


def test_words_that_stand_in_every_passage_lose_their_weight_by_fitting() -> None:
    counts = IdfCounts()
    for number in range(2_000):
        counts.add(f"星河数码的第{number}条说明")
    fitted = HashedEmbedder(unpack_idf(pack_idf(counts.idf())))
    assert cosine(fitted, "星河数码退货", "星河数码发票") < cosine(HashedEmbedder(), "星河数码退货", "星河数码发票")


async def test_many_processes_that_start_at_once_make_one_embedder(database: Database) -> None:
    found = await asyncio.gather(*(Catalogue(database).present() for _ in range(4)))
    assert len({loaded.id for loaded in found}) == 1


async def switched(tools: EmbedderTools, candidate: Candidate | None = None) -> UUID:
    """Fills another embedder and lets it take over."""
    run = await filled(tools, candidate)
    assert (await switch(tools, run.id)).at_once
    return run.embedder_id


async def test_refitting_switches_without_losing_a_passage_and_keeps_the_old_one(tools: EmbedderTools) -> None:
    await add_document(tools.search, "须知", passages(RETURNS, INVOICES))
    before = (await tools.search.embedders.present()).id
    opened = await open_run(tools, None)
    await add_faq(tools.search, ["怎么改地址"], "在订单里改。")
    assert await first_hit(tools, "怎么退货") == RETURNS
    run = await worked_off(tools)
    states = {card.id: card.state for card in await list_embedders(tools)}
    assert (run.state, states) == (RunState.READY, {before: "present", opened.embedder_id: "future"})
    await switch(tools, run.id)
    states = {card.id: card.state for card in await list_embedders(tools)}
    assert states == {before: "past", opened.embedder_id: "present"}
    assert (await vector_counts(tools))[opened.embedder_id] == 3
    assert (await newest_run(tools)).state is RunState.SWITCHED
    assert await first_hit(tools, "怎么退货") == RETURNS
    assert await first_hit(tools, "改地址") == "在订单里改。"


async def test_a_process_that_missed_the_switch_searches_with_the_new_one_at_once(tools: EmbedderTools) -> None:
    await add_document(tools.search, "须知", passages(RETURNS))
    other = SearchTools(tools.database, Embedders(tools.database))
    await search_passages(other, SearchRequest(["退货"]))
    embedder_id = await switched(tools)
    assert (await search_passages(other, SearchRequest(["退货"]))).hits[0].text == RETURNS
    assert (await other.embedders.present()).id == embedder_id


async def test_work_done_twice_changes_nothing_more(tools: EmbedderTools) -> None:
    await add_document(tools.search, "须知", passages(RETURNS))
    opened = await open_run(tools, None)
    await asyncio.gather(*(work(tools, opened.run_id) for _ in range(3)))
    await worked_off(tools)
    await work(tools, opened.run_id)
    assert (await newest_run(tools)).state is RunState.READY
    assert set((await vector_counts(tools)).values()) == {1}


async def test_only_one_embedder_fills_at_a_time(tools: EmbedderTools) -> None:
    await open_run(tools, None)
    with pytest.raises(ReembedRunning):
        await open_run(tools, None)


async def test_without_a_server_there_is_no_neural_embedder(tools: EmbedderTools) -> None:
    with pytest.raises(NoEmbeddingServer):
        await chosen_candidate(tools, "openai", "bge-m3")


async def test_a_past_embedder_that_missed_nothing_is_back_at_once(tools: EmbedderTools) -> None:
    await add_document(tools.search, "须知", passages(RETURNS))
    before = (await tools.search.embedders.present()).id
    await switched(tools)
    assert (await roll_back(tools, before)).at_once
    assert (await tools.search.embedders.present(fresh=True)).id == before
    assert await first_hit(tools, "怎么退货") == RETURNS


async def test_a_past_embedder_is_brought_back_with_what_it_missed(tools: EmbedderTools) -> None:
    await add_document(tools.search, "须知", passages(RETURNS))
    before = (await tools.search.embedders.present()).id
    await switched(tools)
    await add_document(tools.search, "发票", passages(INVOICES))
    answer = await roll_back(tools, before)
    assert (answer.at_once, answer.missing) == (False, 1)
    run = await worked_off(tools)
    assert run.state is RunState.SWITCHED
    assert (await tools.search.embedders.present(fresh=True)).id == before
    assert (await vector_counts(tools))[before] == 2
    assert await first_hit(tools, "发票") == INVOICES


async def test_a_served_model_takes_over_and_its_ranks_are_fused(served_tools: EmbedderTools) -> None:
    await add_document(served_tools.search, "须知", passages(RETURNS, INVOICES))
    await switched(served_tools, served_tools.configured)
    card = (await list_embedders(served_tools))[0]
    assert (card.kind, card.model, card.dimensions, card.state) == ("openai", "bge-m3", DIMENSIONS, "present")
    hit = (await search_passages(served_tools.search, SearchRequest(["怎么退货"]))).hits[0]
    assert (hit.text, hit.score) == (RETURNS, pytest.approx(2 / 61))


async def test_search_goes_on_by_words_while_the_embedding_server_is_away(
    served_tools: EmbedderTools, server: EmbedServer
) -> None:
    await add_document(served_tools.search, "须知", passages(RETURNS, INVOICES))
    await switched(served_tools, served_tools.configured)
    server.fault = "error"
    hit = (await search_passages(served_tools.search, SearchRequest(["怎么退货"]))).hits[0]
    assert hit.text == RETURNS
    assert "vector" not in hit.stages


async def test_the_rerankers_order_is_final(search_tools: SearchTools, server: EmbedServer) -> None:
    await add_document(search_tools, "须知", passages("退货退货退货，" + "说明" * 40, "退货"))
    reranker = HttpReranker(server.url, "reranker")
    tools = SearchTools(search_tools.database, search_tools.embedders, reranker)
    hits = (await search_passages(tools, SearchRequest(["退货"], limit=1))).hits
    server.fault = "error"
    without = (await search_passages(tools, SearchRequest(["退货"], limit=2))).hits
    await reranker.close()
    assert [hit.stages["rerank"].rank for hit in hits] == [1]
    assert hits[0].text == "退货"
    assert len(without) == 2 and all("rerank" not in hit.stages for hit in without)


async def test_integrators_get_search_as_a_langchain_retriever(search_tools: SearchTools) -> None:
    await add_document(search_tools, "须知", passages(RETURNS, INVOICES))
    retriever = KefuRetriever(tools=search_tools, limit=1, only_answerable=True)
    [document] = await retriever.ainvoke("七天无理由退货")
    assert (document.page_content, document.metadata["title"]) == (RETURNS, "须知")
    assert await retriever.ainvoke("明天会下雨吗") == []
