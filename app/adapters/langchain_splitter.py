"""Splits a document's blocks into passages: sections under their headings, sentences kept whole, tables apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from app.adapters.parsing.blocks import Block, Row
from app.adapters.parsing.layout import Layout, Spot
from app.adapters.parsing.places import Place
from app.knowledge.parsed import ParseSettings

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

USUAL = ParseSettings()
TARGET, OVERLAP = USUAL.size, USUAL.overlap
"""Units of a passage: a Latin letter is 1, a Chinese character 2."""
SMALLEST = 0.2
"""A last passage of a section that is shorter than this part of the target joins the one before it."""
SEPARATORS = ["\n\n", "\n", "。", "！", "？", "；", ". ", "! ", "? ", "; ", "，", ", ", "、", " ", ""]
SHORT_LINE = 0.15
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
    boxes: tuple[Place, ...] = ()
    parent: int | None = None


def units(text: str) -> int:
    """The length that counts for a passage."""
    return (len(text) + len(text.encode("utf-8", "replace"))) // 2


@cache
def sentence_splitter(size: int = TARGET, overlap: int = OVERLAP) -> "RecursiveCharacterTextSplitter":
    """The splitter of prose; made once, since importing LangChain takes half a second."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=SEPARATORS,
        keep_separator="end",
        chunk_size=size,
        chunk_overlap=overlap,
        length_function=units,
        add_start_index=True,
    )


@dataclass(slots=True)
class Section:
    """What stands under one heading. `lead`: where the headings above it stand."""

    path: tuple[str, ...]
    blocks: list[Block]
    lead: list[Place]


def split_blocks(blocks: Sequence[Block], cut: ParseSettings = USUAL) -> list[Passage]:
    """The passages of a document in order, by its headings. Raises TooManyPassages."""
    layout = Layout()
    return counted(p for section in sections(blocks) for p in split_section(layout, section, cut))


def counted(found: Iterator[Passage]) -> list[Passage]:
    """All of them. Raises TooManyPassages."""
    passages: list[Passage] = []
    for passage in found:
        passages.append(passage)
        if len(passages) > MAX_PASSAGES:
            raise TooManyPassages
    return passages


def sections(blocks: Sequence[Block]) -> Iterator[Section]:
    """What stands under each heading; a heading over nothing at all is a section of its own words."""
    stack: list[tuple[int, str]] = []
    section: list[Block] = []
    lead: list[Place] = []
    bare: Block | None = None
    for block in blocks:
        if block.kind != "heading":
            section.append(block)
            bare = None
            continue
        if section:
            yield Section(_path(stack), section, lead)
            section, lead = [], []
        elif bare is not None and block.level <= bare.level and bare.text:
            yield _alone(bare, stack)
            lead = []
        while stack and stack[-1][0] >= block.level:
            stack.pop()
        if block.text:
            stack.append((block.level, block.text))
        lead = [*lead, *(place for _, _, place in block.spots)]
        bare = block
    if section:
        yield Section(_path(stack), section, lead)
    elif bare is not None and bare.text:
        yield _alone(bare, stack)


def _alone(bare: Block, stack: Sequence[tuple[int, str]]) -> Section:
    return Section(_path(stack[:-1]), [Block("text", bare.text, page=bare.page, spots=bare.spots)], [])


