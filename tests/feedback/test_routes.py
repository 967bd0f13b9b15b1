"""Votes and corrections over HTTP: who may, what is refused, and what the snapshot then shows."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.accounts import Role
from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served, serving


@pytest.fixture
async def chat(settings: Settings) -> AsyncIterator[Served]:
    async with serving(settings, FakeAnswerer("七天内", "可以退货。")) as served:
        yield served


@pytest.fixture
async def customer(chat: Served) -> Customer:
    return await Customer.begin(chat.client())


async def answered(customer: Customer, question: str = "怎么退货？") -> str:
    reading = await customer.ask(question)
    (answer_id,) = reading.ended
    return answer_id


async def rate(customer: Customer, message_id: str, form: dict[str, Any]) -> httpx.Response:
    return await customer.client.post(f"/api/v1/messages/{message_id}/feedback", json=form, headers=customer.headers)


async def test_the_snapshot_shows_the_newest_vote(customer: Customer) -> None:
    answer_id = await answered(customer)
    assert (await rate(customer, answer_id, {"rating": "up"})).status_code == 204
    form = {"rating": "down", "reasons": ["wrong", "outdated"], "comment": "现在是十五天"}
    assert (await rate(customer, answer_id, form)).status_code == 204
    shown = next(m for m in (await customer.snapshot())["messages"] if m["message_id"] == answer_id)
    assert shown["feedback"] == form


async def test_a_vote_needs_a_token_and_finds_only_ones_own_answers(chat: Served, customer: Customer) -> None:
    answer_id = await answered(customer)
    stranger = await Customer.begin(chat.client())
    path = f"/api/v1/messages/{answer_id}/feedback"
    nobody = await chat.client().post(path, json={"rating": "up"})
    assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthenticated")
    forged = await chat.client().post(path, json={"rating": "up"}, headers={"Authorization": "Bearer kefu_x"})
    foreign = await rate(stranger, answer_id, {"rating": "up"})
    unknown = await rate(customer, str(uuid4()), {"rating": "up"})
    assert {one.status_code for one in (forged, foreign, unknown)} == {404}
    assert {one.json()["code"] for one in (forged, foreign, unknown)} == {"not_found"}


async def test_ones_own_question_cannot_be_rated(customer: Customer) -> None:
    await answered(customer)
    asked = next(m for m in (await customer.snapshot())["messages"] if m["role"] == "customer")
    assert (await rate(customer, asked["message_id"], {"rating": "up"})).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"rating": "sideways"},
        {"rating": "down", "reasons": ["boring"]},
        {"rating": "down", "reasons": ["wrong"] * 7},
        {"rating": "up", "comment": "x" * 2_001},
        {"rating": "up", "comment": "a\x00b"},
        {"rating": "up", "stars": 5},
    ],
)
async def test_a_vote_that_makes_no_sense_changes_nothing(customer: Customer, form: dict[str, Any]) -> None:
    answer_id = await answered(customer)
    refused = await rate(customer, answer_id, form)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert all(m.get("feedback") is None for m in (await customer.snapshot())["messages"])
    assert await answered(customer, "还能退吗？")


async def test_an_agent_proposes_and_a_supervisor_accepts(chat: Served, customer: Customer) -> None:
    answer_id = await answered(customer)
    agent, supervisor = await chat.signed_in(Role.AGENT), await chat.keyed(Role.SUPERVISOR)
    made = await agent.post("/api/v1/corrections", json={"message_id": answer_id, "text": "十五天内可以退货。"})
    assert made.status_code == 201
    body = made.json()
    assert made.headers["location"] == f"/api/v1/corrections/{body['correction_id']}"
    assert (body["question"], body["wrong_answer"], body["state"]) == ("怎么退货？", "七天内可以退货。", "in_review")
    refused = await agent.post(made.headers["location"] + "/accept", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    accepted = await supervisor.post(made.headers["location"] + "/accept", json={"note": "对"})
    assert (accepted.json()["state"], accepted.json()["note"]) == ("accepted", "对")
    late = await supervisor.post(made.headers["location"] + "/reject", json={})
    assert (late.status_code, late.json()["code"]) == (409, "correction_reviewed")


async def test_a_second_proposal_for_the_same_answer_is_the_same_correction(chat: Served, customer: Customer) -> None:
    answer_id = await answered(customer)
    agent = await chat.keyed(Role.AGENT)
    first = await agent.post("/api/v1/corrections", json={"message_id": answer_id, "text": "十天。"})
    second = await agent.post("/api/v1/corrections", json={"message_id": answer_id, "text": "十五天。"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["correction_id"] == first.json()["correction_id"] and second.json()["text"] == "十五天。"


async def test_corrections_are_listed_by_state_and_page(chat: Served, customer: Customer) -> None:
    agent, supervisor = await chat.keyed(Role.AGENT), await chat.keyed(Role.SUPERVISOR)
    made = []
    for question in ("一？", "二？", "三？"):
        form = {"message_id": await answered(customer, question), "text": f"改过的{question}"}
        made.append((await agent.post("/api/v1/corrections", json=form)).json()["correction_id"])
    await supervisor.post(f"/api/v1/corrections/{made[0]}/reject", json={"note": "不必"})
    page = (await agent.get("/api/v1/corrections", params={"state": "in_review", "limit": 1})).json()
    rest = (await agent.get("/api/v1/corrections", params={"state": "in_review", "cursor": page["next_cursor"]})).json()
    assert [one["correction_id"] for one in page["items"] + rest["items"]] == [made[2], made[1]]
    assert rest["next_cursor"] is None
    assert (await agent.get(f"/api/v1/corrections/{made[0]}")).json()["state"] == "rejected"


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"text": "七天内可以退货。"}, 422, "correction_unchanged"),
        ({"text": " \n\u200b"}, 422, "invalid_request"),
        ({"text": "x" * 8_001}, 422, "invalid_request"),
        ({"text": "好", "state": "accepted"}, 422, "invalid_request"),
        ({"text": "好", "message_id": str(uuid4())}, 404, "not_found"),
        ({"text": "好", "message_id": "7"}, 422, "invalid_request"),
    ],
)
async def test_a_correction_that_makes_no_sense_is_refused(
    chat: Served, customer: Customer, form: dict[str, Any], status: int, code: str
) -> None:
    agent = await chat.keyed(Role.AGENT)
    refused = await agent.post("/api/v1/corrections", json={"message_id": await answered(customer), **form})
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await agent.get("/api/v1/corrections")).json()["items"] == []


async def test_a_customer_or_an_integrator_cannot_see_corrections(chat: Served, customer: Customer) -> None:
    assert (await customer.client.get("/api/v1/corrections", headers=customer.headers)).status_code == 401
    integrator = await chat.keyed(Role.INTEGRATOR)
    assert (await integrator.get("/api/v1/corrections")).status_code == 403
