"""The database: engine, table base, transactions. The only commit in the program is here."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

import orjson
from psycopg.types.json import set_json_dumps, set_json_loads
from sqlalchemy import MetaData, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from app.kernel.errors import Unavailable
from app.kernel.logging import get_logger
from app.kernel.single import Line, Lines

log = get_logger(__name__)
Session = AsyncSession
AfterCommit = Callable[[], Awaitable[None]]
_AFTER_COMMIT = "kefu_after_commit"
CONNECT: dict[str, Any] = {
    "connect_timeout": 3,
    "prepare_threshold": 2,
    "options": "-c jit=off -c statement_timeout=30000 -c lock_timeout=5000 -c timezone=UTC"
    " -c hnsw.ef_search=100 -c hnsw.iterative_scan=relaxed_order",
}


class Table(DeclarativeBase):
    """Base of every mapped table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSONB, list[Any]: JSONB}


Moment = TIMESTAMP(timezone=True)


def driver_url(url: str) -> str:
    """The URL with psycopg named as its driver, whichever PostgreSQL form it came in."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        log.warning("database_unavailable", error=type(error).__name__)
        raise Unavailable(retry_after_s=2) from error


class Database:
    """One connection pool and the transactions on it."""

    def __init__(self, url: str, pool_size: int = 10):
        self.url = driver_url(url)
        set_json_dumps(orjson.dumps)
        set_json_loads(orjson.loads)
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            # Under a rush it is better to wait than to fail; nobody holds a connection while a model speaks.
            pool_timeout=8,
            pool_pre_ping=False,
            hide_parameters=True,  # an error in the log must not carry a customer's words
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            connect_args=CONNECT,
        )
        self._lines = Lines(self.engine, pool_size, CONNECT)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        # The same pool without BEGIN, COMMIT and ROLLBACK: one round trip a statement instead of three.
        alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._statements = async_sessionmaker(alone, expire_on_commit=False, autoflush=False)

    def transaction(self) -> AbstractAsyncContextManager[Session]:
        """A short transaction: commits at the end, rolls back on an error, then runs what waits for the commit.

        Raises Unavailable when the database does not answer or has no connection to spare.
        """
        return self._writing(self._sessions)

    def statement(self) -> AbstractAsyncContextManager[Session]:
        """Like `transaction` for exactly one statement, which commits by itself: cheaper, and nothing to roll back."""
        return self._writing(self._statements)

    @asynccontextmanager
    async def _writing(self, sessions: async_sessionmaker[Session]) -> AsyncIterator[Session]:
        with _as_unavailable():
            async with sessions() as session:
                session.info[_AFTER_COMMIT] = []
                try:
                    yield session
                    await session.commit()
                except BaseException:
                    await session.rollback()
                    raise
            waiting: list[AfterCommit] = session.info.pop(_AFTER_COMMIT)
        for call in waiting:
            try:
                await call()
            except Exception as error:
                # The row is the truth and a sweeper will find it; a bell that does not ring must not fail the request.
                log.warning("after_commit_failed", error=type(error).__name__)

    @asynccontextmanager
    async def rehearsal(self) -> AsyncIterator[Session]:
        """A transaction that is always rolled back: for a look at what would be. Raises Unavailable."""
        with _as_unavailable():
            async with self._sessions() as session:
                try:
                    yield session
                finally:
                    await session.rollback()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """A look: each statement sees what is committed by then. Raises Unavailable like `transaction`."""
        with _as_unavailable():
            async with self._statements() as session:
                yield session

    def line(self) -> AbstractAsyncContextManager[Line]:
        """For single statements that a customer waits for: `Line.rows` instead of a session. Raises Unavailable."""
        return self._lines.borrow()

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self.reading() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Closes every pooled connection."""
        await self._lines.close()
        await self.engine.dispose()


def after_commit(session: Session, call: AfterCommit) -> None:
    """Runs `call` once the session's transaction is committed; never when it is rolled back."""
    session.info[_AFTER_COMMIT].append(call)
