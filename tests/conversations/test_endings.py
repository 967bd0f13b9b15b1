"""Every way an answer ends: stopped, failed, handed over, taken over; and the conversation goes on afterwards."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.answering import Failed, Outcome, Replaced
from app.conversations import ConversationTools, Happening, change_owner
from app.kernel.database import Database
from app.kernel.ids import new_id
from tests.conversations.customer import Customer, Reading
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served


def tools_of(chat: Served) -> ConversationTools:
    """The room's tools in the served process."""
    found: ConversationTools = chat.tools[ConversationTools]
    return found


async def until_text(events: Any, reading: Reading, text: str) -> None:
    """Reads until the running answer has this text."""
    async for event in events:
        reading.take(event)
        if text in reading.texts.values():
            return


async def test_stop_ends_the_model_and_keeps_what_was_said(customer: Customer, answerer: FakeAnswerer) -> None:
    answerer.hold("一", "二", "三")
    reading = Reading()
    async with customer.asking("停？") as events:
        answerer.say_next()
        await until_text(events, reading, "一")
        answer_id = next(iter(reading.texts))
        stopped = await customer.post(f"/answers/{answer_id}/stop")
        assert (stopped.status_code, stopped.json()) == (202, {"answer_id": answer_id})
        async for event in events:
            reading.take(event)
    assert answerer.closed == 1
    completed = reading.ended[answer_id].data
    assert completed["outcome"] == "stopped" and completed["text"] == "一"
    again = await customer.post(f"/answers/{answer_id}/stop")
    assert (again.status_code, again.json()["code"]) == (409, "answer_ended")
    answerer.say_all()
    assert (await customer.ask("继续？")).events[-1].data["outcome"] == "answered"


async def test_a_waiting_answer_can_be_stopped_before_it_begins(customer: Customer, answerer: FakeAnswerer) -> None:
    answerer.hold("一")
    first = await customer.write("一？")
    second = await customer.write("二？")
    assert (await customer.post(f"/answers/{second['answer_id']}/stop")).status_code == 202
    answerer.say_all()
    reading = await customer.read_until("answer.completed", times=2)
    assert reading.ended[first["answer_id"]].data["outcome"] == "answered"
    assert reading.ended[second["answer_id"]].data["outcome"] == "stopped"
    assert len(answerer.questions) == 1


async def test_an_unknown_answer_cannot_be_stopped_or_made_again(customer: Customer, chat: Served) -> None:
    other = await Customer.begin(chat.client())
    theirs = (await other.ask("别人的？")).events[-1].data["answer_id"]
    for answer_id in (str(new_id()), theirs, "17"):
        for what in ("stop", "regenerate"):
            assert (await customer.post(f"/answers/{answer_id}/{what}")).status_code == 404, answer_id


