"""The public contract of sources: who may, what is refused and how, two admins at once, and the link of a citation."""

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
from app.jobs import JobState, get_job
from app.kernel.settings import signing_secret
from app.knowledge import DocumentTools, SourceLinks, ingest_document
from app.knowledge.feeds import FeedTools, sync_feed
from app.knowledge.store.documents import list_chunks
from tests.fakes.website import Website, page, serve_website, sitemap
from tests.serving import Served, serving, settings_for

URL = "/api/v1/sources"


@pytest.fixture
async def site() -> AsyncIterator[Website]:
    async with serve_website() as website:
        yield website


@pytest.fixture
async def kefu(database_url: str, redis_url: str, tmp_path: Path, site: Website) -> AsyncIterator[Served]:
    (tmp_path / "shared").mkdir()
    settings = settings_for(
        database_url,
        redis_url,
        tmp_path,
        sync_allow_nets="127.0.0.0/8",
        sync_ports=f"80,443,{site.port}",
        sync_roots=str(tmp_path / "shared"),
    )
    async with serving(settings) as served:
        yield served


@pytest.fixture
async def admin(kefu: Served) -> httpx.AsyncClient:
    return await kefu.keyed(Role.ADMIN)


def form(site: Website, **values: Any) -> dict[str, Any]:
    return {"name": "帮助中心", "kind": "page", "address": site.url("/help"), **values}


async def made(admin: httpx.AsyncClient, site: Website, **values: Any) -> dict[str, Any]:
    answer = await admin.post(URL, json=form(site, **values))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["source"]
    assert answer.headers["location"] == f"{URL}/{found['source_id']}"
    return found


async def test_a_source_is_made_read_changed_and_deleted(admin: httpx.AsyncClient, site: Website) -> None:
    source = await made(admin, site, schedule="daily", tags=["帮助", "帮助"], include=["/help"])
    assert (source["version"], source["tags"], source["last_run"]) == (1, ["帮助"], None)
    assert source["next_run_at"] > source["created_at"]
    path = f"{URL}/{source['source_id']}"
    changed = await admin.put(path, json=form(site, name="新名字", version=1))
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "新名字", 2)
    assert changed.json()["next_run_at"] is None
    assert [s["source_id"] for s in (await admin.get(URL)).json()["items"]] == [source["source_id"]]
    assert (await admin.delete(path, params={"version": 2})).status_code == 204
    assert (await admin.get(path)).status_code == 404
    assert (await admin.post(f"{path}/sync")).status_code == 404


async def test_of_two_admins_the_second_is_told_what_the_first_one_saved(
    admin: httpx.AsyncClient, site: Website
) -> None:
    source = await made(admin, site)
    path = f"{URL}/{source['source_id']}"
    assert (await admin.put(path, json=form(site, name="第一个人的", version=1))).status_code == 200
    second = await admin.put(path, json=form(site, name="第二个人的", version=1))
    assert (second.status_code, second.json()["code"]) == (409, "feed_changed")
    assert (second.json()["present"]["name"], second.json()["present"]["version"]) == ("第一个人的", 2)
    delete = await admin.delete(path, params={"version": 1})
    assert (delete.status_code, delete.json()["code"]) == (409, "feed_changed")
    over = await admin.put(path, json=form(site, name="第二个人的", version=2))
    assert over.json()["version"] == 3
    assert (await admin.delete(path, params={"version": 3})).status_code == 204
    assert (await admin.put(path, json=form(site, version=3))).status_code == 404


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"address": "ftp://a.b/"}, "fetch_address_invalid"),
        ({"address": "javascript:alert(1)"}, "fetch_address_invalid"),
        ({"address": "http://u:p@a.b/"}, "fetch_address_invalid"),
        ({"kind": "folder", "address": "/etc"}, "folder_outside"),
        ({"kind": "folder", "address": "/proc/self/root"}, "folder_outside"),
        ({"kind": "folder", "address": "../.."}, "folder_outside"),
        ({"kind": "folder", "address": "/nowhere/at/all"}, "folder_outside"),
        ({"address": "a\x00b"}, "invalid_request"),
        ({"name": " \u200b"}, "invalid_request"),
        ({"name": "x" * 121}, "invalid_request"),
        ({"max_pages": 0}, "invalid_request"),
        ({"max_depth": 21}, "invalid_request"),
        ({"include": ["x"] * 51}, "invalid_request"),
        ({"kind": "ftp"}, "invalid_request"),
        ({"cookies": "a=b"}, "invalid_request"),
        ({"base_id": "00000000-0000-7000-8000-00000000ffff"}, "not_found"),
    ],
)
async def test_a_wrong_form_is_refused_and_nothing_is_made(
    admin: httpx.AsyncClient, site: Website, values: dict[str, Any], code: str
) -> None:
    answer = await admin.post(URL, json=form(site, **values))
    assert (400 <= answer.status_code < 500, answer.json()["code"]) == (True, code)
    assert (await admin.get(URL)).json()["items"] == [] and site.asked == []


