"""Real workers fill another embedder; one is killed in the middle and Redis forgets everything: nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis
from sqlalchemy import text

from app.adapters.celery_queue import CeleryQueue
from app.adapters.langchain_embeddings import embedders_at
from app.kernel.database import Database
from app.kernel.settings import PROJECT_ROOT, Settings, environment
from app.knowledge import (
    Candidate,
    Embedders,
    EmbedderTools,
    RunState,
    SearchRequest,
    SearchTools,
    open_run,
    overview,
    search_passages,
    tend,
)
from tests.fakes.embed_server import EmbedServer, embed_server
from tests.knowledge.indexing import add_document, passages
from tests.waiting import until

PASSAGES, SHARD, BATCH = 2_200, 1_000, 64
WORKER = ["-m", "celery", "--quiet", "-A", "workers.celery_app", "worker", "-c", "2", "-Q", "embed"]
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def server() -> AsyncIterator[EmbedServer]:
    async with embed_server() as running:
        yield running


class Workers:
    """Celery workers of the queue `embed`, each with two processes."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings, self.log = settings, log
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, *WORKER, "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
            self.running.append(
                subprocess.Popen(
                    command,
                    cwd=PROJECT_ROOT,
                    env=environment(self.settings),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def kill(self) -> None:
        """All of them and their children, without a word."""
        for process in self.running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()


@pytest.fixture
def workers(settings: Settings, server: EmbedServer, tmp_path: Path) -> Iterator[Workers]:
    served = settings.model_copy(update={"embed_url": server.url, "embed_model": "m3"})
    found = Workers(served, tmp_path / "worker.log")
    yield found
    found.kill()


@pytest.fixture
async def tools(database: Database, settings: Settings, server: EmbedServer) -> AsyncIterator[EmbedderTools]:
    assert settings.redis_url is not None
    bell = CeleryQueue(settings.redis_url)
    search = SearchTools(database, Embedders(database, embedders_at(server.url, None)))
    yield EmbedderTools(search, bell, configured=Candidate(None, server.url, "m3"))
    await search.embedders.close()
    bell.close()


async def taken(tools: EmbedderTools) -> list[int]:
    async with tools.database.reading() as session:
        rows = await session.execute(
            text("SELECT number FROM embed_part WHERE stage = 'fill' AND state = 'taken' ORDER BY number")
        )
        return [number for (number,) in rows]


async def test_a_worker_killed_in_the_middle_and_a_flushed_redis_lose_nothing(
    tools: EmbedderTools, workers: Workers, server: EmbedServer, settings: Settings
) -> None:
    await add_document(tools.search, "长", passages(*(f"第{number}条：可以退货。" for number in range(PASSAGES))))
    server.fault, server.good = "hold", 17 + 6 * BATCH
    workers.start()
    opened = await open_run(tools, tools.configured)

    async def two_are_held() -> bool:
        progress = (await overview(tools)).progress
        return len(await taken(tools)) == 2 and progress is not None and progress.done >= 4 * BATCH

    await until(two_are_held, "two processes to work on two shards", 120)
    workers.kill()
    assert settings.redis_url is not None
    with redis.Redis.from_url(settings.redis_url) as client:
        client.flushdb()
    seen = await overview(tools)
    assert seen.run is not None and seen.progress is not None
    assert seen.run.state is RunState.RUNNING and 0 < seen.progress.done < PASSAGES
    assert (await search_passages(tools.search, SearchRequest(["第 7 条"]))).hits
    server.fault = None
    server.slow.set()
    workers.start()
    async with tools.database.transaction() as session:  # what twenty seconds without a heartbeat would do
        await session.execute(text("UPDATE embed_part SET lease_until = now() - interval '1 s' WHERE state = 'taken'"))
        await session.execute(text("UPDATE embed_run SET rung_at = now() - interval '1 minute'"))
    assert await tend(tools) == 3, "one hand for each shard that is not done"

    async def ready() -> bool:
        run = (await overview(tools)).run
        assert run is not None and run.error_code is None
        return run.state is RunState.READY

    await until(ready, "the run to be ready", 120)
    async with tools.database.reading() as session:
        statement = text("SELECT count(*), count(DISTINCT chunk_id) FROM chunk_vector WHERE embedder_id = :id")
        assert (await session.execute(statement, {"id": opened.embedder_id})).one() == (PASSAGES, PASSAGES)
    asked = sum(said.startswith("长\n第") for said in server.texts)
    assert PASSAGES <= asked <= PASSAGES + 4 * BATCH, "only the batches in flight were asked for twice"
