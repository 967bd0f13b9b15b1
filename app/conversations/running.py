"""The answers this process is writing right now, and how each can be made to end."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from app.conversations.domain import Ending, Work
from app.conversations.speech import Speech
from app.kernel.ids import new_id
from app.kernel.logging import get_logger

log = get_logger(__name__)


class RunningAnswer:
    """One answer being written; `halted` says why it was made to end, if it was."""

    def __init__(self, work: Work, speech: Speech) -> None:
        self.work, self.speech = work, speech
        self.halted: str | None = None
        self.speaking: asyncio.Task[Ending] | None = None

    def halt(self, why: str) -> None:
        """Ends it: the model's request is aborted, what was said stays."""
        if self.halted is None:
            self.halted = why
            if self.speaking is not None:
                self.speaking.cancel()


class RunningAnswers:
    """All of this process, by id; `node_id` is the process's name in leases."""

    def __init__(self) -> None:
        self.node_id = new_id()
        self._by_id: dict[UUID, RunningAnswer] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, answer_id: UUID) -> RunningAnswer | None:
        """The answer, when it is written here."""
        return self._by_id.get(answer_id)

    def ids(self) -> list[UUID]:
        """Every answer written here."""
        return list(self._by_id)

    def add(self, running: RunningAnswer) -> None:
        """Enters an answer."""
        self._by_id[running.work.answer_id] = running

    def remove(self, running: RunningAnswer) -> None:
        """Takes an answer out."""
        if self._by_id.get(running.work.answer_id) is running:
            del self._by_id[running.work.answer_id]

    def halt(self, answer_id: UUID, why: str) -> None:
        """Ends an answer, when it is written here."""
        running = self._by_id.get(answer_id)
        if running is not None:
            running.halt(why)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs something for as long as it takes, tied to no request."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("answer_crashed", error=type(error).__name__, exc_info=error)

    async def leave(self, patience_s: float) -> None:
        """Lets answers end for a while, then makes them stop where they are, to be taken over."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience_s)
        for running in list(self._by_id.values()):
            running.halt("shutdown")
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience_s)
        for task in list(self._tasks):
            task.cancel()
