"""Aftercare: who is asked what, how long an ended conversation may go on, and messages left while nobody is there."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.accounts import Role
from app.answering import Outcome
from app.escalation.aftercare.domain import openings, replied_by
from app.escalation.calendars import Calendar, is_open
from app.escalation.calendars.domain import Interval, Kind, SpecialDay
from app.escalation.store import find_surveys
from app.kernel.database import Database
from app.kernel.ids import new_id
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served

CALENDAR = Calendar(
    UUID(int=1),
    "",
    "Asia/Shanghai",
    ((Interval.read("09:00", "12:00"), Interval.read("13:30", "18:00")),) * 5 + ((), ()),
    (SpecialDay(date(2026, 11, 28), Kind.WORK), SpecialDay(date(2026, 11, 30), Kind.OFF)),
)


@pytest.fixture
async def supervisor(chat: Served) -> httpx.AsyncClient:
    """Supervisor, signed in."""
    return await chat.signed_in(Role.SUPERVISOR)


async def change(staff: httpx.AsyncClient, **more: Any) -> httpx.Response:
    rules = (await staff.get("/api/v1/service-rules")).json()
    del rules["changed_by"]
    return await staff.put("/api/v1/service-rules", json={**rules, **more})


async def end(staff: httpx.AsyncClient, customer: Customer, says: str | None = None, **form: Any) -> None:
    await staff.post(f"{customer.path}/take-over")
    if says:
        await staff.post(f"{customer.path}/replies", json={"client_id": str(new_id()), "text": says})
    ended = await staff.post(f"{customer.path}/close", json={"outcome": "resolved", **form})
    assert ended.status_code == 200, ended.text


async def asked(customer: Customer) -> list[list[str]]:
    told = await customer.read_until("owner.changed", 2)
    after = await customer.read_until("survey.requested", 1, told.last_id - 1) if told else told
    return [event.data["parts"] for event in after.events if event.name == "survey.requested"]


async def test_each_part_that_did_something_is_judged_apart(
    customer: Customer, supervisor: httpx.AsyncClient, database: Database
) -> None:
    await customer.ask("能退吗？")
    await end(supervisor, customer, "可以退。", category="退换货", note="已登记")
    assert await asked(customer) == [["agent", "bot"]]
    for part, score in (("agent", 5), ("bot", 2), ("bot", 3)):
        assert (await customer.post("/survey", {"score": score, "part": part})).status_code == 204
    assert (await customer.post("/survey", {"score": 4})).status_code == 204, "without a part: the first that was asked"
    async with database.reading() as session:
        rows = await find_surveys(session, UUID(customer.conversation_id))
    assert [(row.part, row.score) for row in rows] == [("agent", 4), ("bot", 3)]
    notes = (await supervisor.get(f"{customer.path}/notes")).json()
    assert (notes[-1]["category"], notes[-1]["outcome"], notes[-1]["text"]) == ("退换货", "resolved", "已登记")


async def test_nobody_is_asked_about_a_person_who_said_nothing_or_where_the_rules_say_no(
    chat: Served, customer: Customer, supervisor: httpx.AsyncClient, answerer: FakeAnswerer
) -> None:
    answerer.outcome = Outcome.REFUSED
    await customer.ask("能退吗？")
    await end(supervisor, customer)
    assert (await customer.read_until("owner.changed", 2)).names()[-1] == "owner.changed"
    snapshot = await customer.snapshot()
    assert (await change(supervisor, ask_bot=False)).status_code == 200
    other = await Customer.begin(chat.client())
    answerer.outcome = Outcome.ANSWERED
    await other.ask("能退吗？")
    await end(supervisor, other, "可以。")
    assert await asked(other) == [["agent"]]
    assert snapshot["lifecycle"] == "closed"
    again = await customer.write("还有一个问题")
    assert again["answer_id"], "an ended conversation goes on with the bot"
    await end(supervisor, customer)
    assert (await change(supervisor, reopen_days=0)).status_code == 200
    over = await customer.post("/messages", {"client_id": str(new_id()), "text": "还在吗"})
    assert (over.status_code, over.json()["code"]) == (409, "conversation_over")


async def test_rules_are_a_supervisors_and_two_who_change_them_are_told(
    chat: Served, supervisor: httpx.AsyncClient
) -> None:
    agent = await chat.signed_in(Role.AGENT)
    rules = (await agent.get("/api/v1/service-rules")).json()
    assert (rules["version"], rules["reopen_days"]) == (0, 7) and "退换货" in rules["categories"]
    assert (await change(agent)).status_code == 403
    body = {key: value for key, value in rules.items() if key != "changed_by"}
    assert (await supervisor.put("/api/v1/service-rules", json=body)).json()["changed_by"] == "Supervisor"
    late = await supervisor.put("/api/v1/service-rules", json=body)
    assert (late.status_code, late.json()["code"]) == (409, "service_rules_changed")
    assert (await change(supervisor, reply_by="25:00")).status_code == 422


async def test_a_message_left_waits_first_in_line_and_its_link_leads_back_from_anywhere(
    chat: Served, customer: Customer, supervisor: httpx.AsyncClient
) -> None:
    await customer.ask("包裹没收到")
    form = {"name": "陈", "contact": "138 0012 0912", "text": "单号 SF14208836"}
    assert (await customer.post("/left-message", {**form, "contact": "call me"})).status_code == 422
    taken = await customer.post("/left-message", form)
    assert taken.status_code == 201 and taken.json()["promised_by"]
    snapshot = await customer.snapshot()
    assert (snapshot["owner"], snapshot["messages"][-1]["text"]) == ("queue", "单号 SF14208836")
    back = await chat.client().post("/api/v1/conversation-returns", json={"code": taken.json()["return_code"]})
    assert (back.status_code, back.json()["conversation_id"]) == (200, customer.conversation_id)
    gone = await customer.client.get(customer.path, headers=customer.headers)
    assert gone.status_code == 404, "the old token is nobody's"
    customer.token = back.json()["token"]
    assert (await customer.snapshot())["owner"] == "queue"
    wrong = await chat.client().post("/api/v1/conversation-returns", json={"code": "x" * 40})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "return_link_over")
    page = await supervisor.get(f"/desk/conversations/{customer.conversation_id}")
    assert "138 0012 0912" in page.text


@pytest.mark.parametrize(
    ("at", "there", "by"),
    [
        ("2026-11-23T08:00:00+08:00", False, "2026-11-23T10:30:00+08:00"),
        ("2026-11-23T09:00:00+08:00", True, "2026-11-23T18:00:00+08:00"),
        ("2026-11-23T12:30:00+08:00", False, "2026-11-23T18:00:00+08:00"),
        ("2026-11-23T18:00:00+08:00", False, "2026-11-24T10:30:00+08:00"),
        ("2026-11-27T10:00:00+00:00", False, "2026-11-28T10:30:00+08:00"),  # a Saturday people work on instead
        ("2026-11-28T20:00:00+08:00", False, "2026-12-01T10:30:00+08:00"),  # of the Monday
    ],
)
def test_a_promise_falls_into_working_hours(at: str, there: bool, by: str) -> None:
    moment = datetime.fromisoformat(at)
    assert is_open(CALENDAR, moment) is there
    assert replied_by(CALENDAR, "10:30", moment) == datetime.fromisoformat(by)
    told = openings(CALENDAR, "10:30", moment)
    assert any(begin <= moment < end for begin, end in told.spans) is there and len(told.spans) > 20
    assert replied_by(replace(CALENDAR, week=((),) * 7, days=()), "10:30", moment) is None


async def test_customers_are_told_the_hours_of_the_default_calendar(
    chat: Served, supervisor: httpx.AsyncClient
) -> None:
    before = (await supervisor.get("/api/v1/calendars")).json()[0]
    assert before["is_default"] and before["revision"] == 0, "the company file's"
    noon = [{"start": "09:00", "end": "12:00"}, {"start": "13:30", "end": "24:00"}]
    body = {"name": "上班时间", "timezone": "Asia/Shanghai", "week": [noon] * 7, "revision": 0}
    path = f"/api/v1/calendars/{before['calendar_id']}"
    assert (await supervisor.put(path, json=body)).json()["revision"] == 1
    page = (await chat.client().get("/")).text
    assert "T01:00:00.000Z" in page and "T04:00:00.000Z" in page and '"reply_by"' in page
