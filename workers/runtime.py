"""One event loop and one switchboard per worker process, made at the first task and closed at its end."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from celery.signals import worker_init, worker_process_shutdown

from app.kernel.settings import load_settings
from app.wiring import Switchboard, switchboard

T = TypeVar("T")


class Runtime:
    """The loop and switchboard of this process."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._entered: AbstractAsyncContextManager[Switchboard] | None = None
        self._board: Switchboard | None = None

    def run(self, work: Callable[["ToolFinder"], Awaitable[object]]) -> None:
        """Does one task's work to its end."""
        self.loop.run_until_complete(self._run(work))

    async def _run(self, work: Callable[["ToolFinder"], Awaitable[object]]) -> None:
        if self._board is None:
            self._entered = switchboard(load_settings())
            self._board = await self._entered.__aenter__()
        await work(ToolFinder(self._board))

    def close(self) -> None:
        """Closes pools and connections."""
        if self._entered is not None:
            self.loop.run_until_complete(self._entered.__aexit__(None, None, None))
        self.loop.close()


class ToolFinder:
    """Gives a room's tools by their class: `tools(KnowledgeTools)`."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def __call__(self, kind: type[T]) -> T:
        found: Any = self._board.tools[kind]
        assert isinstance(found, kind)
        return found


_runtime: Runtime | None = None


def run(work: Callable[[ToolFinder], Awaitable[object]]) -> None:
    """Does a task's work with this process's tools: `run(lambda tools: do(tools(RoomTools), id))`."""
    global _runtime
    _runtime = _runtime or Runtime()
    _runtime.run(work)


def _share_memory(**_: object) -> None:
    """Before the pool forks: what is loaded now stays shared, since the collector never touches it again."""
    gc.collect()
    gc.freeze()


def _close(**_: object) -> None:
    global _runtime
    if _runtime is not None:
        _runtime.close()
        _runtime = None


worker_init.connect(_share_memory)
worker_process_shutdown.connect(_close)
