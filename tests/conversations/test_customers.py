"""The tiers of known customers: set by a program or the staff, heeded from the next question on."""

import time

import pytest

from app.accounts import Role
from app.conversations.identity import visitor_signature
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served, serving

SECRET = b"k" * 40
URL = "/api/v1/customers"


def vouched(user_id: str) -> dict[str, object]:
    """A claim as the company's own site signs it."""
    expires, nonce = int(time.time()) + 600, new_id().hex
    signature = visitor_signature(SECRET, user_id, None, expires, nonce)
    return {"user_id": user_id, "expires": expires, "nonce": nonce, "signature": signature}


@pytest.fixture
def vouching(settings: Settings) -> Settings:
    return Settings(**{**settings.model_dump(), "visitor_secret": SECRET.decode()})


async def test_who_asks_and_where_is_told_to_the_answerer_anew_with_each_question(
    vouching: Settings, answerer: FakeAnswerer
) -> None:
    async with serving(vouching, answerer) as served:
        program = await served.keyed(Role.INTEGRATOR)
        anonymous = await Customer.begin(served.client(), channel="wechat")
        known = await Customer.begin(served.client(), visitor=vouched("u/7"))
        await anonymous.ask("你好")
        await known.ask("第一问")
        assert (await program.put(f"{URL}/u/7", json={"tier": "gold"})).status_code == 204
        await known.ask("第二问")
        assert (await program.put(f"{URL}/u/7", json={"tier": None})).status_code == 204
        await known.ask("第三问")
    told = [(asked.audience, asked.tier, asked.channel) for asked in answerer.questions]
    assert told == [
        ("public", None, "wechat"),
        ("signed_in", None, "web"),
        ("signed_in", "gold", "web"),
        ("signed_in", None, "web"),
    ]


async def test_a_claim_of_a_tier_needs_the_signature(vouching: Settings, answerer: FakeAnswerer) -> None:
    async with serving(vouching, answerer) as served:
        program = await served.keyed(Role.INTEGRATOR)
        await program.put(f"{URL}/u7", json={"tier": "gold"})
        for forged in ({**vouched("u8"), "user_id": "u7"}, {**vouched("u7"), "signature": "0" * 64}):
            answer = await served.client().post("/api/v1/conversations", json={"visitor": forged})
            assert (answer.status_code, answer.json()["code"]) == (401, "visitor_unverified")


async def test_tiers_are_shown_listed_and_taken_away(chat: Served) -> None:
    program = await chat.keyed(Role.INTEGRATOR)
    for user_id, tier in (("a", "gold"), ("b", "silver"), ("c", "gold")):
        assert (await program.put(f"{URL}/{user_id}", json={"tier": tier})).status_code == 204
    assert (await program.get(f"{URL}/b")).json()["tier"] == "silver"
    first = (await program.get(URL, params={"tier": "gold", "limit": 1})).json()
    rest = (await program.get(URL, params={"tier": "gold", "limit": 1, "cursor": first["next_cursor"]})).json()
    assert [item["user_id"] for item in first["items"] + rest["items"]] == ["a", "c"]
    assert rest["next_cursor"] is None
    await program.put(f"{URL}/b", json={"tier": None})
    assert (await program.get(f"{URL}/b")).status_code == 404
    assert (await chat.client().get(URL)).status_code == 401
    customer = await Customer.begin(chat.client())
    assert (await chat.client(**customer.headers).put(f"{URL}/a", json={"tier": "gold"})).status_code == 401


@pytest.mark.parametrize("body", [{}, {"tier": ""}, {"tier": "x" * 51}, {"tier": "\x00"}, {"tier": "a", "name": "b"}])
async def test_what_is_no_tier_is_refused(standing: Served, body: dict[str, object]) -> None:
    program = await standing.keyed(Role.INTEGRATOR)
    assert (await program.put(f"{URL}/a", json=body)).status_code == 422
