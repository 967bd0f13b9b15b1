"""HTML to blocks: the readable part of a page, tables as tables, nothing that was hidden or meant for a machine."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.adapters.parsing.blocks import Reading, heading, paragraph, table

DROPPED = frozenset(
    """script style noscript template nav footer svg math canvas iframe object embed applet button select option input
    textarea link meta head audio video source map area dialog""".split()  # noqa: SIM905 - a list of 29 is unreadable
)
CONTAINERS = frozenset(
    """html body main article section div p ul ol li dl dt dd blockquote figure figcaption form fieldset legend header
    aside address details summary center hgroup thead tbody tfoot tr td th caption table hr""".split()  # noqa: SIM905 - as above
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0?(\.0+)?\s*(;|$)|font-size\s*:\s*0[a-z%]*\s*(;|$)",
    re.I,
)
WHITE = r"(#fff(fff)?\b|white\b|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))"
WHITE_TEXT = re.compile(rf"(?<![-\w])color\s*:\s*{WHITE}", re.I)
BACKGROUND = re.compile(rf"background(-color)?\s*:\s*(?!{WHITE}|transparent|none|inherit)\S", re.I)
ANCHOR = re.compile(r"\s*(\{#[^}]*\}|[¶#])$")
SPACE = re.compile(r"[^\S\n]+")
NAVIGATION_ITEMS = 15
LONGEST_CELL = 4_000
MAX_SPAN = 200
MAX_DEPTH = 150


def read_html(html: str, *, whole_page: bool = True) -> Reading:
    """The blocks of a page. `whole_page`: look for its main part first, as pages from the web need."""
    tree = LexborHTMLParser(html)
    reading = Reading()
    if (title := tree.css_first("title")) is not None:
        reading.title = " ".join(title.text().split())
    _without_hidden(tree)
    root = tree.body or tree.root
    if root is None:
        return reading
    if whole_page:
        root = _main_part(tree) or root
    walk = _Walk(reading, skip_link_lists=whole_page)
    walk.into(root, 0)
    walk.flush()
    return reading


def _main_part(tree: LexborHTMLParser) -> LexborNode | None:
    """<main>, or the only <article>, when it holds most of the words."""
    whole = len(tree.body.text()) if tree.body is not None else 0
    for selector in ("main", "[role=main]", "article"):
        found = tree.css(selector)
        if len(found) == 1 and len(found[0].text()) * 4 > whole:
            return found[0]
    return None


def _hidden(node: LexborNode) -> bool:
    """Whether a reader of the page does not see it, as far as it says so itself."""
    attributes = node.attributes
    style = attributes.get("style") or ""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or HIDDEN_STYLE.search(style):
        return True
    return WHITE_TEXT.search(style) is not None and not _on_a_colour(node)


def _on_a_colour(node: LexborNode) -> bool:
    """Whether white letters stand on another background than white, which a class may also give."""
    at: LexborNode | None = node
    while at is not None:
        attributes = at.attributes
        if BACKGROUND.search(attributes.get("style") or "") or attributes.get("bgcolor") or attributes.get("class"):
            return True
        at = at.parent
    return False


def _without_hidden(tree: LexborHTMLParser) -> None:
    """Takes out what is hidden, wherever it stands: in a heading, in a cell of a table."""
    for node in tree.css("[hidden], [aria-hidden], [style]"):
        if node.tag not in ("html", "body") and _hidden(node):
            node.decompose()


class _Walk:
    """Goes through the tree once, gathering inline text until a block ends."""

    def __init__(self, reading: Reading, skip_link_lists: bool):
        self.reading = reading
        self.skip_link_lists = skip_link_lists
        self.inline: list[str] = []
        self.tight = False
        self.lists = 0

    def flush(self) -> None:
        """Ends the paragraph that is being gathered."""
        lines = (SPACE.sub(" ", line).strip() for line in "".join(self.inline).split("\n"))
        text = "\n".join(line for line in lines if line)
        self.inline.clear()
        if text and text not in ("-", "•"):
            self.reading.blocks += paragraph(text, tight=self.tight)
            self.tight = False

    def into(self, node: LexborNode, depth: int) -> None:
        """Visits the children of a node."""
        for child in node.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                self.inline.append((child.text_content or "").replace("\n", " "))
            elif tag in DROPPED or tag.startswith("-") or _hidden(child):
                continue
            elif depth > MAX_DEPTH:
                self.inline.append(child.text(separator=" "))
            else:
                self._visit(child, tag, depth + 1)

    def _visit(self, node: LexborNode, tag: str, depth: int) -> None:
        if tag in HEADINGS:
            self.flush()
            self.reading.blocks += heading(ANCHOR.sub("", node.text()), HEADINGS[tag])
        elif tag == "br":
            self.inline.append("\n")
        elif tag == "img":
            self.reading.pictures += 1
        elif tag == "pre":
            self.flush()
            self.reading.blocks += paragraph(node.text().strip("\n"))
        elif tag == "table" and (rows := _rows(node)):
            self.flush()
            self.reading.blocks += table(rows)
        elif tag == "li":
            self._item(node, depth)
        elif tag in CONTAINERS:
            self._container(node, tag, depth)
        else:
            self.into(node, depth)

    def _item(self, node: LexborNode, depth: int) -> None:
        self.flush()
        before = node.prev
        while before is not None and before.tag != "li":
            before = before.prev
        self.tight = self.lists > 1 or before is not None
        self.inline.append("- ")
        self.into(node, depth)
        self.flush()

    def _container(self, node: LexborNode, tag: str, depth: int) -> None:
        is_list = tag in ("ul", "ol")
        if is_list and self.skip_link_lists and _is_navigation(node):
            return
        if tag != "p" or "".join(self.inline).strip() not in ("-", ""):
            self.flush()
        self.lists += is_list
        self.into(node, depth)
        self.lists -= is_list
        self.flush()


def _is_navigation(node: LexborNode) -> bool:
    """A long list of nothing but links leads elsewhere and says nothing."""
    items = [child for child in node.iter() if child.tag == "li"]
    if len(items) < NAVIGATION_ITEMS:
        return False
    linked = sum(len(link.text(strip=True)) for link in node.css("a"))
    return linked >= 0.9 * len(node.text(strip=True))


def _rows(node: LexborNode) -> list[list[str]]:
    """The cells of a data table; nothing for a table that only arranges the page."""
    if node.css_first("table table, table h1, table h2, table h3") is not None or len(node.css("table")) > 1:
        return []
    rows: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}
    for tr in node.css("tr"):
        if _hidden(tr):
            continue
        rows.append(_cells(tr, carried))
    if any(len(cell) > LONGEST_CELL for row in rows for cell in row):
        return []
    return rows if max((len(row) for row in rows), default=0) > 1 else []


def _cells(tr: LexborNode, carried: dict[int, tuple[int, str]]) -> list[str]:
    """One row's texts; a cell that spans rows is repeated in each, so that no row loses its subject.

    `carried`: by column, the rows still to come and the text that reaches into them.
    """
    row: list[str] = []

    def reach_in() -> None:
        while len(row) in carried:
            left, text = carried.pop(len(row))
            if left > 1:
                carried[len(row)] = (left - 1, text)
            row.append(text)

    for cell in tr.iter():
        if cell.tag not in ("td", "th"):
            continue
        reach_in()
        text = " ".join(cell.text(separator=" ").split())
        down, across = _span(cell, "rowspan"), _span(cell, "colspan")
        for step in range(across):
            if down > 1:
                carried[len(row)] = (down - 1, text)
            row.append(text if step == 0 else "")
    reach_in()
    return row


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(int(value), MAX_SPAN) if value.isdigit() and int(value) > 0 else 1
