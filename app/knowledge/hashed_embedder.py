"""The embedder that needs no weights: characters and words, weighted by rarity, hashed into a short vector."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.knowledge.canonical import canonical_text
from app.knowledge.everyday import EVERYDAY
from app.knowledge.lexical import features
from app.knowledge.ports import TextKind, Vectors

MODEL = "hashed-1"
DIMENSIONS = 512
BUCKETS = 1 << 16
# Research: single characters carry most of a question's meaning, pairs of them half, pieces of words a third.
_KIND_WEIGHTS = np.array([1.0, 0.5, 1.0, 0.3], dtype=np.float32)
_PIECES = (3, 4, 5)
_NEUTRAL, _NEUTRAL_COMMON = 4.0, 1.5

Idf = npt.NDArray[np.float32]


class HashedEmbedder:
    """Deterministic vectors of DIMENSIONS numbers; `idf` says how rare each of BUCKETS buckets of terms is."""

    name = MODEL
    dimensions = DIMENSIONS

    def __init__(self, idf: Idf | None = None):
        self._idf = neutral_idf() if idf is None else idf

    async def embed(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Returns (len(texts), DIMENSIONS) float32 of unit length; a text without any term gets a fixed direction."""
        return self.embed_now(texts)

    async def close(self) -> None:
        """Holds nothing open."""

    def embed_now(self, texts: Sequence[str]) -> Vectors:
        """The same without waiting: it is only arithmetic, about 0.1 ms a passage."""
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            found[row] = self._vector(text)
        return found

    def _vector(self, text: str) -> Vectors:
        buckets, place, weights = placed_terms(text)
        vector = np.bincount(place, weights=weights * self._idf[buckets], minlength=DIMENSIONS).astype(np.float32)
        length = float(np.linalg.norm(vector))
        if length < 1e-6:
            vector[0], length = 1.0, 1.0
        return vector / np.float32(length)


def placed_terms(text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Of each term of a text: its bucket, its place in the vector, and its weight but for rarity."""
    of = features(canonical_text(text), _PIECES)
    signs = np.where((of.hashes >> np.uint64(31)) & np.uint64(1), 1.0, -1.0)
    place = ((of.hashes >> np.uint64(16)) % np.uint64(DIMENSIONS)).astype(np.int64)
    return _bucket(of.hashes), place, _KIND_WEIGHTS[of.kinds].astype(np.float64) * signs


class IdfCounts:
    """Counts in how many texts each bucket of terms occurs; what the embedder learns from a knowledge base."""

    def __init__(self) -> None:
        self._df = np.zeros(BUCKETS, dtype=np.int64)
        self._texts = 0

    def add(self, text: str) -> None:
        """One more text."""
        self._df[np.unique(_bucket(features(canonical_text(text), _PIECES).hashes))] += 1
        self._texts += 1

    def idf(self) -> Idf:
        """BM25's idf per bucket; with few texts, mostly the neutral table still."""
        learnt = np.log1p((self._texts - self._df + 0.5) / (self._df + 0.5)).astype(np.float32)
        trust = np.float32(self._texts / (self._texts + 500))
        scale = np.float32(np.log1p((self._texts + 0.5) / 0.5) / _NEUTRAL) if self._texts else np.float32(1)
        blended: Idf = trust * learnt + (1 - trust) * neutral_idf() * scale
        return blended


def neutral_idf() -> Idf:
    """Every term equally rare, except the commonest Chinese characters and English words."""
    table = np.full(BUCKETS, _NEUTRAL, dtype=np.float32)
    common = np.concatenate([features(said, ()).hashes for said in EVERYDAY])
    table[_bucket(common)] = _NEUTRAL_COMMON
    return table


def pack_idf(idf: Idf) -> bytes:
    """A table as it is kept in the embedder's row: half precision, compressed."""
    return zlib.compress(idf.astype(np.float16).tobytes(), 6)


def unpack_idf(packed: bytes) -> Idf:
    """The table from its row."""
    return np.frombuffer(zlib.decompress(packed), dtype=np.float16).astype(np.float32)


def _bucket(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    return (hashes & np.uint64(BUCKETS - 1)).astype(np.int64)