async def test_a_name_is_given_once(admin: httpx.AsyncClient, site: Website) -> None:
    await made(admin, site)
    again = await admin.post(URL, json=form(site))
    assert (again.status_code, again.json()["code"]) == (409, "feed_name_taken")


async def test_only_those_who_may_write_knowledge_change_sources(kefu: Served, site: Website) -> None:
    agent, integrator = await kefu.keyed(Role.AGENT), await kefu.keyed(Role.INTEGRATOR)
    assert (await agent.get(URL)).status_code == 200
    assert (await integrator.get(URL)).status_code == 403
    assert (await kefu.client().get(URL)).status_code == 401
    for answer in (await agent.post(URL, json=form(site)), await agent.post(f"{URL}/preview", json=form(site))):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert site.asked == []


async def test_trying_shows_what_would_be_fetched_and_writes_nothing(
    admin: httpx.AsyncClient, site: Website, kefu: Served
) -> None:
    site.pages |= {"/a": page("甲", "内容"), "/robots.txt": "User-agent: *\nDisallow: /b"}
    site.pages["/map.xml"] = sitemap(*(site.url(path) for path in ("/a", "/b", "/c", "/d", "/blog")))
    wanted = form(site, kind="sitemap", address=site.url("/map.xml"), exclude=["/blog"])
    shown = (await admin.post(f"{URL}/preview", json=wanted)).json()
    assert (shown["total"], shown["more"], shown["problem"]) == (4, False, None)
    assert [(one["title"], (one["problem"] or {}).get("code")) for one in shown["items"]] == [
        ("甲", None), ("", "fetch_robots"), ("", "fetch_gone"), ("", None),
    ]  # fmt: skip
    inside = (await admin.post(f"{URL}/preview", json=form(site, address=f"http://10.0.0.1:{site.port}/"))).json()
    assert inside["items"][0]["problem"]["code"] == "fetch_address_refused"
    assert "内部网络" in inside["items"][0]["problem"]["message"]
    broken = (await admin.post(f"{URL}/preview", json={**wanted, "address": site.url("/none.xml")})).json()
    assert broken["problem"]["code"] == "fetch_gone" and broken["items"] == []
    tools: FeedTools = kefu.tools[FeedTools]
    async with tools.database.reading() as session:
        for table in ("feed", "feed_run", "feed_entry", "feed_item", "document", "job"):
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0


