"""A whole Kefu for a benchmark: a data dir of its own, a small knowledge base, `kefu up` on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from app.bench.processes import family
from app.kernel.settings import PROJECT_ROOT, environment, load_settings

READY_S = 120.0


@dataclass(frozen=True)
class RunningKefu:
    """Its address and the supervisor's process id."""

    url: str
    pid: int

    def measured(self) -> list[int]:
        """The processes a chat costs time in: supervisor, web and stores, without worker and beat."""
        return [pid for pid in family(self.pid) if not _is_celery(pid)]


def _is_celery(pid: int) -> bool:
    try:
        return b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def kefu(data_dir: Path, model_url: str, cache: str = "off") -> Iterator[RunningKefu]:
    """Runs `kefu up` without rate limits and with the given model, until the block ends. Raises RuntimeError.

    cache: off, so that every chat asks the model, or on.
    """
    settings = load_settings(
        data_dir=data_dir, chat_url=model_url, chat_model="scripted", rate_limits="off", answer_cache=cache
    )
    port = free_port()
    command = [sys.executable, "-m", "app.cli", "up", "--port", str(port), "--no-demo", "--data-dir", str(data_dir)]
    with (data_dir / "bench.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environment(settings), stdout=log, stderr=log, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url, data_dir / "bench.log")
        yield RunningKefu(url, process.pid)
    finally:
        os.kill(process.pid, signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310  # our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"Kefu did not become ready:\n{log.read_text('utf-8', 'replace')[-2000:]}")
