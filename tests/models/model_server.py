"""A real vLLM started by `kefu serve-model`, watched through its health route and its metrics."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.commands.running import ROOT, plain_environment
from tests.serving import free_port

START_LIMIT_S = 300.0


class ModelServer:
    """One model folder under one name on one port; can be killed and started again."""

    def __init__(self, python: Path, model: Path, name: str, folder: Path, port: int | None = None) -> None:
        self._python, self._model, self._folder = python, model, folder
        self.name = name
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.url = self.address + "/v1"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Starts it in a process group of its own and waits until it is healthy; one that still runs is ended first."""
        self.stop()
        log = self._folder / f"vllm-{self.name}.log"
        command = [sys.executable, "-m", "app.cli", "serve-model", str(self._model), "--port", str(self.port)]
        with log.open("ab") as words:
            self.process = subprocess.Popen(
                [*command, "--name", self.name, "--data-dir", str(self._folder / "no-data"), *options],
                cwd=ROOT,
                env={**plain_environment(), "KEFU_VLLM_PYTHON": str(self._python)},
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_LIMIT_S
        while not self.is_healthy():
            said = "\n".join(log.read_text("utf-8", "replace").splitlines()[-30:])
            assert self.process.poll() is None, f"vLLM ended:\n{said}"
            assert time.monotonic() < deadline, f"vLLM did not start in {START_LIMIT_S} s:\n{said}"
            time.sleep(0.2)

    def is_healthy(self) -> bool:
        """Whether it answers."""
        try:
            return httpx.get(self.address + "/health", timeout=15).status_code == 200
        except httpx.TransportError:
            return False

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that carry these labels."""
        text = httpx.get(self.address + "/metrics", timeout=10).text
        lines = re.findall(rf"^{re.escape(name)}(?:{{(.*)}})? (\S+)$", text, re.MULTILINE)
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        return sum(float(value) for found, value in lines if all(label in found for label in wanted))

    def models(self) -> list[str]:
        """What it serves now, adapters included."""
        return [one["id"] for one in httpx.get(self.url + "/models", timeout=10).json()["data"]]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Its engine stands still meanwhile, so that a quick machine is not done before what a test does to it."""
        assert self.process is not None
        engine = next(pid for pid in _members(self.process.pid) if _name(pid).startswith("VLLM::Engine"))
        os.kill(engine, signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(engine, signal.SIGCONT)

    def kill(self) -> None:
        """Kills the server and its workers at once, as a machine that loses power does."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> None:
        """Ends it, if it still runs."""
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


def _members(group: int) -> Iterator[int]:
    """The processes of a group."""
    for pid in (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()):
        with suppress(ProcessLookupError):
            if os.getpgid(pid) == group:
                yield pid


def _name(pid: int) -> str:
    """What a process calls itself, its first fifteen letters."""
    return Path(f"/proc/{pid}/comm").read_text("utf-8")