async def test_a_run_is_started_watched_reported_and_cited_with_its_original_address(
    admin: httpx.AsyncClient, site: Website, kefu: Served, documents: DocumentTools
) -> None:
    site.pages["/help"] = page("退货说明", "签收后七天内可以退货。")
    source = await made(admin, site)
    path = f"{URL}/{source['source_id']}"
    started = await admin.post(f"{path}/sync")
    assert (started.status_code, started.headers["location"]) == (202, f"{path}/runs/{started.json()['run_id']}")
    second = await admin.post(f"{path}/sync")
    assert (second.status_code, second.json()["code"]) == (409, "feed_running")
    assert second.json()["job_id"] == started.json()["job_id"]
    worker = replace(documents, blobs=open_blob_store(kefu.settings), links=SourceLinks(signing_secret(kefu.settings)))
    tools: FeedTools = replace(kefu.tools[FeedTools], documents=worker)
    await sync_feed(tools, UUID(started.json()["job_id"]))
    [run] = (await admin.get(f"{path}/runs")).json()["items"]
    assert (run["state"], run["added"], run["waiting"], run["error"]) == ("succeeded", 1, 0, None)
    [entry] = (await admin.get(f"{started.headers['location']}/entries", params={"outcome": "added"})).json()["items"]
    assert (entry["address"], entry["document_status"]) == (site.url("/help"), "queued")
    document = (await admin.get(f"/api/v1/documents/{entry['document_id']}")).json()
    await ingest_document(worker, UUID(document["job_id"]))
    async with worker.database.reading() as session:
        [chunk] = await list_chunks(session, UUID(entry["document_id"]))
    link = worker.links.url(document_id=UUID(entry["document_id"]), chunk_id=chunk.id, quote="七天内可以退货")
    shown = await kefu.client(**{"Accept-Language": "zh"}).get(link)
    anchor = f'<a href="{site.url("/help")}" target="_blank" rel="noopener noreferrer nofollow">打开原网页</a>'
    assert shown.status_code == 200 and anchor in shown.text and "退货说明" in shown.text
    await admin.put(path, json=form(site, version=1, show_address=False))
    assert "打开原网页" not in (await kefu.client(**{"Accept-Language": "zh"}).get(link)).text
    assert (await get_job(worker.database, UUID(started.json()["job_id"]))).state is JobState.SUCCEEDED
    assert (await admin.get(f"{URL}/{UUID(int=1)}/runs")).status_code == 404
    assert (await admin.get(f"{path}/runs/{UUID(int=1)}/entries")).status_code == 404
    audit = "SELECT action, actor_kind, actor_name FROM audit_entry WHERE action ~ '^source|^document.accept'"
    async with worker.database.reading() as session:
        rows = [tuple(row) for row in await session.execute(text(audit))]
    assert [row[0] for row in rows] == ["source.create", "source.sync", "document.accept", "source.change"]
    assert rows[2][1:] == ("source", "帮助中心")


async def test_a_source_that_is_deleted_while_it_is_read_stops_and_its_documents_stay(
    admin: httpx.AsyncClient, site: Website, kefu: Served
) -> None:
    site.pages |= {"/a": page("甲", "内容"), "/c": page("丙", "内容丙")}
    site.pages["/map.xml"] = sitemap(*(site.url(path) for path in ("/a", "/b", "/c")))
    source = await made(admin, site, kind="sitemap", address=site.url("/map.xml"))
    path = f"{URL}/{source['source_id']}"

    async def deleted_meanwhile(_: object) -> object:
        from aiohttp import web

        assert (await admin.delete(path, params={"version": 1})).status_code == 204
        return web.Response(body=page("乙", "内容乙").encode(), content_type="text/html")

    site.pages["/b"] = deleted_meanwhile  # type: ignore[assignment]  # a handler
    started = (await admin.post(f"{path}/sync")).json()
    await sync_feed(kefu.tools[FeedTools], UUID(started["job_id"]))
    job = await get_job(kefu.tools[FeedTools].database, UUID(started["job_id"]))
    assert job.state is JobState.CANCELLED and site.visits("/c") == []
    kept = [document["source"] for document in (await admin.get("/api/v1/documents")).json()["items"]]
    assert sorted(kept) == [site.url("/a"), site.url("/b")]
