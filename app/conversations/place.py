"""Where a process lives, in words another process on the same machine can check."""

import os
import socket
from pathlib import Path

PROC = Path("/proc")


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""


def _machine() -> str:
    """This machine since it was switched on, and the process namespace within it; "" where /proc is missing."""
    boot = _read(PROC / "sys/kernel/random/boot_id")
    try:
        namespace = os.readlink(PROC / "self/ns/pid")
    except OSError:
        return ""
    return f"{socket.gethostname()}/{boot}/{namespace}"


def _started_at(pid: int) -> str:
    """Clock ticks at which a process began; "" when there is none such, or it is only waiting to be reaped."""
    fields = _read(PROC / str(pid) / "stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in ("Z", "X") else ""


def own_place() -> str:
    """This process's place."""
    pid = os.getpid()
    return f"{_machine()}|{pid}|{_started_at(pid)}"


def is_gone(place: str) -> bool:
    """Whether the process of a place has certainly ended; False when that cannot be told from here."""
    machine, _, process = place.partition("|")
    pid, _, started_at = process.partition("|")
    if not machine or machine != _machine() or not started_at:
        return False
    return _started_at(int(pid)) != started_at
