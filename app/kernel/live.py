"""The live-stream port: short-lived entries many readers follow, through Redis between processes."""

from typing import Protocol


class Following(Protocol):
    """One reader's view of a stream, from the moment it began to follow."""

    async def batch(self, timeout_s: float) -> list[bytes] | None:
        """What came since the last call, waiting for something up to a time.

        [] after silence, or when entries may have been missed and the truth should be looked at; None once closed.
        """
        ...

    def close(self) -> None:
        """Stops following; a waiting `batch` returns None at once. May be called twice."""
        ...


class LiveStreams(Protocol):
    """Append-only streams by key. Entries expire, may come twice and may be missed around an outage of Redis,
    so every entry must say by itself where it belongs, and nothing that must last lives only here."""

    @property
    def healthy(self) -> bool:
        """Whether entries of other processes are arriving."""
        ...

    def append(self, key: str, data: bytes, *, fresh: bool = False, soon: bool = True) -> None:
        """Adds one entry: readers in this process have it at once, others within some 10 ms.

        Never waits, never raises. `fresh` drops the entries before it. Not `soon`: while no other process reads
        anything, it may be kept back for 100 ms, to be written with others.
        """
        ...

    async def follow(self, key: str, *, wait: bool = True) -> Following:
        """Follows a stream from now on; with `wait`, entries of other processes are sure to arrive from now on."""
        ...

    async def entries(self, key: str) -> list[bytes]:
        """The entries since the last fresh one, oldest first; [] when Redis does not answer."""
        ...
