"""The document parser: talks to a template process that is started for the first document and ends when idle."""

import asyncio
import os
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from app.kernel.errors import Unavailable
from app.kernel.ids import new_id
from app.kernel.logging import get_logger
from app.kernel.settings import PROJECT_ROOT
from app.knowledge.document_errors import DocumentUnreadable
from app.knowledge.domain import Box, NewChunk
from app.knowledge.parsed import OnPicture, ParsedDocument, ParseSettings, Scans, TakeEntry

log = get_logger(__name__)
FOLDER_PREFIX = "kefu-parse-"
IDLE_S = 180.0
READY_S = 60.0
GRACE_S = 15.0
LOOK_EVERY_S = 0.5
PICTURES_A_CHILD = 8
USUAL = ParseSettings()
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(PROJECT_ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "LANGSMITH_TRACING": "false",
}
"""All a template knows of the outside: no settings, no keys."""
TEMPLATE = "app.adapters.parsing.template"
CODES = {"timeout": "parse_timeout", "crashed": "parser_crashed"}


class _TemplateGone(Exception):
    """The template process ended while it was needed."""


@dataclass
class _Running:
    """A started template and those who wait for its answers."""

    process: Process
    waiting: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    listening: asyncio.Task[None] | None = None

    async def tell(self, message: dict[str, Any]) -> None:
        """Raises ConnectionError when it has ended."""
        assert self.process.stdin is not None
        self.process.stdin.write(orjson.dumps(message) + b"\n")
        await self.process.stdin.drain()


