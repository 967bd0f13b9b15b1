"""The bytes of a draft: what the parser made of the document, and the vectors of what search does not have yet."""

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from app.kernel.blobs import BlobStore
from app.knowledge.domain import Box, NewChunk, PreparedChunks
from app.knowledge.index import Ready
from app.knowledge.parsed import ParsedDocument
from app.knowledge.ports import Vectors

HASHES = "hashes"


async def keep_draft(blobs: BlobStore, key: str, parsed: ParsedDocument, prepared: PreparedChunks) -> None:
    """Writes both objects; again over what an attempt before has left."""
    await blobs.put(f"{key}.json", orjson.dumps(parsed))
    await blobs.put(f"{key}.npz", _packed(prepared))


async def read_draft(blobs: BlobStore, key: str) -> ParsedDocument:
    """What the parser made of it. Raises FileNotFoundError."""
    return _parsed(orjson.loads(await blobs.get(f"{key}.json")))


async def read_vectors(blobs: BlobStore, key: str) -> Ready:
    """The vectors by passage and embedder. Raises FileNotFoundError."""
    return _unpacked(await blobs.get(f"{key}.npz"))


async def drop_draft(blobs: BlobStore, key: str) -> None:
    """Both objects go."""
    for ending in ("json", "npz"):
        await blobs.delete(f"{key}.{ending}")


def _packed(prepared: PreparedChunks) -> bytes:
    made = [(one.sha256, one.vectors) for one in prepared.chunks if one.vectors]
    columns: dict[str, Any] = {HASHES: np.array([sha256 for sha256, _ in made], dtype="U64")}
    for embedder_id in prepared.embedder_ids:
        if made and all(embedder_id in vectors for _, vectors in made):
            columns[str(embedder_id)] = np.stack([vectors[embedder_id] for _, vectors in made])
    file = io.BytesIO()
    np.savez(file, **columns)
    return file.getvalue()


def _unpacked(data: bytes) -> Ready:
    with np.load(io.BytesIO(data), allow_pickle=False) as columns:
        hashes = columns[HASHES].tolist()
        by_embedder = {UUID(name): columns[name] for name in columns.files if name != HASHES}
    found: dict[str, dict[UUID, Vectors]] = {}
    for place, sha256 in enumerate(hashes):
        found[sha256] = {embedder_id: rows[place] for embedder_id, rows in by_embedder.items()}
    return found


def _parsed(kept: Mapping[str, Any]) -> ParsedDocument:
    return ParsedDocument(**{**kept, "chunks": tuple(_chunk(one) for one in kept["chunks"])})


def _chunk(kept: Mapping[str, Any]) -> NewChunk:
    heading_path, boxes = tuple(kept["heading_path"]), tuple(Box(**box) for box in kept["boxes"])
    return NewChunk(**{**kept, "heading_path": heading_path, "boxes": boxes})
