"""Who runs the embedded stores of a data dir: the first comer starts them, the others join in.

Two lock files carry it. `stores.lock` is held alone by the owner while the servers are its children;
`stores.users` is held shared by everyone who joined, so that an owner leaves only after its guests.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from app.adapters.embedded.child import POLL_S, StoreUnavailable
from app.adapters.embedded.postgres import PostgresServer
from app.adapters.embedded.redis import RedisServer


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the stores answer; each address carries its password. None: that one is not run here."""

    database_url: str | None
    redis_url: str | None
    celery_broker_url: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stores to run, and PostgreSQL's settings beside our own."""

    postgres: bool = True
    redis: bool = True
    tuning: Mapping[str, str] = field(default_factory=dict)


EVERYTHING = Wanted()


class Stores:
    """The running stores of one data dir, ours (`owned`) or another process's; end with `stop`."""

    def __init__(
        self,
        addresses: Addresses,
        users: IO[str],
        *,
        state: Path | None = None,
        owner: IO[str] | None = None,
        postgres: PostgresServer | None = None,
        redis: RedisServer | None = None,
    ) -> None:
        self.addresses = addresses
        self.postgres = postgres
        self.redis = redis
        self._state = state
        self._users = users
        self._owner = owner

    @property
    def owned(self) -> bool:
        return self._owner is not None

    @property
    def database_url(self) -> str:
        return _present(self.addresses.database_url)

    @property
    def redis_url(self) -> str:
        return _present(self.addresses.redis_url)

    @property
    def celery_broker_url(self) -> str:
        return _present(self.addresses.celery_broker_url)

    def stop(self, *, wait_for_guests: bool = True) -> None:
        """Leave; the owner also stops the servers, by default only when its guests are gone."""
        if self._owner is not None:
            if wait_for_guests:
                fcntl.flock(self._users, fcntl.LOCK_EX)
            if self._state is not None:
                self._state.unlink(missing_ok=True)
            if self.redis is not None:
                self.redis.stop()
            if self.postgres is not None:
                self.postgres.stop()
            if (server := self.postgres or self.redis) is not None:
                with contextlib.suppress(OSError):
                    server.sockets.rmdir()
        self._users.close()
        if self._owner is not None:
            self._owner.close()
            self._owner = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _present(address: str | None) -> str:
    if address is None:
        raise StoreUnavailable("this store is not run from the data dir: its KEFU_..._URL was set when it started")
    return address


def start_stores(
    data_dir: Path, wanted: Wanted = EVERYTHING, *, join: bool = True, on_wait: Callable[[], None] | None = None
) -> Stores:
    """Join the stores already running for `data_dir`, or start them as children of this thread.

    The servers end when the calling thread ends, so call it from one that lasts.
    With `join=False` wait until they can be our own; `on_wait` is called once when that takes a while.
    Raises StoreUnavailable.
    """
    data_dir = Path(os.path.abspath(data_dir))
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = data_dir / "stores.json"
    while True:
        owner = _open(data_dir / "stores.lock")
        if _try_lock(owner, fcntl.LOCK_EX):
            return _start_own(data_dir, state, owner, wanted)
        owner.close()
        if join and (stores := _join(data_dir, state)):
            return stores
        if on_wait is not None:
            on_wait()
            on_wait = None
        time.sleep(POLL_S)


def _start_own(data_dir: Path, state: Path, owner: IO[str], wanted: Wanted) -> Stores:
    state.unlink(missing_ok=True)
    redis: RedisServer | None = None
    postgres: PostgresServer | None = None
    try:
        if wanted.redis:
            redis = RedisServer(data_dir, durable=wanted.tuning.get("fsync") != "off")
            redis.start()
        if wanted.postgres:
            postgres = PostgresServer(data_dir, wanted.tuning)
            postgres.start()
        addresses = Addresses(
            postgres.url if postgres else None, redis.url if redis else None, redis.celery_url if redis else None
        )
        _publish(state, addresses)
    except BaseException:
        for server in (redis, postgres):
            if server is not None:
                server.stop()
        owner.close()
        raise
    users = _open(data_dir / "stores.users")
    return Stores(addresses, users, state=state, owner=owner, postgres=postgres, redis=redis)


def _join(data_dir: Path, state: Path) -> Stores | None:
    """None while the owner is still starting, or already leaving."""
    users = _open(data_dir / "stores.users")
    if _try_lock(users, fcntl.LOCK_SH):
        try:
            with _open(data_dir / "stores.lock") as owner:
                if not _try_lock(owner, fcntl.LOCK_SH):
                    published = json.loads(state.read_text(encoding="utf-8"))
                    os.kill(published.pop("owner_pid"), 0)
                    return Stores(Addresses(**published), users)
        except (FileNotFoundError, ProcessLookupError):
            pass  # not published yet, or left by a killed owner whose place is just being taken
    users.close()
    return None


def _publish(state: Path, addresses: Addresses) -> None:
    draft = state.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        json.dump({"owner_pid": os.getpid(), **asdict(addresses)}, target)
    draft.rename(state)


def _open(path: Path) -> IO[str]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")


def _try_lock(handle: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
