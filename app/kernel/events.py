"""Facts rooms announce to rooms above; listeners run inside the announcing transaction and are listed in wiring."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.kernel.database import Session

E = TypeVar("E")
Listener = Callable[[Session, Any], Awaitable[None]]


@dataclass
class Announcer:
    """Who listens to which kind of fact."""

    listeners: dict[type, list[Listener]] = field(default_factory=dict)

    def listen(self, kind: type[E], listener: Callable[[Session, E], Awaitable[None]]) -> None:
        """Adds a listener for one kind of event; wiring calls this, nobody else."""
        self.listeners.setdefault(kind, []).append(listener)

    async def announce(self, session: Session, event: object) -> None:
        """Tells every listener, in order, inside the transaction of `session`."""
        for listener in self.listeners.get(type(event), []):
            await listener(session, event)
