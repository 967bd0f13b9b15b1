"""What benchmarks measure search against: the same statement looking at everything."""

from uuid import UUID

from app.kernel.database import Database
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import SearchRequest
from app.knowledge.lexical import terms_of
from app.knowledge.search import ranking_of
from app.knowledge.store.eligibility import Reader
from app.knowledge.store.measure import find_backend_pid
from app.knowledge.store.search import Asked, Effort, find_passages
from app.knowledge.tools import SearchTools

EVERYTHING = Effort(candidates=1_000, rescored=2**31 - 1, postings=2**31 - 1, exact_scan=2**31 - 1)


async def exact_scores(tools: SearchTools, request: SearchRequest, most: int = 1_000) -> dict[UUID, float]:
    """The chunks that would be found if every passage were scored, best first, with their scores."""
    loaded = await tools.embedders.present()
    vectors = await loaded.embedder.embed(request.queries, "query")
    asked = [
        Asked(terms_of(query), vector, canonical_text(query))
        for query, vector in zip(request.queries, vectors, strict=True)
    ]
    async with tools.database.line() as line:
        found = await find_passages(
            line,
            ranking_of(loaded),
            asked,
            base_ids=request.base_ids,
            reader=Reader(request.audience.readable(), request.readable_tiers, request.channel),
            limit=most,
            effort=EVERYTHING,
        )
    return {row["id"]: float(row["score"]) for row in found.rows}


async def backend_pid(database: Database) -> int:
    """The server process behind the only line of a pool of one."""
    async with database.line() as line:
        return await find_backend_pid(line)