@pytest.mark.parametrize(
    "failure",
    [
        Failed("model_timeout", "刚才没能答完。", {"seen": "timeout"}),
        RuntimeError("a bug"),
        ConnectionError("no model"),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_failure_is_one_honest_sentence_and_the_conversation_goes_on(
    customer: Customer, answerer: FakeAnswerer, failure: Exception | Failed
) -> None:
    answerer.failure = failure
    reading = await customer.ask("坏了？")
    failed = reading.events[-1]
    assert failed.name == "answer.failed" and "没能答完" in failed.data["text"]
    assert failed.data["code"] == ("model_timeout" if isinstance(failure, Failed) else "answer_broke")
    stored = (await customer.snapshot())["messages"][-1]
    assert stored["outcome"] == "failed" and stored["text"] == failed.data["text"]
    replay = await customer.read_until("answer.failed")
    assert replay.events[-1] == failed
    answerer.failure = None
    again = await customer.post(f"/answers/{failed.data['answer_id']}/regenerate")
    assert again.status_code == 202
    assert (await customer.read_until("answer.completed", after=failed.id)).events[-1].data["outcome"] == "answered"


async def test_asking_for_a_person_ends_the_answer_and_twice_is_once(
    customer: Customer, answerer: FakeAnswerer, chat: Served
) -> None:
    answerer.hold("一", "二")
    reading = Reading()
    async with customer.asking("人工？") as events:
        answerer.say_next()
        await until_text(events, reading, "一")
        waiting = await customer.write("还在吗？")
        placed = await customer.post("/handoff", {"reason": "想找人"})
        assert placed.status_code == 202
        assert placed.json() == {"owner": "queue", "position": 1, "estimated_wait_s": None}
        async for event in events:
            reading.take(event)
    assert next(iter(reading.ended.values())).data["outcome"] == "stopped"
    assert (await customer.post("/handoff")).json() == placed.json()
    written = await customer.write("有人吗？")
    assert written["answer_id"] is None
    replay = await customer.read_until("message.created", times=3)
    assert [e.data for e in replay.events if e.name == "owner.changed"] == [{"owner": "queue", "reason": "想找人"}]
    assert [e.data for e in replay.events if e.name == "queue.updated"] == [{"position": 1, "estimated_wait_s": None}]
    assert replay.ended[waiting["answer_id"]].data["outcome"] == "stopped"
    other = await Customer.begin(chat.client())
    assert (await other.post("/handoff")).json()["position"] == 2
    assert (await customer.snapshot())["owner"] == "queue"


async def test_the_bots_own_hand_over_ends_with_its_answer_then_the_owner(
    customer: Customer, answerer: FakeAnswerer
) -> None:
    answerer.outcome = Outcome.HANDED_OFF
    answered = await customer.ask("转人工")
    assert answered.events[-1].data["outcome"] == "handed_off"
    replay = await customer.read_until("queue.updated")
    assert replay.names()[-3:] == ["answer.completed", "owner.changed", "queue.updated"]
    posted = await customer.ask("好的")
    assert posted.names() == ["message.created"]


async def test_after_a_take_over_no_bot_text_is_stored(
    customer: Customer, answerer: FakeAnswerer, chat: Served, database: Database
) -> None:
    answerer.hold("一", "二")
    tools, reading = tools_of(chat), Reading()
    async with customer.asking("抢？") as events:
        answerer.say_next()
        await until_text(events, reading, "一")
        async with database.transaction() as session:
            # From another process, whose word does not arrive: the fence must hold by itself.
            silent = replace(tools.bulletin, live=Silent())  # type: ignore[arg-type]  # only appends
            await change_owner(
                session,
                silent,
                UUID(customer.conversation_id),
                Happening.TAKEN_OVER,
                actor="staff",
                reason="taken_over",
                agent=(new_id(), "林晓"),
            )
        answerer.say_all()
        async for event in events:
            reading.take(event)
    messages = (await customer.snapshot())["messages"]
    assert messages[-1]["outcome"] == "stopped" and messages[-1]["text"] in ("一", "一二")
    owner = next(e for e in reading.events if e.name == "owner.changed")
    assert owner.data == {"owner": "agent", "reason": "taken_over", "agent": {"name": "林晓"}}
    regenerated = await customer.post(f"/answers/{messages[-1]['message_id']}/regenerate")
    assert (regenerated.status_code, regenerated.json()["code"]) == (409, "not_now")


class Silent:
    """Live streams nobody hears."""

    def append(self, key: str, data: bytes, *, fresh: bool = False, soon: bool = True) -> None:
        """Nothing."""


async def test_writing_to_a_closed_conversation_opens_it_again(
    customer: Customer, chat: Served, database: Database
) -> None:
    await customer.ask("一？")
    async with database.transaction() as session:
        await change_owner(
            session,
            tools_of(chat).bulletin,
            UUID(customer.conversation_id),
            Happening.CLOSED,
            actor="staff",
            reason="solved",
        )
    assert (await customer.snapshot())["lifecycle"] == "closed"
    reading = await customer.ask("还有一个？")
    assert reading.events[-1].data["outcome"] == "answered"
    replay = await customer.read_until("answer.completed", times=2)
    assert [e.data["owner"] for e in replay.events if e.name == "owner.changed"] == ["none", "bot"]
    assert (await customer.snapshot())["lifecycle"] == "open"


async def test_text_that_cannot_be_stored_is_cleaned_on_the_way(customer: Customer, answerer: FakeAnswerer) -> None:
    answerer.pieces = ("零\x00字节", "半个\ud83d字", "好")
    reading = await customer.ask("怪字？")
    assert reading.events[-1].data["text"] == "零字节半个?字好"
    assert (await customer.snapshot())["messages"][-1]["text"] == "零字节半个?字好"


async def test_a_retraction_replaces_what_readers_have(customer: Customer, answerer: FakeAnswerer) -> None:
    answerer.hold("这是错的", Replaced("对不起，没有找到。"), "请找人工。")
    early, late = Reading(), Reading()
    async with customer.asking("收回？") as events:
        answerer.say_next()
        await until_text(events, early, "这是错的")
        left_at = early.last_id
        answerer.say_all()
        async for event in events:
            early.take(event)
    answer_id = next(iter(early.ended))
    assert early.texts[answer_id] == "对不起，没有找到。请找人工。"
    late.texts[answer_id] = "这是错的"
    late.last_id = left_at
    async with customer.listening(left_at) as events:
        async for event in events:
            late.take(event)
            if event.name == "answer.completed":
                break
    assert late.texts == early.texts
    replay = await customer.read_until("answer.completed")
    assert replay.texts == early.texts and "answer.retracted" not in replay.names()
