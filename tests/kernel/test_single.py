"""Lines for single statements: what they return, what they raise, and that a lost connection harms one call only."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.kernel.database import Database
from app.kernel.errors import Unavailable

ONE = text("SELECT CAST(:n AS int) AS n, 100 % 7 AS rest")
PID = text("SELECT pg_backend_pid()")
KILL = text("SELECT pg_terminate_backend(CAST(:pid AS int))")


@pytest.fixture
async def database(database_url: str) -> Database:
    return Database(database_url, pool_size=2)


async def test_rows_come_as_tuples_or_dicts_and_each_statement_commits(database: Database) -> None:
    async with database.line() as line:
        assert await line.rows(ONE, {"n": 5}) == [(5, 2)]
        assert await line.dicts(ONE, {"n": 6}) == [{"n": 6, "rest": 2}]
        assert await line.rows(text("CREATE TABLE kept (n int PRIMARY KEY)"), {}) == []
        await line.rows(text("INSERT INTO kept VALUES (:n)"), {"n": 1})
        with pytest.raises(IntegrityError):
            await line.rows(text("INSERT INTO kept VALUES (:n)"), {"n": 1})
        assert await line.rows(ONE, {"n": 7}) == [(7, 2)], "the line goes on"
    async with database.reading() as session:
        assert (await session.execute(text("SELECT n FROM kept"))).scalars().all() == [1]
    await database.close()


async def test_a_connection_that_was_cut_harms_one_call_only(database: Database) -> None:
    async with database.line() as first, database.line() as second:
        pid = (await first.rows(PID, {}))[0][0]
        await second.rows(KILL, {"pid": pid})
    with pytest.raises(Unavailable):
        for _ in range(2):  # one of the two that lie idle is cut
            async with database.line() as line, database.line() as other:
                await line.rows(ONE, {"n": 1})
                await other.rows(ONE, {"n": 1})
    async with database.line() as line:
        assert await line.rows(ONE, {"n": 8}) == [(8, 2)]
    await database.close()


async def test_a_stopped_statement_leaves_its_line_usable(database: Database) -> None:
    async def sleep() -> None:
        async with database.line() as line:
            await line.rows(text("SELECT pg_sleep(30)"), {})

    task = asyncio.create_task(sleep())
    done, _ = await asyncio.wait({task}, timeout=0.2)
    assert not done
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.line() as one, database.line() as two:
        assert await one.rows(ONE, {"n": 1}) == await two.rows(ONE, {"n": 1}) == [(1, 2)]
    await database.close()
