"""What changing the embedder needs from outside: something that keeps a server's key unreadable in the database."""

from typing import Protocol


class Sealer(Protocol):
    """Seals short secrets with a key of this installation."""

    def seal(self, plain: str) -> str:
        """The secret as it may be stored."""
        ...
