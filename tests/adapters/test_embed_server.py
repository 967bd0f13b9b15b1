"""The clients of embedding and rerank servers, against a server that also misbehaves."""

from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest

from app.adapters.langchain_embeddings import LangChainEmbedder
from app.adapters.openai_rerank import HttpReranker
from app.knowledge.errors import EmbedderUnavailable, RerankerUnavailable
from tests.fakes.embed_server import DIMENSIONS, EmbedServer, embed_server

Make = Callable[..., LangChainEmbedder]


@pytest.fixture
async def server() -> AsyncIterator[EmbedServer]:
    async with embed_server() as running:
        yield running


@pytest.fixture
async def embedder_of(server: EmbedServer) -> AsyncIterator[Callable[..., LangChainEmbedder]]:
    made: list[LangChainEmbedder] = []

    def make(model: str = "bge-m3", dimensions: int = DIMENSIONS, key: str | None = None) -> LangChainEmbedder:
        made.append(LangChainEmbedder(server.url, model, dimensions, key))
        return made[-1]

    yield make
    for embedder in made:
        await embedder.close()


@pytest.fixture
async def reranker(server: EmbedServer) -> AsyncIterator[HttpReranker]:
    client = HttpReranker(server.url, "bge-reranker-v2-m3", timeout_s=2)
    yield client
    await client.close()


async def test_vectors_come_back_in_order_and_of_unit_length(server: EmbedServer, embedder_of: Make) -> None:
    embedder = embedder_of(key="k")
    vectors = await embedder.embed(["退货", "发票", "退货"], "passage")
    assert vectors.shape == (3, DIMENSIONS) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[0], vectors[2]) and not np.allclose(vectors[0], vectors[1])


async def test_the_server_gets_plain_text_and_never_token_numbers(server: EmbedServer, embedder_of: Make) -> None:
    await embedder_of().embed(["怎么退货？"], "query")
    assert server.asked[0][1]["input"] == ["怎么退货？"]


async def test_models_trained_with_an_instruction_get_it_before_questions_only(
    server: EmbedServer, embedder_of: Make
) -> None:
    embedder = embedder_of("BAAI/bge-small-zh-v1.5")
    await embedder.embed(["怎么退货"], "query")
    await embedder.embed(["怎么退货"], "passage")
    first, second = (body["input"][0] for _, body in server.asked)
    assert first != "怎么退货" and first.endswith("怎么退货")
    assert second == "怎么退货"


@pytest.mark.parametrize("fault", ["error", "garbage", "short"])
async def test_a_broken_embedding_server_is_told_as_unavailable(
    server: EmbedServer, embedder_of: Make, fault: str
) -> None:
    server.fault = fault
    with pytest.raises(EmbedderUnavailable):
        await embedder_of().embed(["a"], "query")


async def test_vectors_of_another_length_are_refused(server: EmbedServer, embedder_of: Make) -> None:
    with pytest.raises(EmbedderUnavailable):
        await embedder_of(dimensions=512).embed(["a"], "query")


async def test_relevance_comes_back_in_the_order_of_the_passages(reranker: HttpReranker) -> None:
    scores = await reranker.rerank("退货", ["发票在这里", "怎么退货", "退货"])
    assert scores[2] > scores[1] > scores[0]


@pytest.mark.parametrize("fault", ["error", "garbage", "short"])
async def test_a_broken_rerank_server_is_told_as_unavailable(
    server: EmbedServer, reranker: HttpReranker, fault: str
) -> None:
    server.fault = fault
    with pytest.raises(RerankerUnavailable):
        await reranker.rerank("q", ["a", "b"])


async def test_nobody_waits_long_for_a_rerank_server_that_stays_away(
    server: EmbedServer, reranker: HttpReranker
) -> None:
    server.fault = "error"
    for _ in range(8):
        with pytest.raises(RerankerUnavailable):
            await reranker.rerank("q", ["a", "b"])
    assert len(server.asked) == 5
