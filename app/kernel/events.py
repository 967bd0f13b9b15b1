"""Facts rooms announce to rooms above; listeners run inside the announcing transaction and are listed in wiring."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from app.kernel.database import Session, after_commit
from app.kernel.logging import get_logger

E = TypeVar("E")
log = get_logger(__name__)
Listener = Callable[[Session, Any], Awaitable[None]]
Concern = Callable[[Any], bool]


def _always(event: object) -> bool:
    return True


@dataclass
class Announcer:
    """Who listens to which kind of fact, inside the transaction or once it is committed."""

    listeners: dict[type, list[tuple[Listener, Concern]]] = field(default_factory=dict)
    listeners_after: dict[type, list[Callable[[Any], Awaitable[None]]]] = field(default_factory=dict)

    def listen(
        self,
        kind: type[E],
        listener: Callable[[Session, E], Awaitable[None]],
        only: Callable[[E], bool] = _always,
    ) -> None:
        """Adds a listener for one kind of event, or only some of them; wiring calls this, nobody else."""
        self.listeners.setdefault(kind, []).append((listener, only))

    def listen_after(self, kind: type[E], listener: Callable[[E], Awaitable[None]]) -> None:
        """Adds a listener that is told once the event's transaction is committed; wiring calls this, nobody else."""
        self.listeners_after.setdefault(kind, []).append(listener)

    def is_heard(self, event: object) -> bool:
        """Whether somebody listens inside the transaction, which then cannot be a single statement."""
        return any(only(event) for _, only in self.listeners.get(type(event), []))

    async def announce(self, session: Session, event: object) -> None:
        """Tells every listener, in order, inside the transaction of `session`."""
        for listener, only in self.listeners.get(type(event), []):
            if only(event):
                await listener(session, event)
        if type(event) in self.listeners_after:
            after_commit(session, partial(self.announce_stored, event))

    async def announce_stored(self, event: object) -> None:
        """Tells those who listen once a fact is committed, when that needed no more than one statement."""
        for listener in self.listeners_after.get(type(event), []):
            try:
                await listener(event)
            except Exception as error:
                log.warning("after_commit_failed", error=type(error).__name__)
