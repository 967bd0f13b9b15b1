"""Facts rooms announce to rooms above; listeners run inside the announcing transaction and are listed in wiring."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from app.kernel.database import Session

E = TypeVar("E")
Listener = Callable[[Session, Any], Awaitable[None]]
Concern = Callable[[Any], bool]


def _always(event: object) -> bool:
    return True


def never(event: object) -> bool:
    """The concern of a listener that writes nothing itself: it only waits for the commit."""
    return False


@dataclass
class Announcer:
    """Who listens to which kind of fact, and of which of them a listener writes something in the transaction."""

    listeners: dict[type, list[tuple[Listener, Concern]]] = field(default_factory=dict)

    def listen(
        self,
        kind: type[E],
        listener: Callable[[Session, E], Awaitable[None]],
        writes: Callable[[E], bool] = _always,
    ) -> None:
        """Adds a listener for one kind of event; wiring calls this, nobody else."""
        self.listeners.setdefault(kind, []).append((listener, writes))

    def written_for(self, event: object) -> bool:
        """Whether a listener writes something, so that the event needs a transaction of several statements."""
        return any(writes(event) for _, writes in self.listeners.get(type(event), []))

    async def announce(self, session: Session, event: object) -> None:
        """Tells every listener, in order, inside the transaction of `session`."""
        for listener, _ in self.listeners.get(type(event), []):
            await listener(session, event)
