"""`kefu ingest PATH…`: files and whole folders into the knowledge base, with progress and a line for each failure."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.commands.workplace import with_switchboard
from app.jobs import JobState, get_job
from app.kernel.errors import AppError
from app.kernel.texts import Locale, text
from app.knowledge import DocumentTools, accept_document, can_read, get_document, ingest_document
from app.wiring import Switchboard

AT_ONCE = 2
LOOK_EVERY_S = 0.2
ENDED = (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True)
class FoundFile:
    """A file to take in. `source`: the name it has in the knowledge base, stable from one run to the next."""

    path: Path
    source: str


@dataclass(frozen=True)
class Ingested:
    """How one file ended. `code` and `sentence` are empty unless it failed."""

    file: FoundFile
    chunks: int = 0
    duplicate: bool = False
    code: str = ""
    sentence: str = ""


def files_under(paths: Sequence[Path]) -> tuple[list[FoundFile], int]:
    """The files named, and those in the folders named that can be read; also how many others the folders have."""
    found: dict[Path, FoundFile] = {}
    passed_over = 0
    for path in paths:
        if not path.is_dir():
            found.setdefault(path.resolve(), FoundFile(path, path.name))
            continue
        root = path.resolve()
        for file in _walk(root):
            if can_read(file.name):
                found.setdefault(file, FoundFile(file, f"{root.name}/{file.relative_to(root).as_posix()}"))
            else:
                passed_over += 1
    return list(found.values()), passed_over


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(files) if not name.startswith("."))


async def ingest_files(
    tools: DocumentTools, files: Sequence[FoundFile], locale: Locale, done: Callable[[Ingested], None]
) -> list[Ingested]:
    """Takes files in, a few side by side; one that fails stops no other."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(file: FoundFile) -> Ingested:
        async with slots:
            try:
                ended = await _ingest(tools, file, locale)
            except AppError as error:
                ended = Ingested(file, code=error.code, sentence=error.sentence(locale))
            except OSError as error:
                ended = Ingested(file, code="file_unreadable", sentence=error.strerror or type(error).__name__)
        done(ended)
        return ended

    return await asyncio.gather(*(one(file) for file in files))


async def _ingest(tools: DocumentTools, file: FoundFile, locale: Locale) -> Ingested:
    with file.path.open("rb") as data:
        accepted = await accept_document(tools, file_name=file.path.name, data=data, source=file.source)
    if accepted.job_id is not None:
        await ingest_document(tools, accepted.job_id)
        # A worker that was faster has it: its row tells when it is done.
        while (await get_job(tools.database, accepted.job_id)).state not in ENDED:  # noqa: ASYNC110 - another process
            await asyncio.sleep(LOOK_EVERY_S)
    document = await get_document(tools, accepted.document_id)
    if document.status == "failed" and document.error_code:
        sentence = text(f"errors.{document.error_code}", locale, **(document.error_values or {}))
        return Ingested(file, code=document.error_code, sentence=sentence)
    return Ingested(file, document.chunk_count, accepted.duplicate)


def ingest(data_dir: Path | None, paths: Sequence[Path], locale: Locale) -> int:
    """Takes everything in and reports; gives back how many files failed."""
    console = Console(stderr=True)
    files, passed_over = files_under(paths)
    began = monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("files", total=len(files))

        def tell(ended: Ingested) -> None:
            progress.advance(bar)
            if ended.code:
                progress.console.print(f"{ended.file.path}: {ended.sentence} ({ended.code})", markup=False)

        async def work(board: Switchboard) -> list[Ingested]:
            return await ingest_files(board.tools[DocumentTools], files, locale, tell)

        ended = with_switchboard(data_dir, work)
    failed = sum(bool(one.code) for one in ended)
    same = sum(one.duplicate for one in ended)
    chunks = sum(one.chunks for one in ended if not one.duplicate)
    seconds = max(monotonic() - began, 0.001)
    console.print(
        f"{len(ended) - failed - same} taken in ({chunks} chunks, {chunks / seconds:.0f}/s), {same} here already, "
        f"{failed} failed, {passed_over} passed over as no readable kind.",
        highlight=False,
    )
    return failed
