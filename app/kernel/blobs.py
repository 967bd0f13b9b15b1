"""The blob store port: bytes under a key, in a local folder or any S3-compatible store."""

from collections.abc import AsyncIterator
from typing import Protocol

from app.kernel.errors import Unavailable


class StorageFull(Unavailable):
    """There is no room left for the object."""

    code, status = "storage_full", 507


class BlobStore(Protocol):
    """Keys are made by us (never from a file name): `documents/<uuid>`, `adapters/<uuid>/…`."""

    async def put(self, key: str, data: bytes | AsyncIterator[bytes]) -> None:
        """Writes the whole object or nothing. Raises StorageFull or Unavailable."""
        ...

    async def get(self, key: str) -> bytes:
        """The whole object. Raises FileNotFoundError."""
        ...

    async def delete(self, key: str) -> None:
        """Removes the object; a missing one is fine."""
        ...

    async def delete_folder(self, prefix: str) -> None:
        """Removes every object whose key begins with `prefix` and a slash."""
        ...
