"""The blob store: a local folder or any S3-compatible store, both through obstore."""

import errno
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, S3Store

from app.kernel.blobs import StorageFull
from app.kernel.errors import Unavailable
from app.kernel.logging import get_logger
from app.kernel.settings import Settings

log = get_logger(__name__)
FULL = (errno.ENOSPC, errno.EDQUOT)
PART_BYTES = 8 * 1024 * 1024


class ObjectBlobStore:
    """Implements kernel's BlobStore on an obstore store."""

    def __init__(self, store: Any):
        self._store = store

    async def put(self, key: str, data: bytes | AsyncIterator[bytes]) -> None:
        """Whole or not at all: a file is renamed into place, an upload in parts is completed at its end."""
        try:
            await self._store.put_async(key, data, chunk_size=PART_BYTES)
        except (BaseError, OSError) as error:
            raise _told(error) from error

    async def get(self, key: str) -> bytes:
        """The whole object."""
        try:
            found = await self._store.get_async(key)
            return bytes(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise FileNotFoundError(key) from None
        except (BaseError, OSError) as error:
            raise _told(error) from error

    async def delete(self, key: str) -> None:
        """Removes the object."""
        try:
            await self._store.delete_async(key)
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise _told(error) from error

    async def delete_folder(self, prefix: str) -> None:
        """Removes every object under a prefix."""
        try:
            async for batch in self._store.list(f"{prefix}/"):
                for found in batch:
                    await self.delete(found["path"])
        except (BaseError, OSError) as error:
            raise _told(error) from error


def _told(error: Exception) -> StorageFull | Unavailable:
    log.warning("blob_store_failed", error=type(error).__name__)
    said = str(error).lower()
    full = getattr(error, "errno", None) in FULL or "no space left" in said or "quota exceeded" in said
    return StorageFull() if full else Unavailable()


def open_blob_store(settings: Settings) -> ObjectBlobStore:
    """A folder in the data dir, or `KEFU_BLOB_URL` = s3://bucket/prefix."""
    if settings.blob_url is None:
        return ObjectBlobStore(_folder(settings.data_dir / "blobs"))
    url = urlsplit(settings.blob_url)
    options: dict[str, Any] = {"bucket": url.netloc, "prefix": url.path.strip("/") or None}
    if settings.blob_endpoint:
        options["endpoint"] = settings.blob_endpoint
        options["client_options"] = {"allow_http": settings.blob_endpoint.startswith("http://")}
        options["region"] = "us-east-1"
    if settings.blob_key_id and settings.blob_secret:
        options["access_key_id"] = settings.blob_key_id
        options["secret_access_key"] = settings.blob_secret.get_secret_value()
    return ObjectBlobStore(S3Store(**options))


def _folder(path: Path) -> Any:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return LocalStore(path)
