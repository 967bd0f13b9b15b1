"""Signing in over HTTP: cookie and CSRF token, roles at the route, keys that end at once."""

import re

from app.accounts import Role, create_staff
from app.accounts.access import SIGNING_IN
from app.kernel.settings import Settings
from tests.serving import PASSWORD, Served, serving

NOBODY = "01a00000-0000-7000-8000-000000000000"


async def test_a_write_by_cookie_needs_the_csrf_token(kefu: Served) -> None:
    client = await kefu.signed_in(Role.ADMIN)
    assert (await client.get("/api/v1/session")).json()["user"]["role"] == "admin"
    token = client.headers.pop("X-CSRF-Token")
    refused = await client.post("/api/v1/keys", json={"role": "integrator", "name": "shop"})
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    made = await client.post(
        "/api/v1/keys", json={"role": "integrator", "name": "shop"}, headers={"X-CSRF-Token": token}
    )
    assert made.status_code == 201 and made.headers["location"].endswith(made.json()["key_id"])


async def test_an_agent_may_not_make_keys_and_a_stranger_must_sign_in(kefu: Served) -> None:
    agent = await kefu.signed_in(Role.AGENT)
    assert (await agent.post("/api/v1/keys", json={"role": "admin", "name": "x"})).json()["code"] == "forbidden"
    stranger = await kefu.client().post("/api/v1/keys", json={"role": "admin", "name": "x"})
    assert stranger.json()["code"] == "unauthenticated"


async def test_signing_out_ends_the_session_and_a_revoked_key_is_refused(kefu: Served) -> None:
    admin = await kefu.signed_in(Role.ADMIN)
    made = (await admin.post("/api/v1/keys", json={"role": "admin", "name": "k"})).json()
    keyed = kefu.client(Authorization=f"Bearer {made['key']}")
    assert (await keyed.get("/api/v1/session")).status_code == 200
    assert (await admin.delete(f"/api/v1/keys/{made['key_id']}")).status_code == 204
    assert (await keyed.get("/api/v1/session")).status_code == 401
    assert (await admin.delete("/api/v1/session")).status_code == 204
    assert (await admin.get("/api/v1/session")).status_code == 401


async def test_a_wrong_password_says_how_many_tries_are_left(kefu: Served) -> None:
    await kefu.signed_in(Role.AGENT, "lin@example.com")
    body = {"email": "lin@example.com", "password": PASSWORD + "x"}
    answer = await kefu.client().post("/api/v1/session", json=body)
    assert answer.status_code == 401 and "9" in answer.json()["detail"]


async def test_behind_tls_the_cookie_is_bound_to_this_host(settings: Settings) -> None:
    async with serving(Settings(**{**settings.model_dump(), "secure_cookies": True})) as kefu:
        await create_staff(kefu.accounts, "lin@example.com", "林晓", Role.AGENT, PASSWORD)
        form = {"email": "lin@example.com", "password": PASSWORD}
        given = (await kefu.client().post("/api/v1/session", json=form)).headers["set-cookie"]
        assert given.startswith("__Host-kefu_session=") and "Secure" in given and "Path=/" in given
        assert "HttpOnly" in given and "Domain" not in given
        token = given.split("=", 1)[1].split(";")[0]
        for name, known in (("__Host-kefu_session", 200), ("kefu_session", 401)):
            assert (await kefu.client(Cookie=f"{name}={token}").get("/api/v1/session")).status_code == known


async def test_a_stranger_who_keeps_knocking_waits_wherever_they_knock(settings: Settings) -> None:
    provider = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "kefu", "rate_limits": "on"}
    async with serving(Settings(**{**settings.model_dump(), **provider})) as kefu:
        stranger = kefu.client()
        signing_in = {"email": "a@example.com", "password": "x"}
        asked = [await stranger.get("/sso/callback") for _ in range(SIGNING_IN.per_minute)]
        assert {answer.status_code for answer in asked} == {303}
        for answer in (
            await stranger.get("/sso/start"),
            await stranger.get("/sso/callback"),
            await stranger.post("/api/v1/session", json=signing_in),
            await stranger.post("/api/v1/session/code", json={"ticket": "t" * 43, "code": "123456"}),
            await stranger.post("/api/v1/session/enrolment", json={"ticket": "t" * 43}),
            await stranger.post("/api/v1/password", json={"token": "t" * 43, "password": "long enough for all"}),
        ):
            assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 60, answer.text
        assert (await stranger.get("/sign-in")).status_code == 200


async def test_no_write_of_the_staff_is_taken_without_the_token_nor_from_a_foreign_site(kefu: Served) -> None:
    signed_in = await kefu.signed_in(Role.ADMIN)
    token = signed_in.headers.pop("X-CSRF-Token")
    described = (await signed_in.get("/openapi.json")).json()["paths"]
    writes = [
        (method, re.sub(r"{\w+}", NOBODY, path))
        for path, methods in described.items()
        for method in sorted(methods)
        if method not in ("get", "head") and any("StaffSession" in way for way in methods[method].get("security", ()))
    ]
    assert len(writes) > 180
    taken = []
    for method, path in writes:
        answer = await signed_in.request(method.upper(), path, json={})
        if answer.status_code != 403 or "csrf_failed" not in answer.text:
            taken.append(f"{method} {path}: {answer.status_code}")
    assert taken == []
    foreign = {"X-CSRF-Token": token, "Sec-Fetch-Site": "cross-site"}
    assert (await signed_in.delete("/api/v1/session", headers=foreign)).json()["code"] == "csrf_failed"
    assert (await signed_in.delete("/api/v1/session", headers={"X-CSRF-Token": token})).status_code == 204
