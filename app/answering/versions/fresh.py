"""Settings kept in process: one look at all versions a second at most, whoever asks, and a load only after a change."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, Protocol, TypeVar

from app.answering.versions.store import read_versions
from app.kernel.database import Database
from app.kernel.errors import Unavailable
from app.kernel.logging import get_logger

log = get_logger(__name__)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
# How old the versions known here may be, and how long a question waits for a slow look while old settings are at hand.
LOOK_EVERY_S, LONGEST_WAIT_S = 0.8, 1.0


class Kept(Protocol[T_co]):
    """Settings at hand."""

    async def get(self) -> T_co:
        """The settings in force."""
        ...


class Unchanging(Generic[T]):
    """Settings that nothing changes: the built-in ones, or those of a test."""

    def __init__(self, value: T):
        self._value = value

    async def get(self) -> T:
        """Always the same."""
        return self._value


class Versions:
    """The versions of every kind of settings as this process knows them; one for all rooms of a process."""

    def __init__(self, database: Database, every_s: float = LOOK_EVERY_S):
        self._database, self._every_s = database, every_s
        self._known: dict[str, int] = {}
        self._looked_at: float | None = None
        self._look: asyncio.Task[None] | None = None
        self._change = 0

    async def of(self, kind: str) -> int:
        """The version of a kind, 0 before its first change. Keeps what is known while the database is away.

        Raises Unavailable when nothing is known yet.
        """
        if self._looked_at is None or monotonic() - self._looked_at > self._every_s:
            if self._look is None or self._look.done():
                # A task of its own: the question that happens to start it may be stopped at any time.
                self._look = asyncio.create_task(self._read())
            first = self._looked_at is None
            await asyncio.wait({self._look}, timeout=None if first else LONGEST_WAIT_S)
            if self._looked_at is None:
                raise Unavailable(retry_after_s=2)
        return self._known.get(kind, 0)

    def forget(self) -> None:
        """Looks again at the next question: for the process that made a change itself."""
        self._change, self._look = self._change + 1, None
        if self._looked_at is not None:
            self._looked_at = monotonic() - 2 * self._every_s

    async def _read(self) -> None:
        change = self._change
        try:
            async with self._database.reading() as session:
                found = await read_versions(session)
        except Unavailable:
            if self._looked_at is None:
                return
            log.warning("settings_versions_unknown", kept=dict(self._known))
            found = self._known
        if change == self._change:  # else it may have looked before the change
            self._known, self._looked_at = found, monotonic()


class Fresh(Generic[T]):
    """Settings of one kind, loaded when first asked for and whenever their version changed, by one task at a time."""

    def __init__(self, versions: Versions, kind: str, load: Callable[[], Awaitable[T]]):
        self._versions, self._kind, self._load = versions, kind, load
        self._held: tuple[int, T] | None = None
        self._turn = asyncio.Lock()

    async def get(self) -> T:
        """The settings in force, at most a second old; the old ones while the database is away.

        Raises Unavailable when they were never loaded.
        """
        version = await self._versions.of(self._kind)
        held = self._held
        if held is None or held[0] != version:
            async with self._turn:
                held = await self._loaded(version)
        return held[1]

    async def _loaded(self, version: int) -> tuple[int, T]:
        if self._held is not None and self._held[0] == version:
            return self._held
        try:
            # The version was read first: settings newer than it are loaded once more, never taken for old.
            self._held = (version, await self._load())
        except Unavailable:
            if self._held is None:
                raise
            log.warning("settings_kept", kind=self._kind, version=self._held[0])
        return self._held
