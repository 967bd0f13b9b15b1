"""A thousand cuts: readers who lose their line anywhere, in the middle of a letter too, miss no byte."""

import asyncio
import contextlib
import random
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from app.conversations import post_message, transcript
from app.conversations.domain import event_id
from app.conversations.stream import open_stream
from app.escalation import desk
from app.kernel.ids import new_id
from tests.conversations.customer import Reading, parse
from tests.escalation.actors import House, agent, house
from tests.serving import settings_for

CUTS = 1_000
ROUNDS = 12
LONGEST_BYTES = 900
PATIENCE_S = 0.5
LIN = agent("林晓")


@dataclass
class Side:
    """One who reads, again and again from where the line was cut."""

    house: House
    id: UUID
    dice: random.Random
    reading: Reading = field(default_factory=Reading)
    cuts: int = 0

    async def read(self) -> None:
        """Reads until so many bytes came, and loses the line."""
        room, got = self.dice.randint(1, LONGEST_BYTES), b""
        stream = await open_stream(self.house.tools, self.id, self.reading.last_id)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_S), aclosing(stream.chunks(look_first=True)) as chunks:
                    async for chunk in chunks:
                        got += chunk
                        if len(got) >= room:
                            break
        finally:
            stream.following.close()
        for block in got[:room].split(b"\n\n")[:-1]:
            event = parse(block.decode())
            if event is not None:
                self.reading.take(event)
        self.cuts += 1

    def said(self) -> list[tuple[str, str]]:
        """Everything said, as this side has it."""
        return [
            (str(event.data.get("role", "bot")), str(event.data["text"]))
            for event in self.reading.events
            if event.name in ("message.created", "answer.completed", "answer.failed")
        ]


async def _talk(house: House, id: UUID, token: str, dice: random.Random) -> None:
    """The customer asks, the bot answers, a person takes over somewhere in its sentence, speaks, and hands back."""
    for nth in range(ROUNDS):
        posted = await post_message(house.tools, id, token, str(new_id()), f"第 {nth} 次问：退货的运费😀谁出？")
        await asyncio.sleep(dice.random() * 0.02)
        await desk.take_over(house.escalation, id, LIN)
        await desk.reply(house.escalation, id, LIN, str(new_id()), f"第 {nth} 次答：由我们承担。\n\n还有别的吗？")
        await post_message(house.tools, id, token, str(new_id()), "没有了")
        if posted.answer_id is not None:
            await house.over(posted.answer_id)
        await desk.hand_back(house.escalation, id, LIN, None)
        answered = await post_message(house.tools, id, token, str(new_id()), "再问一个")
        assert answered.answer_id is not None
        await house.over(answered.answer_id)


async def test_after_a_thousand_cuts_both_sides_have_every_byte_that_is_stored(
    database_url: str, redis_url: str, tmp_path: Path
) -> None:
    dice = random.Random(7)
    async with house(settings_for(database_url, redis_url, tmp_path, database_pool=12), witness=False) as found:
        begun = await found.begin()
        id = begun.conversation_id
        sides = [Side(found, id, random.Random(seed)) for seed in (1, 2)]
        talking = asyncio.create_task(_talk(found, id, begun.token, dice))
        while not talking.done():
            await asyncio.gather(*(side.read() for side in sides))
        await talking
        async with found.database.reading() as session:
            stored = [(one.role, one.text) for one in await transcript(session, id)]
        [row] = await found.rows("SELECT seq FROM conversation WHERE id = :id", id=id)
        live = sum(side.cuts for side in sides)
        while sum(side.cuts for side in sides) < CUTS:
            for side in sides:
                if side.reading.last_id >= event_id(row.seq):
                    assert sorted(side.said()) == sorted(stored)
                    side.reading = Reading()
                await side.read()
        for side in sides:
            while side.reading.last_id < event_id(row.seq):
                await side.read()
            assert sorted(side.said()) == sorted(stored)
        assert live > ROUNDS, "some of the cuts were made while it was being said"
