"""Signals as something to wait for: requests to stop, and children that ended."""

import select
import signal
import socket
from types import FrameType, TracebackType
from typing import Any, Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Wake:
    """While entered, `wait` sleeps until a signal comes; requests to stop are counted, nothing is interrupted."""

    def __init__(self) -> None:
        self.stop_requests = 0
        self._reading, self._writing = socket.socketpair()
        self._kept: dict[signal.Signals, Any] = {}
        self._kept_fd = -1

    def __enter__(self) -> Self:
        for end in (self._reading, self._writing):
            end.setblocking(False)
        self._kept_fd = signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        for sign in (*STOP_SIGNALS, signal.SIGCHLD):
            if sign == signal.SIGHUP and signal.getsignal(sign) == signal.SIG_IGN:
                continue  # started with nohup
            self._kept[sign] = signal.signal(sign, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for sign, handler in self._kept.items():
            signal.signal(sign, handler)
        signal.set_wakeup_fd(self._kept_fd)
        self._reading.close()
        self._writing.close()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number in STOP_SIGNALS:
            self.stop_requests += 1

    def wait(self, timeout_s: float | None = None) -> None:
        """Until a signal came since the last wait, or the time is over."""
        readable, _, _ = select.select([self._reading], [], [], timeout_s)
        if readable:
            self._reading.recv(4096)
