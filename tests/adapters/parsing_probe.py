"""A template whose text converter misbehaves on demand; started as a process by the tests of the parser."""

import ctypes
import os
import socket
import tempfile
import time
from collections.abc import Callable

from app.adapters.parsing import read as reading
from app.adapters.parsing import template
from app.adapters.parsing.blocks import Reading, paragraph


def look() -> str:
    """What this child can see of the outside, and do to it."""
    tries = {
        "network": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
        "socket": socket.socket,
        "program": lambda: os.execv("/bin/true", ["true"]),
    }
    seen = [f"{name} {_outcome(attempt)}" for name, attempt in tries.items()]
    return f"{', '.join(seen)}; stdout {os.readlink('/proc/self/fd/1')}; {sorted(os.environ)}"


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError:
        return "refused"
    return "allowed"


def flood() -> int:
    """How many megabytes fit into a file."""
    with tempfile.TemporaryFile(buffering=0) as file:
        for megabyte in range(200):
            try:
                file.write(bytes(1_000_000))
            except OSError:
                return megabyte
    return 200


def misbehave(data: bytes) -> Reading:
    """Does what the document says."""
    word = data.decode()
    if word == "sleep":
        time.sleep(1000)
    if word == "spin":
        while True:
            pass
    if word == "segfault":
        ctypes.string_at(0)
    if word == "exit":
        os._exit(17)
    if word == "eat":
        hoard = [bytes(50_000_000) for _ in range(100)]
        return Reading(paragraph(str(len(hoard))))
    if word == "flood":
        return Reading(paragraph(f"wrote {flood()} MB"))
    return Reading(paragraph(look() if word == "look" else word))


reading.READERS["text"] = misbehave

if __name__ == "__main__":
    template.main()
