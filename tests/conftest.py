"""Real stores for every test: one embedded PostgreSQL and Redis per run, a fresh database for each test."""

import fcntl
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import redis
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.accounts import Role
from app.accounts import service as accounts
from app.adapters.embedded import Stores, Wanted, start_stores
from app.commands.migrate import migrate
from app.kernel.database import Database
from app.kernel.settings import Settings
from tests.databases import Databases, administer, with_database
from tests.serving import Served, serving, settings_for

TEMPLATE = "kefu_template"
FAST_NOT_SAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "300",
    "max_wal_size": "4GB",
}


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> Iterator[None]:
    """Argon2 as in the product, but with 1 MiB instead of 64 for each of the thousands of sign-ins."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "hashing", PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),)))
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser stories first, in an order as random as the rest: at the end nobody waits for a long one."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)


def pytest_collection_finish() -> None:
    """What was imported stays to the end: no collection of garbage needs to look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all xdist workers of this run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def stores(shared_folder: Path) -> Iterator[Stores]:
    """PostgreSQL and Redis: the first worker starts them, the others join, the last one out lets them end."""
    data_dir = shared_folder / "stores"
    stores = start_stores(data_dir, Wanted(tuning=FAST_NOT_SAFE))
    owned = stores.owned
    yield stores
    stores.stop()
    if owned:
        shutil.rmtree(data_dir, ignore_errors=True)
        if stores.postgres is not None:  # elsewhere when root may not use a namespace
            shutil.rmtree(stores.postgres.home, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_template(stores: Stores, shared_folder: Path) -> str:
    """A database at the newest migration, made once per run and cloned for each test."""
    with (shared_folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        url = stores.database_url
        if not administer(url, f"select 1 from pg_database where datname = '{TEMPLATE}'"):
            administer(url, f"create database {TEMPLATE}_new")
            migrate(with_database(url, f"{TEMPLATE}_new"))
            administer(url, f"alter database {TEMPLATE}_new rename to {TEMPLATE}")
    return TEMPLATE


@pytest.fixture(scope="session")
def databases(stores: Stores, migrated_template: str) -> Iterator[Databases]:
    """The databases this test process lends to its tests."""
    databases = Databases(stores.database_url, migrated_template)
    yield databases
    databases.end()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own, as good as new."""
    name = databases.lend()
    yield databases.url_of(name)
    databases.take_back(name)


@pytest.fixture(scope="session")
def redis_number() -> int:
    """The logical Redis database of this xdist worker."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1


def redis_of(stores: Stores, number: int) -> str:
    """The address of a logical Redis database."""
    return stores.redis_url.replace("db=0", f"db={number}")


@pytest.fixture
def redis_url(stores: Stores, redis_number: int) -> Iterator[str]:
    """An empty Redis of this test's own."""
    url = redis_of(stores, redis_number)
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
    """Settings on this test's own stores and folder."""
    return settings_for(database_url, redis_url, tmp_path)


@pytest.fixture
async def kefu(settings: Settings) -> AsyncIterator[Served]:
    """The whole web application, served over HTTP."""
    async with serving(settings) as served:
        yield served


@pytest.fixture(scope="module")
def standing_settings(
    databases: Databases, stores: Stores, redis_number: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings for one application through a whole module, whose tests leave nothing to each other."""
    name, redis_url = databases.lend(), redis_of(stores, redis_number)
    yield settings_for(databases.url_of(name), redis_url, tmp_path_factory.mktemp("standing"))
    databases.take_back(name)


@pytest.fixture(scope="module")
async def standing(standing_settings: Settings) -> AsyncIterator[Served]:
    """An application that stands through a module's tests of what is refused."""
    async with serving(standing_settings) as served:
        yield served


@pytest.fixture(scope="module")
async def standing_admin(standing: Served) -> httpx.AsyncClient:
    """An admin's key to it."""
    return await standing.keyed(Role.ADMIN)
