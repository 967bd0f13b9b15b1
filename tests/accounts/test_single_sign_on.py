"""Coming in by the company's provider: who may, with which role, and every answer that lies is refused by name."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.accounts import Role, create_staff
from app.kernel.settings import load_settings
from tests.fakes.openid_provider import CLIENT, SECRET, OpenIdProvider, openid_provider, unsigned
from tests.serving import PASSWORD, Served, serving, settings_for


@pytest.fixture
async def provider() -> AsyncIterator[OpenIdProvider]:
    async with openid_provider() as found:
        yield found


@pytest.fixture
def rules() -> dict[str, str]:
    """What the company set, beside the provider."""
    return {"oidc_accounts": "create"}


@pytest.fixture
async def kefu(
    database_url: str, redis_url: str, tmp_path: Path, provider: OpenIdProvider, rules: dict[str, str]
) -> AsyncIterator[Served]:
    ours = {"oidc_issuer": provider.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    async with serving(settings_for(database_url, redis_url, tmp_path, **ours, **rules)) as served:
        yield served


async def journey(browser: httpx.AsyncClient, next_path: str = "/desk") -> httpx.Response:
    """From the button to the last redirect of Kefu's own."""
    start = await browser.get("/sso/start", params={"next": next_path})
    assert start.status_code == 303, start.text
    back = await browser.get(start.headers["location"])
    assert back.status_code == 302, back.text
    return await browser.get(back.headers["location"])


def told(answer: httpx.Response) -> tuple[str, str | None]:
    """The problem the sign-in page is told, and its reason."""
    where = urlsplit(answer.headers["location"])
    said = parse_qs(where.query)
    assert where.path == "/sign-in" and "kefu_session" not in answer.headers.get("set-cookie", "")
    return said["problem"][0], said.get("reason", [None])[0]


async def who(browser: httpx.AsyncClient) -> dict[str, Any]:
    return (await browser.get("/api/v1/session")).json()["user"]


async def test_somebody_new_gets_an_account_and_comes_back_to_the_same(kefu: Served, provider: OpenIdProvider) -> None:
    browser = kefu.client()
    done = await journey(browser, "/admin/faqs")
    assert (done.status_code, done.headers["location"]) == (303, "/admin/faqs")
    first = await who(browser)
    assert (first["name"], first["role"]) == ("周宁", "agent")
    provider.person["email"] = "zhou.ning@corp.example"  # married, say: the number stays
    again = kefu.client()
    await journey(again)
    assert (await who(again))["user_id"] == first["user_id"]


async def test_nothing_leads_elsewhere_afterwards_and_the_button_stands_on_the_page(kefu: Served) -> None:
    assert (await journey(kefu.client(), "https://evil.example/")).headers["location"] == "/desk"
    page = (await kefu.client().get("/sign-in?next=/admin/faqs")).text
    assert "/sso/start?next=/admin/faqs" in page
    told_on = (await kefu.client().get("/sign-in?problem=sso_answer_bad&reason=nonce&lang=en")).text
    assert "did not pass the checks" in told_on and "nonce" in told_on
    foreign = (await kefu.client().get("/sign-in?problem=internal_error&reason=%3Cb%3E")).text
    assert "&lt;b&gt;" not in foreign and "banner" not in foreign


LIES: dict[str, Any] = {
    "expired": lambda claims: {**claims, "iat": int(time.time()) - 900, "exp": int(time.time()) - 600},
    "audience": lambda claims: {**claims, "aud": "another client"},
    "issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "nonce": lambda claims: {**claims, "nonce": "of another journey"},
    "form": lambda claims: {**claims, "sub": ""},
}


@pytest.mark.parametrize("reason", sorted(LIES))
async def test_a_claim_that_is_not_right_is_refused_with_its_name(
    kefu: Served, provider: OpenIdProvider, reason: str
) -> None:
    provider.twist = LIES[reason]
    browser = kefu.client()
    assert told(await journey(browser)) == ("sso_answer_bad", reason)
    assert (await browser.get("/api/v1/session")).status_code == 401


async def test_audiences_beside_ours_need_an_authorised_party(kefu: Served, provider: OpenIdProvider) -> None:
    for more, fine in (({}, False), ({"azp": "another"}, False), ({"azp": CLIENT}, True)):
        provider.twist = lambda claims, more=more: {**claims, "aud": [CLIENT, "another"], **more}
        answer = await journey(kefu.client())
        assert (answer.headers["location"] == "/desk") is fine


async def test_a_signature_that_is_not_the_providers_is_refused(kefu: Served, provider: OpenIdProvider) -> None:
    forgeries = (
        unsigned,
        provider.signed_by_a_stranger,
        provider.signed_with_the_public_key,
        provider.signed_with_another_kind,
        lambda claims: "not a token",
    )
    for forged in forgeries:
        provider.sign = forged
        assert told(await journey(kefu.client())) == ("sso_answer_bad", "signature")


async def test_keys_that_rotated_are_fetched_anew_once(kefu: Served, provider: OpenIdProvider) -> None:
    for _ in range(2):
        assert (await journey(kefu.client())).headers["location"] == "/desk"
    assert provider.keys_asked == 1
    provider.rotate()
    for _ in range(2):
        assert (await journey(kefu.client())).headers["location"] == "/desk"
    assert provider.keys_asked == 2


