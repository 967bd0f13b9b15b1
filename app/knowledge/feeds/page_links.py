"""What a page says about itself and where it leads: title, canonical address, wishes about robots, links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from app.knowledge.feeds.addresses import host_of, joined

LOOKED_AT = 2 * 1024 * 1024
MOST_LINKS = 2_000
TAG = re.compile(r"<(a|area|link|meta|base|title)\b([^<>]*)>", re.I)
ATTRIBUTE = re.compile(r"""([a-z-]{1,30})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
LONGEST_TAG = 4_000
CHARSET = re.compile(rb"""charset\s*=\s*["']?([a-z0-9_-]+)""", re.I)
HIDDEN = tuple(
    (re.compile(begin, re.I), re.compile(end, re.I))
    for begin, end in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))
)


@dataclass
class PageFacts:
    """`links` and `canonical` are whole addresses; noindex and nofollow are the page's own wishes."""

    title: str = ""
    canonical: str | None = None
    noindex: bool = False
    nofollow: bool = False
    links: list[str] = field(default_factory=list)


def read_page_facts(data: bytes, address: str) -> PageFacts:
    """address: where the page was found in the end. Time is linear in the page's length."""
    html = _text(data[:LOOKED_AT])
    for begin, end in HIDDEN:
        html = _without(html, begin, end)
    facts = PageFacts()
    base = address
    seen: dict[str, None] = {}
    for match in TAG.finditer(html):
        name, attributes = match[1].lower(), _attributes(match[2])
        if name == "title" and not facts.title:
            facts.title = " ".join(unescape(html[match.end() : match.end() + 500].partition("<")[0]).split())[:200]
        elif name == "base" and attributes.get("href"):
            base = joined(address, attributes["href"]) or base
        elif name == "link" and "canonical" in attributes.get("rel", "").lower().split():
            facts.canonical = joined(base, attributes.get("href", ""))
        elif name == "meta" and attributes.get("name", "").lower() in ("robots", "kefubot"):
            read_robots_words(attributes.get("content", ""), facts)
        elif name in ("a", "area") and len(seen) < MOST_LINKS:
            follow = attributes.get("href") and "nofollow" not in attributes.get("rel", "").lower()
            if follow and (link := joined(base, attributes["href"])):
                seen.setdefault(link)
    # A canonical address elsewhere would let a page speak for another site.
    if facts.canonical is not None and host_of(facts.canonical) != host_of(address):
        facts.canonical = None
    facts.links = list(seen)
    return facts


def read_robots_words(words: str, facts: PageFacts) -> None:
    """`noindex, nofollow` of a robots meta element or an X-Robots-Tag header."""
    said = {word.strip() for word in words.lower().split(",")}
    facts.noindex = facts.noindex or bool(said & {"noindex", "none"})
    facts.nofollow = facts.nofollow or bool(said & {"nofollow", "none"})


def _text(data: bytes) -> str:
    declared = CHARSET.search(data[:4096])
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        return data.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(name.lower(), name), errors="replace")
    except LookupError:
        return data.decode("utf-8", errors="replace")


def _without(html: str, begin: re.Pattern[str], end: re.Pattern[str]) -> str:
    return "".join(_kept(html, begin, end))


def _kept(html: str, begin: re.Pattern[str], end: re.Pattern[str]) -> Iterator[str]:
    at = 0
    while start := begin.search(html, at):
        yield html[at : start.start()]
        stop = end.search(html, start.end())
        if stop is None:
            return
        at = stop.end()
    yield html[at:]


def _attributes(words: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(words[:LONGEST_TAG]):
        found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or "").strip())
    return found
