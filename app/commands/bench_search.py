"""`kefu bench search`: how fast passages go in and are found again, at growing sizes of the base."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from time import perf_counter
from uuid import UUID

from app.bench.passages import Speech
from app.commands.workplace import with_switchboard
from app.kernel.database import Database
from app.knowledge import (
    Audience,
    Embedders,
    ScratchText,
    SearchRequest,
    SearchResult,
    SearchTools,
    add_scratch_texts,
    backend_pid,
    exact_scores,
    scratch_base,
    search_passages,
)
from app.wiring import Switchboard

QUESTIONS = 200
# Behind its own passage a made-up question finds near ties: from this share of the tenth's score on, one is as good.
ALIKE = 0.95
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """One size. Times in milliseconds; database_cpu_ms is None when the server runs on another machine.

    own_at_10: questions with the passage they were made from among their first ten. recall_at_10: hits that are among
    the first ten when every passage is scored; alike_at_10: those, and hits that score within 5 % of the tenth there.
    """

    chunks: int
    ingest_chunks_per_s: float
    p50_ms: float
    p95_ms: float
    database_cpu_ms: float | None
    own_cpu_ms: float
    own_at_10: float
    recall_at_10: float
    alike_at_10: float


def bench_search(data_dir: Path | None, sizes: Sequence[int]) -> list[dict[str, float | None]]:
    """Fills a scratch base to each size in turn and asks questions; the base is dropped afterwards."""

    async def work(board: Switchboard) -> list[dict[str, float | None]]:
        database = Database(board.database.url, pool_size=1)
        tools = SearchTools(database, Embedders(database))
        try:
            async with scratch_base(tools) as base_id:
                return [asdict(figures) for figures in await _grow(tools, base_id, sorted(sizes))]
        finally:
            await database.close()

    return with_switchboard(data_dir, work)


async def _grow(tools: SearchTools, base_id: UUID, sizes: Sequence[int]) -> list[Figures]:
    speech = Speech()
    found: list[Figures] = []
    kept: list[str] = []
    filled = 0
    for size in sizes:
        texts = [ScratchText(str(filled + n), "", text) for n, text in enumerate(speech.passages(size - filled))]
        await tools.embedders.present()
        started = perf_counter()
        await add_scratch_texts(tools, base_id, texts)
        per_s = len(texts) / (perf_counter() - started)
        kept.extend(text.text for text in texts[:: max(1, len(texts) // QUESTIONS)])
        filled = size
        questions = [(speech.question(text), text) for text in kept[-QUESTIONS:]]
        found.append(await _ask(tools, base_id, size, per_s, questions))
    return found


async def _ask(
    tools: SearchTools, base_id: UUID, size: int, per_s: float, questions: Sequence[tuple[str, str]]
) -> Figures:
    pid = await backend_pid(tools.database)
    requests = [SearchRequest([question], [base_id], Audience.SCRATCH, 10) for question, _ in questions]
    for request in requests[:20]:
        await search_passages(tools, request)
    times: list[float] = []
    results = []
    before, own_before = _cpu_ms(pid), _cpu_ms(os.getpid())
    for request in requests:
        started = perf_counter()
        results.append(await search_passages(tools, request))
        times.append((perf_counter() - started) * 1000)
    after, own_after = _cpu_ms(pid), _cpu_ms(os.getpid())
    recalls = [
        await _recall(tools, request, result) for request, result in zip(requests[::4], results[::4], strict=True)
    ]
    own = sum(any(hit.text == text for hit in found.hits) for found, (_, text) in zip(results, questions, strict=True))
    times.sort()
    return Figures(
        chunks=size,
        ingest_chunks_per_s=round(per_s, 1),
        p50_ms=round(times[len(times) // 2], 2),
        p95_ms=round(times[int(len(times) * 0.95)], 2),
        database_cpu_ms=None if before is None or after is None else round((after - before) / len(requests), 2),
        own_cpu_ms=round(((own_after or 0) - (own_before or 0)) / len(requests), 2),
        own_at_10=round(own / len(questions), 4),
        recall_at_10=round(fmean(strict for strict, _ in recalls), 4),
        alike_at_10=round(fmean(alike for _, alike in recalls), 4),
    )


async def _recall(tools: SearchTools, request: SearchRequest, result: SearchResult) -> tuple[float, float]:
    """The share of the hits that an exact search has among its first ten, and that score as well as those there."""
    scores = await exact_scores(tools, request)
    best = list(scores)[: request.limit]
    strict = sum(hit.chunk_id in best for hit in result.hits)
    tenth = scores[best[-1]]
    alike = sum(scores.get(hit.chunk_id, 0.0) >= ALIKE * tenth for hit in result.hits)
    return strict / len(best), alike / len(best)


def _cpu_ms(pid: int) -> float | None:
    """CPU time a process of this machine has used so far, user and system."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, PermissionError):
        return None
    return (int(fields[11]) + int(fields[12])) * 1000 / TICKS_PER_S
