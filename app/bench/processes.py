"""Starting the benchmark's own processes and reading how much CPU time others have used."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson


@contextmanager
def child(module: str, *arguments: str) -> Iterator[tuple[str, int]]:
    """Runs `python -m module`; gives the address it prints as its first line and its process id, and ends it."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None, "asked for above"
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"{module} ended before it was ready")
            yield str(orjson.loads(line)["url"]), process.pid
        finally:
            process.terminate()


def family(pid: int) -> list[int]:
    """A process and all its descendants that are alive."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(children.get(one, ()))
    return found


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes so far, with their ended children."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")
