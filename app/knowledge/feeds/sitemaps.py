"""Sitemaps and their indexes, read by expat with every kind of entity refused; plain text lists too."""

import zlib
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from app.knowledge.feeds.errors import FetchFailed

MOST_ADDRESSES = 50_000
LARGEST = 50 * 1024 * 1024
DEEPEST = 20
PIECE = 64 * 1024
TYPES = frozenset(
    {"application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "text/plain", "application/gzip",
     "application/x-gzip", "application/octet-stream", ""}
)  # fmt: skip


@dataclass
class Sitemap:
    """What one file lists. `more`: it had further addresses than the limit of the format."""

    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    more: bool = False


class _Enough(Exception):
    """Stops the parser."""


def takes_sitemap(_address: str, media_type: str) -> bool:
    """Whether an answer may be a sitemap."""
    return media_type in TYPES


def read_sitemap(data: bytes, most: int = MOST_ADDRESSES) -> Sitemap:
    """Also unpacks .gz files. Raises FetchFailed: broken, too large unpacked, or with entities."""
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<") and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _plain_list(data, most)
    reader = _Reader(most)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        for at in range(0, len(data), PIECE):
            parser.Parse(data[at : at + PIECE], False)
        parser.Parse(b"", True)
    except _Enough:
        reader.found.more = True
    except expat.ExpatError:
        raise FetchFailed("sitemap_broken") from None
    if not reader.known:
        raise FetchFailed("sitemap_broken")
    return reader.found


def _refuse(*_: Any) -> int:
    raise FetchFailed("sitemap_entities")


def _unpacked(data: bytes) -> bytes:
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        whole = unpack.decompress(data, LARGEST + 1)
    except zlib.error:
        raise FetchFailed("sitemap_broken") from None
    if len(whole) > LARGEST:
        raise FetchFailed("fetch_too_large", limit_mb=LARGEST // (1024 * 1024))
    return whole


def _plain_list(data: bytes, most: int) -> Sitemap:
    lines = [line.strip() for line in data.decode("utf-8", errors="replace").splitlines()]
    pages = [line for line in lines if line.startswith(("http://", "https://"))]
    if not pages:
        raise FetchFailed("sitemap_broken")
    return Sitemap(pages=pages[:most], more=len(pages) > most)


class _Reader:
    """Gathers <loc> of <url> and of <sitemap>, and <link> of feeds (RSS, Atom)."""

    def __init__(self, most: int):
        self.found = Sitemap()
        self.known = False
        self._most = most
        self._path: list[str] = []
        self._letters: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = name.rpartition(":")[2].lower()
        if not self._path:
            self.known = name in ("urlset", "sitemapindex", "rss", "feed", "rdf")
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise FetchFailed("sitemap_broken")
        self._letters.clear()
        self._length = 0
        if name == "link" and "entry" in self._path and attributes.get("rel", "alternate") == "alternate":
            self._keep(self.found.pages, attributes.get("href", ""))

    def text(self, letters: str) -> None:
        """Words inside an element; more than any address has are left out."""
        if self._length < 4_000:
            self._letters.append(letters)
            self._length += len(letters)

    def end(self, _name: str) -> None:
        """An element ends."""
        name = self._path.pop()
        parent = self._path[-1] if self._path else ""
        words = "".join(self._letters).strip()
        self._letters.clear()
        if name == "loc" and parent == "sitemap":
            self._keep(self.found.sitemaps, words)
        elif (name == "loc" and parent == "url") or (name == "link" and parent == "item"):
            self._keep(self.found.pages, words)

    def _keep(self, where: list[str], address: str) -> None:
        if not address:
            return
        if len(self.found.pages) + len(self.found.sitemaps) >= self._most:
            raise _Enough
        where.append(address)
