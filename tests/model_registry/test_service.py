"""Versions of models go through their states; one of a kind is live, and the one before can come back."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from app.accounts import Role
from app.kernel.database import Database
from app.model_registry import (
    ModelKind,
    ModelRegistryTools,
    ModelState,
    ModelStateConflict,
    ModelVersion,
    ModelVersionNotFound,
    NewModelVersion,
    change_model_state,
    find_live_model,
    live_chat_model,
    register_model,
    store,
)
from tests.fakes.chat_model import FakeChatModel
from tests.serving import Served


@pytest.fixture
def tools(database: Database) -> ModelRegistryTools:
    return ModelRegistryTools(database, FakeChatModel())


async def version(tools: ModelRegistryTools, name: str, kind: ModelKind = ModelKind.CHAT) -> ModelVersion:
    return await register_model(tools, NewModelVersion(kind, name, "tiny", details={"exact_match": 1.0}), None)


async def test_a_new_version_is_a_candidate_and_changes_nothing(tools: ModelRegistryTools) -> None:
    new = await version(tools, "sft-1")
    assert new.state is ModelState.CANDIDATE
    served = await live_chat_model(tools)
    assert served is not None and served.name is None and served.version_id is None


async def test_without_a_model_server_answers_are_quoted(database: Database) -> None:
    assert await live_chat_model(ModelRegistryTools(database)) is None


async def test_the_live_version_answers_at_once_and_retires_the_one_before(tools: ModelRegistryTools) -> None:
    first, second = await version(tools, "sft-1"), await version(tools, "sft-2")
    await change_model_state(tools, first.id, ModelState.LIVE, None)
    served = await live_chat_model(tools)
    assert served is not None and (served.name, served.version_id) == ("sft-1", str(first.id))
    await change_model_state(tools, second.id, ModelState.LIVE, None)
    served = await live_chat_model(tools)
    assert served is not None and served.name == "sft-2"
    await change_model_state(tools, first.id, ModelState.LIVE, None)
    live = await find_live_model(tools, ModelKind.CHAT)
    assert live is not None and live.name == "sft-1", "rolling back is promoting the one before again"


async def test_kinds_do_not_retire_each_other(tools: ModelRegistryTools) -> None:
    chat, embed = await version(tools, "sft-1"), await version(tools, "bge", ModelKind.EMBED)
    await change_model_state(tools, chat.id, ModelState.LIVE, None)
    await change_model_state(tools, embed.id, ModelState.LIVE, None)
    live = await find_live_model(tools, ModelKind.CHAT)
    assert live is not None and live.id == chat.id


async def test_a_state_that_cannot_follow_is_refused(tools: ModelRegistryTools) -> None:
    new = await version(tools, "sft-1")
    await change_model_state(tools, new.id, ModelState.LIVE, None)
    with pytest.raises(ModelStateConflict):
        await change_model_state(tools, new.id, ModelState.SHADOW, None)
    with pytest.raises(ModelVersionNotFound):
        await change_model_state(tools, uuid4(), ModelState.LIVE, None)


async def test_versions_are_listed_page_by_page_and_moved_by_admins_only(kefu: Served, database: Database) -> None:
    tools = ModelRegistryTools(database)
    made = [await version(tools, f"sft-{n}") for n in range(3)]
    admin, agent = await kefu.keyed(Role.ADMIN), await kefu.keyed(Role.AGENT)
    seen: list[Any] = []
    cursor = None
    while True:
        page = (await agent.get("/api/v1/models", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["sft-2", "sft-1", "sft-0"]
    path = f"/api/v1/models/{made[0].id}/state"
    assert (await agent.post(path, json={"state": "live"})).status_code == 403
    moved = await admin.post(path, json={"state": "live"})
    assert moved.status_code == 200 and moved.json()["state"] == "live"
    assert (await admin.post(path, json={"state": "shadow"})).json()["code"] == "model_state_conflict"
    assert (await admin.get("/api/v1/models", params={"cursor": "bm90IGEgdXVpZA"})).status_code == 422


async def test_the_first_questions_of_a_process_meet_the_live_version_however_many_come_at_once(
    tools: ModelRegistryTools, database: Database
) -> None:
    await change_model_state(tools, (await version(tools, "sft-1")).id, ModelState.LIVE, None)
    fresh = ModelRegistryTools(database, FakeChatModel())
    served = await asyncio.gather(*(live_chat_model(fresh) for _ in range(5)))
    assert [one.name for one in served if one] == ["sft-1"] * 5


async def test_a_reading_that_began_before_a_promotion_does_not_bring_the_old_version_back(
    tools: ModelRegistryTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await version(tools, "sft-1"), await version(tools, "sft-2")
    await change_model_state(tools, first.id, ModelState.LIVE, None)
    await live_chat_model(tools)
    tools.remembered.forget()
    has_read, promoted = asyncio.Event(), asyncio.Event()
    really = store.find_in_state

    async def slowly(*asked: Any) -> list[ModelVersion]:
        found = await really(*asked)
        has_read.set()
        await promoted.wait()
        return found

    monkeypatch.setattr(store, "find_in_state", slowly)
    reading = asyncio.create_task(live_chat_model(tools))
    await has_read.wait()
    monkeypatch.setattr(store, "find_in_state", really)
    await change_model_state(tools, second.id, ModelState.LIVE, None)
    assert (await live_chat_model(tools) or pytest.fail()).name == "sft-2"
    promoted.set()
    await reading
    assert (await live_chat_model(tools) or pytest.fail()).name == "sft-2"
