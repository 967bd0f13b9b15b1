"""Keys for programs: narrowed to scopes, ended in time, never more than who made them; their use is told."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.accounts import Permission, Role, create_api_key, routes
from app.accounts.audit import routes as audit_routes
from app.accounts.domain import GRANTS
from app.commands.accounts import expiry, scopes_of
from app.kernel.ids import token_digest
from app.kernel.texts import has_text
from tests.serving import Served


async def test_a_key_opens_its_scopes_and_nothing_else(kefu: Served) -> None:
    admin = await kefu.signed_in(Role.ADMIN)
    form = {"role": "admin", "name": "audit collector", "scopes": ["accounts:audit:read", "knowledge:passage:search"]}
    made = await admin.post("/api/v1/keys", json=form)
    assert made.status_code == 201 and made.headers["cache-control"] == "no-store"
    keyed = kefu.client(Authorization=f"Bearer {made.json()['key']}")
    assert (await keyed.get("/api/v1/audit")).status_code == 200
    for path in ("/api/v1/staff", "/api/v1/keys", "/api/v1/documents", "/api/v1/models", "/admin/staff"):
        refused = await keyed.get(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), path
    navigation = (await keyed.get("/admin/audit")).text
    assert 'href="/admin/audit"' in navigation and 'href="/admin/staff"' not in navigation


async def test_a_key_without_scopes_goes_on_by_its_role(kefu: Served) -> None:
    async with kefu.accounts.database.transaction() as session:  # as keys of before were
        await session.execute(
            text(
                "INSERT INTO api_key (id, digest, name, role, created_at) VALUES (:id, :digest, 'old', 'agent', now())"
            ),
            {"id": "01938a3e-0000-7000-8000-000000000000", "digest": token_digest("old")},
        )
    old = kefu.client(Authorization="Bearer old")
    assert (await old.get("/api/v1/documents")).status_code == 200
    assert (await old.get("/api/v1/staff")).status_code == 403


async def test_scopes_stay_within_the_role_and_within_who_makes_the_key(kefu: Served) -> None:
    admin = await kefu.signed_in(Role.ADMIN)
    beyond = {"role": "integrator", "name": "x", "scopes": ["accounts:staff:write"]}
    assert (await admin.post("/api/v1/keys", json=beyond)).json()["code"] == "scope_beyond_role"
    for wrong in ({"scopes": ["everything"]}, {"scopes": []}, {"expires_at": "2027-01-01T00:00:00"}):
        assert (await admin.post("/api/v1/keys", json={"role": "agent", "name": "x", **wrong})).status_code == 422
    _, narrow = await create_api_key(kefu.accounts, Role.ADMIN, "n", None, scopes=[Permission.ACCOUNTS_KEY_WRITE])
    keyed = kefu.client(Authorization=f"Bearer {narrow}")
    for form in ({"role": "admin"}, {"role": "integrator"}, {"role": "admin", "scopes": ["accounts:audit:read"]}):
        grown = await keyed.post("/api/v1/keys", json={"name": "grown", **form})
        assert (grown.status_code, grown.json()["code"]) == (403, "key_exceeds")
    same = {"name": "same", "role": "admin", "scopes": ["accounts:key:write"]}
    assert (await keyed.post("/api/v1/keys", json=same)).status_code == 201


async def test_a_key_ends_in_time_and_the_list_tells_its_use_but_never_the_key(kefu: Served) -> None:
    admin = await kefu.signed_in(Role.ADMIN)
    past = {"role": "agent", "name": "late", "expires_at": "2020-01-01T00:00:00Z"}
    assert (await admin.post("/api/v1/keys", json=past)).json()["code"] == "key_over"
    soon = datetime.now(UTC) + timedelta(days=1)
    key_id, key = await create_api_key(kefu.accounts, Role.AGENT, "shop", None, expires_at=soon)
    keyed = kefu.client(Authorization=f"Bearer {key}")
    listed = await admin.get("/api/v1/keys")
    one = listed.json()["items"][0]
    assert (one["name"], one["last_used_at"], one["created_by"], one["scopes"]) == ("shop", None, "system", None)
    assert key not in listed.text and "digest" not in listed.text
    assert (await keyed.get("/api/v1/session")).status_code == 200
    used = (await admin.get("/api/v1/keys")).json()["items"][0]["last_used_at"]
    assert used is not None
    assert (await keyed.get("/api/v1/session")).status_code == 200
    assert (await admin.get("/api/v1/keys")).json()["items"][0]["last_used_at"] == used  # once a minute at most
    async with kefu.accounts.database.transaction() as session:
        await session.execute(text("UPDATE api_key SET expires_at = now() - interval '1 second'"))
    assert (await keyed.get("/api/v1/session")).status_code == 401
    assert (await admin.delete(f"/api/v1/keys/{key_id}")).status_code == 204
    assert (await admin.delete(f"/api/v1/keys/{key_id}")).status_code == 404


def test_the_description_names_the_scope_of_every_route_of_the_staff() -> None:
    app = FastAPI()
    app.include_router(audit_routes.router)
    app.include_router(routes.router)
    described = app.openapi()
    assert set(described["components"]["securitySchemes"]) == {"ApiKey", "StaffSession"}
    wanted = described["paths"]["/api/v1/audit"]["get"]["security"]
    assert wanted == [{"ApiKey": ["accounts:audit:read"]}, {"StaffSession": ["accounts:audit:read"]}]
    assert "security" not in described["paths"]["/api/v1/session"]["post"]


def test_every_permission_has_its_words() -> None:
    rooms = {f"room_{one.value.partition(':')[0]}" for one in Permission}
    assert [key for key in (*sorted(Permission), *rooms) if not has_text(f"permissions.{key}")] == []


def test_the_command_line_says_scopes_and_ends() -> None:
    assert expiry(None) is None and expiry("2027-01-31") == datetime(2027, 1, 31, tzinfo=UTC)
    assert abs((expiry("90d") or datetime.now(UTC)) - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=1)
    with pytest.raises(ValueError, match="90d"):
        expiry("soon")
    assert scopes_of(["knowledge:passage:search"]) == [Permission.KNOWLEDGE_SEARCH] and scopes_of(None) is None
    with pytest.raises(ValueError, match="accounts:audit:read"):
        scopes_of(["everything"])
    assert Permission.KNOWLEDGE_SEARCH in GRANTS[Role.INTEGRATOR]
