"""The parts of a running Kefu as child processes: started, restarted with growing pauses, ended step by step."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.adapters.embedded import last_lines, spawn
from app.commands.wake import Wake

Say = Callable[[str], None]
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0
"""A part that lived this long begins again with the shortest pause."""
LOG_LIMIT_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """One child process. `farewell`: which signal after how many seconds of waiting, when all must end."""

    name: str
    command: Sequence[str]
    farewell: Sequence[tuple[float, signal.Signals]]
    # When the supervisor is killed the stores go too: a part that says goodbye would wait for them in vain.
    death_signal: signal.Signals = signal.SIGKILL
    variables: Mapping[str, str] = field(default_factory=dict)


class RunningPart:
    """A part and its present process."""

    def __init__(self, part: Part, environment: Mapping[str, str], directory: Path, logs: Path) -> None:
        self.part = part
        self.log = logs / f"{part.name}.log"
        self.failures = 0
        self.due = 0.0
        self._environment = {**environment, **part.variables}
        self._directory = directory
        self._started = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self._started = time.monotonic()
        self.process = spawn(
            self.part.command,
            cwd=self._directory,
            log=self.log,
            death_signal=self.part.death_signal,
            environment=self._environment,
        )

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def note_death(self) -> float:
        """Count a death, sweep up its own children; gives the pause before the next start, in seconds."""
        assert self.process is not None
        self.end_group()
        if time.monotonic() - self._started > STEADY_S:
            self.failures = 0
        self.failures += 1
        pause = min(2.0 ** (self.failures - 1) - 1, LONGEST_PAUSE_S)
        self.due = time.monotonic() + pause
        self.process = None
        return pause

    def end_group(self) -> None:
        """What a killed part left behind: it leads a process group of its own."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self) -> str:
        return last_lines(self.log)


class Household:
    """All parts together."""

    def __init__(self, parts: list[RunningPart], say: Say) -> None:
        self.parts = parts
        self._say = say

    def tend(self) -> float | None:
        """Notice deaths, start what is due; gives the seconds until the next start is due, if one is."""
        for part in self.parts:
            if part.process is not None and part.ended:
                code = part.process.returncode
                pause = part.note_death()
                wait = f" in {pause:.0f} s" if pause else ""
                self._say(f"{part.part.name} ended with code {code}; starting it again{wait}. Its log: {part.log}")
            if part.process is None and part.due <= time.monotonic():
                part.start()
        waiting = [part.due - time.monotonic() for part in self.parts if part.process is None]
        return max(0.0, min(waiting)) if waiting else None

    def stop(self, wake: Wake) -> None:
        """Ends every part by its farewell; a second request to stop makes it short."""
        begun, requests = time.monotonic(), wake.stop_requests
        steps = [
            (after, sign, part) for part in self.parts if part.process is not None for after, sign in part.part.farewell
        ]
        steps.sort(key=lambda step: step[0])
        while alive := [part for part in self.parts if not part.ended]:
            elapsed = time.monotonic() - begun
            if wake.stop_requests > requests:
                steps, requests = [], wake.stop_requests
                for part in alive:
                    part.end_group()
            while steps and steps[0][0] <= elapsed:
                _, sign, part = steps.pop(0)
                if not part.ended and part.process is not None:
                    part.process.send_signal(sign)
            wake.wait(steps[0][0] - elapsed if steps else 0.5)
        for part in self.parts:
            if part.process is not None:
                part.end_group()
