"""Staff register tools: from an OpenAPI document or by hand, tried before customers use them, secrets never told."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.accounts import Role
from app.answering.tools.openapi import read_openapi
from app.kernel.settings import Settings
from tests.answering.tools.orders import demo_specs, order_service
from tests.serving import serving

SPEC = {"name": "ping", "path": "/ping", "parameters": []}


def code(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json()['code']}"


async def test_tools_come_from_a_document_and_are_tried_changed_and_taken_away(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    async with order_service(folder) as place:
        allowed = settings.model_copy(update={"tool_hosts": f"127.0.0.1:{place.port}"})
        async with serving(allowed) as kefu:
            admin, supervisor = await kefu.signed_in(Role.ADMIN), await kefu.keyed(Role.SUPERVISOR)
            await _register(admin, place.url, place.key)
            listed = (await supervisor.get("/api/v1/tools")).json()
            assert listed["sources"][0]["secrets"] == ["Authorization"] and place.key not in json.dumps(listed)
            await _tried(admin, listed["items"])
            await _changed(admin, listed)
            foreign = await admin.post("/api/v1/tools/openapi", json={"url": "http://127.0.0.1:1/openapi.json"})
            assert code(foreign) == "422 tool_server_failed" and "forbidden" in foreign.json()["detail"]
            assert (await supervisor.post("/api/v1/tools/openapi", json={"document": "{}"})).status_code == 403


async def _register(admin: httpx.AsyncClient, url: str, key: str) -> None:
    drafts = (await admin.post("/api/v1/tools/openapi", json={"url": f"{url}/openapi.json"})).json()
    by_name = {draft["name"]: draft for draft in drafts["drafts"]}
    assert drafts["base_url"] == url and not drafts["problems"]
    order = {one["name"]: one for one in by_name["get_order"]["parameters"]}
    assert order["X-Customer-Id"]["customer"] and order["order_number"]["place"] == "path"
    asked = by_name["request_return"]
    assert asked["effect"] == "writing" and asked["idempotency_header"].lower() == "idempotency-key"
    reason = next(one for one in asked["parameters"] if one["name"] == "reason")
    assert [choice["value"] for choice in reason["choices"]][:2] == ["changed_mind", "faulty"]
    form = {"name": "orders", "base_url": url, "secrets": {"Authorization": f"Bearer {key}"}}
    source = (await admin.post("/api/v1/tools/sources", json=form)).json()["source_id"]
    assert code(await admin.post("/api/v1/tools/sources", json=form)) == "409 tool_name_taken"
    added = await admin.post("/api/v1/tools", json={"source_id": source, "specs": drafts["drafts"]})
    assert added.status_code == 201 and len(added.json()["tool_ids"]) == len(by_name)


async def _tried(admin: httpx.AsyncClient, items: list[dict[str, Any]]) -> None:
    tool = next(one for one in items if one["spec"]["name"] == "list_orders")
    path = f"/api/v1/tools/{tool['tool_id']}"
    assert not tool["enabled"]
    alone = (await admin.post(f"{path}/test", json={"arguments": {}})).json()
    assert alone["ending"] == "invalid" and "X-Customer-Id" in alone["problems"]
    tried = (await admin.post(f"{path}/test", json={"arguments": {}, "user_id": "U10001"})).json()
    assert (tried["ending"], tried["status"]) == ("ok", 200) and "Nova Buds 2" in tried["answer"]["zh"]
    made_up = (
        await admin.post(f"{path}/test", json={"arguments": {"X-Customer-Id": "U10002"}, "user_id": "U10001"})
    ).json()
    assert made_up["ending"] == "invalid"
    wanted = next(spec for spec in demo_specs() if spec.name == "list_orders").model_dump(mode="json", by_alias=True)
    body = {"version": 1, "enabled": True, "spec": wanted}
    changed = (await admin.put(path, json=body)).json()
    assert changed["version"] == 2 and changed["enabled"]
    assert code(await admin.put(path, json=body)) == "409 tool_changed"
    tried = (await admin.post(f"{path}/test", json={"arguments": {}, "user_id": "U10001"})).json()
    assert tried["result"]["orders"][0]["phone"] == "138****5678" and "您的订单" in tried["answer"]["zh"]
    assert tried["answer"]["zh"].count("\n- **ND") == 3
    phrase = (await admin.post("/api/v1/tools/match", json={"text": "查一下我的订单"})).json()
    assert phrase == {"tool": "list_orders", "score": 1.0, "sure": True, "values": {}}
    calls = (await admin.get(f"{path}/calls")).json()["items"]
    assert [one["by"] for one in calls] == ["test", "test"] and calls[0]["user_id"] == "U10001"


async def _changed(admin: httpx.AsyncClient, listed: dict[str, Any]) -> None:
    source = listed["sources"][0]
    broken = {**SPEC, "template": {"zh": "{% if %}", "en": ""}}
    bodies: list[dict[str, Any]] = [
        broken,
        {**SPEC, "path": "/ping/{id}"},
        {**SPEC, "parameters": [{"name": "a", "pattern": "(a+)+"}]},
        {**SPEC, "name": "Not A Name"},
    ]
    for spec in bodies:
        refused = await admin.post("/api/v1/tools", json={"source_id": source["source_id"], "specs": [spec]})
        assert refused.status_code == 422, spec
    moved = {"name": "orders", "base_url": "http://10.0.0.1"}
    path = f"/api/v1/tools/sources/{source['source_id']}"
    assert (await admin.put(path, json=moved)).json()["secrets"] == ["Authorization"]
    tool = next(one for one in listed["items"] if one["spec"]["name"] == "list_orders")["tool_id"]
    away = (await admin.post(f"/api/v1/tools/{tool}/test", json={"arguments": {}, "user_id": "U10001"})).json()
    assert (away["ending"], away["reason"]) == ("failed", "forbidden")
    assert (await admin.delete(path)).status_code == 204
    assert (await admin.get("/api/v1/tools")).json()["items"] == []
    assert code(await admin.get(f"/api/v1/tools/{tool}")) == "404 tool_not_found"


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"openapi": "2.0", "paths": {"/a": {}}}',
        "openapi: 3.0.0\npaths: &a\n  /x: *a\n",
        "a: [",
        "\x00",
    ],
)
def test_what_is_no_openapi_document_is_refused(document: str) -> None:
    from app.answering.tools.errors import NotOpenApi

    with pytest.raises(NotOpenApi):
        read_openapi(document)


def test_a_yaml_document_with_shared_and_circular_parts_is_read() -> None:
    found = read_openapi(
        """
openapi: 3.1.0
info: {title: Shop}
servers: [{url: /v2}]
paths:
  /users/{userId}/points:
    parameters: [{$ref: '#/components/parameters/User'}]
    get:
      operationId: getPoints
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}}
    post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}, responses: {}}
  /broken/{no}: {get: {responses: {}}}
components:
  parameters: {User: {name: userId, in: path, required: true, schema: {type: integer}}}
  schemas: {Tree: {type: object, properties: {name: {type: string}, next: {$ref: '#/components/schemas/Tree'}}}}
""",
        "https://shop.example/openapi.yaml",
    )
    assert [draft.name for draft in found.drafts] == ["get_points", "post_users_user_id_points"]
    assert found.base_url == "https://shop.example/v2" and found.fields["get_points"][:2] == ("name", "next")
    assert found.drafts[0].parameters[0].customer and len(found.problems) == 1
