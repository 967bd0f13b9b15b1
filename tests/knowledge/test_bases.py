"""The contract of bases: add, list, change with If-Match, and deletion that says what it would take along."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.accounts import Role
from app.adapters.blob_store import open_blob_store
from app.kernel.database import Database
from app.knowledge import DEFAULT_BASE, Audience, DocumentTools, SearchRequest, ingest_document, search_passages
from app.knowledge.feeds.tables import FeedRow
from tests.serving import Served, serving, settings_for

RETURNS = "# 退货政策\n\n签收后七天内可以退货。\n"
URL = "/api/v1/bases"
METHODS = ("GET", "PATCH", "DELETE")


@pytest.fixture
async def kefu(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(settings_for(database_url, redis_url, tmp_path)) as served:
        yield served


@pytest.fixture
async def admin(kefu: Served) -> httpx.AsyncClient:
    return await kefu.keyed(Role.ADMIN)


@pytest.fixture
def served_documents(kefu: Served, documents: DocumentTools) -> DocumentTools:
    """The tools of a worker beside the served application."""
    return replace(documents, blobs=open_blob_store(kefu.settings))


async def new_base(admin: httpx.AsyncClient, **settings: Any) -> dict[str, Any]:
    answer = await admin.post(URL, json={"name": "上海门店", **settings})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{URL}/{found['base_id']}"
    assert answer.headers["etag"] == '"1"'
    return found


async def filled(admin: httpx.AsyncClient, worker: DocumentTools) -> dict[str, Any]:
    """A base with a document and an FAQ in it."""
    base = await new_base(admin)
    files = {"file": ("returns.md", RETURNS.encode())}
    accepted = await admin.post("/api/v1/documents", files=files, data={"base_id": base["base_id"]})
    await ingest_document(worker, UUID(accepted.json()["job_id"]))
    faq = {"questions": ["怎么退货", "退货运费谁出"], "answer": "在订单页申请。", "base_id": base["base_id"]}
    assert (await admin.post("/api/v1/faqs", json=faq)).status_code == 201
    return base


async def test_a_base_is_added_shown_and_listed_by_priority(admin: httpx.AsyncClient) -> None:
    asked = {
        "name": " 金卡会员 ",
        "locale": "en",
        "audience": "tiers",
        "tiers": ["gold", "gold", "platinum"],
        "channels": ["web", "wechat"],
        "priority": 5,
    }
    base = await new_base(admin, **asked)
    told = {**asked, "name": "金卡会员", "tiers": ["gold", "platinum"], "revision": 1, "is_default": False}
    assert base.items() >= told.items()
    assert (base["documents"], base["faqs"], base["passages"]) == (0, 0, 0)
    assert (await admin.get(f"{URL}/{base['base_id']}")).json() == base
    low = await new_base(admin, name="low", priority=-1)
    listed = (await admin.get(URL)).json()
    assert [one["base_id"] for one in listed["items"]] == [base["base_id"], str(DEFAULT_BASE), low["base_id"]]
    pages, cursor = [], None
    for _ in range(3):
        page = (await admin.get(URL, params={"limit": 1, **({"cursor": cursor} if cursor else {})})).json()
        pages += page["items"]
        cursor = page["next_cursor"]
    assert (pages, cursor) == (listed["items"], None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "\u200b"},
        {"name": "x" * 101},
        {"name": "x", "audience": "scratch"},
        {"name": "x", "audience": "tiers"},
        {"name": "x", "audience": "tiers", "tiers": [" "]},
        {"name": "x", "channels": ["no spaces"]},
        {"name": "x", "priority": 101},
        {"name": "x", "priority": 1.5},
        {"name": "x", "locale": "fr"},
        {"name": "x", "number": 3},
    ],
)
async def test_settings_that_cannot_be_right_are_refused(
    standing_admin: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    assert (await standing_admin.post(URL, json=wrong)).status_code == 422
    assert len((await standing_admin.get(URL)).json()["items"]) == 1


async def test_a_name_belongs_to_one_base(admin: httpx.AsyncClient) -> None:
    first, second = await new_base(admin, name="Shops"), await new_base(admin, name="Stores")
    again = await admin.post(URL, json={"name": "shops"})
    renamed = await admin.patch(f"{URL}/{second['base_id']}", json={"name": "SHOPS"})
    assert [(one.status_code, one.json()["code"]) for one in (again, renamed)] == [(409, "base_name_taken")] * 2
    assert again.json()["base_id"] == first["base_id"]


async def test_a_change_made_from_an_old_view_is_refused_with_the_new_one(admin: httpx.AsyncClient) -> None:
    url = f"{URL}/{(await new_base(admin))['base_id']}"
    mine = await admin.patch(url, json={"priority": 3}, headers={"If-Match": '"1"'})
    assert (mine.status_code, mine.headers["etag"], mine.json()["priority"]) == (200, '"2"', 3)
    theirs = await admin.patch(url, json={"name": "别的名字"}, headers={"If-Match": '"1"'})
    assert (theirs.status_code, theirs.json()["code"]) == (409, "base_changed")
    assert (theirs.json()["revision"], theirs.json()["base"]["priority"]) == (2, 3)
    same = await admin.patch(url, json={"priority": 3}, headers={"If-Match": '"2"'})
    assert same.headers["etag"] == '"2"', "nothing changed"
    assert (await admin.patch(url, json={}, headers={"If-Match": "soon"})).status_code == 422
    assert (await admin.patch(url, json={"audience": "tiers"})).json()["code"] == "base_needs_tier"


async def test_an_audience_that_is_changed_holds_for_the_next_search(
    admin: httpx.AsyncClient, served_documents: DocumentTools
) -> None:
    base = await filled(admin, served_documents)

    async def finds(audience: Audience) -> bool:
        found = await search_passages(served_documents.search, SearchRequest(["怎么退货"], audience=audience))
        return bool(found.hits) and found.faq_exact is not None

    assert await finds(Audience.PUBLIC)
    assert (await admin.patch(f"{URL}/{base['base_id']}", json={"audience": "staff"})).status_code == 200
    assert not await finds(Audience.PUBLIC)
    assert await finds(Audience.STAFF)


async def test_a_base_in_use_is_deleted_only_with_its_content(
    kefu: Served, admin: httpx.AsyncClient, served_documents: DocumentTools
) -> None:
    base = await filled(admin, served_documents)
    url = f"{URL}/{base['base_id']}"
    shown = (await admin.get(url)).json()
    assert (shown["documents"], shown["faqs"], shown["passages"]) == (1, 1, 3)
    [document] = (await admin.get("/api/v1/documents", params={"base_id": base["base_id"]})).json()["items"]
    refused = await admin.delete(url)
    assert (refused.status_code, refused.json()["code"]) == (409, "base_in_use")
    assert [refused.json()[name] for name in ("documents", "faqs", "passages")] == [1, 1, 3]
    [blob] = [path for path in (kefu.settings.data_dir / "blobs").rglob("*") if path.is_file()]
    assert (await admin.delete(url, params={"with_content": True})).status_code == 204
    assert (await admin.get(url)).status_code == 404
    assert (await admin.get(f"/api/v1/documents/{document['document_id']}")).status_code == 404
    assert not blob.exists()
    found = await search_passages(served_documents.search, SearchRequest(["怎么退货"], audience=Audience.STAFF))
    assert (found.hits, found.faq_exact) == ([], None)


async def test_a_base_that_is_filled_from_somewhere_is_in_use(admin: httpx.AsyncClient, database: Database) -> None:
    base = await new_base(admin)
    async with database.transaction() as session:
        session.add(
            FeedRow(
                base_id=UUID(base["base_id"]),
                name="网站",
                kind="sitemap",
                address="https://example.com/sitemap.xml",
                schedule="daily",
                max_depth=1,
                max_pages=10,
                when_missing="keep",
            )
        )
    refused = await admin.delete(f"{URL}/{base['base_id']}")
    assert (refused.status_code, refused.json()["sources"]) == (409, 1)
    assert "1 个同步来源" in refused.json()["detail"]


async def test_a_job_of_a_deleted_base_ends_in_peace(admin: httpx.AsyncClient, served_documents: DocumentTools) -> None:
    base = await new_base(admin)
    accepted = await admin.post(
        "/api/v1/documents", files={"file": ("r.md", RETURNS.encode())}, data={"base_id": base["base_id"]}
    )
    assert (await admin.delete(f"{URL}/{base['base_id']}", params={"with_content": True})).status_code == 204
    await ingest_document(served_documents, UUID(accepted.json()["job_id"]))
    job = (await admin.get(f"/api/v1/jobs/{accepted.json()['job_id']}")).json()
    assert job["state"] in ("succeeded", "running", "queued")
    found = await search_passages(served_documents.search, SearchRequest(["退货"], audience=Audience.STAFF))
    assert found.hits == []


async def test_the_default_base_and_unknown_ones_are_not_deleted(admin: httpx.AsyncClient) -> None:
    stays = await admin.delete(f"{URL}/{DEFAULT_BASE}", params={"with_content": True})
    assert (stays.status_code, stays.json()["code"]) == (409, "default_base_stays")
    unknown = f"{URL}/{UUID(int=7)}"
    assert [(await admin.request(m, unknown, json={} if m == "PATCH" else None)).status_code for m in METHODS] == [
        404
    ] * 3


async def test_every_change_is_in_the_audit(admin: httpx.AsyncClient, database: Database) -> None:
    base = await new_base(admin)
    url = f"{URL}/{base['base_id']}"
    await admin.patch(url, json={"audience": "staff"})
    await admin.delete(url)
    async with database.reading() as session:
        lines = text("SELECT action, details FROM audit_entry WHERE subject = :id ORDER BY id")
        told = (await session.execute(lines, {"id": base["base_id"]})).all()
    assert [action for action, _ in told] == ["base.add", "base.change", "base.delete"]
    assert told[1][1] == {"audience": ["public", "staff"]}


async def test_agents_see_bases_and_admins_change_them(kefu: Served, admin: httpx.AsyncClient) -> None:
    agent, program = await kefu.keyed(Role.AGENT), await kefu.keyed(Role.INTEGRATOR)
    assert (await agent.get(URL)).status_code == 200
    assert (await program.get(URL)).status_code == 403
    assert (await agent.post(URL, json={"name": "x"})).status_code == 403
    assert (await kefu.client().get(URL)).status_code == 401
