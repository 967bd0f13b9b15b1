"""A code after the password: enrolled, asked for, never taken twice, replaced by a recovery code, demanded of roles."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import text

from app.accounts import FactorTools, Role, reset_by_email
from app.adapters.authenticator import Authenticator
from tests.serving import PASSWORD, Served

WRONG = "000000"


class Phone:
    """An authenticator app that shows each code once: this half minute's, then the next one's without a wait."""

    def __init__(self, secret: str):
        self.codes = pyotp.TOTP(secret)
        self.step = int(datetime.now(UTC).timestamp()) // 30 - 1

    def code(self) -> str:
        self.step += 1
        return self.codes.generate_otp(self.step)


async def enrolled(client: httpx.AsyncClient) -> tuple[Phone, list[str]]:
    made = (await client.post("/api/v1/second-factor/enrolment")).json()
    assert made["picture"].startswith("data:image/svg+xml") and made["secret"] in made["address"]
    phone = Phone(made["secret"])
    confirmed = await client.post("/api/v1/second-factor/confirm", json={"code": phone.code()})
    assert confirmed.status_code == 200, confirmed.text
    return phone, confirmed.json()["recovery_codes"]


async def password_only(kefu: Served, email: str) -> dict[str, Any]:
    answer = await kefu.client().post("/api/v1/session", json={"email": email, "password": PASSWORD})
    assert (answer.status_code, answer.headers.get("set-cookie")) == (202, None), answer.text
    return answer.json()


async def finish(kefu: Served, ticket: str, code: str) -> httpx.Response:
    return await kefu.client().post("/api/v1/session/code", json={"ticket": ticket, "code": code})


@pytest.fixture
async def agent(kefu: Served) -> httpx.AsyncClient:
    return await kefu.signed_in(Role.AGENT)


async def test_the_password_alone_opens_nothing_and_a_code_works_once(kefu: Served, agent: httpx.AsyncClient) -> None:
    phone, _ = await enrolled(agent)
    begun = await password_only(kefu, "agent@example.com")
    assert begun["step"] == "code"
    assert (await finish(kefu, begun["ticket"], WRONG)).json()["code"] == "second_factor_bad"
    code = phone.code()
    done = await finish(kefu, begun["ticket"], code)
    assert (
        done.status_code == 200 and done.json()["recovery_codes"] == [] and "kefu_session" in done.headers["set-cookie"]
    )
    assert (await finish(kefu, begun["ticket"], phone.code())).json()["code"] == "sign_in_over"
    again = await password_only(kefu, "agent@example.com")
    replayed = await finish(kefu, again["ticket"], code)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "second_factor_bad")


async def test_of_two_who_type_the_same_code_at_once_one_comes_in(kefu: Served, agent: httpx.AsyncClient) -> None:
    phone, _ = await enrolled(agent)
    tickets = [(await password_only(kefu, "agent@example.com"))["ticket"] for _ in range(3)]
    code = phone.code()
    answers = await asyncio.gather(*(finish(kefu, ticket, code) for ticket in tickets))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]


async def test_a_recovery_code_replaces_the_phone_once(kefu: Served, agent: httpx.AsyncClient) -> None:
    phone, codes = await enrolled(agent)
    assert len(set(codes)) == 10
    for code, expected in ((codes[0].upper(), 200), (codes[0], 401)):
        begun = await password_only(kefu, "agent@example.com")
        assert (await finish(kefu, begun["ticket"], code)).status_code == expected
    assert (await agent.get("/api/v1/second-factor")).json() == {"on": True, "required": False, "recovery_codes": 9}
    renewed = await agent.post("/api/v1/second-factor/recovery-codes", json={"code": phone.code()})
    assert not set(renewed.json()["recovery_codes"]) & set(codes)
    begun = await password_only(kefu, "agent@example.com")
    assert (await finish(kefu, begun["ticket"], codes[1])).status_code == 401


async def test_neither_secret_nor_recovery_codes_are_readable_in_the_database(
    kefu: Served, agent: httpx.AsyncClient
) -> None:
    phone, codes = await enrolled(agent)
    async with kefu.accounts.database.reading() as session:
        rows = (await session.execute(text("SELECT sealed_secret FROM second_factor"))).scalars().all()
        digests = (await session.execute(text("SELECT digest FROM recovery_code"))).scalars().all()
    assert len(rows) == 1 and phone.codes.secret not in rows[0]
    assert len(digests) == 10 and not any(code.replace("-", "") in "".join(digests) for code in codes)


async def test_ten_wrong_codes_lock_the_account_from_every_address_and_ticket(
    kefu: Served, agent: httpx.AsyncClient
) -> None:
    phone, codes = await enrolled(agent)
    tickets = [(await password_only(kefu, "agent@example.com"))["ticket"] for _ in range(2)]
    answers = await asyncio.gather(*(finish(kefu, tickets[n % 2], f"{n:06d}") for n in range(14)))
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 4
    for code in (phone.code(), codes[0]):
        locked = await finish(kefu, tickets[0], code)
        assert (locked.status_code, locked.json()["code"]) == (429, "sign_in_locked") and locked.headers["retry-after"]


async def test_a_role_that_must_have_one_enrols_while_signing_in(kefu: Served, agent: httpx.AsyncClient) -> None:
    admin = await kefu.signed_in(Role.ADMIN)
    rule = {"roles": ["admin", "agent"]}
    own = await admin.put("/api/v1/second-factor/rule", json=rule)
    assert (own.status_code, own.json()["code"]) == (409, "own_second_factor_first")
    await enrolled(admin)
    assert (await agent.put("/api/v1/second-factor/rule", json=rule)).status_code == 403
    assert (await admin.put("/api/v1/second-factor/rule", json=rule)).status_code == 204
    assert (await agent.get("/api/v1/session")).status_code == 401  # and whoever has one stays
    assert (await admin.get("/api/v1/second-factor/rule")).json() == {"roles": ["admin", "agent"]}
    begun = await password_only(kefu, "agent@example.com")
    assert begun["step"] == "enrol"
    assert (await finish(kefu, begun["ticket"], WRONG)).json()["code"] == "second_factor_missing"
    form = {"ticket": begun["ticket"]}
    phone = Phone((await kefu.client().post("/api/v1/session/enrolment", json=form)).json()["secret"])
    done = await finish(kefu, begun["ticket"], phone.code())
    assert done.status_code == 200 and len(done.json()["recovery_codes"]) == 10
    agent.cookies.update(done.cookies)
    agent.headers["X-CSRF-Token"] = done.json()["csrf_token"]
    kept = await agent.post("/api/v1/second-factor/remove", json={"code": phone.code()})
    assert (kept.status_code, kept.json()["code"]) == (409, "second_factor_required")


async def test_an_admin_resets_it_for_whoever_lost_the_phone_and_it_is_audited(
    kefu: Served, agent: httpx.AsyncClient
) -> None:
    await enrolled(agent)
    admin = await kefu.signed_in(Role.ADMIN)
    people = (await admin.get("/api/v1/staff")).json()["items"]
    assert {one["role"]: one["second_factor"] for one in people} == {"admin": False, "agent": True}
    staff_id = next(one["staff_id"] for one in people if one["role"] == "agent")
    assert (await admin.delete(f"/api/v1/staff/{staff_id}/second-factor")).status_code == 204
    assert (await agent.get("/api/v1/session")).status_code == 401
    back = await kefu.client().post("/api/v1/session", json={"email": "agent@example.com", "password": PASSWORD})
    assert back.status_code == 200
    trail = (await admin.get("/api/v1/audit", params={"action": "second_factor."})).json()["items"]
    assert [(one["action"], one["actor_name"]) for one in trail] == [
        ("second_factor.reset", "Admin"),
        ("second_factor.on", "Agent"),
    ]


async def test_the_command_line_lets_the_only_admin_in_again(kefu: Served) -> None:
    admin = await kefu.signed_in(Role.ADMIN)
    await enrolled(admin)
    tools = kefu.tools[FactorTools]
    assert not await reset_by_email(tools, "nobody@example.com")
    assert await reset_by_email(tools, " Admin@Example.com") and not await reset_by_email(tools, "admin@example.com")
    form = {"email": "admin@example.com", "password": PASSWORD}
    assert (await kefu.client().post("/api/v1/session", json=form)).status_code == 200


async def test_switching_it_on_signs_other_browsers_out_and_a_program_has_none(
    kefu: Served, agent: httpx.AsyncClient
) -> None:
    other = kefu.client()
    form = {"email": "agent@example.com", "password": PASSWORD}
    assert (await other.post("/api/v1/session", json=form)).status_code == 200
    phone, _ = await enrolled(agent)
    assert [(await one.get("/api/v1/session")).status_code for one in (agent, other)] == [200, 401]
    assert (await agent.post("/api/v1/second-factor/enrolment")).json()["code"] == "second_factor_on"
    assert (await agent.post("/api/v1/second-factor/remove", json={"code": phone.code()})).status_code == 204
    assert (await agent.get("/api/v1/second-factor")).json()["on"] is False
    program = await kefu.keyed(Role.ADMIN)
    assert (await program.post("/api/v1/second-factor/enrolment")).status_code == 403


def test_a_code_is_that_of_its_half_minute_and_its_neighbours() -> None:
    app, at = Authenticator(), datetime(2026, 11, 22, 10, 0, 10, tzinfo=UTC)
    secret = app.new_secret()
    for away, known in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        code = pyotp.TOTP(secret).at(at + timedelta(seconds=away))
        assert (app.step_of(secret, code, at) is not None) == known
