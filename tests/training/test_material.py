"""Material over HTTP: imported, collected from the desk, reviewed by one or two people, built in, and forgotten."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.accounts import Role
from app.training import TrainingTools
from app.training.domain import Source
from tests.conversations.customer import Customer
from tests.serving import Served
from tests.training.building import built

ROWS = [
    {
        "messages": [
            {"role": "user", "content": f"第{n}种耳机怎么配对？"},
            {"role": "assistant", "content": f"长按 {n} 秒进入配对。"},
        ]
    }
    for n in range(3, 6)
]
BAD = {"messages": [{"role": "assistant", "content": "谁？"}]}


def as_file(*rows: Any, name: str = "rows.jsonl") -> dict[str, Any]:
    return {"file": (name, "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())}


async def material(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/v1/datasets/material", params=params)).json()["items"]
    return found


async def test_an_imported_file_waits_for_review_and_only_accepted_rows_are_learnt(kefu: Served) -> None:
    admin, supervisor = await kefu.keyed(Role.ADMIN), await kefu.keyed(Role.SUPERVISOR)
    looked = (await admin.post("/api/v1/datasets/imports/look", files=as_file(*ROWS, BAD))).json()
    assert (looked["shape"], looked["pairs"], looked["refused"]) == ("openai", 3, 1)
    assert await material(admin) == [], "looking keeps nothing"
    made = await admin.post("/api/v1/datasets/imports", files=as_file(*ROWS, ROWS[0], BAD))
    assert made.status_code == 201
    assert {name: made.json()[name] for name in ("taken", "known", "refused")} == {"taken": 3, "known": 0, "refused": 1}
    assert (await admin.get(made.headers["location"])).json()["refusals"] == [{"line": 5, "code": "row_wrong_roles"}]
    again = (await admin.post("/api/v1/datasets/imports", files=as_file(*ROWS))).json()
    assert (again["taken"], again["known"]) == (0, 3)

    waiting = await material(supervisor, state="waiting")
    path = "/api/v1/datasets/material/{}/reviews"
    better = {"accept": True, "answer": "长按 3 秒，指示灯闪烁后配对。", "intent": "配对"}
    accepted = (await supervisor.post(path.format(waiting[0]["material_id"]), json=better)).json()
    assert (accepted["state"], accepted["answer"], accepted["intent"]) == ("accepted", better["answer"], "配对")
    rejected = await supervisor.post(path.format(waiting[1]["material_id"]), json={"accept": False, "note": "过时"})
    assert rejected.json()["state"] == "rejected"
    late = await supervisor.post(path.format(waiting[1]["material_id"]), json={"accept": True})
    assert (late.status_code, late.json()["code"]) == (409, "material_decided")

    preview = (await admin.post("/api/v1/datasets/preview")).json()
    assert preview["rows"] == 1 and preview["by_source"] == {"import": 1}
    assert [step["name"] for step in preview["steps"]] == [
        "votes",
        "clean",
        "personal",
        "exact",
        "near",
        "contradictions",
        "sensitive",
        "quality",
        "pairs",
        "mixing",
        "augment",
    ]
    version = f"/api/v1/datasets/{(await built(kefu, admin))['dataset_id']}"
    origins = (await admin.get(version + "/origins")).json()["items"]
    assert [(one["source"], one["split"], bool(one["approved_by"])) for one in origins] == [("import", "train", True)]
    rows = (await admin.get(version + "/rows", params={"layout": "sharegpt"})).json()
    assert rows["conversations"][-1] == {"from": "gpt", "value": "长按 3 秒，指示灯闪烁后配对[1]。"}


async def test_two_people_must_agree_when_the_rules_say_so_and_their_agreement_is_shown(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    one, two, three = [await kefu.signed_in(Role.SUPERVISOR, f"s{n}@example.com") for n in range(3)]
    rules = (await admin.get("/api/v1/datasets/rules")).json()
    assert (await admin.put("/api/v1/datasets/rules", json={**rules, "reviewers": 2})).status_code == 200
    await admin.post("/api/v1/datasets/imports", files=as_file(*ROWS))
    first, second, third = [row["material_id"] for row in await material(admin)]

    async def say(client: httpx.AsyncClient, row: str, **word: Any) -> str:
        said = await client.post(f"/api/v1/datasets/material/{row}/reviews", json=word)
        assert said.status_code == 200, said.text
        return str(said.json()["state"])

    assert await say(one, first, accept=True) == "waiting"
    assert await say(one, first, accept=True) == "waiting", "the same person twice is one"
    assert await say(two, first, accept=True) == "accepted"
    assert await say(one, second, accept=True) == "waiting"
    assert await say(two, second, accept=False) == "disputed"
    assert await say(three, second, accept=False) == "disputed", "two to one settles nothing"
    assert await say(one, second, accept=False) == "rejected", "unless the one comes round"
    assert await say(one, third, accept=True) == "waiting"
    assert await say(two, third, accept=True, answer="长按 5 秒。") == "waiting", (
        "nobody else has accepted that wording"
    )
    assert await say(one, third, accept=True) == "accepted"
    seen = (await admin.get("/api/v1/datasets/material/overview")).json()
    assert seen["by_state"] == {"accepted": 2, "rejected": 1} and seen["seen_by_two"] == 3
    assert seen["agreed"] == 2 + 1 and seen["kappa"] is None


async def test_what_colleagues_said_in_resolved_conversations_is_collected_once(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    agent = await kefu.signed_in(Role.AGENT, "lin@example.com")
    for outcome in ("resolved", "unresolved"):
        customer = await Customer.begin(kefu.client())
        await customer.post("/handoff", {"reason": "要人工"})
        await agent.post(f"{customer.path}/take-over")
        await customer.write("蓝牙老是断开怎么办？")
        answer = f"请把固件升到 3.2，再重新配对（{outcome}）。"
        await agent.post(f"{customer.path}/replies", json={"client_id": str(uuid4()), "text": answer})
        closed = await agent.post(f"{customer.path}/close", json={"outcome": outcome})
        assert closed.status_code == 200, closed.text
    assert (await admin.post("/api/v1/datasets/replies")).json() == {"added": 1}
    assert (await admin.post("/api/v1/datasets/replies")).json() == {"added": 0}
    (row,) = await material(admin, source="reply")
    assert (row["question"], row["answer"]) == ("蓝牙老是断开怎么办？", "请把固件升到 3.2，再重新配对（resolved）。")
    assert row["said_by"] == "Agent"


async def test_erased_conversations_drop_out_withdraw_their_versions_and_mark_the_models(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    tools: TrainingTools = kefu.tools[TrainingTools]
    conversation = uuid4()
    await admin.post("/api/v1/datasets/imports", files=as_file(*ROWS), data={"reviewed": "true"})
    async with tools.database.transaction() as session:
        from sqlalchemy import text

        await session.execute(
            text("UPDATE training_material SET conversation_id = :id WHERE line = 2"), {"id": conversation}
        )
    version = await built(kefu, admin)
    path = f"/api/v1/datasets/{version['dataset_id']}"
    assert version["rows"] == 3 and (await admin.get(path + "/rows")).status_code == 200
    reached = (await admin.post("/api/v1/training/erasures", json={"conversation_ids": [str(conversation)]})).json()
    assert reached == {"datasets": [version["dataset_id"]], "models": []}
    assert (await admin.get(path)).json()["erased_rows"] == 1
    gone = await admin.get(path + "/rows")
    assert (gone.status_code, gone.json()["code"]) == (409, "dataset_withdrawn")
    after = await built(kefu, admin)
    assert (after["version"], after["rows"], after["erased_rows"]) == (2, 2, 0)
    assert len(await material(admin)) == 2
    again = (await admin.post("/api/v1/training/erasures", json={"conversation_ids": [str(conversation)]})).json()
    assert again["datasets"] == [version["dataset_id"]], "twice is once"
    assert UUID(version["dataset_id"]) and Source.IMPORT.value in version["manifest"]["by_source"]


@pytest.mark.parametrize(
    ("form", "code", "status"),
    [
        ({"mapping": "{"}, "mapping_unreadable", 422),
        ({"mapping": "{}"}, "mapping_unreadable", 422),
        ({"mapping": '{"turns": "a[0]"}'}, "mapping_unreadable", 422),
        ({"shape": "mapped"}, "mapping_unreadable", 422),
        ({"shape": "csv"}, "invalid_request", 422),
    ],
    ids=["broken", "empty", "path", "none", "shape"],
)
async def test_a_bad_order_is_refused(
    standing_admin: httpx.AsyncClient, form: dict[str, str], code: str, status: int
) -> None:
    refused = await standing_admin.post("/api/v1/datasets/imports", files=as_file(*ROWS), data=form)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    empty = await standing_admin.post("/api/v1/datasets/imports", files={"file": ("x.jsonl", b"")})
    assert (empty.status_code, empty.json()["code"]) == (422, "training_file_unreadable")


@pytest.mark.parametrize(
    "recipe",
    [{"near": 0.1}, {"test_share": 0.9}, {"sources": []}, {"sources": ["x"]}, {"reviewers": 3}, {"base_share": 1}],
)
async def test_rules_outside_their_bounds_are_refused(standing: Served, recipe: dict[str, Any]) -> None:
    admin, supervisor = await standing.keyed(Role.ADMIN), await standing.keyed(Role.SUPERVISOR)
    assert (await admin.put("/api/v1/datasets/rules", json={"recipe": recipe})).status_code == 422
    assert (await supervisor.put("/api/v1/datasets/rules", json={})).status_code == 403
    agent = await standing.keyed(Role.AGENT)
    assert (await agent.get("/api/v1/datasets/material")).status_code == 403
