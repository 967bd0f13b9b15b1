"""`kefu bench reembed`: how fast workers fill another embedder, and what a search costs before and meanwhile."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from app.bench.passages import Speech
from app.commands.workplace import with_switchboard
from app.kernel.settings import Settings, environment
from app.knowledge import (
    Audience,
    EmbedderTools,
    ScratchText,
    SearchRequest,
    add_scratch_texts,
    cancel,
    open_run,
    overview,
    scratch_base,
    search_passages,
)
from app.knowledge.embedding.domain import Stage
from app.wiring import Switchboard

QUESTIONS, CALM_ROUNDS = 200, 2
LOOK_EVERY_S = 0.2


@dataclass(frozen=True)
class Figures:
    """One number of workers. Searches go one after the other from this process; times in milliseconds."""

    workers: int
    chunks: int
    rows_per_s: float
    to_first: float
    calm_p50_ms: float
    calm_p95_ms: float
    filling_p50_ms: float
    filling_p95_ms: float
    p95_ratio: float
    searches_meanwhile: int


def bench_reembed(data_dir: Path | None, chunks: int, workers: Sequence[int]) -> list[dict[str, float]]:
    """Refits the weight-free embedder over a scratch base with each number of worker processes; nothing is switched."""

    async def work(board: Switchboard) -> list[dict[str, float]]:
        tools: EmbedderTools = board.tools[EmbedderTools]
        async with scratch_base(tools.search) as base_id:
            speech = Speech()
            texts = [ScratchText(str(number), "", text) for number, text in enumerate(speech.passages(chunks))]
            await add_scratch_texts(tools.search, base_id, texts)
            step = max(1, chunks // QUESTIONS)
            requests = [
                SearchRequest([speech.question(one.text)], [base_id], Audience.SCRATCH, 10) for one in texts[::step]
            ]
            found: list[Figures] = []
            for number in workers:
                first = found[0].rows_per_s if found else None
                found.append(await _measure(board.settings, tools, requests, number, first))
            return [asdict(figures) for figures in found]

    return with_switchboard(data_dir, work)


async def _measure(
    settings: Settings, tools: EmbedderTools, requests: Sequence[SearchRequest], workers: int, first: float | None
) -> Figures:
    calm: list[float] = []
    for request in (*requests[:20], *(list(requests) * CALM_ROUNDS)):
        calm.append(await _timed(tools, request))
    opened = await open_run(tools, None)
    command = [sys.executable, "-m", "app.cli", "reembed", "--resume"]
    hands = [
        subprocess.Popen(  # noqa: ASYNC220 - started once, before anything is timed
            command, env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(workers)
    ]
    try:
        filling = asyncio.create_task(_watched(tools))
        meanwhile: list[float] = []
        while not filling.done():
            for request in requests:
                meanwhile.append(await _timed(tools, request))
                if filling.done():
                    break
        total, seconds, before = await filling
    finally:
        for hand in hands:
            hand.terminate()
            await asyncio.to_thread(hand.wait)
        await cancel(tools, opened.run_id)
    calm, during = sorted(calm[20:]), sorted(meanwhile[int(before * len(meanwhile)) :])
    per_s = round(total / seconds, 1)
    return Figures(
        workers=workers,
        chunks=total,
        rows_per_s=per_s,
        to_first=round(per_s / (first or per_s), 2),
        calm_p50_ms=_at(calm, 0.5),
        calm_p95_ms=_at(calm, 0.95),
        filling_p50_ms=_at(during, 0.5),
        filling_p95_ms=_at(during, 0.95),
        p95_ratio=round(_at(during, 0.95) / _at(calm, 0.95), 2),
        searches_meanwhile=len(during),
    )


async def _watched(tools: EmbedderTools) -> tuple[int, float, float]:
    """Chunks filled, in how many seconds, and which share of the whole time went by before the first of them."""
    begun = perf_counter()
    started: float | None = None
    while True:
        seen = await overview(tools)
        assert seen.run is not None and seen.progress is not None
        if seen.progress.done and started is None:
            started, skipped = perf_counter(), seen.progress.done
        if started is not None and seen.run.stage not in (Stage.PLAN, Stage.FILL):
            ended = perf_counter()
            whole = max(ended - begun, 1e-6)
            return seen.progress.total - skipped, max(ended - started, 1e-6), (started - begun) / whole
        await asyncio.sleep(LOOK_EVERY_S)


async def _timed(tools: EmbedderTools, request: SearchRequest) -> float:
    started = perf_counter()
    await search_passages(tools.search, request)
    return (perf_counter() - started) * 1000


def _at(times: Sequence[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(len(times) * share))], 2) if times else 0.0
