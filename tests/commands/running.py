"""A real `kefu up` as a child process, watched through what it prints and what its web process answers."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.serving import free_port

ROOT = Path(__file__).resolve().parents[2]
LONGEST_WAIT_S = 150.0


def plain_environment() -> dict[str, str]:
    """This process's environment without any setting of Kefu."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")}


def kefu(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT,
        env={**plain_environment(), **environment},
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT_S,
        check=False,
    )


def until(condition: Callable[[], bool], what: str) -> None:
    """Waits for something other processes do."""
    deadline = time.monotonic() + LONGEST_WAIT_S
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


class RunningKefu:
    """One `kefu up`."""

    def __init__(self, data_dir: Path, *options: str, port: int | None = None, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        command = [sys.executable, "-u", "-m", "app.cli", "up", "--data-dir", str(data_dir)]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), *options],
            cwd=ROOT,
            env={**plain_environment(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)
        self.process.stdout.close()

    def hear(self, pattern: str) -> re.Match[str]:
        """The next line that fits; fails when the process ends without saying it."""
        while (line := self._lines.get(timeout=LONGEST_WAIT_S)) is not None:
            self.said.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"never said {pattern!r}, but:\n{''.join(self.said)}")

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.url + path, headers=headers, timeout=10)

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def children(self) -> dict[str, int]:
        """The supervisor's children: a word of their command line to their process id."""
        words = {
            "app.commands.serve": "web",
            "workers.celery_app": "worker",
            "workers.beat_app": "beat",
            "app.demo.orders": "orders",
        }
        words |= {"bin/postgres": "postgres", "redis": "redis"}
        found: dict[str, int] = {}
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            found |= {name: int(pid) for word, name in words.items() if word in line and "shim.py" not in line}
        return found

    def kill(self, name: str) -> None:
        os.kill(self.children()[name], signal.SIGKILL)

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to end and waits; gives the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        code = self.process.wait(LONGEST_WAIT_S)
        self._reader.join()
        return code


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
