"""A source is read again and again: only what changed is taken in, and one bad address never stops the others."""

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import web
from sqlalchemy import text

from app.jobs import JobState, cancel_job, get_job
from app.knowledge import accept_document, delete_document, get_document
from app.knowledge.feeds import FeedTools, sync_feed
from app.knowledge.feeds.domain import FeedKind, Outcome, RunState, Schedule, WhenMissing
from app.knowledge.feeds.errors import FeedRunning
from app.knowledge.feeds.service import get_feed, get_run, list_runs, start_due, start_sync
from app.knowledge.store.documents import list_documents
from tests.fakes.bell import FakeBell
from tests.fakes.website import Website, page, sitemap, sitemap_index
from tests.knowledge.feeds.conftest import ADMIN, Worker, make, told

ROBOTS = "User-agent: *\nDisallow: /\n\nUser-agent: kefubot\nDisallow: /private\nAllow: /private/open"
LONG = [
    "退货要在签收后七天内提出，商品完好。" * 12,
    "运费由责任方承担，质量问题由我们付。" * 12,
    "退款在三个工作日内到账。" * 16,
]


async def documents_of(feeds: FeedTools) -> dict[str, str]:
    """Source to title."""
    async with feeds.database.reading() as session:
        found = await list_documents(session, base_id=None, statuses=(), words="", before=None, limit=500)
    return {document.source: document.title for document in found}


