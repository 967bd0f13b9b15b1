"""The customer's contract, as anybody outside can see it."""

import asyncio

from tests.conversations.customer import Customer, Reading
from tests.fakes.answerer import FakeAnswerer

ANSWER = "您好，七天内可以退货。😀"


async def test_a_question_is_answered_over_the_same_request(customer: Customer) -> None:
    reading = await customer.ask("怎么退货？")
    assert reading.names() == [
        "message.created",
        "answer.started",
        "answer.citations",
        "answer.delta",
        "answer.completed",
    ]
    created, started, cited, *_, completed = reading.events
    assert created.data["role"] == "customer" and created.data["text"] == "怎么退货？" and created.data["client_id"]
    assert started.data["question_id"] == created.data["message_id"] and started.data["composer"] == "generative"
    citation = cited.data["citations"][0]
    assert citation["number"] == 1 and citation["title"] == "退货政策" and citation["heading_path"] == ["退货", "时限"]
    assert citation["url"].startswith("/sources/") and customer.token not in citation["url"]
    assert completed.data["text"] == ANSWER and completed.data["outcome"] == "answered"
    assert completed.data["suggestions"] == ["怎么寄回？"] and completed.data["citations"] == cited.data["citations"]


async def test_a_message_is_accepted_and_its_answer_comes_as_events(customer: Customer) -> None:
    accepted = await customer.write("怎么退货？")
    assert accepted["answer_id"] and accepted["seq"] > 0
    reading = await customer.read_until("answer.completed")
    assert reading.events[0].id == accepted["seq"]
    assert reading.events[0].data["message_id"] == accepted["message_id"]
    assert list(reading.ended) == [accepted["answer_id"]]


async def test_the_snapshot_holds_everything_and_continues_without_a_gap(customer: Customer) -> None:
    await customer.ask("怎么退货？")
    snapshot = await customer.snapshot()
    assert snapshot["owner"] == "bot" and snapshot["lifecycle"] == "open" and "running_answer" not in snapshot
    question, answer = snapshot["messages"]
    assert question["role"] == "customer" and question["client_id"] and "outcome" not in question
    assert answer["role"] == "bot" and answer["text"] == ANSWER and answer["outcome"] == "answered"
    assert answer["citations"][0]["quote"] and answer["composer"] == "generative"
    second = await customer.write("还有呢？")
    reading = await customer.read_until("answer.completed", after=snapshot["seq"])
    assert reading.events[0].data["message_id"] == second["message_id"]


async def test_replay_from_the_beginning_is_complete_in_order_and_merged(customer: Customer) -> None:
    first = await customer.ask("一？")
    second = await customer.ask("二？")
    replay = await customer.read_until("answer.completed", times=2)
    assert replay.names() == first.names() + second.names()
    assert sum(event.name == "answer.delta" for event in replay.events) == 2
    assert [e.id for e in replay.events if e.name == "answer.completed"] == [
        e.id for reading in (first, second) for e in reading.events if e.name == "answer.completed"
    ]


async def test_a_reader_who_left_anywhere_misses_nothing(customer: Customer, answerer: FakeAnswerer) -> None:
    answerer.pieces = tuple(f"第{n}段。" for n in range(30))
    whole = await customer.ask("长的？")
    text = "".join(answerer.pieces)
    for left_at, event in enumerate(whole.events[:-1]):
        reading = Reading()
        for earlier in whole.events[: left_at + 1]:
            reading.take(earlier)
        async with customer.listening(event.id) as events:
            async for later in events:
                reading.take(later)
                if later.name == "answer.completed":
                    break
        assert list(reading.texts.values()) == [text], left_at


async def test_a_second_tab_sees_the_same_stream_while_it_runs(customer: Customer, answerer: FakeAnswerer) -> None:
    answerer.hold("一", "二", "三", "四")
    accepted = await customer.write("慢一点？")
    async with customer.listening() as first:
        one, two = Reading(), Reading()
        answerer.say_next(2)
        async for event in first:
            one.take(event)
            if "".join(one.texts.values()) == "一二":
                break
        snapshot = await customer.snapshot()
        assert snapshot["running_answer"] == {"answer_id": accepted["answer_id"], "text": "一二"}
        async with customer.listening(snapshot["seq"]) as second:
            answerer.say_all()
            two.texts[accepted["answer_id"]] = "一二"
            async for event in second:
                two.take(event)
                if event.name == "answer.completed":
                    break
            async for event in first:
                one.take(event)
                if event.name == "answer.completed":
                    break
    assert one.texts == two.texts == {accepted["answer_id"]: "一二三四"}
    assert next(e for e in two.events if e.name == "answer.delta").data["offset"] == 2


