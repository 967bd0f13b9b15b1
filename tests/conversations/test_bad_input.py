"""What must be refused is refused with a stable code, nothing half-written, and the conversation goes on."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.accounts import Role
from app.conversations.identity import visitor_signature
from app.kernel.ids import new_id
from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.serving import Served, serving

SECRET = b"a key of more than thirty-two characters"


@pytest.fixture(scope="module")
async def chat(standing_settings: Settings) -> AsyncIterator[Served]:
    """One server for all that is refused here: each test begins a conversation of its own."""
    async with serving(standing_settings, FakeAnswerer()) as served:
        yield served


async def still_works(customer: Customer) -> None:
    """Nothing was stored, and a proper message is answered."""
    assert (await customer.snapshot())["messages"] == []
    assert (await customer.ask("好了吗？")).events[-1].data["outcome"] == "answered"


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"client_id": "1", "text": ""}, 422, "invalid_request"),
        ({"client_id": "1", "text": " \n\t"}, 422, "invalid_request"),
        ({"client_id": "1", "text": "\u200b\u2060\ufeff"}, 422, "invalid_request"),
        ({"client_id": "1", "text": "a\x00b"}, 422, "invalid_request"),
        ({"client_id": "1", "text": "字" * 4_001}, 422, "message_too_long"),
        ({"client_id": "1", "text": 7}, 422, "invalid_request"),
        ({"client_id": "1", "text": ["a"]}, 422, "invalid_request"),
        ({"client_id": 1, "text": "a"}, 422, "invalid_request"),
        ({"client_id": "", "text": "a"}, 422, "invalid_request"),
        ({"client_id": "c" * 101, "text": "a"}, 422, "invalid_request"),
        ({"text": "a"}, 422, "invalid_request"),
        ({"client_id": "1", "text": "a", "role": "agent"}, 422, "invalid_request"),
        ([], 422, "invalid_request"),
        ("text", 422, "invalid_request"),
        (None, 422, "invalid_request"),
    ],
    ids=lambda value: str(value)[:40] if not isinstance(value, int) else str(value),
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_bad_message_is_refused(customer: Customer, form: object, status: int, code: str, accept: str) -> None:
    answer = await customer.post("/messages", form, Accept=accept)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    await still_works(customer)


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (b'{"client_id": "1", "text": "\\ud800"}', {422}),
        (b'{"client_id": "1", "text": "' + b"a" * 10_000_000 + b'"}', {413}),
        (b"[" * 100_000 + b"]" * 100_000, {400, 422}),
        (b'{"client_id": "1", "text": ', {400}),
        (b"\xff\xfe", {400, 422}),
        (b"", {400, 422}),
        (b'{"client_id": "1", "text": NaN}', {400, 422}),
    ],
    ids=["lone surrogate", "10 MB", "100k deep", "cut JSON", "not UTF-8", "nothing", "NaN"],
)
async def test_a_bad_body_is_refused(customer: Customer, body: bytes, statuses: set[int]) -> None:
    headers = {**customer.headers, "Content-Type": "application/json"}
    answer = await customer.client.post(customer.path + "/messages", content=body, headers=headers)
    assert answer.status_code in statuses and answer.json()["code"]
    await still_works(customer)


async def test_a_long_message_says_how_long_it_may_be(customer: Customer) -> None:
    answer = await customer.post("/messages", {"client_id": "1", "text": "😀" * 4_001})
    assert (answer.json()["limit"], answer.json()["length"]) == (4_000, 4_001)
    assert (await customer.ask("😀" * 4_000)).events[0].data["text"] == "😀" * 4_000


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "{{7*7}} ${x} {% x %} %s {0}",
        "a\u202eb" + "e\u0301" * 200,
        "𰻝👩‍👩‍👧‍👦",
        "'; --",
    ],
)
async def test_odd_text_comes_back_as_it_was(customer: Customer, text: str) -> None:
    await customer.ask(text)
    assert (await customer.snapshot())["messages"][0]["text"] == text


def every_call(path: str, answer_id: str) -> list[tuple[str, str, Any]]:
    return [
        ("GET", path, None),
        ("GET", f"{path}/events", None),
        ("POST", f"{path}/messages", {"client_id": "x", "text": "y"}),
        ("POST", f"{path}/answers/{answer_id}/stop", None),
        ("POST", f"{path}/answers/{answer_id}/regenerate", None),
        ("POST", f"{path}/handoff", {}),
        ("POST", f"{path}/survey", {"score": 5}),
    ]


async def test_a_foreign_unknown_or_forged_conversation_is_404_and_no_token_401(
    customer: Customer, chat: Served
) -> None:
    answer_id = (await customer.ask("我的？")).events[-1].data["answer_id"]
    other = await Customer.begin(chat.client())
    client = chat.client()
    tokens = [other.token, "kct_forged", "forged", "x" * 5_000]
    for method, path, form in every_call(customer.path, answer_id):
        for token in tokens:
            answer = await client.request(method, path, json=form, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 404, (method, path, token[:20], answer.text)
        for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}):
            assert (await client.request(method, path, json=form, headers=headers)).status_code == 401, path
        in_url = await client.request(method, path, json=form, params={"token": customer.token})
        assert in_url.status_code == 401
    for unknown in (str(new_id()), "17", "%00", "a" * 300):
        for method, path, form in every_call(f"/api/v1/conversations/{unknown}", answer_id):
            answer = await client.request(method, path, json=form, headers=customer.headers)
            assert answer.status_code == 404, (method, path, answer.text)
    assert len((await customer.snapshot())["messages"]) == 2


@pytest.mark.parametrize("bad", ["-1", "abc", "1.5", "", "١", "1e3", "0x10", "9" * 41, "1 2"])
async def test_a_position_that_is_none_is_refused(customer: Customer, bad: str) -> None:
    by_query = await customer.client.get(customer.path + "/events", params={"after": bad}, headers=customer.headers)
    assert (by_query.status_code, by_query.json()["code"]) == (422, "bad_position")
    if bad.isascii():
        headers = {**customer.headers, "Last-Event-ID": bad}
        by_header = await customer.client.get(customer.path + "/events", headers=headers)
        assert (by_header.status_code, by_header.json()["code"]) == (422, "bad_position")
    await still_works(customer)


@pytest.mark.parametrize("huge", [2**53, 2**63, 10**39])
async def test_a_huge_position_has_nothing_behind_it_and_then_goes_on(customer: Customer, huge: int) -> None:
    await customer.ask("一？")
    async with customer.listening(huge) as events:
        posted = await customer.write("二？")
        first = await anext(events)
    assert first.data["message_id"] == posted["message_id"]


@pytest.mark.parametrize(
    "form",
    [
        {"locale": "fr"},
        {"channel": "a b"},
        {"channel": "x" * 51},
        {"token_digest": "x"},
        {"owner": "agent"},
        {"visitor": {"user_id": "1"}},
        {"visitor": {"user_id": "1", "expires": "1", "nonce": "12345678", "signature": "x"}},
        {"visitor": {"user_id": "1", "expires": 2**63, "nonce": "12345678", "signature": "x"}},
        7,
    ],
    ids=str,
)
async def test_a_bad_beginning_is_refused(chat: Served, form: object) -> None:
    answer = await chat.client().post("/api/v1/conversations", json=form)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_conversation_begins_in_its_language_with_or_without_a_body(chat: Served) -> None:
    client = chat.client()
    bare = await client.post("/api/v1/conversations")
    assert bare.status_code == 201 and bare.headers["Location"].endswith(bare.json()["conversation_id"])
    assert set(bare.json()) == {"conversation_id", "token", "greeting", "suggestions", "owner"}
    english = await client.post("/api/v1/conversations", json={"locale": "en", "channel": "app"})
    assert "AI" in english.json()["greeting"] and english.json()["greeting"] != bare.json()["greeting"]
    assert bare.json()["owner"] == "bot" and bare.json()["suggestions"]


@pytest.fixture
def vouching(settings: Settings) -> Settings:
    """Settings with a key that visitors are signed with."""
    return Settings(**{**settings.model_dump(), "visitor_secret": SECRET.decode()})


def claim(user_id: str = "u-7", expires: int | None = None, nonce: str | None = None, **changes: Any) -> dict[str, Any]:
    """A visitor the company vouches for, then changed."""
    expires, nonce = expires or int(time.time()) + 600, nonce or str(new_id())
    signature = visitor_signature(SECRET, user_id, "王芳", expires, nonce)
    found = {"user_id": user_id, "name": "王芳", "expires": expires, "nonce": nonce, "signature": signature}
    return {**found, **changes}


async def test_a_vouched_visitor_is_verified_once(vouching: Settings) -> None:
    async with serving(vouching, FakeAnswerer()) as served:
        client, signed = served.client(), claim()
        first = await Customer.begin(client, visitor=signed)
        replayed = await client.post("/api/v1/conversations", json={"visitor": signed})
        assert (replayed.status_code, replayed.json()["code"]) == (401, "visitor_unverified")
        for bad in (
            claim(user_id="u-8", signature=signed["signature"]),
            claim(name="别人"),
            claim(expires=int(time.time()) - 120),
            claim(expires=int(time.time()) + 3 * 86_400),
            claim(signature="é" * 64),
            claim(signature=""),
        ):
            answer = await client.post("/api/v1/conversations", json={"visitor": bad})
            assert answer.status_code == 401, bad
        await first.ask("认得我吗？")
        listed = (await (await served.keyed(Role.AGENT)).get("/api/v1/conversations")).json()["items"]
        assert [(item["visitor_name"], item["verified"]) for item in listed] == [("王芳", True)]


async def test_without_a_key_nobody_is_vouched_for(chat: Served) -> None:
    answer = await chat.client().post("/api/v1/conversations", json={"visitor": claim()})
    assert (answer.status_code, answer.json()["code"]) == (401, "visitor_unverified")


async def test_messages_beyond_the_limit_wait_and_none_accepted_is_lost(settings: Settings) -> None:
    limited = Settings(**{**settings.model_dump(), "rate_limits": "on"})
    async with serving(limited, FakeAnswerer()) as served:
        customer = await Customer.begin(served.client())
        await customer.post("/handoff")
        accepted, refused = 0, None
        for n in range(70):
            answer = await customer.post("/messages", {"client_id": str(n), "text": str(n)})
            accepted += answer.status_code == 202
            if answer.status_code == 429:
                refused = answer
                break
        assert accepted == 60 and refused is not None and 1 <= int(refused.headers["Retry-After"]) <= 60
        texts = [m["text"] for m in (await customer.snapshot())["messages"]]
        assert texts == [str(n) for n in range(60)]


async def test_only_so_many_streams_are_open_at_once(customer: Customer) -> None:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=customer.client.base_url, limits=limits, timeout=30) as client:
        opened, reading = [], []
        for _ in range(21):
            request = client.build_request("GET", customer.path + "/events", headers=customer.headers)
            opened.append(await client.send(request, stream=True))
            if opened[-1].status_code == 200:
                reading.append(opened[-1].aiter_raw())
                await anext(reading[-1])
        assert [r.status_code for r in opened] == [200] * 20 + [429]
        assert json.loads(await opened[-1].aread())["code"] == "too_many_streams"
        for response in opened:
            await response.aclose()
    await still_works(customer)
