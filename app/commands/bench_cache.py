"""The cached half of `kefu bench chat --cached`: how many answers a second one process gives again, HTTP left out."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from app.answering import AnsweringTools, Finished, Question, answer
from app.commands.bench_chat import prepare
from app.commands.workplace import with_switchboard
from app.wiring import Switchboard

AT_ONCE = 50


def measure(seconds: float) -> dict[str, float]:
    """Answers a second, the share that came from the cache, and CPU milliseconds an answer of this process alone."""
    with TemporaryDirectory(prefix="kefu-bench-") as folder:
        questions = prepare(Path(folder))
        return with_switchboard(Path(folder), lambda board: measured(board, questions, seconds))


async def measured(board: Switchboard, questions: list[str], seconds: float) -> dict[str, float]:
    """The same on stores that are there; the first answer to each question is given before the clock starts."""
    tools: AnsweringTools = board.tools[AnsweringTools]
    for question in questions:
        await _answered(tools, question)
    if tools.cache is not None:
        await tools.cache.settled()
    given = cached = 0
    until = perf_counter() + seconds
    began, spent = perf_counter(), process_time()

    async def customer(number: int) -> None:
        nonlocal given, cached
        while perf_counter() < until:
            number += 1
            ended = await _answered(tools, questions[number % len(questions)])
            given, cached = given + 1, cached + bool(ended.trace.get("cached"))

    await asyncio.gather(*(customer(number) for number in range(AT_ONCE)))
    took = perf_counter() - began
    return {
        "cached_answers_per_s": round(given / took, 1),
        "from_the_cache": round(cached / max(1, given), 4),
        "cpu_ms": round(1000 * (process_time() - spent) / max(1, given), 2),
    }


async def _answered(tools: AnsweringTools, question: str) -> Finished:
    ended = [event async for event in answer(tools, Question(question))][-1]
    assert isinstance(ended, Finished), "the bench's questions are answered"
    return ended
