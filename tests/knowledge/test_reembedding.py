"""Filling another embedder: shards, leases, pause, resume, cancel, and servers that misbehave; search never notices."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from app.adapters.langchain_embeddings import embedders_at
from app.kernel.database import Database
from app.knowledge import (
    Candidate,
    Embedders,
    EmbedderTools,
    Pace,
    RunState,
    SearchRequest,
    SearchTools,
    list_embedders,
    open_run,
    overview,
    resume,
    search_passages,
    switch,
    tend,
    work,
)
from app.knowledge.embedding import cancel, pause
from app.knowledge.embedding.domain import Stage
from app.knowledge.embedding.errors import EmbedderRefused, EmbedderTooWide, RunNotOpen
from app.knowledge.embedding.store import parts
from app.knowledge.errors import EmbedderUnavailable
from tests.fakes.bell import FakeBell
from tests.fakes.embed_server import LONGEST, EmbedServer, embed_server
from tests.knowledge.indexing import add_document, passages
from tests.knowledge.reembedding import filled, newest_run, vector_counts, worked_off
from tests.waiting import until

TEXTS = [f"第{number}条：签收后{number}天内可以退货，发票号{number * 7}。" for number in range(60)]
PACE = Pace(shard=10, batch=5, own_batch=5, waits=(0.0, 0.0), slice_s=60, beat_s=0.05)


@pytest.fixture
async def server() -> AsyncIterator[EmbedServer]:
    async with embed_server() as running:
        yield running


@pytest.fixture
async def tools(database: Database, bell: FakeBell, server: EmbedServer) -> AsyncIterator[EmbedderTools]:
    """With a server, sixty passages, and shards of ten."""
    search = SearchTools(database, Embedders(database, embedders_at(server.url, None, timeout_s=1.0)))
    await add_document(search, "须知", passages(*TEXTS))
    yield EmbedderTools(search, bell, configured=Candidate(None, server.url, "bge-m3"), pace=PACE)
    await search.embedders.close()


async def search_works(tools: EmbedderTools) -> bool:
    found = await search_passages(tools.search, SearchRequest(["第 17 条 退货"]))
    return "vector" in found.hits[0].stages and TEXTS[17] in [hit.text for hit in found.hits]


async def rows(tools: EmbedderTools, statement: str) -> list[tuple[object, ...]]:
    async with tools.database.reading() as session:
        return [tuple(row) for row in await session.execute(text(statement))]


async def change(tools: EmbedderTools, statement: str) -> None:
    async with tools.database.transaction() as session:
        await session.execute(text(statement))


async def test_shards_are_disjoint_hold_every_chunk_and_are_done_by_many_at_once(
    tools: EmbedderTools, server: EmbedServer
) -> None:
    opened = await open_run(tools, tools.configured)
    before = len(server.texts)
    await asyncio.gather(*(work(tools, opened.run_id) for _ in range(4)))
    run = await worked_off(tools)
    assert run.state is RunState.READY
    shards = await rows(tools, "SELECT number, total, done, state FROM embed_part WHERE stage = 'fill' ORDER BY 1")
    assert shards == [(number, 10, 10, "done") for number in range(6)]
    passages_asked = [said for said in server.texts[before:] if said.endswith("。")]
    assert len(passages_asked) == len(set(passages_asked)) == 60, "each passage was embedded once"
    assert (await vector_counts(tools))[opened.embedder_id] == 60
    assert await search_works(tools)


async def test_it_is_ready_and_not_switched_until_somebody_says_so(tools: EmbedderTools) -> None:
    present = (await tools.search.embedders.present()).id
    run = await filled(tools, tools.configured)
    assert (await tools.search.embedders.present(fresh=True)).id == present
    indexes = await rows(
        tools, f"SELECT indisvalid FROM pg_index WHERE indexrelid = 'hnsw_{run.embedder_id.hex}'::regclass"
    )
    assert indexes == [(True,)]
    assert (await switch(tools, run.id)).at_once
    with pytest.raises(RunNotOpen):
        await switch(tools, run.id)


async def test_pause_keeps_what_is_filled_and_resume_does_only_the_rest(
    tools: EmbedderTools, server: EmbedServer
) -> None:
    opened = await open_run(tools, tools.configured)
    server.fault, server.good = "slow", 22
    turn = asyncio.create_task(work(tools, opened.run_id))
    while (await vector_counts(tools)).get(opened.embedder_id, 0) < 20:
        await asyncio.sleep(0.02)
    await pause(tools, opened.run_id)
    await asyncio.wait_for(turn, 5)  # the beat interrupts it where it waits for the slow server
    assert (await newest_run(tools)).state is RunState.PAUSED
    assert await tend(tools) == 0, "nobody is called to a paused run"
    assert await search_works(tools)
    server.fault = None
    asked = len(server.texts)
    await resume(tools, opened.run_id)
    run = await worked_off(tools)
    assert run.state is RunState.READY
    again = [said for said in server.texts[asked:] if said.endswith("。")]
    assert len(again) == 40, "the twenty that were filled were not embedded again"


async def test_cancel_drops_the_vectors_and_leaves_the_present_one_alone(tools: EmbedderTools) -> None:
    present = (await tools.search.embedders.present()).id
    run = await filled(tools, tools.configured)
    async with tools.database.transaction() as reader:  # a search that is just going on
        await reader.execute(
            text(f"SELECT count(*) FROM chunk_vector_{present.hex} v JOIN chunk c ON c.id = v.chunk_id")
        )
        await reader.execute(text("SELECT count(*) FROM embedder"))
        await asyncio.wait_for(cancel(tools, run.id), 4)
    assert await vector_counts(tools) == {present: 60}
    assert [card.state for card in await list_embedders(tools)] == ["present"]
    assert await rows(tools, f"SELECT to_regclass('chunk_vector_{run.embedder_id.hex}')") == [(None,)]
    assert await search_works(tools)
    with pytest.raises(RunNotOpen):
        await resume(tools, run.id)


async def test_cancel_does_not_wait_for_an_index_that_is_being_built(tools: EmbedderTools) -> None:
    opened = await open_run(tools, tools.configured)

    async def building() -> bool:
        phase = "SELECT 1 FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for old snapshots%'"
        return bool(await rows(tools, phase))

    async with tools.database.transaction() as old:
        await old.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        await old.execute(text("SELECT count(*) FROM chunk"))  # the build waits for whoever looked before it
        turn = asyncio.create_task(work(tools, opened.run_id))
        await until(building, "the index that is being built", 20)
        await asyncio.wait_for(cancel(tools, opened.run_id), 4)
    await asyncio.wait_for(turn, 10)
    assert [card.state for card in await list_embedders(tools)] == ["present"]
    assert await rows(tools, f"SELECT to_regclass('chunk_vector_{opened.embedder_id.hex}')") == [(None,)]


async def test_weight_free_vectors_get_no_index(tools: EmbedderTools) -> None:
    run = await filled(tools)
    assert run.state is RunState.READY
    assert await rows(tools, f"SELECT to_regclass('hnsw_{run.embedder_id.hex}')") == [(None,)]


async def test_a_lapsed_lease_is_taken_over_and_its_first_holder_may_not_write(tools: EmbedderTools) -> None:
    opened = await open_run(tools, None)
    async with tools.database.transaction() as session:
        dead = await parts.claim(session, opened.run_id, 4)
    assert dead is not None
    async with tools.database.transaction() as session:
        assert await parts.claim(session, opened.run_id, 4) is None, "somebody holds it"
    await change(tools, "UPDATE embed_part SET lease_until = now() - interval '1 second'")
    async with tools.database.transaction() as session:
        alive = await parts.claim(session, opened.run_id, 4)
    assert alive is not None and (alive.id, alive.tries) == (dead.id, 2)
    async with tools.database.transaction() as session:
        assert not await parts.extend(session, dead)
        assert not await parts.end(session, dead)
        assert await parts.extend(session, alive)


async def test_no_more_hands_than_wanted_are_at_it(tools: EmbedderTools) -> None:
    opened = await open_run(tools, tools.configured)
    await work(hasty(tools), opened.run_id)
    async with tools.database.transaction() as session:
        await parts.free_all(session, opened.run_id)
        taken = [await parts.claim(session, opened.run_id, 2) for _ in range(3)]
    assert [part is not None for part in taken] == [True, True, False]


def hasty(tools: EmbedderTools) -> EmbedderTools:
    """Whose turn is over after every part, so that a run stops between its stages."""
    return EmbedderTools(tools.search, tools.bell, configured=tools.configured, pace=Pace(shard=10, batch=5, slice_s=0))


async def test_lost_bells_are_rung_again_after_a_while(tools: EmbedderTools, bell: FakeBell) -> None:
    await open_run(tools, tools.configured)
    bell.rung.clear()  # as a flushed Redis would
    assert await tend(tools) == 0, "somebody has just rung"
    await change(tools, "UPDATE embed_run SET rung_at = now() - interval '1 minute'")
    assert await tend(tools) == 1
    assert (await worked_off(tools)).state is RunState.READY


async def test_a_worker_whose_time_is_over_hands_its_place_on(tools: EmbedderTools, bell: FakeBell) -> None:
    opened = await open_run(tools, tools.configured)
    await work(hasty(tools), opened.run_id)
    assert len(bell.rung) == 5, "its bell, and as many as may share in the shards it cut"
    bell.rung.clear()
    await work(hasty(tools), opened.run_id)
    assert len(bell.rung) == 1, "a successor is called, so that other jobs get their turn between"
    short = hasty(tools)
    assert (await worked_off(short)).state is RunState.READY


async def test_a_part_that_never_ends_is_given_up_after_some_tries(tools: EmbedderTools) -> None:
    opened = await open_run(tools, tools.configured)
    await change(tools, "UPDATE embed_part SET tries = 5")
    await work(tools, opened.run_id)
    run = await newest_run(tools)
    assert (run.state, run.error_code) == (RunState.FAILED, "reembed_gave_up")
    await resume(tools, opened.run_id)
    assert (await worked_off(tools)).state is RunState.READY


FAULTS = {
    "error": "embedder_failing",
    "garbage": "embedder_garbled",
    "short": "embedder_short",
    "half": "embedder_short",
    "nan": "embedder_not_numbers",
    "inf": "embedder_not_numbers",
    "zero": "embedder_not_numbers",
    "dimensions": "embedder_dimensions",
    "ragged": "embedder_dimensions",
    "busy": "embedder_busy",
    "refused": "embedder_refused",
    "slow": "embedder_slow",
    "gone": "embedder_unavailable",
}


@pytest.mark.parametrize(("fault", "code"), FAULTS.items())
async def test_a_server_that_breaks_at_sixty_percent_stops_the_run_and_a_repaired_one_ends_it(
    tools: EmbedderTools, server: EmbedServer, fault: str, code: str
) -> None:
    opened = await open_run(tools, tools.configured)
    server.fault, server.good = fault, 37
    run = await worked_off(tools)
    assert (run.state, run.error_code, run.stage) == (RunState.FAILED, code, Stage.FILL)
    assert (await vector_counts(tools))[opened.embedder_id] == 35
    assert await search_works(tools)
    server.fault = None
    asked = len(server.texts)
    await resume(tools, opened.run_id)
    run = await worked_off(tools)
    assert (run.state, run.error_code) == (RunState.READY, None)
    assert len([said for said in server.texts[asked:] if said.endswith("。")]) == 25, "only what was missing"


async def test_a_busy_server_is_waited_for(tools: EmbedderTools, server: EmbedServer) -> None:
    opened = await open_run(tools, tools.configured)
    server.fault, server.good = "busy", 12
    turn = asyncio.create_task(worked_off(patient(tools)))
    while not any(said for said in server.asked[16:]) or (await vector_counts(tools)).get(opened.embedder_id, 0) < 10:
        await asyncio.sleep(0.02)
    server.fault = None
    assert (await turn).state is RunState.READY


def patient(tools: EmbedderTools) -> EmbedderTools:
    pace = Pace(shard=10, batch=5, waits=(0.05,) * 200, slice_s=60)
    return EmbedderTools(tools.search, tools.bell, configured=tools.configured, pace=pace)


async def test_a_text_that_is_too_long_for_the_model_is_cut_and_the_rest_goes_in_whole(
    tools: EmbedderTools, server: EmbedServer
) -> None:
    await add_document(tools.search, "长", passages("很长的段落" * 200, "短段落。"))
    server.fault = "long"
    run = await filled(tools, tools.configured)
    assert run.state is RunState.READY
    assert any(LONGEST // 2 < len(said) <= LONGEST and said.startswith("长\n很长") for said in server.texts)


async def test_documents_come_in_while_the_future_embedders_server_is_away(
    tools: EmbedderTools, server: EmbedServer
) -> None:
    run = await filled(tools, tools.configured)
    server.fault = "gone"
    await add_document(tools.search, "新", passages("新来的段落。"))
    server.fault = None
    answer = await switch(tools, run.id)
    assert (answer.at_once, answer.missing) == (False, 1)
    assert (await worked_off(tools)).state is RunState.SWITCHED
    assert (await vector_counts(tools))[run.embedder_id] == 61


async def test_new_passages_get_vectors_by_both_while_it_fills(tools: EmbedderTools) -> None:
    opened = await open_run(tools, tools.configured)
    await work(hasty(tools), opened.run_id)
    await add_document(tools.search, "新", passages("填充时新来的段落。"))
    assert set((await vector_counts(tools)).values()) == {61, 1}
    assert (await worked_off(tools)).state is RunState.READY
    assert set((await vector_counts(tools)).values()) == {61}


async def test_what_comes_in_while_weights_are_learnt_is_embedded_by_the_learnt_ones(tools: EmbedderTools) -> None:
    opened = await open_run(tools, None)
    await add_document(tools.search, "新", passages("学习时新来的段落。"))
    counts = await vector_counts(tools)
    assert opened.embedder_id not in counts, "the half-learnt embedder is not the future one yet"
    assert (await worked_off(tools)).state is RunState.READY
    other = Embedders(tools.database)
    [_, future] = await other.in_use()
    assert future.card.fitted is not None
    assert set((await vector_counts(tools)).values()) == {61}


async def test_a_model_that_does_not_answer_is_never_begun(tools: EmbedderTools, server: EmbedServer) -> None:
    server.fault = "refused"
    with pytest.raises(EmbedderRefused):
        await open_run(tools, tools.configured)
    server.fault = "gone"
    with pytest.raises(EmbedderUnavailable):
        await open_run(tools, tools.configured)
    assert (await overview(tools)).run is None


async def test_vectors_too_long_for_an_index_are_searched_one_by_one_and_longer_ones_refused(
    tools: EmbedderTools, server: EmbedServer
) -> None:
    server.dimensions = 4_200
    run = await filled(tools, tools.configured)
    await switch(tools, run.id)
    assert await rows(tools, f"SELECT to_regclass('hnsw_{run.embedder_id.hex}')") == [(None,)]
    assert await search_works(tools)
    server.dimensions = 16_001
    with pytest.raises(EmbedderTooWide):
        await open_run(tools, tools.configured)


async def test_progress_has_a_rate_and_a_time_left(tools: EmbedderTools) -> None:
    opened = await open_run(tools, tools.configured)
    await work(hasty(tools), opened.run_id)
    await change(
        tools,
        "UPDATE embed_run SET samples = jsonb_build_array(jsonb_build_array(extract(epoch FROM now()) - 10, 0))",
    )
    await change(tools, "UPDATE embed_part SET done = 5 WHERE stage = 'fill' AND number = 0")
    seen = (await overview(tools)).progress
    assert seen is not None and (seen.done, seen.total) == (5, 60)
    assert seen.per_s == pytest.approx(0.5, rel=0.2) and seen.seconds_left == pytest.approx(110, rel=0.2)
