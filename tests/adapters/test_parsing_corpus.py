"""92 real files, a third of them broken, locked or hostile, end as their MANIFEST expects; `-s` prints the table."""

import asyncio
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from app.adapters.parsing.client import TemplateParser
from app.kernel.errors import AppError
from app.knowledge.document_errors import DocumentEmpty
from app.knowledge.domain import NewChunk
from app.knowledge.file_types import ARCHIVE, HEAD_BYTES, file_type_of
from app.knowledge.parsed import ParsedDocument
from app.knowledge.parsing.reading import read_whole
from tests.adapters.manifest import holds_what_it_must, rows_of, wanted_code
from tests.shared_data import shared_data

SLOWEST_S = 90.0
"""Reading pictures takes seconds each, and on a busy machine longer."""
MOST_PICTURES = 20


@dataclass(frozen=True)
class Outcome:
    """How one file ended: read, or refused with a code."""

    file: str
    expect: str
    parsed: ParsedDocument | None
    code: str | None
    seconds: float

    @property
    def text(self) -> str:
        chunks = self.parsed.chunks if self.parsed else ()
        return "\n".join("\n".join((*chunk.heading_path, chunk.text)) for chunk in chunks)

    @property
    def as_expected(self) -> bool:
        return wanted_code(self.file, self.expect, self.code) and self.holds_what_it_must

    @property
    def holds_what_it_must(self) -> bool:
        return holds_what_it_must(self.file, self.text)


async def read(parser: TemplateParser, path: Path) -> ParsedDocument:
    data = path.read_bytes()
    if not data:
        raise DocumentEmpty
    kind = file_type_of(path.name, data[:HEAD_BYTES]).name
    if kind == ARCHIVE:
        names: list[str] = []

        async def take(name: str, entry: bytes, code: str) -> None:
            names.append(f"{name} {code}")

        await parser.unpack(data, "archive", take)
        return ParsedDocument(path.name, None, [NewChunk(0, (), None, "\n".join(names))])
    return (await read_whole(parser, data, path.name, kind, most=MOST_PICTURES))[0]


async def outcomes_of(folder: Path) -> list[Outcome]:
    parser = TemplateParser(wall_s=60, memory_mb=1_500)
    slots = asyncio.Semaphore(2)

    async def outcome(row: dict[str, str]) -> Outcome:
        async with slots:
            begun = time.monotonic()
            parsed, code = None, None
            try:
                parsed = await read(parser, folder / row["file"])
            except AppError as error:
                code = error.code
            return Outcome(row["file"], row["expect"], parsed, code, time.monotonic() - begun)

    begun = time.monotonic()
    outcomes = await asyncio.gather(*(outcome(row) for row in rows_of(folder)))
    await parser.close()
    print(f"\n{len(outcomes)} files, two at a time: {time.monotonic() - begun:.1f} s")
    return outcomes


def table(outcomes: list[Outcome]) -> str:
    folders: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        folders[outcome.file.split("/")[0]].append(outcome)
    lines = ["", "| folder | files | as expected | passages | slowest s | refused |", "|---|---|---|---|---|---|"]
    for name, members in folders.items():
        codes = Counter(m.code for m in members if m.code)
        refused = ", ".join(f"{code.removeprefix('document_')} {n}" for code, n in sorted(codes.items()))
        passages = sum(len(m.parsed.chunks) for m in members if m.parsed)
        right = sum(m.as_expected for m in members)
        slowest = max(m.seconds for m in members)
        lines.append(f"| {name} | {len(members)} | {right} | {passages} | {slowest:.2f} | {refused} |")
    right, passages = sum(o.as_expected for o in outcomes), sum(len(o.parsed.chunks) for o in outcomes if o.parsed)
    lines.append(f"| all | {len(outcomes)} | {right} | {passages} | | |")
    return "\n".join(lines)


@pytest.mark.timeout(500)
async def test_every_file_ends_as_the_manifest_expects() -> None:
    outcomes = await outcomes_of(shared_data("docs"))
    print(table(outcomes))
    surprises = [f"{o.file}: {o.code or o.text[:60]!r} but {o.expect}" for o in outcomes if not o.as_expected]
    assert not surprises, "\n".join(surprises)
    assert max(outcome.seconds for outcome in outcomes) < SLOWEST_S


@pytest.mark.parametrize("file", ["pdf/multi_page.pdf", "md_zh/tidb-partitioned-table.md"])
async def test_passages_are_short_and_lose_no_word(file: str) -> None:
    parser = TemplateParser(wall_s=60, memory_mb=1_500)
    path = shared_data("docs") / file
    parsed = await read(parser, path)
    await parser.close()
    assert max(len(chunk.text) for chunk in parsed.chunks) <= 1_700
    assert [chunk.position for chunk in parsed.chunks] == list(range(len(parsed.chunks)))
    prose = [chunk for chunk in parsed.chunks if chunk.kind == "text"]
    assert all(a.char_start <= b.char_start for a, b in pairwise(prose))
