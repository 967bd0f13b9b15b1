"""Store servers as child processes: how one is started, found again after a crash, and waited for."""

import hashlib
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

SHIM = Path(__file__).with_name("shim.py")
POLL_S = 0.01


class StoreUnavailable(RuntimeError):
    """An embedded store cannot run; the text says why and what to do."""


def spawn(
    command: Sequence[str],
    *,
    cwd: Path,
    log: Path,
    mode: str = "plain",
    death_signal: int = signal.SIGINT,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server that gets `death_signal` when the calling thread ends.

    In a session of its own, so that Ctrl-C in the terminal reaches the supervisor only.
    """
    shim = [sys.executable, "-I", "-S", str(SHIM), str(os.getpid()), mode, str(int(death_signal))]
    with log.open("ab") as output:
        return subprocess.Popen(
            [*shim, *command],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environment or {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}),
            start_new_session=True,
        )


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, name: str) -> None:
    """No time limit of its own: crash recovery may be long. Raises StoreUnavailable when the server ends."""
    while not condition():
        if process.poll() is not None:
            raise StoreUnavailable(f"{name} ended with code {process.returncode}:\n{last_lines(log)}")
        time.sleep(POLL_S)


def stop(process: subprocess.Popen[bytes], sign: signal.Signals, timeout_s: float) -> None:
    if process.poll() is None:
        process.send_signal(sign)
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def processes_in(directory: Path) -> list[int]:
    """Living processes whose working directory this is; servers left by a killed supervisor sit there."""
    found: list[int] = []
    proc = Path("/proc")
    if not proc.is_dir():
        return found
    wanted = os.path.realpath(directory)
    for entry in proc.iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "cwd") == wanted:
                    found.append(int(entry.name))
            except OSError:  # gone meanwhile, a zombie, or not ours to see
                continue
    return found


def wait_for_orphans(directory: Path, name: str, timeout_s: float = 60) -> None:
    """Servers whose supervisor was killed are ending by themselves; the data is ours only after that."""
    deadline = time.monotonic() + timeout_s
    while orphans := processes_in(directory):
        if time.monotonic() > deadline:
            raise StoreUnavailable(f"{name} processes {orphans} still use {directory}; end them and try again")
        time.sleep(POLL_S)


def socket_directory(data_dir: Path) -> Path:
    """Short (a socket path holds 107 bytes) and private: made 0700, refused when it belongs to another."""
    digest = hashlib.sha256(os.fsencode(os.path.realpath(data_dir))).hexdigest()[:10]
    directory = Path(tempfile.gettempdir()) / f"kefu-{os.getuid()}-{digest}"
    if len(os.fsencode(directory)) > 80:
        directory = Path("/tmp") / directory.name
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    # Another owner is allowed only to root, who hands the folder to a service user (see postgres.py).
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.getuid(), *service_uids()}:
        raise StoreUnavailable(f"{directory} belongs to someone else; remove it or set another TMPDIR")
    directory.chmod(0o700)
    return directory


def service_uids() -> set[int]:
    return {service_user().pw_uid} if os.getuid() == 0 else set()


def service_user() -> pwd.struct_passwd:
    """The unprivileged account used by root where the kernel refuses a user namespace."""
    try:
        return pwd.getpwnam("nobody")
    except KeyError as missing:
        raise StoreUnavailable("PostgreSQL refuses to run as root and there is no user `nobody`") from missing


def last_lines(log: Path, count: int = 20) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return "(no log)"
