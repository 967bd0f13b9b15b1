"""Staff keep intents: read, tried, saved as versions, imported, rolled back; every process heeds them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.accounts import Role
from app.answering import AnsweringTools
from app.kernel.settings import Settings
from tests.serving import Served, serving
from tests.waiting import until

URL = "/api/v1/intents"


@pytest.fixture
async def kefu(settings: Settings) -> AsyncIterator[Served]:
    async with serving(settings) as served:
        yield served


async def test_a_list_is_tried_saved_heeded_and_rolled_back(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    shown: dict[str, Any] = (await admin.get(URL)).json()
    assert shown["number"] == 0 and {one["kind"] for one in shown["intents"]} >= {"question", "task", "person"}
    own = {"key": "gift_card", "kind": "task", "name_zh": "礼品卡", "name_en": "Gift card", "enabled": True}
    own["examples"] = ["充值礼品卡", "礼品卡怎么充不进去", "帮我激活礼品卡", "礼品卡余额帮我转一下"]
    changed = [*shown["intents"], own]
    tried = (await admin.post(f"{URL}/test", json={"text": "帮我充值礼品卡", "intents": changed})).json()
    assert tried["key"] == "gift_card" and tried["nearest"][0]["key"] == "gift_card"
    assert (await admin.post(f"{URL}/test", json={"text": "转人工"})).json()["by"] == "pattern"

    saved = await admin.put(URL, json={"number": 0, "intents": changed, "with_model": True})
    assert saved.json()["with_model"] and saved.status_code == 200 and saved.json()["number"] == 1, saved.text
    again = await admin.put(URL, json={"number": 0, "intents": changed})
    assert (again.status_code, again.json()["code"]) == (409, "intents_changed")

    tools: AnsweringTools = kefu.tools[AnsweringTools]

    async def heeded() -> bool:
        book = (await tools.intents.get()).book
        return book.with_model and book.read("帮我充值礼品卡").label == "gift_card"

    await until(heeded, "the new intents")
    measured = (await admin.post(f"{URL}/confusion", json={})).json()
    assert "gift_card" in measured["keys"] and 0 < measured["accuracy"] <= 1
    assert sum(cell["count"] for cell in measured["cells"]) == measured["examples"]

    back = await admin.post(f"{URL}/rollback", json={"to": 0, "number": 1})
    assert back.json() == {**shown, "number": 2}
    versions = (await admin.get(f"{URL}/versions")).json()["items"]
    assert [one["number"] for one in versions] == [2, 1] and versions[0]["note"] == "= 0"


async def test_files_go_out_and_come_in(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    jsonl = (await admin.get(f"{URL}/export", params={"format": "jsonl"})).content
    unchanged = await admin.post(f"{URL}/import", files={"file": ("i.jsonl", jsonl)}, params={"dry_run": True})
    assert unchanged.status_code == 200, unchanged.text
    assert (unchanged.json()["added"], unchanged.json()["changed"], unchanged.json()["removed"]) == ([], [], [])
    more = "key,kind,name_zh,name_en,enabled,example\nwarranty,question,保修,Warranty,1,保修卡丢了怎么办\n".encode()
    report = (await admin.post(f"{URL}/import", files={"file": ("i.csv", more)})).json()
    assert report["added"] == ["warranty"] and report["intents"]["number"] == 1
    csv = (await admin.get(f"{URL}/export")).content
    assert "保修卡丢了怎么办" in csv.decode("utf-8-sig")
    bad = await admin.post(f"{URL}/import", files={"file": ("i.csv", b"nothing")})
    assert (bad.status_code, bad.json()["code"]) == (422, "intent_file_unreadable")


async def test_only_those_who_may_change_intents(kefu: Served) -> None:
    supervisor, agent = await kefu.keyed(Role.SUPERVISOR), await kefu.keyed(Role.AGENT)
    assert (await supervisor.get(URL)).status_code == 200
    assert (await supervisor.put(URL, json={"number": 0, "intents": []})).status_code == 403
    assert (await agent.get(URL)).status_code == 403 and (await kefu.client().get(URL)).status_code == 401
    admin = await kefu.keyed(Role.ADMIN)
    for body in ({"number": 0, "intents": [{"key": "bad key"}]}, {"number": 0}, {"number": -1, "intents": []}):
        assert (await admin.put(URL, json=body)).status_code == 422
    empty = await admin.put(URL, json={"number": 0, "intents": []})
    assert (empty.status_code, empty.json()["code"]) == (422, "bad_intents")
