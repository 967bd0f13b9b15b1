"""The same promises of the blob store port on a local folder and on an S3-compatible store."""

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from app.adapters.blob_store import ObjectBlobStore, open_blob_store
from app.kernel.blobs import StorageFull
from app.kernel.errors import Unavailable
from app.kernel.settings import Settings


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectBlobStore:
    if request.param == "folder":
        return open_blob_store(Settings(data_dir=tmp_path))
    import boto3

    address: str = request.getfixturevalue("s3_address")
    keys = {"aws_access_key_id": "id", "aws_secret_access_key": "key", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=address, **keys).create_bucket(Bucket="kefu")
    return open_blob_store(
        Settings(
            data_dir=tmp_path,
            blob_url="s3://kefu/here",
            blob_endpoint=address,
            blob_key_id="id",
            blob_secret="key",  # type: ignore[arg-type]  # pydantic makes a SecretStr of it
        )
    )


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_what_was_put_can_be_got_until_it_is_deleted(blobs: ObjectBlobStore) -> None:
    await blobs.put("documents/a", b"one")
    await blobs.put("documents/b", pieces(b"tw", b"o" * 12_000_000))
    await blobs.put("documents/a", b"other")
    assert await blobs.get("documents/a") == b"other"
    assert await blobs.get("documents/b") == b"tw" + b"o" * 12_000_000
    for _ in range(2):
        await blobs.delete("documents/a")
    with pytest.raises(FileNotFoundError):
        await blobs.get("documents/a")


async def broken_pieces() -> AsyncIterator[bytes]:
    yield b"half"
    raise ConnectionResetError


async def test_an_upload_that_breaks_leaves_nothing(blobs: ObjectBlobStore) -> None:
    with pytest.raises((ConnectionResetError, Unavailable)):
        await blobs.put("documents/c", broken_pieces())
    with pytest.raises(FileNotFoundError):
        await blobs.get("documents/c")


async def test_a_store_that_is_away_means_try_later(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    away = open_blob_store(
        Settings(
            data_dir=tmp_path,
            blob_url="s3://kefu",
            blob_endpoint=nobody,
            blob_key_id="id",
            blob_secret="key",  # type: ignore[arg-type]  # pydantic makes a SecretStr of it
        )
    )
    with pytest.raises(Unavailable):
        await away.get("documents/a")


class FullDisk:
    """A store whose disk is full."""

    async def put_async(self, *args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")


async def test_a_full_disk_says_so() -> None:
    with pytest.raises(StorageFull):
        await ObjectBlobStore(FullDisk()).put("documents/a", b"x")
