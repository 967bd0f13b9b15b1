"""Chat while a store is away: without Redis it goes on, without PostgreSQL it says so, and nothing is lost."""

import asyncio
import signal
from pathlib import Path

import psycopg

from app.adapters.embedded import start_stores
from app.commands.migrate import migrate
from app.kernel.settings import Settings
from tests.conversations.customer import Customer, Reading
from tests.fakes.answerer import FakeAnswerer
from tests.serving import serving, settings_for


async def test_without_redis_answers_stream_stop_and_replay(settings: Settings, tmp_path: Path) -> None:
    alone = Settings(**{**settings.model_dump(), "redis_url": f"unix://{tmp_path}/none.sock", "rate_limits": "on"})
    answerer = FakeAnswerer()
    async with serving(alone, answerer) as served:
        customer = await Customer.begin(served.client())
        whole = await customer.ask("没有 Redis？")
        assert whole.events[-1].data["outcome"] == "answered"
        answerer.hold("一", "二")
        answerer.say_next()
        reading = Reading(last_id=whole.last_id)
        async with asyncio.timeout(20), customer.listening(whole.last_id) as events:
            accepted = await customer.write("再来？")
            async for event in events:
                reading.take(event)
                if event.name == "answer.delta":
                    assert (await customer.snapshot())["running_answer"]["text"] == "一"
                    await customer.post(f"/answers/{accepted['answer_id']}/stop")
                if event.name == "answer.completed":
                    break
        assert reading.events[-1].data["outcome"] == "stopped"
        replay = await customer.read_until("answer.completed", times=2)
        assert [e.data["text"] for e in replay.ended.values()] == ["您好，七天内可以退货。😀", "一"]


async def test_a_killed_database_costs_nothing_that_was_accepted(tmp_path: Path) -> None:
    with start_stores(tmp_path / "stores") as stores:
        await asyncio.to_thread(migrate, stores.database_url)
        answerer = FakeAnswerer("回答")
        async with serving(settings_for(stores.database_url, stores.redis_url, tmp_path), answerer) as served:
            customer = await Customer.begin(served.client())
            answerer.hold("回", "答")
            answerer.say_next()
            accepted = await customer.write("数据库会断吗？", "c1")
            await customer.read_until("answer.delta")
            assert stores.postgres is not None and stores.postgres.process is not None
            stores.postgres.process.send_signal(signal.SIGKILL)
            stores.postgres.process.wait()
            answerer.say_all()
            refused = await customer.post("/messages", {"client_id": "c2", "text": "还在吗？"})
            assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
            assert int(refused.headers["Retry-After"]) > 0
            await asyncio.to_thread(stores.postgres.start)
            with psycopg.connect(stores.database_url.replace("+psycopg", "")) as connection:
                connection.execute("select 1")
            async with asyncio.timeout(30):
                while (await customer.post("/messages", {"client_id": "c2", "text": "还在吗？"})).status_code != 202:
                    await asyncio.sleep(0.05)  # what a client does after 503
            reading = await customer.read_until("answer.completed", times=2)
            assert reading.ended[accepted["answer_id"]].data["text"] == "回答"
            roles = [m["role"] for m in (await customer.snapshot())["messages"]]
            assert sorted(roles) == ["bot", "bot", "customer", "customer"]
