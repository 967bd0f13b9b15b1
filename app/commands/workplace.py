"""Where a command works: the settings of a data dir with stores that answer, joined or started for it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from app.adapters.embedded import StoreUnavailable, Wanted, start_stores
from app.kernel.logging import configure_logging
from app.kernel.settings import Settings, load_settings
from app.wiring import Switchboard, switchboard

T = TypeVar("T")


@contextmanager
def workplace(data_dir: Path | None = None, *, newest_schema: bool = True) -> Iterator[Settings]:
    """Settings whose database and Redis answer until the block ends.

    Beside a running `kefu up` its stores are used, otherwise they are started here and brought to the newest
    schema. Addresses in KEFU_DATABASE_URL and KEFU_REDIS_URL are used as they are. Raises StoreUnavailable.
    """
    settings = settings_at(data_dir)
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    if settings.database_url is not None and settings.redis_url is not None:
        yield settings
        return
    wanted = Wanted(postgres=settings.database_url is None, redis=settings.redis_url is None)
    with start_stores(settings.data_dir, wanted) as stores:
        found = settings.model_copy(
            update={
                "database_url": settings.database_url or stores.addresses.database_url,
                "redis_url": settings.redis_url or stores.addresses.redis_url,
            }
        )
        if found.database_url is None or found.redis_url is None:
            raise StoreUnavailable("the running Kefu has other stores: set its KEFU_DATABASE_URL and KEFU_REDIS_URL")
        if newest_schema and stores.owned and wanted.postgres:
            from app.commands.migrate import migrate  # Alembic is 10 MB that a web process can do without

            migrate(found.database_url)
        yield found


def settings_at(data_dir: Path | None) -> Settings:
    """Settings of the environment, for the data dir given on the command line if there is one."""
    settings = load_settings() if data_dir is None else load_settings(data_dir=data_dir)
    return settings.model_copy(update={"data_dir": settings.data_dir.absolute()})


def with_switchboard(data_dir: Path | None, work: Callable[[Switchboard], Awaitable[T]]) -> T:
    """Does one command's work with every room's tools at hand."""

    async def in_loop(settings: Settings) -> T:
        async with switchboard(settings) as board:
            return await work(board)

    with workplace(data_dir) as settings:
        return asyncio.run(in_loop(settings))
