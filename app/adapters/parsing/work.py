"""What a locked-down child can be asked to do with a document; each task writes its result to one file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from app.adapters.parsing.read import read
from app.adapters.parsing.scans import Scan, Scans
from app.knowledge.parsed import ParseSettings

Write = Callable[[bytes], None]


def perform(task: dict[str, Any], data: bytes, write: Write) -> None:
    """Does the task named in `task["do"]`. Raises Unreadable."""
    TASKS[task["do"]](task, data, write)


def _read(task: dict[str, Any], data: bytes, write: Write) -> None:
    settings = ParseSettings.of(task["settings"])
    scans = Scans(settings.ocr)
    if task.get("scans"):
        told = orjson.loads(Path(task["scans"]).read_bytes())
        scans.found = {entry["number"]: Scan.of(entry) for entry in told}
    write(orjson.dumps(read(data, task["file_type"], task["file_name"], settings, scans)))


def _draw(task: dict[str, Any], data: bytes, write: Write) -> None:
    from app.adapters.parsing.pictures import drawn

    write(drawn(data, task["file_type"], task["page"], task["width"]))


def _recognise(task: dict[str, Any], data: bytes, write: Write) -> None:
    """A line for each picture as soon as it was read, so that a child that runs out of time was not in vain."""
    from app.adapters.parsing.ocr import recognise

    for told in recognise(data, task["file_type"], task["numbers"]):
        write(orjson.dumps(told) + b"\n")


def _unpack(task: dict[str, Any], data: bytes, write: Write) -> None:
    """Each entry into a file beside the result, which lists them."""
    from app.adapters.parsing.attachments import attachments
    from app.adapters.parsing.unpack import entries

    folder = Path(task["result"]).parent
    files = attachments(data) if task["file_type"] == "mail" else entries(data)
    for number, entry in enumerate(files):
        if not entry.code:
            (folder / f"entry-{number}").write_bytes(entry.data)
        write(orjson.dumps({"name": entry.name, "code": entry.code}) + b"\n")


TASKS: dict[str, Callable[[dict[str, Any], bytes, Write], None]] = {
    "read": _read,
    "draw": _draw,
    "recognise": _recognise,
    "unpack": _unpack,
}
