"""Invitations and resets work once; disabling ends every session and open stream; the trail's chain shows tampering."""

import asyncio

import pytest
from sqlalchemy import text

from app.accounts import AccountTools, Role, seal_trail, verify_trail
from tests.serving import PASSWORD, Served

NEW = "another long password"


async def token_of(admin: object, path: str, form: dict[str, str]) -> tuple[str, str]:
    made = await admin.post(path, json=form)  # type: ignore[attr-defined]  # a client
    assert made.status_code == 201, made.text
    return made.json()["staff_id"], made.json()["path"].split("#")[1]


async def test_an_invitation_sets_a_password_once(kefu: Served) -> None:
    admin, anyone = await kefu.signed_in(Role.ADMIN), kefu.client()
    form = {"email": "New@example.com", "name": "新同事", "role": "agent"}
    _, token = await token_of(admin, "/api/v1/staff", form)
    taken = await admin.post("/api/v1/staff", json=form)
    assert (taken.status_code, taken.json()["code"]) == (409, "email_taken")
    weak = await anyone.post("/api/v1/password", json={"token": token, "password": "short"})
    assert weak.json()["code"] == "weak_password"
    assert (await anyone.post("/api/v1/password", json={"token": token, "password": NEW})).status_code == 204
    again = await anyone.post("/api/v1/password", json={"token": token, "password": NEW})
    assert (again.status_code, again.json()["code"]) == (422, "link_used")
    signed = await anyone.post("/api/v1/session", json={"email": "new@example.com", "password": NEW})
    assert signed.status_code == 200 and signed.json()["user"]["role"] == "agent"


async def test_a_reset_ends_sessions_and_the_newest_link_alone_works(kefu: Served) -> None:
    admin, agent = await kefu.signed_in(Role.ADMIN), await kefu.signed_in(Role.AGENT)
    people = (await admin.get("/api/v1/staff")).json()["items"]
    staff_id = next(one["staff_id"] for one in people if one["role"] == "agent")
    _, old = await token_of(admin, f"/api/v1/staff/{staff_id}/reset", {})
    _, token = await token_of(admin, f"/api/v1/staff/{staff_id}/reset", {})
    anyone = kefu.client()
    assert (await anyone.post("/api/v1/password", json={"token": old, "password": NEW})).status_code == 422
    assert (await agent.get("/api/v1/session")).status_code == 200
    assert (await anyone.post("/api/v1/password", json={"token": token, "password": NEW})).status_code == 204
    assert (await agent.get("/api/v1/session")).status_code == 401


async def test_disabling_ends_every_session_and_cuts_open_streams_within_seconds(kefu: Served) -> None:
    admin, agent = await kefu.signed_in(Role.ADMIN), await kefu.signed_in(Role.AGENT)
    people = (await admin.get("/api/v1/staff")).json()["items"]
    staff_id = next(one["staff_id"] for one in people if one["role"] == "agent")
    async with asyncio.timeout(8), agent.stream("GET", "/api/v1/desk/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines)
        assert (await admin.post(f"/api/v1/staff/{staff_id}/disable")).status_code == 204
        async for _ in lines:
            pass  # the server ends it; the time limit around this is the proof
    assert (await agent.get("/api/v1/session")).status_code == 401
    refused = await kefu.client().post("/api/v1/session", json={"email": "agent@example.com", "password": PASSWORD})
    assert refused.status_code == 401
    await admin.post(f"/api/v1/staff/{staff_id}/enable")
    back = await kefu.client().post("/api/v1/session", json={"email": "agent@example.com", "password": PASSWORD})
    assert back.status_code == 200


async def test_a_role_holds_from_the_next_request_and_the_last_admin_stays(kefu: Served) -> None:
    admin, agent = await kefu.signed_in(Role.ADMIN), await kefu.signed_in(Role.AGENT)
    people = {one["role"]: one["staff_id"] for one in (await admin.get("/api/v1/staff")).json()["items"]}
    assert (await agent.get("/api/v1/staff")).status_code == 403
    for tail, form in (("role", {"role": "agent"}), ("disable", None)):
        send = admin.put if form else admin.post
        last = await send(f"/api/v1/staff/{people['admin']}/{tail}", **({"json": form} if form else {}))
        assert (last.status_code, last.json()["code"]) == (409, "last_admin")
    assert (await admin.put(f"/api/v1/staff/{people['agent']}/role", json={"role": "admin"})).status_code == 204
    assert (await agent.get("/api/v1/staff")).status_code == 200
    assert (await admin.put(f"/api/v1/staff/{people['admin']}/role", json={"role": "agent"})).status_code == 204


@pytest.fixture
async def sealed(kefu: Served) -> AccountTools:
    admin = await kefu.signed_in(Role.ADMIN)
    for n in range(3):
        await token_of(admin, "/api/v1/staff", {"email": f"p{n}@example.com", "name": f"=p{n}", "role": "agent"})
    assert await seal_trail(kefu.accounts.database) == 4
    return kefu.accounts


async def test_the_chain_holds_and_shows_what_was_changed_or_taken_out(kefu: Served, sealed: AccountTools) -> None:
    database = sealed.database
    assert (await verify_trail(database)).holds and await seal_trail(database) == 0
    for tampering in ("UPDATE audit_entry SET actor_name = 'nobody'", "DELETE FROM audit_entry"):
        async with database.transaction() as session:
            await session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_is_append_only"))
            which = " WHERE id = (SELECT entry_id FROM audit_seal WHERE number = 3)"
            await session.execute(text(tampering + which))
        found = await verify_trail(database)
        assert (found.holds, found.broken_at, found.entries) == (False, 3, 2)


async def test_the_trail_is_filtered_paged_and_exported(kefu: Served, sealed: AccountTools) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    first = (await admin.get("/api/v1/audit", params={"action": "staff.invite", "limit": 2})).json()
    rest = (await admin.get("/api/v1/audit", params={"action": "staff.invite", "cursor": first["next_cursor"]})).json()
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [2, 1, None]
    assert (await admin.get("/api/v1/audit", params={"words": "staff.create"})).json()["items"]
    assert (await admin.get("/api/v1/audit", params={"since": "yesterday"})).status_code == 422
    exported = await admin.get("/api/v1/audit/export.csv", params={"action": "staff."})
    assert exported.headers["content-type"].startswith("text/csv") and exported.text.count("staff.invite") == 3
    assert (await admin.post("/api/v1/audit/verify")).json()["holds"] is True
    supervisor = await kefu.keyed(Role.SUPERVISOR)
    assert (await supervisor.get("/api/v1/audit")).status_code == 403