async def test_leaving_does_not_end_the_answer(customer: Customer, answerer: FakeAnswerer) -> None:
    answerer.hold("一", "二")
    async with customer.asking("走了？") as events:
        async for event in events:
            if event.name == "answer.started":
                break
    answerer.say_all()
    reading = await customer.read_until("answer.completed")
    assert list(reading.texts.values()) == ["一二"]


async def test_a_customer_who_writes_without_a_pause_is_answered_all_that_was_taken_in_order(
    customer: Customer,
) -> None:
    sent = [await customer.post("/messages", {"client_id": f"m{n}", "text": f"问题{n}？"}) for n in range(20)]
    accepted = [answer.json()["answer_id"] for answer in sent if answer.status_code == 202]
    refused = [answer for answer in sent if answer.status_code != 202]
    assert {(one.status_code, one.json()["code"]) for one in refused} <= {(429, "too_many_waiting")}
    assert len(accepted) >= 4 and all(int(one.headers["Retry-After"]) > 0 for one in refused)
    reading = await customer.read_until("answer.completed", times=len(accepted))
    assert list(reading.ended) == accepted
    said = [message for message in (await customer.snapshot())["messages"] if message["role"] == "customer"]
    assert len(said) == len(accepted), "what was refused is not kept"


async def test_questions_wait_their_turn_and_answers_never_interleave(
    customer: Customer, answerer: FakeAnswerer
) -> None:
    answerer.hold("甲", "乙")
    accepted = [await customer.write(f"问题{n}？") for n in range(4)]
    refused = await customer.post("/messages", {"client_id": "one too many", "text": "再问？"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_waiting")
    assert int(refused.headers["Retry-After"]) > 0
    answerer.say_all()
    reading = await customer.read_until("answer.completed", times=4)
    assert list(reading.ended) == [a["answer_id"] for a in accepted]
    open_answer = None
    for event in reading.events:
        if event.name == "answer.started":
            assert open_answer is None
            open_answer = event.data["answer_id"]
        elif event.name.startswith("answer."):
            assert event.data["answer_id"] == open_answer
            open_answer = None if event.name == "answer.completed" else open_answer
    assert [len(q.history) for q in answerer.questions] == [0, 2, 4, 6]
    assert (await customer.write("再问？", "one too many"))["answer_id"]


async def test_the_same_message_again_is_one_message(customer: Customer) -> None:
    first = await customer.write("你好？", "c1")
    assert await customer.write("你好？", "c1") == first
    other = await customer.post("/messages", {"client_id": "c1", "text": "别的？"})
    assert (other.status_code, other.json()["code"]) == (409, "client_id_reused")
    again = await customer.ask("你好？", "c1")
    assert list(again.ended) == [first["answer_id"]]
    assert [m["role"] for m in (await customer.snapshot())["messages"]] == ["customer", "bot"]


async def test_a_double_click_stores_one_message(customer: Customer) -> None:
    answers = await asyncio.gather(*(customer.write("双击？", "same") for _ in range(8)))
    assert all(a == answers[0] for a in answers)
    await customer.read_until("answer.completed")
    assert len((await customer.snapshot())["messages"]) == 2


async def test_an_answer_can_be_made_again(customer: Customer, answerer: FakeAnswerer) -> None:
    first = await customer.ask("怎么退货？")
    answer_id = first.events[-1].data["answer_id"]
    again = await customer.post(f"/answers/{answer_id}/regenerate")
    assert again.status_code == 202 and again.json()["answer_id"] != answer_id
    reading = await customer.read_until("answer.completed", times=2)
    assert list(reading.ended) == [answer_id, again.json()["answer_id"]]
    started = [e for e in reading.events if e.name == "answer.started"]
    assert started[0].data["question_id"] == started[1].data["question_id"]
    assert answerer.questions[1].history == ()