async def test_another_browser_cannot_finish_the_journey_and_a_code_works_once(kefu: Served) -> None:
    browser, thief = kefu.client(), kefu.client()
    start = await browser.get("/sso/start")
    assert "HttpOnly" in start.headers["set-cookie"]
    back = (await browser.get(start.headers["location"])).headers["location"]
    assert told(await thief.get(back)) == ("sso_state_bad", None)
    kept = dict(browser.cookies)
    forged = back.replace("state=", "state=x")
    assert told(await browser.get(forged)) == ("sso_state_bad", None)
    thief.cookies.update(kept)
    assert (await thief.get(back)).headers["location"] == "/desk"
    browser.cookies.update(kept)
    assert told(await browser.get(back)) == ("sso_answer_bad", "code")


async def test_a_refusal_and_an_outage_are_told_and_passwords_still_work(
    kefu: Served, provider: OpenIdProvider
) -> None:
    provider.down = True
    assert told(await kefu.client().get("/sso/start")) == ("sso_unreachable", None)
    provider.down = False
    provider.refuses = "access_denied"
    assert told(await journey(kefu.client())) == ("sso_refused", None)
    assert (await (await kefu.signed_in(Role.AGENT)).get("/api/v1/session")).status_code == 200


async def test_an_address_nobody_vouches_for_takes_no_account_over(kefu: Served, provider: OpenIdProvider) -> None:
    await create_staff(kefu.accounts, "zhou@corp.example", "周宁", Role.ADMIN, PASSWORD)
    for unproven in ({"email_verified": False}, {"email_verified": "true"}, {"email": "nobody"}):
        provider.twist = lambda claims, unproven=unproven: {**claims, **unproven}
        assert told(await journey(kefu.client())) == ("sso_email_bad", None)
    provider.twist = lambda claims: {name: value for name, value in claims.items() if "email" not in name}
    browser = kefu.client()  # the userinfo address vouches for it
    await journey(browser)
    assert (await who(browser))["role"] == "admin"


@pytest.mark.parametrize("rules", [{"oidc_accounts": "invited"}], ids=["invited"])
async def test_only_who_was_invited_comes_in_and_nobody_who_was_disabled(
    kefu: Served, provider: OpenIdProvider
) -> None:
    assert told(await journey(kefu.client())) == ("sso_not_invited", None)
    admin = await kefu.signed_in(Role.ADMIN)
    invited = {"email": "zhou@corp.example", "name": "周", "role": "supervisor"}
    staff_id = (await admin.post("/api/v1/staff", json=invited)).json()["staff_id"]
    browser = kefu.client()
    await journey(browser)
    assert await who(browser) == {"user_id": staff_id, "name": "周", "role": "supervisor"}
    await admin.post(f"/api/v1/staff/{staff_id}/disable")
    assert (await browser.get("/api/v1/session")).status_code == 401
    assert told(await journey(browser)) == ("sso_disabled", None)
    trail = (await admin.get("/api/v1/audit", params={"action": "sso."})).json()["items"]
    assert [(one["subject"], one["details"]["issuer"]) for one in trail] == [(staff_id, provider.url)]


MAPPED = {
    "oidc_accounts": "create",
    "oidc_domains": "corp.example",
    "oidc_role_claim": "realm.groups",
    "oidc_roles": "kefu-admins=admin, support=agent",
}


@pytest.mark.parametrize("rules", [MAPPED], ids=["mapped"])
async def test_the_provider_decides_over_roles_and_the_domain_over_who_comes_in(
    kefu: Served, provider: OpenIdProvider
) -> None:
    for groups, expected in ((["support", "kefu-admins"], "admin"), (["support"], "admin")):
        provider.person["realm"] = {"groups": groups}  # the last admin keeps the role
        browser = kefu.client()
        await journey(browser)
        assert (await who(browser))["role"] == expected
    await create_staff(kefu.accounts, "other@corp.example", "另一位", Role.ADMIN, PASSWORD)
    await journey(browser)
    assert (await who(browser))["role"] == "agent"
    provider.person["realm"] = {"groups": ["visitors"]}
    assert told(await journey(kefu.client())) == ("sso_no_role", None)
    provider.person.update(realm={"groups": ["support"]}, sub="u-2", email="zhou@corp.example.evil.example")
    assert told(await journey(kefu.client())) == ("sso_email_bad", None)


async def test_without_a_provider_there_is_nothing_there(settings: object) -> None:
    async with serving(settings) as plain:  # type: ignore[arg-type]  # the fixture of settings
        assert (await plain.client().get("/sso/start")).status_code == 404
        assert "/sso/start" not in (await plain.client().get("/sign-in")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"KEFU_OIDC_ISSUER": "http://idp.example", "KEFU_OIDC_CLIENT_ID": "kefu"},
        {"KEFU_OIDC_ISSUER": "https://idp.example"},
        {"KEFU_OIDC_ROLES": "kefu-admins=owner"},
    ],
    ids=["plain-http", "no-client", "no-such-role"],
)
def test_settings_that_cannot_be_right_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"KEFU_OIDC|https|claim=role"):
        load_settings(wrong)
