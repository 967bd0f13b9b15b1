"""A web process killed in the middle of an answer: another one, or the next one, finishes it; nothing is lost."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from app.conversations import ConversationTools
from app.conversations.lease import sweep_once
from app.conversations.place import is_gone, own_place
from app.kernel.database import Database
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from tests.conversations.customer import Customer, Reading, parse
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served, serving


@asynccontextmanager
async def held_web(settings: Settings) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    """Another web process on the same stores; it hangs in the middle of every answer."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.conversations.held_web",
        json.dumps(settings.model_dump(mode="json", exclude_defaults=True, exclude={"data_dir"})),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().strip()
    assert address, "the other process did not start"
    try:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def killed_mid_answer(process: asyncio.subprocess.Process, customer: Customer) -> Reading:
    """What the customer had read when the process was gone."""
    reading = Reading()
    with pytest.raises(httpx.HTTPError):
        async with customer.asking("会断吗？") as events:
            async for event in events:
                reading.take(event)
                if event.name == "answer.delta":
                    process.kill()
                    await process.wait()
    assert list(reading.texts.values()) == ["没说完的"]
    return reading


async def finished_elsewhere(customer: Customer, served: Served, reading: Reading) -> None:
    """The customer comes back to another process and reads the whole answer behind what it had."""
    customer.client = served.client()
    async with asyncio.timeout(30), customer.listening(reading.last_id) as events:
        async for event in events:
            reading.take(event)
            if event.name == "answer.completed":
                break
    assert reading.names()[-3:] in (
        ["answer.citations", "answer.delta", "answer.completed"],
        ["answer.started", "answer.delta", "answer.completed"],
    )
    restarted = next(e for e in reading.events[::-1] if e.name == "answer.delta")
    assert reading.events[-1].data["outcome"] == "answered" and "没说完的" not in reading.events[-1].data["text"]
    assert sum(e.name == "answer.started" for e in reading.events) == 2 and restarted.data["offset"] >= 0
    snapshot = await customer.snapshot()
    assert [m["role"] for m in snapshot["messages"]] == ["customer", "bot"]


async def test_another_process_finishes_the_answer_of_a_killed_one(settings: Settings) -> None:
    async with held_web(settings) as (process, client), serving(settings, FakeAnswerer()) as survivor:
        customer = await Customer.begin(client)
        reading = await killed_mid_answer(process, customer)
        await finished_elsewhere(customer, survivor, reading)


async def test_the_next_process_finishes_the_answer_of_a_killed_one(settings: Settings) -> None:
    async with held_web(settings) as (process, client):
        customer = await Customer.begin(client)
        reading = await killed_mid_answer(process, customer)
    async with serving(settings, FakeAnswerer()) as restarted:
        await finished_elsewhere(customer, restarted, reading)


async def test_one_process_stops_what_another_one_writes(settings: Settings) -> None:
    async with held_web(settings) as (_, client), serving(settings, FakeAnswerer()) as other:
        customer = await Customer.begin(client)
        accepted = await customer.write("停得住吗？")
        customer.client = other.client()
        reading = Reading()
        async with asyncio.timeout(30), customer.listening() as events:
            async for event in events:
                reading.take(event)
                if event.name == "answer.delta":
                    stopped = await customer.post(f"/answers/{accepted['answer_id']}/stop")
                    assert stopped.status_code == 202
                if event.name == "answer.completed":
                    break
        assert reading.events[-1].data["outcome"] == "stopped" and reading.events[-1].data["text"] == "没说完的"


async def test_a_silent_node_loses_its_answers_and_may_not_write_any_more(
    chat: Served, customer: Customer, answerer: FakeAnswerer, database: Database
) -> None:
    answerer.hold("一")
    accepted = await customer.write("谁写？")
    await customer.read_until("answer.citations")
    tools: ConversationTools = chat.tools[ConversationTools]
    quick = FakeAnswerer("另一个进程写的")
    other = replace(tools, answerer=quick, answers=type(tools.answers)())
    async with database.transaction() as session:
        await session.execute(text("UPDATE answer_node SET beat_at = beat_at - interval '1 minute'"))
    await sweep_once(other, own_place())
    reading = await customer.read_until("answer.completed")
    answerer.say_all()
    assert reading.events[-1].data["text"] == "另一个进程写的"
    await customer.ask("下一个？")
    messages = (await customer.snapshot())["messages"]
    assert [m["message_id"] for m in messages].count(accepted["answer_id"]) == 1
    assert messages[1]["text"] == "另一个进程写的"


async def test_an_answer_that_kills_its_process_three_times_is_given_up(
    chat: Served, customer: Customer, answerer: FakeAnswerer, database: Database
) -> None:
    answerer.hold("一")
    accepted = await customer.write("毒药？")
    await customer.read_until("answer.citations")
    async with database.transaction() as session:
        await session.execute(text("UPDATE answer_run SET node_id = NULL, attempt = 3"))
    await sweep_once(chat.tools[ConversationTools], own_place())
    reading = await customer.read_until("answer.failed")
    assert reading.events[-1].data["code"] == "answer_gave_up"
    assert reading.events[-1].data["answer_id"] == accepted["answer_id"]


def test_a_process_is_gone_only_when_that_is_certain() -> None:
    here = own_place()
    assert not is_gone(here)
    machine, pid, started = here.split("|")
    assert is_gone(f"{machine}|{pid}|{int(started) + 1}")
    assert not is_gone(f"elsewhere|{pid}|1") and not is_gone("|1|1") and not is_gone(str(new_id()))


async def test_a_process_told_to_end_says_bye_and_leaves_its_answer_to_the_next(settings: Settings) -> None:
    async with held_web(settings) as (process, client):
        customer = await Customer.begin(client)
        accepted = await customer.write("要重启了？")
        reading, said = Reading(), ""
        async with client.stream("GET", customer.path + "/events", headers=customer.headers) as response:
            async with asyncio.timeout(30):
                async for text_now in response.aiter_text():
                    said += text_now
                    if "answer.delta" in said and process.returncode is None and "event: bye" not in said:
                        process.terminate()
        assert said.endswith("event: bye\nretry: 500\ndata: {}\n\n")
        await process.wait()
        for block in said.split("\n\n"):
            if (event := parse(block)) is not None:
                reading.take(event)
    async with serving(settings, FakeAnswerer()) as restarted:
        await finished_elsewhere(customer, restarted, reading)
    assert list(reading.ended) == [accepted["answer_id"]]
