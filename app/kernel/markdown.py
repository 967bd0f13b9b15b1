"""Markdown as safe HTML for server-made pages: no raw HTML, no images, links that tell nobody where they were."""

import re

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")
_TAGS = {"a", "b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "span"}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_MARK = re.compile(r"\s*\[(\d{1,2})\](?!\()")


def to_html(text: str) -> Markup:
    """HTML of a message; `[3]` becomes a citation chip. Nothing in it can run or fetch."""
    html = _MARK.sub(r'<span class="citation-chip">\1</span>', _reader.render(text))
    safe = nh3.clean(
        html,
        tags=_TAGS | _TABLE | {"strong", "ul"},
        attributes={"a": {"href", "title"}, "span": {"class"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(safe)  # noqa: S704 - nh3 has just cleaned it
