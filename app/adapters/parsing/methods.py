"""The ways to cut a document: by headings, by size with smaller parts to find it by, by questions, by rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.adapters.langchain_splitter import (
    USUAL,
    Passage,
    Section,
    counted,
    records,
    sections,
    split_blocks,
    split_section,
    split_text,
    units,
)
from app.adapters.parsing.blocks import Block
from app.adapters.parsing.layout import Layout
from app.knowledge.parsed import ParseSettings

PART = 3
"""A passage that is cut by size is found by parts of a third of it."""
SMALLEST_PART = 120
QUESTION = re.compile(r"^\s*(?:[Qq]|问|问题|提问|question)\s*\d{0,4}\s*[:：.、)）]\s*\S")
ASKING = re.compile(r"[?？]\s*$")
QUESTION_COLUMN = re.compile(r"^(问|问题|提问|标准问|q|question|questions)$", re.I)
ANSWER_COLUMN = re.compile(r"^(答|答案|回答|答复|a|answer|answers|reply)$", re.I)


def cut_document(blocks: Sequence[Block], cut: ParseSettings = USUAL) -> list[Passage]:
    """The passages of a document in order. Raises TooManyPassages."""
    if cut.method == "size":
        return counted(_by_size(blocks, cut))
    if cut.method == "qa":
        return counted(_by_questions(blocks, cut))
    if cut.method == "rows":
        return counted(_by_rows(blocks, cut))
    return split_blocks(blocks, cut)


def _by_rows(blocks: Sequence[Block], cut: ParseSettings) -> Iterator[Passage]:
    """Each row of a table with the names of its columns; text as by headings."""
    layout = Layout()
    for section in sections(blocks):
        gathered: list[Block] = []
        lead = section.lead
        for block in section.blocks:
            if block.kind != "table":
                gathered.append(block)
                continue
            yield from split_section(layout, Section(section.path, gathered, lead), cut)
            lead = [] if gathered else lead
            yield from records(layout, section.path, block, cut, lead)
            gathered, lead = [], []
        yield from split_section(layout, Section(section.path, gathered, lead), cut)


def _by_size(blocks: Sequence[Block], cut: ParseSettings) -> Iterator[Passage]:
    """Passages of the wanted size over the borders of small sections, each found by its parts."""
    part = replace(cut, size=max(SMALLEST_PART, cut.size // PART), overlap=0)
    layout = Layout()
    parent = 0
    for section in _gathered(blocks, cut.size):
        lead = section.lead
        for whole in split_section(layout, section, replace(cut, overlap=0)):
            if whole.kind != "text" or units(whole.text) <= part.size * 1.5:
                yield whole
                lead = []
                continue
            # The whole was laid out already; its parts stand where it stands.
            layout.told = whole.char_start
            for piece in split_text(layout, whole.heading_path, whole.text, whole.char_start, part, lead):
                yield replace(piece, parent=parent)
            lead = []
            parent += 1


def _gathered(blocks: Sequence[Block], size: int) -> Iterator[Section]:
    """Neighbouring sections as long as they fit together; the headings within stay as lines of the text."""
    room = 0
    together: Section | None = None
    for section in sections(blocks):
        length = sum(units(block.text) for block in section.blocks)
        alone = any(block.kind == "table" for block in section.blocks)
        if together is not None and not alone and length <= room:
            name = section.path[-1] if section.path else ""
            spots = tuple((0, len(name), place) for place in section.lead[-1:])
            page = section.blocks[0].page
            together.blocks += [Block("text", name, page=page, spots=spots)] if name else []
            together.blocks += [replace(section.blocks[0], tight=bool(name)), *section.blocks[1:]]
            together.path = _shared(together.path, section.path)
            room -= length + units(name)
            continue
        if together is not None:
            yield together
        together = Section(section.path, [*section.blocks], section.lead)
        room = 0 if alone else size - length
    if together is not None:
        yield together


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    return one[: max(same, min(len(one), 1))]


def _by_questions(blocks: Sequence[Block], cut: ParseSettings) -> Iterator[Passage]:
    """Each question with its answer, from headings that ask, from lines that begin as questions do, and from tables."""
    layout = Layout()
    for section in sections([part for block in blocks for part in _at_questions(block)]):
        asked = section.path[-1] if section.path and ASKING.search(section.path[-1]) else ""
        gathered: list[Block] = []
        lead = section.lead
        for block in section.blocks:
            starts = block.kind == "text" and QUESTION.match(block.text) is not None
            pairs = _pairs(block) if block.kind == "table" else None
            if (starts or pairs) and gathered:
                yield from _answered(layout, Section(section.path, gathered, lead), asked, cut)
                gathered, lead = [], []
            if pairs:
                yield from (replace(p, kind="qa") for p in records(layout, section.path, pairs, cut, lead))
                lead = []
            else:
                gathered.append(block)
        if gathered:
            yield from _answered(layout, Section(section.path, gathered, lead), asked, cut)


def _at_questions(block: Block) -> Iterator[Block]:
    """A block of several questions, each with its lines."""
    if block.kind != "text":
        yield block
        return
    begun = 0
    starts = [match.end() for match in re.finditer(r"\n", block.text) if QUESTION.match(block.text[match.end() :])]
    for end in [*starts, len(block.text) + 1]:
        spots = tuple((max(0, a - begun), b - begun, place) for a, b, place in block.spots if a < end and b > begun)
        yield replace(block, text=block.text[begun : end - 1].strip(), spots=spots, tight=block.tight and not begun)
        begun = end


def _answered(layout: Layout, section: Section, asked: str, cut: ParseSettings) -> Iterator[Passage]:
    """One pair; where the answer is too long for one passage, its question leads every part of it."""
    first = section.blocks[0].text.split("\n")[0] if section.blocks[0].kind == "text" else ""
    question = asked or (first if QUESTION.match(first) else "")
    bare: Passage | None = None
    for number, passage in enumerate(split_section(layout, section, cut)):
        kind = "qa" if question and passage.kind == "text" else passage.kind
        if number == 0 and kind == "qa" and passage.text == question:
            bare = passage
            continue
        text = f"{question}\n{passage.text}" if kind == "qa" and number > 0 and not asked else passage.text
        boxes = (*bare.boxes, *passage.boxes) if bare is not None else passage.boxes
        bare = None
        yield replace(passage, text=text, kind=kind, boxes=boxes)
    if bare is not None:
        yield bare


def _pairs(block: Block) -> Block | None:
    """A table of questions and answers, those two columns first."""
    header = [cell.strip() for cell in block.rows[0]]
    asks = next((n for n, cell in enumerate(header) if QUESTION_COLUMN.match(cell)), None)
    answers = next((n for n, cell in enumerate(header) if ANSWER_COLUMN.match(cell)), None)
    if asks is None or answers is None:
        return None
    order = [asks, answers, *(n for n in range(len(header)) if n not in (asks, answers))]
    return replace(block, rows=tuple(tuple(row[n] for n in order) for row in block.rows))
