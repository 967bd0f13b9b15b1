"""Settings kept in process: a change made elsewhere is seen within a second, for one cheap look a second."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.answering import Fresh, Versions, raise_version
from app.kernel.database import Database
from app.kernel.errors import Unavailable
from tests.waiting import until


@dataclass
class Counting:
    """A database that counts how often it is looked at, and can go away."""

    database: Database
    looks: int = 0
    away: bool = False

    def reading(self) -> Any:
        self.looks += 1
        if self.away:
            raise Unavailable(retry_after_s=2)
        return self.database.reading()


async def change(database: Database, kind: str = "prompts") -> int:
    async with database.transaction() as session:
        return await raise_version(session, kind)


def loader() -> tuple[list[int], Callable[[], Awaitable[int]]]:
    loads: list[int] = []

    async def load() -> int:
        loads.append(len(loads) + 1)
        return loads[-1]

    return loads, load


def versions_of(counting: Counting, every_s: float = 0.8) -> Versions:
    return Versions(counting, every_s)  # type: ignore[arg-type]


async def test_what_another_process_changes_is_seen_within_a_second(database: Database) -> None:
    counting = Counting(database)
    loads, load = loader()
    settings = Fresh(versions_of(counting), "prompts", load)
    assert await settings.get() == 1
    assert await change(database) == 1
    began = asyncio.get_running_loop().time()

    async def seen() -> bool:
        return await settings.get() == 2

    await until(seen, "the change", longest_s=10)
    took = asyncio.get_running_loop().time() - began
    assert loads == [1, 2] and took < 1.0 and counting.looks == 2, (took, counting.looks)


async def test_a_rush_of_questions_of_every_kind_costs_one_look_and_one_load_each(database: Database) -> None:
    counting = Counting(database)
    versions = versions_of(counting, every_s=60)
    loads, load = loader()
    kinds = [Fresh(versions, kind, load) for kind in ("prompts", "guard", "intents")]
    await asyncio.gather(*(kind.get() for kind in kinds * 50))
    assert counting.looks == 1 and len(loads) == 3


async def test_a_change_of_one_kind_loads_nothing_of_another(database: Database) -> None:
    versions = versions_of(Counting(database), every_s=0)
    prompts, load_prompts = loader()
    guard, load_guard = loader()
    both = Fresh(versions, "prompts", load_prompts), Fresh(versions, "guard", load_guard)
    await both[0].get(), await both[1].get()
    await change(database, "guard")
    await both[0].get(), await both[1].get()
    assert prompts == [1] and guard == [1, 2]


async def test_the_process_that_made_the_change_sees_it_at_once(database: Database) -> None:
    versions = versions_of(Counting(database), every_s=60)
    loads, load = loader()
    settings = Fresh(versions, "prompts", load)
    await settings.get()
    await change(database)
    assert await settings.get() == 1
    versions.forget()
    assert await settings.get() == 2 and loads == [1, 2]


async def test_while_the_database_is_away_the_old_settings_stay_and_it_is_not_asked_by_every_question(
    database: Database,
) -> None:
    counting = Counting(database)
    versions = versions_of(counting, every_s=0)
    _, load = loader()
    settings = Fresh(versions, "prompts", load)
    assert await settings.get() == 1
    await change(database)
    counting.away = True
    assert await settings.get() == 1
    versions._every_s = 60.0
    looked = counting.looks
    assert [await settings.get() for _ in range(5)] == [1] * 5 and counting.looks == looked
    counting.away, versions._every_s = False, 0
    assert await settings.get() == 2


async def test_settings_never_loaded_are_told_to_be_unavailable(database: Database) -> None:
    counting = Counting(database, away=True)
    settings = Fresh(versions_of(counting), "prompts", loader()[1])
    with pytest.raises(Unavailable):
        await settings.get()
    counting.away = False
    assert await settings.get() == 1


async def test_a_load_that_fails_keeps_what_is_held_and_is_tried_again(database: Database) -> None:
    answers: list[int | Exception] = [1, Unavailable(), 2]

    async def load() -> int:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    settings = Fresh(versions_of(Counting(database), every_s=0), "prompts", load)
    assert await settings.get() == 1
    await change(database)
    assert await settings.get() == 1 and await settings.get() == 2


async def test_a_stopped_question_does_not_take_the_look_of_the_others_with_it(database: Database) -> None:
    settings = Fresh(versions_of(Counting(database)), "prompts", loader()[1])
    stopped, waiting = asyncio.create_task(settings.get()), asyncio.create_task(settings.get())
    await asyncio.sleep(0)
    stopped.cancel()
    assert await waiting == 1


async def test_a_change_that_is_rolled_back_changes_no_version(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await raise_version(session, "prompts")
            raise RuntimeError("and back")
    assert await change(database) == 1 and await change(database) == 2
