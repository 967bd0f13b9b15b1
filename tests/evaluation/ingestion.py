"""The README's figures of ingestion: every public document through upload, job and index, beside its MANIFEST.

`python -m tests.evaluation.ingestion DATA_DIR` works in a data folder of its own, two files at a time as a worker does.
"""

import sys
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import text

from app.commands.ingest import FoundFile, Ingested, ingest_files
from app.commands.workplace import with_switchboard
from app.kernel.database import Database
from app.knowledge import DocumentTools
from app.wiring import Switchboard
from tests.adapters.manifest import holds_what_it_must, rows_of, wanted_code

_TEXTS = text(
    "SELECT d.source, string_agg(array_to_string(c.heading_path, ' ') || E'\\n' || c.text, E'\\n') AS said"
    " FROM document d JOIN chunk c ON c.document_id = d.id GROUP BY d.source"
)


async def texts_of(database: Database) -> dict[str, str]:
    """What search has of each document, by its source."""
    async with database.reading() as session:
        return {row.source: row.said for row in await session.execute(_TEXTS)}


def table(found: list[Ingested], expected: dict[str, str], texts: dict[str, str], seconds: float) -> str:
    """A line for each folder, one for all, and the files that ended otherwise."""
    folders: dict[str, list[Ingested]] = defaultdict(list)
    surprises: list[str] = []
    for one in found:
        folders[one.file.source.split("/")[0]].append(one)
        name = one.file.source
        held = bool(one.code) or one.duplicate or holds_what_it_must(name, texts.get(name, ""))
        if not held or not wanted_code(name, expected[name], one.code or None):
            surprises.append(f"{name}: {one.code or 'read'}, but {expected[name]}")
    lines = ["| folder | files | passages | refused |", "|---|---|---|---|"]
    for folder, members in folders.items():
        codes = Counter(one.code.removeprefix("document_") for one in members if one.code)
        refused = ", ".join(f"{code} {n}" for code, n in sorted(codes.items()))
        lines.append(f"| {folder} | {len(members)} | {sum(one.chunks for one in members)} | {refused} |")
    chunks = sum(one.chunks for one in found)
    mb = sum(one.file.path.stat().st_size for one in found) / 1_000_000
    lines.append(f"{len(found)} files ({mb:.1f} MB), {chunks} passages in {seconds:.0f} s: {chunks / seconds:.1f}/s")
    lines += [f"as expected: {len(found) - len(surprises)} of {len(found)}", *surprises]
    return "\n".join(lines)


def main(data: Path) -> None:
    """Prints the table."""
    expected = {row["file"]: row["expect"] for row in rows_of(data / "docs")}
    files = [FoundFile(data / "docs" / name, name) for name in expected]

    async def work(board: Switchboard) -> str:
        started = perf_counter()
        found = await ingest_files(board.tools[DocumentTools], files, "zh-CN", lambda _: None)
        seconds = perf_counter() - started
        return table(found, expected, await texts_of(board.database), seconds)

    with TemporaryDirectory() as folder:
        print(with_switchboard(Path(folder) / "kefu", work))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
