"""Works a run off as workers would, without any."""

from uuid import UUID

from sqlalchemy import text

from app.knowledge import Candidate, EmbedderTools, Run, open_run, overview, work
from app.knowledge.embedding.tools import EMBED_TASK
from tests.fakes.bell import FakeBell


async def worked_off(tools: EmbedderTools) -> Run:
    """Does all that was rung for, successors included; gives the run as it is then."""
    assert isinstance(tools.bell, FakeBell)
    while tools.bell.rung:
        job = tools.bell.rung.pop(0)
        assert job.name == EMBED_TASK
        await work(tools, job.subject_id)
    return await newest_run(tools)


async def newest_run(tools: EmbedderTools) -> Run:
    run = (await overview(tools)).run
    assert run is not None
    return run


async def filled(tools: EmbedderTools, candidate: Candidate | None = None) -> Run:
    """Another embedder up to the point where it is ready."""
    await open_run(tools, candidate)
    return await worked_off(tools)


async def vector_counts(tools: EmbedderTools) -> dict[UUID, int]:
    """How many vectors there are by each embedder."""
    async with tools.database.reading() as session:
        rows = await session.execute(text("SELECT embedder_id, count(*) FROM chunk_vector GROUP BY 1"))
    return {embedder_id: count for embedder_id, count in rows}  # noqa: C416  # rows are no pairs to mypy