class TemplateParser:
    """Implements knowledge's DocumentParser; one template per process, `side_by_side` documents at a time."""

    def __init__(self, *, wall_s: float, memory_mb: int, side_by_side: int = 2, idle_s: float = IDLE_S):
        self.wall_s = wall_s
        self.memory_bytes = memory_mb * 1024 * 1024
        self.idle_s = idle_s
        self._slots = asyncio.Semaphore(side_by_side)
        self._reading = asyncio.Semaphore(1)
        self._starting = asyncio.Lock()
        self._running: _Running | None = None
        self._closed = False

    async def parse(
        self, data: bytes, file_name: str, file_type: str, settings: ParseSettings = USUAL, scans: Scans = ()
    ) -> ParsedDocument:
        """Title, pages and passages. Raises DocumentUnreadable; Unavailable when no template can be had."""
        told = {"file_name": file_name, "settings": settings.as_json()}
        async with self._slots, _folder(data) as folder:
            if scans:
                told["scans"] = str(folder / "scans")
                await asyncio.to_thread(Path(folder, "scans").write_bytes, orjson.dumps(scans))
            answer = orjson.loads(await self._done(folder, "read", file_type, told))
        return parsed_from(answer)

    async def draw(self, data: bytes, file_type: str, page: int, width: int) -> bytes:
        """See the port."""
        async with self._slots, _folder(data) as folder:
            return await self._done(folder, "draw", file_type, {"page": page, "width": width})

    async def unpack(self, data: bytes, file_type: str, take: TakeEntry) -> None:
        """See the port."""
        async with self._slots, _folder(data) as folder:
            await self._done(folder, "unpack", file_type, {})
            for number, line in enumerate(await asyncio.to_thread(_lines, folder)):
                told = orjson.loads(line)
                found = b"" if told["code"] else await asyncio.to_thread((folder / f"entry-{number}").read_bytes)
                await take(told["name"], found, told["code"])

    async def recognise(
        self, data: bytes, file_type: str, numbers: Sequence[int], on_picture: OnPicture | None = None
    ) -> Scans:
        """See the port. One child reads as many pictures as its time allows; the next goes on with the others."""
        found: list[Mapping[str, Any]] = []

        async def tell(count: int) -> None:
            if on_picture is not None:
                await on_picture(len(found) + count, len(numbers))

        waiting = list(numbers)
        async with self._reading:
            while waiting:
                came = await self._some(data, file_type, waiting[:PICTURES_A_CHILD], tell)
                found += came
                last = came[-1]["number"] if came else waiting[0]
                # A picture no child could read in its time is left out.
                waiting = waiting[waiting.index(last) + 1 :]
        return found

    async def _some(
        self, data: bytes, file_type: str, numbers: list[int], tell: Callable[[int], Awaitable[None]]
    ) -> Scans:
        async with _folder(data) as folder:
            working = asyncio.create_task(self._done(folder, "recognise", file_type, {"numbers": numbers}))
            told = 0
            try:
                while not working.done():
                    await asyncio.wait([working], timeout=LOOK_EVERY_S)
                    count = len(await asyncio.to_thread(_lines, folder))
                    if count > told:
                        told = count
                        await tell(count)
            finally:
                working.cancel()
                with suppress(asyncio.CancelledError, DocumentUnreadable):
                    await working
            return [orjson.loads(line) for line in await asyncio.to_thread(_lines, folder)]

    async def _done(self, folder: Path, do: str, file_type: str, told: dict[str, Any]) -> bytes:
        """What a child wrote. Raises DocumentUnreadable."""
        task = {
            "do": do,
            "source": str(folder / "source"),
            "result": str(folder / "result"),
            "file_type": file_type,
            "wall_s": self.wall_s,
            "memory_bytes": self.memory_bytes,
            **told,
        }
        try:
            ending = await self._ask(task)
        except _TemplateGone:
            # It may have gone to rest just now; a second one that goes is no accident.
            ending = await self._ask_again(task)
        if ending in CODES:
            raise DocumentUnreadable(CODES[ending])
        written = await asyncio.to_thread(Path(folder, "result").read_bytes)
        if ending == "unreadable":
            answer = orjson.loads(written)
            if cause := answer["values"].pop("cause", None):
                log.info("document_unreadable", code=answer["code"], cause=cause)
            raise DocumentUnreadable(answer["code"], **answer["values"])
        return written

    async def _ask(self, task: dict[str, Any]) -> str:
        running = await self._template()
        task_id = str(new_id())
        ending: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        running.waiting[task_id] = ending
        try:
            await running.tell({**task, "id": task_id})
            return await asyncio.wait_for(ending, self.wall_s + GRACE_S)
        except TimeoutError:
            running.process.kill()
            raise _TemplateGone from None
        except (ConnectionError, RuntimeError):
            raise _TemplateGone from None
        except asyncio.CancelledError:
            with suppress(ConnectionError, RuntimeError):
                await running.tell({"cancel": task_id})
            raise
        finally:
            running.waiting.pop(task_id, None)

    async def _ask_again(self, task: dict[str, Any]) -> str:
        try:
            return await self._ask(task)
        except _TemplateGone:
            raise Unavailable from None

    async def _template(self) -> _Running:
        async with self._starting:
            if self._closed:
                raise _TemplateGone
            if self._running is None:
                self._running = await self._start()
            return self._running

    async def _start(self) -> _Running:
        await asyncio.to_thread(_sweep)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            TEMPLATE,
            str(self.idle_s),
            stdin=PIPE,
            stdout=PIPE,
            env=ENVIRONMENT,
            cwd=PROJECT_ROOT,
        )
        running = _Running(process)
        assert process.stdout is not None
        try:
            ready = await asyncio.wait_for(process.stdout.readline(), READY_S)
        except TimeoutError:
            ready = b""
        if not ready:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise _TemplateGone
        running.listening = asyncio.create_task(self._listen(running, process.stdout))
        log.info("parser_started", pid=process.pid)
        return running

    async def _listen(self, running: _Running, answers: asyncio.StreamReader) -> None:
        try:
            while line := await answers.readline():
                answer = orjson.loads(line)
                waiting = running.waiting.get(answer["id"])
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer["ending"])
        finally:
            if self._running is running:
                self._running = None
            for waiting in running.waiting.values():
                if not waiting.done():
                    waiting.set_exception(_TemplateGone())
            await running.process.wait()

    async def close(self) -> None:
        """Ends the template and every child of it, for good."""
        self._closed = True
        running, self._running = self._running, None
        if running is None:
            return
        with suppress(ProcessLookupError):
            running.process.kill()
        if running.listening is not None:
            await running.listening


@asynccontextmanager
async def _folder(data: bytes) -> AsyncIterator[Path]:
    """A folder of its own for one task, with the document in it."""
    with tempfile.TemporaryDirectory(prefix=f"{FOLDER_PREFIX}{os.getpid()}-") as folder:
        await asyncio.to_thread(Path(folder, "source").write_bytes, data)
        yield Path(folder)


def _lines(folder: Path) -> list[bytes]:
    """The whole lines written so far, unless they say why there are none."""
    result = Path(folder, "result")
    *lines, _ = result.read_bytes().split(b"\n") if result.exists() else [b""]
    return lines


def _sweep() -> None:
    """Removes the copies of documents that processes killed in the middle have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*-*"):
        owner = folder.name.removeprefix(FOLDER_PREFIX).split("-")[0]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)


def parsed_from(answer: dict[str, Any]) -> ParsedDocument:
    """What `read` answers, as knowledge sees it."""
    chunks = [
        NewChunk(
            position,
            tuple(heading_path),
            page,
            text,
            start,
            end,
            kind,
            boxes=tuple(Box(*box) for box in boxes),
            parent=parent,
        )
        for position, (kind, heading_path, page, start, end, text, boxes, parent) in enumerate(answer["passages"])
    ]
    return ParsedDocument(
        answer["title"],
        answer["page_count"],
        chunks,
        answer["unread_pages"],
        answer["pictures"],
        tuple(answer["wanted_scans"]),
        answer["report"],
    )
