"""Real stores for every test: one embedded PostgreSQL and Redis per run, a fresh database for each test."""

import fcntl
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
import pytest
import redis
from fastapi import FastAPI

from app.accounts import AccountTools, Role, create_api_key
from app.adapters.embedded import Stores, start_stores
from app.commands.migrate import migrate
from app.kernel.database import Database
from app.kernel.settings import Settings, load_settings
from app.main import create_app

T = TypeVar("T")
TEMPLATE = "kefu_template"
FAST_NOT_SAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "300",
    "max_wal_size": "4GB",
}


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all xdist workers of this run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def stores(shared_folder: Path) -> Iterator[Stores]:
    """PostgreSQL and Redis: the first worker starts them, the others join, the last one out lets them end."""
    data_dir = shared_folder / "stores"
    stores = start_stores(data_dir, tuning=FAST_NOT_SAFE)
    owned = stores.owned
    yield stores
    stores.stop()
    if owned:
        shutil.rmtree(data_dir, ignore_errors=True)


def _with_database(url: str, name: str) -> str:
    head, tail = url.split("@/", 1)
    return f"{head}@/{name}?{tail.split('?', 1)[1]}"


def _administer(stores: Stores, statement: str) -> list[tuple[object, ...]]:
    url = _with_database(stores.database_url, "postgres").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        # Names are made here, never typed by anyone.
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def migrated_template(stores: Stores, shared_folder: Path) -> str:
    """A database at the newest migration, made once per run and cloned for each test."""
    with (shared_folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _administer(stores, f"select 1 from pg_database where datname = '{TEMPLATE}'"):
            _administer(stores, f"create database {TEMPLATE}_new")
            migrate(_with_database(stores.database_url, f"{TEMPLATE}_new"))
            _administer(stores, f"alter database {TEMPLATE}_new rename to {TEMPLATE}")
    return TEMPLATE


@pytest.fixture
def empty_database_url(stores: Stores) -> Iterator[str]:
    """A database with nothing in it, for tests about migrations."""
    yield from _throwaway_database(stores, "template1")


@pytest.fixture
def database_url(stores: Stores, migrated_template: str) -> Iterator[str]:
    """A fresh, migrated database of this test's own."""
    yield from _throwaway_database(stores, migrated_template)


def _throwaway_database(stores: Stores, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    _administer(stores, f"create database {name} template {template}")
    yield _with_database(stores.database_url, name)
    _administer(stores, f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def redis_number() -> int:
    """The logical Redis database of this xdist worker."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1


@pytest.fixture
def redis_url(stores: Stores, redis_number: int) -> Iterator[str]:
    """An empty Redis of this test's own."""
    url = stores.redis_url.replace("db=0", f"db={redis_number}")
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()


@pytest.fixture
def celery_broker_url(stores: Stores, redis_url: str, redis_number: int) -> str:
    """The same Redis, written the way Celery wants it."""
    return stores.celery_broker_url.replace("virtual_host=0", f"virtual_host={redis_number}")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The app's own Database on this test's own database."""
    database = Database(database_url, pool_size=5)
    yield database
    await database.close()


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """Settings of one process on this test's own stores and folder; no model, no request limits."""
    return load_settings(
        {}, database_url=database_url, redis_url=redis_url, data_dir=tmp_path / "data", rate_limits="off"
    )


class Web:
    """The whole application in this process, and clients of it."""

    def __init__(self, app: FastAPI, state: Mapping[str, Any]) -> None:
        self.app = app
        self.state = state
        self.clients = AsyncExitStack()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Hands the lifespan's state to each request, as a server would."""
        await self.app({**scope, "state": dict(self.state)}, receive, send)

    def tool(self, kind: type[T]) -> T:
        """A room's tools by their class."""
        found: T = self.state["tools"][kind]
        return found

    async def client(self, **headers: str) -> httpx.AsyncClient:
        """A client nobody knows; answers arrive whole, so streams must end by themselves."""
        transport = httpx.ASGITransport(self, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://kefu.test", headers=headers)
        return await self.clients.enter_async_context(client)

    async def client_as(self, role: Role) -> httpx.AsyncClient:
        """A client with an API key of a role."""
        _, key = await create_api_key(self.tool(AccountTools), role, "test", None)
        return await self.client(Authorization=f"Bearer {key}")


@pytest.fixture
async def web(settings: Settings) -> AsyncIterator[Web]:
    """The application, started and stopped around the test."""
    app = create_app(settings)
    async with app.router.lifespan_context(app) as state:
        web = Web(app, state)
        async with web.clients:
            yield web
