"""The shelf over HTTP: filters, orders, cards, bulk actions, versions, uses, and what a deletion touches."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.accounts import Role
from app.adapters.blob_store import open_blob_store
from app.kernel.ids import new_id
from app.knowledge import DocumentTools, index_document, ingest_document, mark_due_reviews
from app.knowledge.shelf import store
from tests.conversations.customer import Customer
from tests.serving import Served

RETURNS = "# 退货政策\n\n## 期限\n\n签收后七天内可以退货。\n\n## 运费\n\n质量问题由我们承担运费。\n"
WARRANTY = "# 保修政策\n\n整机保修两年，电池保修一年。\n"
LIST = "/api/v1/documents"


@pytest.fixture
async def admin(kefu: Served) -> httpx.AsyncClient:
    return await kefu.signed_in(Role.ADMIN)


@pytest.fixture
def worker(kefu: Served, documents: DocumentTools) -> DocumentTools:
    """The tools of a worker beside the served application."""
    return replace(documents, blobs=open_blob_store(kefu.settings))


async def put(client: httpx.AsyncClient, worker: DocumentTools, name: str, words: str) -> str:
    answer = await client.post(LIST, files={"file": (name, words.encode())})
    assert answer.status_code == 202, answer.text
    await ingest_document(worker, UUID(answer.json()["job_id"]))
    return str(answer.json()["document_id"])


async def titles(client: httpx.AsyncClient, **params: Any) -> list[str]:
    answer = await client.get(LIST, params=params)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def found(client: httpx.AsyncClient, query: str) -> list[str]:
    answer = await client.post("/api/v1/search", json={"query": query, "limit": 5})
    return [hit["text"] for hit in answer.json()["hits"]]


async def test_the_list_is_searched_by_title_and_by_content_and_sorted(
    admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    await put(admin, worker, "returns.md", RETURNS)
    await put(admin, worker, "warranty.md", WARRANTY)
    assert await titles(admin, q="保修政策") == ["保修政策"]
    assert await titles(admin, q="承担运费") == ["退货政策"], "words that only its content has"
    assert await titles(admin, q="returns.md") == ["退货政策"]
    assert await titles(admin, q="根本没有的话") == []
    assert await titles(admin, sort="title", order="asc") == sorted(["退货政策", "保修政策"])
    assert await titles(admin, sort="chunks") == ["退货政策", "保修政策"]
    assert await titles(admin, sort="updated") == ["保修政策", "退货政策"]
    for sort in ("created", "updated", "title", "size", "chunks", "valid_until", "review", "uses"):
        for order in ("asc", "desc"):
            first = (await admin.get(LIST, params={"sort": sort, "order": order, "limit": 1})).json()
            cursor = {"sort": sort, "order": order, "limit": 1, "cursor": first["next_cursor"]}
            second = (await admin.get(LIST, params=cursor)).json()
            both = {item["title"] for item in first["items"] + second["items"]}
            assert both == {"退货政策", "保修政策"}, (sort, order)
            assert second["next_cursor"] is None
    foreign = (await admin.get(LIST, params={"sort": "title", "limit": 1})).json()["next_cursor"]
    refused = await admin.get(LIST, params={"sort": "size", "cursor": foreign})
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_cursor")


async def test_a_card_is_changed_and_filtered_by_and_validity_rules_search(
    admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    document_id = await put(admin, worker, "returns.md", RETURNS)
    await put(admin, worker, "warranty.md", WARRANTY)
    url = f"{LIST}/{document_id}"
    card = {"owner": "售后部 周宁", "tags": ["退货", "政策", "退货"], "review_on": "2020-01-01"}
    shown = (await admin.patch(url, json=card)).json()
    assert (shown["owner"], shown["tags"]) == ("售后部 周宁", ["退货", "政策"])
    assert shown["review_due_at"] is not None and shown["base_name"]
    assert await titles(admin, owner="售后部 周宁") == ["退货政策"]
    assert await titles(admin, tag="政策") == ["退货政策"]
    assert await titles(admin, needs_review=True) == ["退货政策"]
    facts = (await admin.get(f"{LIST}/facts", params={"tag": "政策"})).json()
    assert (facts["matching"], facts["documents"], facts["chunks"], facts["needs_review"]) == (1, 2, 3, 1)
    assert facts["owners"] == ["Admin", "售后部 周宁"] and facts["tags"] == ["政策", "退货"]
    over = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert "签收后七天内可以退货。" in await found(admin, "几天内可以退货")
    assert (await admin.patch(url, json={"valid_until": over})).status_code == 200
    assert "签收后七天内可以退货。" not in await found(admin, "几天内可以退货")
    assert await titles(admin, expiring=True) == ["退货政策"]
    await put(admin, worker, "returns.md", RETURNS + "\n## 其他\n\n新的一段话。\n")
    assert "新的一段话。" not in await found(admin, "新的一段话"), "a new version is under the same validity"
    assert (await admin.patch(url, json={"valid_until": None})).json()["valid_until"] is None
    assert "新的一段话。" in await found(admin, "新的一段话")
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    reversed_ = await admin.patch(url, json={"valid_from": later, "valid_until": over})
    assert reversed_.json()["code"] == "validity_reversed"
    for bad in ({"owner": "x" * 81}, {"tags": [" "]}, {"valid_from": "2026-01-01T00:00:00"}, {"title": "x"}):
        assert (await admin.patch(url, json=bad)).status_code == 422, bad


async def test_a_review_that_comes_due_is_marked_once_and_a_new_date_takes_the_mark_away(
    admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    document_id = await put(admin, worker, "returns.md", RETURNS)
    url = f"{LIST}/{document_id}"
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert (await admin.patch(url, json={"review_on": tomorrow})).json()["review_due_at"] is None
    assert await mark_due_reviews(worker.database) == 0
    async with worker.database.transaction() as session:
        assert await store.mark_due(session, datetime.now(UTC).date() + timedelta(days=1)) == 1
        assert await store.mark_due(session, datetime.now(UTC).date() + timedelta(days=1)) == 0
    assert await titles(admin, needs_review=True) == ["退货政策"]
    assert (await admin.patch(url, json={"review_on": tomorrow})).json()["review_due_at"] is None


async def bulk(client: httpx.AsyncClient, action: str, *ids: str, **more: Any) -> list[dict[str, Any]]:
    answer = await client.post(f"{LIST}/bulk", json={"action": action, "document_ids": list(ids), **more})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_bulk_actions_tell_what_became_of_each(admin: httpx.AsyncClient, worker: DocumentTools) -> None:
    first = await put(admin, worker, "returns.md", RETURNS)
    second = await put(admin, worker, "warranty.md", WARRANTY)
    gone = str(new_id())
    items = await bulk(admin, "disable", first, gone, second)
    assert [(item["document_id"], item["done"]) for item in items] == [(first, True), (gone, False), (second, True)]
    assert items[1]["error"]["code"] == "not_found" and items[1]["error"]["message"]
    assert await found(admin, "几天内可以退货") == []
    assert sorted(await titles(admin, disabled=True)) == ["保修政策", "退货政策"]
    await bulk(admin, "enable", first, second)
    assert "签收后七天内可以退货。" in await found(admin, "几天内可以退货")
    await bulk(admin, "tags", first, second, add_tags=["2026"], remove_tags=["旧"])
    assert len(await titles(admin, tag="2026")) == 2
    await bulk(admin, "owner", second, owner="何静")
    assert await titles(admin, owner="何静") == ["保修政策"]
    [again] = await bulk(admin, "reparse", first)
    [waits] = await bulk(admin, "reparse", first)
    assert waits["error"]["code"] == "document_waits"
    await ingest_document(worker, UUID(again["job_id"]))
    assert "签收后七天内可以退货。" in await found(admin, "几天内可以退货")
    await bulk(admin, "delete", first, second)
    assert await titles(admin) == []
    assert (await admin.post(f"{LIST}/bulk", json={"action": "burn", "document_ids": [first]})).status_code == 422
    assert (await admin.post(f"{LIST}/bulk", json={"action": "delete", "document_ids": []})).status_code == 422


async def test_many_are_parsed_again_with_other_settings_or_as_drafts_to_compare(
    admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    first = await put(admin, worker, "returns.md", RETURNS)
    second = await put(admin, worker, "warranty.md", WARRANTY)
    settings = {"method": "size", "size": 400, "overlap": 0, "ocr": "off"}

    async def settings_of(document_id: str) -> Any:
        return (await admin.get(f"{LIST}/{document_id}/parse-settings")).json()

    own = (await settings_of(second))["settings"]
    before = (await admin.get(f"{LIST}/{second}/chunks")).json()["items"]
    drafted = await bulk(admin, "reparse", first, second, settings=settings, as_draft=True)
    assert all(item["done"] and item["job_id"] for item in drafted)
    assert [one["has_draft"] for one in (await admin.get(LIST)).json()["items"]] == [True, True]
    assert (await admin.get(f"{LIST}/{second}/draft")).json()["settings"] == settings
    assert await settings_of(second) == {"settings": own, "has_draft": True}
    assert (await admin.get(f"{LIST}/{second}/chunks")).json()["items"] == before
    [as_it_was] = await bulk(admin, "reparse", first, as_draft=True)
    assert as_it_was["done"] and (await admin.get(f"{LIST}/{first}/draft")).json()["settings"] == own
    [replaced] = await bulk(admin, "reparse", second, settings=settings)
    await ingest_document(worker, UUID(replaced["job_id"]))
    assert (await settings_of(second))["settings"] == settings
    for wrong in ({"action": "disable", "as_draft": True}, {"action": "tags", "settings": settings}):
        assert (await admin.post(f"{LIST}/bulk", json={**wrong, "document_ids": [first]})).status_code == 422


async def test_a_moved_document_is_read_by_whom_the_new_base_says(
    admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    first = await put(admin, worker, "returns.md", RETURNS)
    [passage] = (await admin.get(f"{LIST}/{first}/chunks")).json()["items"][:1]
    inside = {"name": "内部规定", "audience": "staff"}
    base_id = (await admin.post("/api/v1/bases", json=inside)).json()["base_id"]
    [moved] = await bulk(admin, "move", first, base_id=base_id)
    assert moved["done"], moved
    assert (await admin.get(f"{LIST}/{first}")).json()["base_id"] == base_id
    assert (await admin.get(f"{LIST}/{first}/chunks")).json()["items"][0]["chunk_id"] == passage["chunk_id"]
    own = await admin.post("/api/v1/search", json={"query": "几天内可以退货", "limit": 5, "base_ids": [base_id]})
    assert {hit["document_id"] for hit in own.json()["hits"]} == {first}
    counts = {base["name"]: base["passages"] for base in (await admin.get("/api/v1/bases")).json()["items"]}
    assert counts["内部规定"] == len(own.json()["hits"]) and sum(counts.values()) == counts["内部规定"]
    [again] = await bulk(admin, "move", first, base_id=base_id)
    assert again["done"], "it is there already"
    second = await put(admin, worker, "returns.md", RETURNS + "\n另一份。\n")
    [taken] = await bulk(admin, "move", second, base_id=base_id)
    assert taken["error"]["code"] == "document_source_taken"
    for wrong in ({"action": "move"}, {"action": "owner", "base_id": base_id}):
        assert (await admin.post(f"{LIST}/bulk", json={**wrong, "document_ids": [first]})).status_code == 422


async def test_a_large_document_comes_back_as_a_job(admin: httpx.AsyncClient, worker: DocumentTools) -> None:
    words = "# 大全\n" + "".join(f"\n## 第 {n} 条\n\n这里写着第 {n} 条规定的内容。\n" for n in range(80))
    document_id = await put(admin, worker, "large.md", words)
    await bulk(admin, "disable", document_id)
    off = (await admin.get(f"{LIST}/{document_id}/chunks", params={"limit": 1})).json()["items"][0]
    assert off["disabled_at"] is not None
    [item] = await bulk(admin, "enable", document_id)
    assert item["job_id"] is not None
    await index_document(worker, UUID(item["job_id"]))
    job = (await admin.get(f"/api/v1/jobs/{item['job_id']}")).json()
    assert (job["state"], job["progress"]["done"]) == ("succeeded", 80)
    assert any("第 41 条" in text for text in await found(admin, "第 41 条规定的内容"))


async def test_versions_are_listed_and_an_older_one_comes_back(admin: httpx.AsyncClient, worker: DocumentTools) -> None:
    document_id = await put(admin, worker, "returns.md", RETURNS)
    await put(admin, worker, "returns.md", RETURNS.replace("七天", "十天"))
    url = f"{LIST}/{document_id}/versions"
    listed = (await admin.get(url)).json()
    assert [item["number"] for item in listed["items"]] == [2, 1] and listed["serving"] == 2
    assert listed["items"][0]["created_by"] == "Admin" and listed["items"][0]["chunk_count"] == 2
    answer = await admin.post(f"{url}/1/restore")
    assert answer.status_code == 202
    await ingest_document(worker, UUID(answer.json()["job_id"]))
    assert "签收后七天内可以退货。" in await found(admin, "几天内可以退货")
    newest = (await admin.get(url)).json()["items"][0]
    assert (newest["number"], newest["restored_from"]) == (3, 1)
    assert (await admin.post(f"{url}/9/restore")).status_code == 404
    assert (await admin.delete(f"{LIST}/{document_id}")).status_code == 204


async def test_uses_are_counted_from_the_answers_customers_got(
    kefu: Served, admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    document_id = await put(admin, worker, "returns.md", RETURNS)
    other = await put(admin, worker, "warranty.md", WARRANTY)
    customer = await Customer.begin(kefu.client())
    reading = await customer.ask("签收后几天内可以退货？")
    [ended] = reading.ended.values()
    cited = {c["document_id"] for c in ended.data["citations"]}
    assert document_id in cited, ended.data
    shown = (await admin.get(f"{LIST}/{document_id}")).json()
    assert shown["answers_30d"] == 1 and shown["last_used_at"] is not None
    assert (await admin.get(f"{LIST}/{other}")).json()["answers_30d"] == (1 if other in cited else 0)
    assert (await titles(admin, sort="uses"))[0] == "退货政策"
    assert (await admin.get(f"{LIST}/facts")).json()["used_today"] >= 1
    uses = (await admin.get(f"{LIST}/{document_id}/uses")).json()["items"]
    assert [(use["question"], use["conversation_id"]) for use in uses] == [
        ("签收后几天内可以退货？", customer.conversation_id)
    ]
    chunk_id = uses[0]["chunk_id"]
    chunk = (await admin.get(f"/api/v1/chunks/{chunk_id}")).json()
    assert chunk["answers"] == 1
    assert len((await admin.get(f"/api/v1/chunks/{chunk_id}/uses")).json()["items"]) == 1
    impact = (await admin.get(f"{LIST}/{document_id}/deletion")).json()
    assert (impact["chunks"], impact["answers"], impact["recent_answers"], impact["faqs"]) == (2, 1, 1, 0)


async def test_a_disabled_chunk_answers_no_customer_any_more(
    kefu: Served, admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    document_id = await put(admin, worker, "returns.md", RETURNS)
    chunk = (await admin.get(f"{LIST}/{document_id}/chunks")).json()["items"][0]
    customer = await Customer.begin(kefu.client())
    before = await customer.ask("签收后几天内可以退货？")
    assert any("七天" in event.data["text"] for event in before.ended.values())
    off = await admin.post(f"/api/v1/chunks/{chunk['chunk_id']}/disable", json={"revision": chunk["revision"]})
    assert off.status_code == 200
    after = await customer.ask("签收以后几天内可以退货呢？")
    assert not any("七天" in event.data["text"] for event in after.ended.values())
    assert "签收后七天内可以退货。" not in await found(admin, "签收后几天内可以退货")
    await admin.post(f"/api/v1/chunks/{chunk['chunk_id']}/enable", json={})
    assert "签收后七天内可以退货。" in await found(admin, "签收后几天内可以退货")


async def test_the_conflict_of_two_admins_over_http(
    kefu: Served, admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    document_id = await put(admin, worker, "returns.md", RETURNS)
    other = await kefu.signed_in(Role.ADMIN, "lin@example.com")
    chunk = (await admin.get(f"{LIST}/{document_id}/chunks")).json()["items"][0]
    url = f"/api/v1/chunks/{chunk['chunk_id']}"
    assert (await other.patch(url, json={"revision": 1, "text": "别人的文字。"})).status_code == 200
    answer = await admin.patch(url, json={"revision": 1, "text": "我的文字。"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "chunk_changed")
    assert (problem["chunk"]["text"], problem["chunk"]["revision"]) == ("别人的文字。", 2)
    assert (await admin.patch(url, json={"revision": 2, "text": "合在一起的文字。"})).json()["revision"] == 3
    past = (await admin.get(f"{url}/history")).json()["items"]
    assert [(state["revision"], state["action"]) for state in past] == [(2, "edited"), (1, "edited")]
    back = (await admin.post(f"{url}/rollback", json={"revision": 3, "to": 1})).json()
    assert (back["text"], back["by_hand"]) == (chunk["text"], False)


async def test_only_admins_change_chunks_and_bad_forms_are_refused(
    kefu: Served, admin: httpx.AsyncClient, worker: DocumentTools
) -> None:
    document_id = await put(admin, worker, "returns.md", RETURNS)
    chunk = (await admin.get(f"{LIST}/{document_id}/chunks")).json()["items"][0]
    url = f"/api/v1/chunks/{chunk['chunk_id']}"
    agent = await kefu.keyed(Role.AGENT)
    assert (await agent.get(url)).status_code == 200
    for method, path, form in (
        ("PATCH", url, {"revision": 1, "text": "x"}),
        ("POST", f"{url}/split", {"revision": 1, "at": 3}),
        ("POST", f"{url}/merge", {"revision": 1, "next_revision": 1}),
        ("POST", f"{url}/disable", {}),
        ("POST", f"{LIST}/{document_id}/chunks", {"text": "x"}),
        ("POST", f"{LIST}/bulk", {"action": "delete", "document_ids": [document_id]}),
        ("PATCH", f"{LIST}/{document_id}", {"owner": "x"}),
        ("POST", f"{LIST}/{document_id}/versions/1/restore", None),
    ):
        assert (await agent.request(method, path, json=form)).status_code == 403, path
        assert (await kefu.client().request(method, path, json=form)).status_code == 401, path
    for bad in (
        {"text": "x"},
        {"revision": 1, "text": " \u200b"},
        {"revision": 1, "text": "x" * 20_001},
        {"revision": 0, "text": "x"},
    ):
        assert (await admin.patch(url, json=bad)).status_code == 422, bad
    assert (await admin.get(f"/api/v1/chunks/{new_id()}")).status_code == 404
    assert (await admin.get(f"{LIST}/{document_id}/chunks", params={"q": "运费"})).json()["items"][0]["position"] == 1
