"""A circuit breaker: after several failures in a row nobody waits for a dead server until one try succeeds.

It also remembers until when a server asked to be left alone; who calls it decides whether to wait for that.
"""

from collections.abc import Callable
from time import monotonic

FAILURES, PAUSE_S = 5, 3.0


class Circuit:
    """Closed while things work; open after FAILURES in a row; lets one try through every PAUSE_S."""

    def __init__(self, failures: int = FAILURES, pause_s: float = PAUSE_S, clock: Callable[[], float] = monotonic):
        self._limit, self._pause_s, self._clock = failures, pause_s, clock
        self._failures = 0
        self._next_try = 0.0
        self._rests_until = 0.0

    @property
    def rest_s(self) -> float:
        """How long the server is still to be left alone, as it asked itself."""
        return max(0.0, self._rests_until - self._clock())

    def rest(self, seconds: float) -> None:
        """The server asked to be left alone for so long."""
        self._rests_until = max(self._rests_until, self._clock() + seconds)

    def lets_through(self) -> bool:
        """Whether a call may be tried now."""
        if self._failures < self._limit:
            return True
        if self._clock() < self._next_try:
            return False
        self._next_try = self._clock() + self._pause_s
        return True

    def succeeded(self) -> None:
        """The server answered, whatever it said."""
        self._failures = 0

    def failed(self) -> None:
        """Nobody answered."""
        self._failures += 1
        self._next_try = self._clock() + self._pause_s