async def test_a_page_becomes_a_document_named_by_its_title_and_its_canonical_address(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/help?utm_source=mail"] = page("坏", "不该来这里")
    site.pages["/help"] = page("退货说明", "七天内可以退货。", head='<link rel="canonical" href="/returns">')
    feed = await make(feeds, FeedKind.PAGE, site.url("/help?utm_source=mail"))
    run, report = await worker.sync(feed)
    assert (run.state, told(run), run.started_by) == (RunState.SUCCEEDED, {"added": 1}, "周宁")
    assert await documents_of(feeds) == {site.url("/returns"): "退货说明"}
    [entry] = report.values()
    assert (entry.address, entry.document_title, entry.document_state) == (site.url("/help"), "退货说明", "ready")
    assert (await get_feed(feeds, feed.id)).documents == 1


async def test_what_did_not_change_is_neither_fetched_nor_read_in_again(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages |= {"/a": page("甲", "甲的内容"), "/b": page("乙", "乙的内容")}
    site.pages["/sitemap.xml"] = sitemap(site.url("/a"), site.url("/b"))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/sitemap.xml"))
    assert told((await worker.sync(feed))[0]) == {"added": 2}
    site.etags = False
    assert told((await worker.sync(feed))[0]) == {"unchanged": 2}
    site.etags = True
    assert told((await worker.sync(feed))[0]) == {"unchanged": 2}
    assert told((await worker.sync(feed))[0]) == {"unchanged": 2}
    assert site.visits("/a") == [200, 200, 200, 304]
    assert [d.version for d in [await get_document(feeds.documents, i) for i in await ids(feeds)]] == [1, 1]


async def ids(feeds: FeedTools) -> list[UUID]:
    async with feeds.database.reading() as session:
        found = await list_documents(session, base_id=None, statuses=(), words="", before=None, limit=500)
    return [document.id for document in found]


async def test_of_a_page_that_changed_only_the_changed_passages_are_embedded(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/a"] = page("政策", *(f"{words}</p><h2>第 {n} 节</h2><p>" for n, words in enumerate(LONG)))
    feed = await make(feeds, FeedKind.PAGE, site.url("/a"))
    await worker.sync(feed)
    [document_id] = await ids(feeds)
    before = await vectors(feeds, document_id)
    changed = [LONG[0], LONG[1], "退款在一个工作日内到账。" * 16]
    site.pages["/a"] = page("政策", *(f"{words}</p><h2>第 {n} 节</h2><p>" for n, words in enumerate(changed)))
    run, _ = await worker.sync(feed)
    after = await vectors(feeds, document_id)
    assert told(run) == {"changed": 1}
    kept = [row for row in after if row in before]
    assert len(before) == len(after) and len(after) >= 3
    assert len(kept) == len(after) - 1, "all vectors but one are the very rows of the first version"
    assert (await get_document(feeds.documents, document_id)).version == 2


async def vectors(feeds: FeedTools, document_id: UUID) -> list[tuple[object, ...]]:
    """Each passage with the physical row of its vector: a vector that is made again is another row."""
    async with feeds.database.reading() as session:
        found = await session.execute(
            text(
                "SELECT c.id, v.tableoid, v.ctid::text, v.xmin::text FROM chunk c "
                "JOIN chunk_vector v ON v.chunk_id = c.id WHERE c.document_id = :id ORDER BY c.position"
            ),
            {"id": document_id},
        )
        return [tuple(row) for row in found]


async def test_one_bad_address_never_stops_the_others_and_each_says_why(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    async def picture(_: web.Request) -> web.Response:
        return web.Response(body=b"\x89PNG", content_type="image/png")

    async def broken(_: web.Request) -> web.Response:
        return web.Response(status=500)

    async def to_inside(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"http://10.0.0.1:{site.port}/"})

    async def to_mapped(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": f"http://[::ffff:a9fe:a9fe]:{site.port}/latest/"})

    async def around(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/around"})

    async def mismatch(_: web.Request) -> web.Response:
        return web.Response(body=b"MZ\x90\x00", content_type="application/pdf")

    site.pages |= {
        "/good": page("好", "可以读"), "/picture": picture, "/broken": broken, "/inside": to_inside,
        "/mapped": to_mapped, "/around": around, "/mismatch": mismatch, "/huge": "字" * 600_000,
        "/empty": "", "/hidden": page("隐", "别收", head='<meta name="robots" content="noindex, nofollow">'),
    }  # fmt: skip
    paths = [path for path in site.pages if isinstance(path, str)] + ["/nowhere"]
    elsewhere = ["http://127.0.0.1:9/", "ftp://x/", "http://u:p@127.0.0.1/"]
    site.pages["/sitemap.xml"] = sitemap(*elsewhere, *(site.url(path) for path in paths))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/sitemap.xml"))
    run, report = await worker.sync(feed)
    codes = {re.sub(r"^http://127.0.0.1:\d+(?=/\w)", "", address): entry.code for address, entry in report.items()}
    assert codes == {
        "/good": None, "/picture": "fetch_type_refused", "/broken": "fetch_status",
        "/inside": "fetch_address_refused", "/mapped": "fetch_address_refused", "/around": "fetch_redirects",
        "/mismatch": "document_type_mismatch", "/huge": "fetch_too_large", "/empty": "document_empty",
        "/hidden": "fetch_noindex", "/nowhere": "fetch_gone", "http://127.0.0.1:9/": "fetch_port_refused",
        "ftp://x/": "fetch_address_invalid", "http://u:p@127.0.0.1/": "fetch_address_invalid",
    }  # fmt: skip
    assert run.state is RunState.SUCCEEDED and told(run) == {"added": 1, "skipped": 1, "failed": 12}
    assert await documents_of(feeds) == {site.url("/good"): "好"}
    assert site.visits("/around") == [0] * 6


async def test_what_cannot_be_read_is_told_at_every_run_and_tried_again_only_when_it_changed(
    feeds: FeedTools, shared_files: Path, worker: Worker
) -> None:
    (shared_files / "a.pdf").write_bytes(b"%PDF-1.7\nnothing")
    feed = await make(feeds, FeedKind.FOLDER, str(shared_files))
    _, report = await worker.sync(feed)
    assert (report["a.pdf"].document_state, report["a.pdf"].document_error) == ("failed", "document_broken")
    run, report = await worker.sync(feed)
    assert told(run) == {"failed": 1} and report["a.pdf"].code == "document_broken"
    [document_id] = await ids(feeds)
    async with feeds.database.transaction() as session:
        await session.execute(text("UPDATE document SET error_code = 'parser_crashed'"))
    assert told((await worker.sync(feed))[0]) == {"changed": 1}, "what may have been our own fault is tried again"
    (shared_files / "a.pdf").write_bytes(b"%PDF-1.7\nnothing else")
    assert told((await worker.sync(feed))[0]) == {"changed": 1}
    assert (await get_document(feeds.documents, document_id)).status == "failed"


async def test_robots_txt_is_asked_first_and_obeyed(feeds: FeedTools, site: Website, worker: Worker) -> None:
    site.pages["/robots.txt"] = ROBOTS
    for path in ("/a", "/private/b", "/private/open/c"):
        site.pages[path] = page(path, "内容")
    site.pages["/map.xml"] = sitemap(*(site.url(path) for path in ("/a", "/private/b", "/private/open/c")))
    run, report = await worker.sync(await make(feeds, FeedKind.SITEMAP, site.url("/map.xml")))
    assert told(run) == {"added": 2, "skipped": 1}
    assert report[site.url("/private/b")].code == "fetch_robots"
    assert site.visits("/private/b") == [] and site.visits("/robots.txt") == [200]
    assert site.asked[0][0] == "/robots.txt"


async def test_a_site_whose_robots_txt_fails_is_left_alone(feeds: FeedTools, site: Website, worker: Worker) -> None:
    async def broken(_: web.Request) -> web.Response:
        return web.Response(status=503)

    site.pages |= {"/robots.txt": broken, "/a": page("甲", "内容")}
    run, report = await worker.sync(await make(feeds, FeedKind.PAGE, site.url("/a")))
    assert (run.state, run.error_code) == (RunState.FAILED, "feed_unreachable")
    assert report[site.url("/a")].code == "fetch_robots_unreachable" and site.visits("/a") == []


async def test_an_index_of_sitemaps_is_opened_as_deep_as_the_source_may_go(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    for n in range(4):
        site.pages[f"/p{n}"] = page(f"第 {n} 页", f"内容 {n}")
    site.pages["/index.xml"] = sitemap_index(site.url("/one.xml"), site.url("/index.xml"), site.url("/inner.xml"))
    site.pages["/one.xml"] = sitemap(site.url("/p0"), site.url("/p0#part"), site.url("/p1"))
    site.pages["/inner.xml"] = sitemap_index(site.url("/two.xml"))
    site.pages["/two.xml"] = sitemap(site.url("/p2"))
    deep = await make(feeds, FeedKind.SITEMAP, site.url("/index.xml"), name="deep", max_depth=2)
    assert told((await worker.sync(deep))[0]) == {"added": 3}
    assert site.visits("/index.xml") == [200], "an index that names itself is opened once"
    flat = await make(feeds, FeedKind.SITEMAP, site.url("/index.xml"), name="flat", max_depth=1)
    run, report = await worker.sync(flat)
    assert report[site.url("/two.xml")].code == "feed_too_deep" and not run.complete


async def test_a_sitemap_of_fifty_thousand_is_cut_at_the_source_s_own_limit(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/a"] = page("甲", "内容")
    site.pages["/map.xml"] = sitemap(site.url("/a"), *(site.url(f"/{n}") for n in range(60_000)))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"), max_pages=3)
    run, report = await worker.sync(feed)
    assert len(report) == 3 and run.capped and told(run) == {"added": 1, "failed": 2}


async def test_a_harmful_sitemap_fails_the_run_and_touches_nothing(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/a"] = page("甲", "内容")
    site.pages["/map.xml"] = sitemap(site.url("/a"))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"), when_missing=WhenMissing.DELETE)
    await worker.sync(feed)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    site.pages["/map.xml"] = f'<!DOCTYPE u [<!ENTITY l0 "ha">{laughs}]><urlset><url><loc>&l8;</loc></url></urlset>'
    run, report = await worker.sync(feed)
    assert (run.state, run.error_code) == (RunState.FAILED, "feed_unreachable")
    assert report[site.url("/map.xml")].code == "sitemap_entities"
    assert len(await documents_of(feeds)) == 1


async def test_a_site_is_followed_by_its_links_within_host_depth_and_patterns(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/"] = page("首页", "欢迎", links=("/docs/a", "/blog/x", "http://elsewhere.example/", "mailto:a@b"))
    site.pages["/docs/a"] = page("甲", "甲的内容", links=("/docs/b", "/", "/docs/a#top"))
    site.pages["/docs/b"] = page("乙", "乙的内容", links=("/docs/c",))
    site.pages["/docs/c"] = page("丙", "丙的内容")
    site.pages["/blog/x"] = page("博客", "不要")
    feed = await make(feeds, FeedKind.SITE, site.url("/"), exclude=("/blog/",), max_depth=2)
    run, report = await worker.sync(feed)
    assert told(run) == {"added": 3}
    assert [e.document_title for e in report.values()] == ["首页", "甲", "乙"]
    again, report = await worker.sync(feed)
    assert told(again) == {"unchanged": 3}, "links of pages that answer 304 are remembered"
    assert site.visits("/docs/b") == [200, 304]


async def test_two_addresses_of_one_canonical_page_are_one_document(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/list"] = page("列表", "内容", head='<link rel="canonical" href="/list">')
    site.pages["/list?page=1"] = page("列表", "内容，第一页", head='<link rel="canonical" href="/list">')
    site.pages["/liar"] = page("骗子", "内容", head='<link rel="canonical" href="http://bank.example/">')
    site.pages["/map.xml"] = sitemap(*(site.url(path) for path in ("/list?page=1", "/list", "/liar")))
    run, report = await worker.sync(await make(feeds, FeedKind.SITEMAP, site.url("/map.xml")))
    assert told(run) == {"added": 2, "skipped": 1}
    assert report[site.url("/list?page=1")].code == "feed_canonical"
    assert await documents_of(feeds) == {site.url("/list"): "列表", site.url("/liar"): "骗子"}


@pytest.mark.parametrize(
    ("policy", "left", "code", "missing"),
    [(WhenMissing.KEEP, 3, "feed_kept", 2), (WhenMissing.MARK, 3, "feed_marked", 2),
     (WhenMissing.DELETE, 1, "feed_deleted", 0)],
)  # fmt: skip
async def test_what_vanished_is_kept_marked_or_deleted_as_the_source_says(
    feeds: FeedTools, site: Website, worker: Worker, policy: WhenMissing, left: int, code: str, missing: int
) -> None:
    for name in "abc":
        site.pages[f"/{name}"] = page(name, f"内容 {name}")
    site.pages["/map.xml"] = sitemap(*(site.url(f"/{name}") for name in "abc"))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"), when_missing=policy)
    await worker.sync(feed)
    site.pages["/map.xml"] = sitemap(site.url("/a"), site.url("/b"))
    del site.pages["/b"]
    run, report = await worker.sync(feed)
    assert told(run) == {"unchanged": 1, "gone": 2}
    assert (report[site.url("/b")].code, report[site.url("/c")].code) == (code, code)
    assert len(await documents_of(feeds)) == left and (await get_feed(feeds, feed.id)).missing == missing
    still = "failed" if policy is WhenMissing.DELETE else "gone"
    assert told((await worker.sync(feed))[0]) == {"unchanged": 1, still: 1}, "what is in no list is told once"
    site.pages["/b"] = page("b", "回来了")
    assert told((await worker.sync(feed))[0])["added" if policy is WhenMissing.DELETE else "changed"] == 1, (
        "what comes back is taken in again"
    )


async def test_a_source_that_suddenly_shows_nothing_deletes_nothing(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/a"] = page("甲", "内容")
    site.pages["/map.xml"] = sitemap(site.url("/a"))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"), when_missing=WhenMissing.DELETE)
    await worker.sync(feed)
    site.pages["/map.xml"] = "<urlset/>"
    run, _ = await worker.sync(feed)
    assert (run.state, run.error_code) == (RunState.FAILED, "feed_found_nothing")
    assert len(await documents_of(feeds)) == 1


async def test_more_than_half_gone_at_once_is_only_marked(feeds: FeedTools, site: Website, worker: Worker) -> None:
    names = [f"/p{n}" for n in range(15)]
    for name in names:
        site.pages[name] = page(name, f"内容 {name}")
    site.pages["/map.xml"] = sitemap(*(site.url(name) for name in names))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"), when_missing=WhenMissing.DELETE)
    await worker.sync(feed)
    for name in names[:10]:
        del site.pages[name]
    run, report = await worker.sync(feed)
    assert told(run) == {"unchanged": 5, "gone": 10} and len(await documents_of(feeds)) == 15
    assert {entry.code for entry in report.values() if entry.outcome is Outcome.GONE} == {"feed_many_gone"}


async def test_a_document_two_addresses_hold_is_deleted_with_the_last_of_them(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages |= {"/a": page("同", "一样的内容"), "/b": page("同", "一样的内容"), "/c": page("丙", "别的")}
    site.pages["/map.xml"] = sitemap(*(site.url(f"/{name}") for name in "abc"))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"), when_missing=WhenMissing.DELETE)
    _, report = await worker.sync(feed)
    assert report[site.url("/b")].code == "feed_same_content" and len(await documents_of(feeds)) == 2
    site.pages["/map.xml"] = sitemap(site.url("/b"), site.url("/c"))
    await worker.sync(feed)
    assert len(await documents_of(feeds)) == 2
    site.pages["/map.xml"] = sitemap(site.url("/c"))
    await worker.sync(feed)
    assert len(await documents_of(feeds)) == 1


async def test_a_document_deleted_by_hand_or_replaced_comes_back_as_the_source_has_it(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/a"] = page("甲", "内容")
    feed = await make(feeds, FeedKind.PAGE, site.url("/a"))
    await worker.sync(feed)
    [document_id] = await ids(feeds)
    await accept_document(
        feeds.documents, file_name="a.html", data=page("手改", "别的").encode(), source=site.url("/a")
    )
    await worker.do()
    assert told((await worker.sync(feed))[0]) == {"changed": 1}
    assert (await get_document(feeds.documents, document_id)).title == "甲"
    await delete_document(feeds.documents, document_id)
    assert told((await worker.sync(feed))[0]) == {"added": 1}
    assert await documents_of(feeds) == {site.url("/a"): "甲"}


async def test_a_second_run_of_a_source_is_refused_while_one_is_open(feeds: FeedTools, site: Website) -> None:
    feed = await make(feeds, FeedKind.PAGE, site.url("/a"))
    first = await start_sync(feeds, feed.id, ADMIN)
    with pytest.raises(FeedRunning) as refused:
        await start_sync(feeds, feed.id, ADMIN)
    assert refused.value.extra == {"run_id": str(first.id), "job_id": str(first.job_id)}


async def test_a_run_cut_off_in_the_middle_goes_on_where_it_was(
    feeds: FeedTools, site: Website, worker: Worker, bell: FakeBell
) -> None:
    """As after a kill -9: the first attempt ends without a word, its lease lapses, the next one has the same job."""
    cut = ConnectionAbortedError("the worker is gone")
    for n in range(6):
        site.pages[f"/p{n}"] = page(f"第 {n} 页", f"内容 {n}")

    site.pages["/map.xml"] = sitemap(*(site.url(f"/p{n}") for n in range(6)))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"))
    run = await start_sync(feeds, feed.id, ADMIN)
    job_id = bell.rung.pop().subject_id
    reached = 0

    class Dying:
        async def get(self, wanted: object) -> object:
            nonlocal reached
            reached += "/p" in wanted.url  # type: ignore[attr-defined]  # a Wanted
            if reached == 4:
                raise cut
            return await feeds.web.get(wanted)  # type: ignore[arg-type]  # a Wanted

    await sync_feed(replace(feeds, web=Dying()), job_id)  # type: ignore[arg-type]  # as much of it as is used
    middle = await get_run(feeds, feed.id, run.id)
    assert (middle.state, told(middle)) == (RunState.RUNNING, {"added": 3, "waiting": 3})
    async with feeds.database.transaction() as session:
        await session.execute(text("UPDATE job SET due_at = now() - interval '1 second'"))
    await sync_feed(feeds, job_id)
    await worker.do()
    done, _ = await worker.report(feed, run.id)
    assert (done.state, told(done)) == (RunState.SUCCEEDED, {"added": 6})
    assert [site.visits(f"/p{n}") for n in range(6)] == [[200]] * 6, "nothing was fetched twice"
    assert site.visits("/map.xml") == [200]
    assert (await get_job(feeds.database, job_id)).done == 6


async def test_a_long_run_lets_others_have_their_turn_between_its_own(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    for n in range(3):
        site.pages[f"/p{n}"] = page(f"第 {n} 页", f"内容 {n}")
    site.pages["/map.xml"] = sitemap(*(site.url(f"/p{n}") for n in range(3)))
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"))
    impatient = Worker(replace(feeds, turn_s=0), worker.bell)
    run = await start_sync(feeds, feed.id, ADMIN)
    order = [job.name for job in worker.bell.rung]
    while worker.bell.rung:
        waiting = worker.bell.rung[0]
        worker.bell.rung[:] = worker.bell.rung[1:]
        if waiting.name == "sync_source":
            before = len(worker.bell.rung)
            await sync_feed(impatient.tools, waiting.subject_id)
            order += [job.name for job in worker.bell.rung[before:]]
    done, _ = await worker.report(feed, run.id)
    assert (done.state, told(done)) == (RunState.SUCCEEDED, {"added": 3})
    assert order == ["sync_source", "sync_source", *(["ingest_document", "sync_source"] * 2), "ingest_document"]
    assert done.job_id != run.job_id and [site.visits(f"/p{n}") for n in range(3)] == [[200]] * 3


async def test_a_run_that_is_cancelled_ends_and_keeps_what_it_took(
    feeds: FeedTools, site: Website, worker: Worker, bell: FakeBell
) -> None:
    feed = await make(feeds, FeedKind.SITEMAP, site.url("/map.xml"))
    run = await start_sync(feeds, feed.id, ADMIN)
    job_id = bell.rung.pop().subject_id

    async def cancel(_: web.Request) -> web.Response:
        await cancel_job(feeds.jobs, job_id)
        site.pages["/b"] = page("乙", "内容乙")
        return web.Response(body=page("乙", "内容乙").encode(), content_type="text/html")

    site.pages |= {"/a": page("甲", "内容"), "/b": cancel, "/c": page("丙", "内容丙")}
    site.pages["/map.xml"] = sitemap(*(site.url(f"/{name}") for name in "abc"))
    await sync_feed(feeds, job_id)
    await worker.do()
    ended, _ = await worker.report(feed, run.id)
    assert (ended.state, told(ended)) == (RunState.CANCELLED, {"added": 2, "waiting": 1})
    assert (await get_job(feeds.database, job_id)).state is JobState.CANCELLED
    assert site.visits("/c") == [] and ended.finished_at is not None
    assert told((await worker.sync(feed))[0]) == {"unchanged": 2, "added": 1}


async def test_the_schedule_starts_what_is_due_once_and_sets_the_next_time(
    feeds: FeedTools, site: Website, worker: Worker
) -> None:
    site.pages["/a"] = page("甲", "内容")
    feed = await make(feeds, FeedKind.PAGE, site.url("/a"), schedule=Schedule.DAILY)
    by_hand = await make(feeds, FeedKind.PAGE, site.url("/b"))
    assert await start_due(feeds) == 0
    async with feeds.database.transaction() as session:
        await session.execute(text("UPDATE feed SET next_run_at = now() - interval '3 days' WHERE schedule = 'daily'"))
    assert [await start_due(feeds), await start_due(feeds)] == [1, 0]
    await worker.do()
    [run] = await list_runs(feeds, feed.id, None, 10)
    assert (run.by_hand, run.state, told(run)) == (False, RunState.SUCCEEDED, {"added": 1})
    after = await get_feed(feeds, feed.id)
    assert after.next_run_at is not None and (after.next_run_at - run.created_at).total_seconds() > 86_000
    assert await list_runs(feeds, by_hand.id, None, 10) == []
