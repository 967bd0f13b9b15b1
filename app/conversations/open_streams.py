"""How many readers each conversation has in this process, so that nobody opens hundreds."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

MOST_STREAMS = 20


class OpenStreams:
    """Counts readers by conversation."""

    def __init__(self) -> None:
        self._open: Counter[UUID] = Counter()

    def may_open(self, conversation_id: UUID) -> bool:
        """Whether one more is fine."""
        return self._open[conversation_id] < MOST_STREAMS

    @contextmanager
    def counted(self, conversation_id: UUID) -> Iterator[None]:
        """Counts a reader for as long as the block lasts."""
        self._open[conversation_id] += 1
        try:
            yield
        finally:
            self._open[conversation_id] -= 1
            if self._open[conversation_id] <= 0:
                del self._open[conversation_id]
