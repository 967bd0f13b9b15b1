"""Whatever comes in, the answer is a problem document with a stable code, in the reader's language."""

import pytest

from tests.serving import Served

PROBLEM = {"type", "title", "status", "code", "detail", "request_id"}
SIGN_IN = "/api/v1/session"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_request"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "malformed_request"),
        (b'{"email": "a@b.c", "password": "x", "is_admin": true}', 422, "invalid_request"),
        (b'{"email": "a@b.c", "password": 5}', 422, "invalid_request"),
        (b'{"email": "a\\u0000@b.c", "password": "x"}', 422, "invalid_request"),
        (b'{"email": "\\ud800", "password": "x"}', 422, "invalid_request"),
        (b'{"email": "a@b.c", "password": NaN}', 422, "invalid_request"),
        (b'{"email": "' + b"x" * 10_000_000 + b'"}', 413, "body_too_large"),
    ],
    ids=["cut", "deep", "unknown field", "wrong type", "NUL", "surrogate", "NaN", "10 MB"],
)
async def test_bad_bodies_are_told_apart(standing: Served, body: bytes, status: int, code: str) -> None:
    client = standing.client()
    answer = await client.post(SIGN_IN, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) >= PROBLEM
    assert (await client.get("/healthz")).status_code == 200


async def test_the_sentence_is_in_the_readers_language(kefu: Served) -> None:
    client = kefu.client()
    zh = await client.get("/api/v1/session", headers={"Accept-Language": "zh-CN"})
    en = await client.get("/api/v1/session", headers={"Accept-Language": "en-GB"})
    assert zh.status_code == en.status_code == 401
    assert "登录" in zh.json()["detail"] and "Sign in" in en.json()["detail"]


async def test_an_unknown_path_and_a_wrong_method_are_problems_too(kefu: Served) -> None:
    client = kefu.client()
    assert (await client.get("/api/v1/nothing")).json()["code"] == "not_found"
    wrong = await client.patch(SIGN_IN)
    assert wrong.status_code == 405 and wrong.json()["code"] == "method_not_allowed"
    assert set(wrong.headers["allow"].split(", ")) >= {"POST", "GET", "DELETE"}


async def test_every_answer_carries_the_security_headers(kefu: Served) -> None:
    answer = await kefu.client().get("/healthz")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"]
