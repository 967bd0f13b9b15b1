"""Splits a document's blocks into passages: sections under their headings, sentences kept whole, tables apart."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from app.adapters.parsing.blocks import Block, Row

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

TARGET = 800
"""Units of a passage: a Latin letter is 1, a Chinese character 2."""
OVERLAP = 80
SMALLEST = 160
"""A shorter last passage of a section joins the one before it."""
LONGEST_HEADER = 400
SEPARATORS = ["\n\n", "\n", "。", "！", "？", "；", ". ", "! ", "? ", "; ", "，", ", ", "、", " ", ""]
SHORT_LINE = 120
MAX_PASSAGES = 20_000


class TooManyPassages(Exception):
    """The document is larger than one document should be."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One chunk to be. `char_start`, `char_end`: its place in the whole text of the document."""

    heading_path: tuple[str, ...]
    page: int | None
    text: str
    char_start: int
    char_end: int
    kind: str


def units(text: str) -> int:
    """The length that counts for a passage."""
    return (len(text) + len(text.encode("utf-8", "replace"))) // 2


@cache
def sentence_splitter() -> "RecursiveCharacterTextSplitter":
    """The splitter of prose; made once, since importing LangChain takes half a second."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=SEPARATORS,
        keep_separator="end",
        chunk_size=TARGET,
        chunk_overlap=OVERLAP,
        length_function=units,
        add_start_index=True,
    )


@dataclass(slots=True)
class _Document:
    """The text laid out so far, and where its pages begin."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    page_starts: list[int] = field(default_factory=list)
    pages: list[int | None] = field(default_factory=list)

    def add(self, text: str, separator: str, page: int | None) -> int:
        """Lays out one more piece; returns where it starts."""
        if self.length:
            self.parts.append(separator)
            self.length += len(separator)
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        if not self.pages or self.pages[-1] != page:
            self.page_starts.append(start)
            self.pages.append(page)
        return start

    def page_at(self, position: int) -> int | None:
        """The page a position is on."""
        index = bisect_right(self.page_starts, position) - 1
        return self.pages[index] if index >= 0 else None


def split_blocks(blocks: Sequence[Block]) -> list[Passage]:
    """The passages of a document in order. Raises TooManyPassages."""
    passages: list[Passage] = []
    document = _Document()
    for path, section in _sections(blocks):
        for passage in _split_section(document, path, section):
            passages.append(passage)
            if len(passages) > MAX_PASSAGES:
                raise TooManyPassages
    return passages


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """What stands under each heading; a heading over nothing at all is a section of its own words."""
    stack: list[tuple[int, str]] = []
    section: list[Block] = []
    bare: Block | None = None
    for block in blocks:
        if block.kind != "heading":
            section.append(block)
            bare = None
            continue
        if section:
            yield _path(stack), section
            section = []
        elif bare is not None and block.level <= bare.level and bare.text:
            yield _path(stack[:-1]), [Block("text", bare.text, page=bare.page)]
        while stack and stack[-1][0] >= block.level:
            stack.pop()
        if block.text:
            stack.append((block.level, block.text))
        bare = block
    if section:
        yield _path(stack), section
    elif bare is not None and bare.text:
        yield _path(stack[:-1]), [Block("text", bare.text, page=bare.page)]


def _path(stack: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(text for _, text in stack)


def _split_section(document: _Document, path: tuple[str, ...], section: Sequence[Block]) -> Iterator[Passage]:
    start: int | None = None
    texts: list[str] = []

    def prose() -> Iterator[Passage]:
        if start is not None:
            yield from _split_text(document, path, "".join(texts), start)

    for block in section:
        if block.kind == "table":
            yield from prose()
            start, texts = None, []
            yield from _split_table(document, path, block)
            continue
        separator = "\n" if block.tight else "\n\n"
        place = document.add(block.text, separator, block.page)
        if start is None:
            start = place
        else:
            texts.append(separator)
        texts.append(block.text)
    yield from prose()


def _split_text(document: _Document, path: tuple[str, ...], text: str, start: int) -> Iterator[Passage]:
    if units(text) <= TARGET:
        spans = [(0, len(text))]
    else:
        found = sentence_splitter().create_documents([text])
        spans = [(d.metadata["start_index"], d.metadata["start_index"] + len(d.page_content)) for d in found]
        if len(spans) > 1 and units(text[slice(*spans[-1])]) < SMALLEST:
            last = spans.pop()
            spans[-1] = (spans[-1][0], last[1])
    for begin, end in spans:
        piece = text[begin:end].rstrip()
        first = start + begin + len(piece) - len(piece.lstrip())
        piece = piece.lstrip()
        if piece:
            yield Passage(path, document.page_at(first), piece, first, first + len(piece), "text")


def _split_table(document: _Document, path: tuple[str, ...], block: Block) -> Iterator[Passage]:
    """Rows together up to the target, the header over each group; a row too long for that becomes a record."""
    header, *rows = block.rows
    top = _pipes(header) + "\n" + _pipes(["---"] * len(header))
    if units(top) > LONGEST_HEADER or any(units(_pipes(row)) > TARGET for row in rows[:1]) or not rows:
        yield from _records(document, path, block)
        return
    room = TARGET - min(units(top), TARGET // 2)
    for group in _groups(rows, room):
        if units(_pipes(group[0])) > TARGET:
            yield from _record(document, path, header, group[0], block.page)
        else:
            yield _table_passage(document, path, top, group, block.page)


def _groups(rows: Sequence[Row], room: int) -> list[list[Row]]:
    """Rows that fit into one passage together; a few left over at the end join the group before them."""
    groups: list[list[Row]] = []
    size = room
    for row in rows:
        length = units(_pipes(row))
        if size + length > room:
            groups.append([])
            size = 0
        groups[-1].append(row)
        size += length
    if len(groups) > 1 and size < SMALLEST and size + sum(units(_pipes(row)) for row in groups[-2]) < TARGET:
        last = groups.pop()
        groups[-1] += last
    return groups


def _table_passage(
    document: _Document, path: tuple[str, ...], top: str, rows: Sequence[Row], page: int | None
) -> Passage:
    body = "\n".join(_pipes(row) for row in rows)
    start = document.add(body, "\n", page)
    return Passage(path, page, f"{top}\n{body}", start, start + len(body), "table")


def _records(document: _Document, path: tuple[str, ...], block: Block) -> Iterator[Passage]:
    header, *rows = block.rows
    for row in rows or [header]:
        yield from _record(document, path, header if rows else (), row, block.page)


def _record(document: _Document, path: tuple[str, ...], header: Row, row: Row, page: int | None) -> Iterator[Passage]:
    """A row as `column: value` lines; where it is too long for one passage, its short lines lead each part."""
    names = [*header, *[""] * (len(row) - len(header))]
    lines = [f"{name}: {value}" if name else value for name, value in zip(names, row, strict=False) if value]
    short = [line for line in lines if units(line) <= SHORT_LINE]
    lead = "\n".join(short) + "\n" if short and len(short) < len(lines) and units("".join(short)) <= TARGET // 2 else ""
    text = "\n".join(line for line in lines if not lead or line not in short)
    start = document.add(text, "\n", page)
    for passage in _split_text(document, path, text, start):
        yield Passage(path, page, lead + passage.text, passage.char_start, passage.char_end, "table")


def _pipes(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
