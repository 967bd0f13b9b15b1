"""The template process: imports the converters once, then forks a locked-down child for each document.

It reads one JSON task per line on stdin and answers one line per finished task on stdout; the child writes what it
read to the task's result file. It ends when its stdin does, or after `idle_s` (its argument) without work.
"""

import gc
import os
import selectors
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from app.adapters.parsing.blocks import Unreadable
from app.adapters.parsing.read import warm_up
from app.adapters.parsing.sandbox import die_with_parent, lock_down, silence
from app.adapters.parsing.work import perform

READ_OK, READ_FAILED = 0, 3


@dataclass
class _Child:
    """A document being read. `deadline`: monotonic seconds."""

    task_id: str
    pid: int
    deadline: float
    killed: bool = False


class Template:
    """Forks, watches and buries children; single-threaded, as forking needs."""

    def __init__(self, idle_s: float) -> None:
        self.idle_s = idle_s
        self.selector = selectors.DefaultSelector()
        self.children: dict[int, _Child] = {}
        self.pending = b""
        self.open = True

    def serve(self) -> None:
        """Runs until stdin ends or nothing comes for a while."""
        os.set_blocking(0, False)
        self.selector.register(0, selectors.EVENT_READ)
        while self.open:
            ready = self.selector.select(self._patience())
            if not ready and not self.children:
                return
            for key, _ in ready:
                if key.fd == 0:
                    self._hear()
                else:
                    self._bury(key.fd)
            for child in self.children.values():
                if time.monotonic() > child.deadline:
                    self._kill(child)
        for child in self.children.values():
            self._kill(child)

    def _patience(self) -> float:
        alive = [child.deadline for child in self.children.values() if not child.killed]
        return max(0.0, min(alive) - time.monotonic()) + 0.01 if alive else self.idle_s

    def _hear(self) -> None:
        data = os.read(0, 65_536)
        if not data:
            self.open = False
            return
        *lines, self.pending = (self.pending + data).split(b"\n")
        for line in lines:
            task = orjson.loads(line)
            if "cancel" in task:
                for child in self.children.values():
                    if child.task_id == task["cancel"]:
                        self._kill(child)
            else:
                self._fork(task)

    def _fork(self, task: dict[str, Any]) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _work(task, parent)
        descriptor = os.pidfd_open(pid)
        self.children[descriptor] = _Child(task["id"], pid, time.monotonic() + task["wall_s"])
        self.selector.register(descriptor, selectors.EVENT_READ)

    def _kill(self, child: _Child) -> None:
        if not child.killed:
            child.killed = True
            with suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGKILL)

    def _bury(self, descriptor: int) -> None:
        child = self.children.pop(descriptor)
        self.selector.unregister(descriptor)
        os.close(descriptor)
        status = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
        answer = {"id": child.task_id, "ending": _ending(child, status)}
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()


def _ending(child: _Child, status: int) -> str:
    """`read`, `unreadable`, `timeout` or `crashed`."""
    if child.killed or status == -signal.SIGXCPU:
        return "timeout"
    return {READ_OK: "read", READ_FAILED: "unreadable"}.get(status, "crashed")


def _work(task: dict[str, Any], parent: int) -> None:
    """The child: locks itself down, reads the document, writes the result, and is gone."""
    status = 1
    try:
        os.setsid()
        die_with_parent(parent)
        silence()
        data = Path(task["source"]).read_bytes()
        result = os.open(task["result"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        lock_down(task["memory_bytes"], int(task["wall_s"]) + 1)
        try:
            perform(task, data, partial(_write_all, result))
            status = READ_OK
        except (MemoryError, RecursionError):
            _say(result, "document_too_complex", {})
            status = READ_FAILED
        except Unreadable as error:
            _say(result, error.code, error.values)
            status = READ_FAILED
    finally:
        os._exit(status)


def _say(result: int, code: str, values: dict[str, object]) -> None:
    """Why it could not be done, in place of what was written so far."""
    os.ftruncate(result, 0)
    os.lseek(result, 0, os.SEEK_SET)
    _write_all(result, orjson.dumps({"code": code, "values": {key: str(value) for key, value in values.items()}}))


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def main() -> None:
    """Says it is ready, then serves."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm_up()
    gc.collect()
    gc.freeze()
    sys.stdout.buffer.write(b'{"ready":true}\n')
    sys.stdout.buffer.flush()
    Template(float(sys.argv[1])).serve()


if __name__ == "__main__":
    main()
