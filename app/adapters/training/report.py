"""The line protocol between trainer and product: one JSON object a line on the trainer's real standard output."""

import json
import os
import sys
import threading
from typing import Any, TextIO


class TrainingFailed(Exception):
    """A failure with a stable code; `detail` is for the log and the run's page."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Report:
    """Writes events; whatever libraries print goes to standard error instead."""

    def __init__(self) -> None:
        self._out: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def send(self, event: str, **facts: Any) -> None:
        line = json.dumps({"event": event, **facts}, ensure_ascii=False, allow_nan=False)
        with self._lock:
            self._out.write(line + "\n")


class Orders:
    """Listens on standard input: `cancel` asks for an end after this step, a closed pipe means the product died."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            if line.strip() == "cancel":
                self.cancelled.set()
        if not self.cancelled.is_set():
            os._exit(3)  # an orphan must not go on heating the machine beside its successor