def _path(stack: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(text for _, text in stack)


def split_section(layout: Layout, section: Section, cut: ParseSettings) -> Iterator[Passage]:
    """The passages of one section: its tables apart, the text between them whole as far as it fits."""
    start: int | None = None
    texts: list[str] = []
    lead = section.lead

    def prose() -> Iterator[Passage]:
        if start is not None:
            yield from split_text(layout, section.path, "".join(texts), start, cut, lead)

    for block in section.blocks:
        if block.kind == "table":
            yield from prose()
            if start is not None:
                lead = []
            start, texts = None, []
            yield from _split_table(layout, section.path, block, cut, lead)
            lead = []
            continue
        separator = "\n" if block.tight else "\n\n"
        place = layout.add(block.text, separator, block.page, block.spots)
        if start is None:
            start = place
        else:
            texts.append(separator)
        texts.append(block.text)
    yield from prose()


def split_text(
    layout: Layout, path: tuple[str, ...], text: str, start: int, cut: ParseSettings, lead: Sequence[Place] = ()
) -> Iterator[Passage]:
    """A text that was laid out from `start` on, cut between sentences."""
    if units(text) <= cut.size:
        spans = [(0, len(text))]
    else:
        found = sentence_splitter(cut.size, cut.overlap).create_documents([text])
        spans = [(d.metadata["start_index"], d.metadata["start_index"] + len(d.page_content)) for d in found]
        if len(spans) > 1 and units(text[slice(*spans[-1])]) < SMALLEST * cut.size:
            rest = spans.pop()
            spans[-1] = (spans[-1][0], rest[1])
    for begin, end in spans:
        piece = text[begin:end].rstrip()
        first = start + begin + len(piece) - len(piece.lstrip())
        piece = piece.lstrip()
        if piece:
            last = first + len(piece)
            boxes = layout.places(first, last, lead)
            yield Passage(path, layout.page_at(first), piece, first, last, "text", boxes)
            lead = ()


def _split_table(
    layout: Layout, path: tuple[str, ...], block: Block, cut: ParseSettings, lead: Sequence[Place]
) -> Iterator[Passage]:
    """Rows together up to the target, the header over each group; a row too long for that becomes a record."""
    header, *rows = block.rows
    top = pipes(header) + "\n" + pipes(["---"] * len(header))
    if units(top) > cut.size / 2 or any(units(pipes(row)) > cut.size for row in rows[:1]) or not rows:
        yield from records(layout, path, block, cut, lead)
        return
    where = rows_at(block)
    lead = [*lead, *([where[0]] if 0 in where else [])]
    number = 1
    for group in _groups(rows, cut.size - min(units(top), cut.size // 2), cut):
        places = {place: where[number + place] for place in range(len(group)) if number + place in where}
        number += len(group)
        if units(pipes(group[0])) > cut.size:
            yield from _record(layout, path, header, group[0], block.page, cut, places.get(0), lead)
        else:
            yield _table_passage(layout, path, top, group, block.page, places, lead)
        lead = []


def rows_at(block: Block) -> dict[int, Place]:
    """Where the rows of a table stand, by their number."""
    return {number: place for number, _, place in block.spots}


def _groups(rows: Sequence[Row], room: int, cut: ParseSettings) -> list[list[Row]]:
    """Rows that fit into one passage together; a few left over at the end join the group before them."""
    groups: list[list[Row]] = []
    size = room
    for row in rows:
        length = units(pipes(row))
        if size + length > room:
            groups.append([])
            size = 0
        groups[-1].append(row)
        size += length
    small = size < SMALLEST * cut.size
    if len(groups) > 1 and small and size + sum(units(pipes(row)) for row in groups[-2]) < cut.size:
        last = groups.pop()
        groups[-1] += last
    return groups


def _table_passage(
    layout: Layout,
    path: tuple[str, ...],
    top: str,
    rows: Sequence[Row],
    page: int | None,
    places: dict[int, Place],
    lead: Sequence[Place],
) -> Passage:
    lines = [pipes(row) for row in rows]
    spots: list[Spot] = []
    reached = 0
    for number, line in enumerate(lines):
        if number in places:
            spots.append((reached, reached + len(line), places[number]))
        reached += len(line) + 1
    body = "\n".join(lines)
    start = layout.add(body, "\n", page, spots)
    end = start + len(body)
    return Passage(path, page, f"{top}\n{body}", start, end, "table", layout.places(start, end, lead))


def records(
    layout: Layout, path: tuple[str, ...], block: Block, cut: ParseSettings, lead: Sequence[Place] = ()
) -> Iterator[Passage]:
    """Each row as a passage of its own, every value behind the name of its column."""
    header, *rows = block.rows
    where = rows_at(block)
    for number, row in enumerate(rows or [header], start=1 if rows else 0):
        yield from _record(layout, path, header if rows else (), row, block.page, cut, where.get(number), lead)
        lead = ()


def _record(
    layout: Layout,
    path: tuple[str, ...],
    header: Row,
    row: Row,
    page: int | None,
    cut: ParseSettings,
    place: Place | None,
    lead: Sequence[Place],
) -> Iterator[Passage]:
    """A row as `column: value` lines; where it is too long for one passage, its short lines lead each part."""
    names = [*header, *[""] * (len(row) - len(header))]
    lines = [f"{name}: {value}" if name else value for name, value in zip(names, row, strict=False) if value]
    short = [line for line in lines if units(line) <= SHORT_LINE * cut.size]
    leads = short and len(short) < len(lines) and units("".join(short)) <= cut.size // 2
    repeated = "\n".join(short) + "\n" if leads else ""
    text = "\n".join(line for line in lines if not repeated or line not in short)
    start = layout.add(text, "\n", page, [(0, len(text), place)] if place else ())
    for passage in split_text(layout, path, text, start, cut, lead):
        yield replace(passage, page=page, text=repeated + passage.text, kind="table")


def pipes(cells: Sequence[str]) -> str:
    """One row of a table as it is written in a passage."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
