"""The page of sources: an admin tries one, saves it, watches the run, reads the report; two admins edit at once."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from app.accounts import Role, create_staff
from app.kernel.web import FRONTEND
from app.knowledge.feeds import FeedTools, sync_feed
from tests.fakes.website import Website, page, serve_website, sitemap
from tests.journeys.conftest import watched
from tests.looks import faults, sideways
from tests.serving import PASSWORD, Served, serving, settings_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
EMAIL = "admin@example.com"


@pytest.fixture
async def site() -> AsyncIterator[Website]:
    async with serve_website() as website:
        yield website


@pytest.fixture
async def kefu(database_url: str, redis_url: str, tmp_path: Path, site: Website) -> AsyncIterator[Served]:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    ports = f"80,443,{site.port}"
    settings = settings_for(database_url, redis_url, tmp_path, sync_allow_nets="127.0.0.0/8", sync_ports=ports)
    async with serving(settings) as served:
        await create_staff(served.accounts, EMAIL, "周宁", Role.ADMIN, PASSWORD)
        yield served


async def opened(browser: Browser, kefu: Served, width: int, locale: str, theme: str) -> tuple[Page, list[str]]:
    context = await browser.new_context(viewport={"width": width, "height": 800}, locale=locale)
    context.set_default_timeout(20_000)
    await context.add_init_script(f"localStorage.setItem('kefu.theme', '{theme}')")
    shown = await context.new_page()
    noticed = watched(shown)
    await shown.goto(f"{kefu.url}/sign-in?lang={locale}&next=/admin/sources")
    await shown.fill("#email", EMAIL)
    await shown.fill("#password", PASSWORD)
    await shown.click("[type=submit]")
    await shown.wait_for_url(f"{kefu.url}/admin/sources")
    return shown, noticed


@pytest.mark.parametrize(("width", "locale", "theme"), [(1280, "zh-CN", "light"), (375, "en", "dark")])
async def test_an_admin_tries_saves_and_reads_a_source(
    kefu: Served, site: Website, browser: Browser, width: int, locale: str, theme: str
) -> None:
    site.pages |= {"/a": page("退货说明", "七天内可以退货。"), "/robots.txt": "User-agent: *\nDisallow: /b"}
    site.pages["/map.xml"] = sitemap(*(site.url(path) for path in ("/a", "/b", "/c")))
    shown, noticed = await opened(browser, kefu, width, locale, theme)
    await shown.click(".state .button.primary")
    dialog = shown.locator("source-form dialog")
    await expect(dialog).to_be_visible()
    await shown.click("source-form .segment button:nth-child(3)")
    await shown.fill("#source-address", f"http://10.0.0.1:{site.port}/map.xml")
    await shown.fill("#source-name", "帮助中心")
    await shown.click(".source-try")
    await expect(dialog.locator("[role=alert]")).to_contain_text("fetch_address_refused")
    await shown.fill("#source-address", site.url("/map.xml"))
    await shown.click(".source-try")
    await expect(dialog.locator(".source-preview li")).to_have_count(3)
    await expect(dialog.locator(".source-preview li").first).to_contain_text("退货说明")
    assert await faults(shown) == []
    assert not await sideways(shown)
    await shown.click("source-form .button.primary")
    await expect(dialog).to_be_hidden()
    await expect(shown.locator(".source-progress [role=progressbar]")).to_be_visible()
    assert await faults(shown) == []
    api = await kefu.keyed(Role.ADMIN)
    [source] = (await api.get("/api/v1/sources")).json()["items"]
    await sync_feed(kefu.tools[FeedTools], UUID(source["last_run"]["job_id"]))
    await expect(shown.locator(".table .badge.warn").first).to_be_visible()
    report = shown.locator("source-report")
    await expect(report.locator("tbody tr")).to_have_count(3)
    await expect(report).to_contain_text("fetch_robots")
    await report.locator(".segment button").nth(1).focus()
    await shown.keyboard.press("Enter")
    await expect(report.locator("tbody tr")).to_have_count(1)
    assert await faults(shown) == []
    assert not await sideways(shown)
    await shown.context.close()
    assert noticed == []


async def test_of_two_who_edit_at_once_the_second_sees_the_other_s_text_and_loses_none(
    kefu: Served, site: Website, browser: Browser
) -> None:
    api = await kefu.keyed(Role.ADMIN)
    form = {"name": "帮助中心", "kind": "page", "address": site.url("/a")}
    source = (await api.post("/api/v1/sources", json=form)).json()["source"]
    shown, _ = await opened(browser, kefu, 1280, "zh-CN", "light")
    edit = shown.locator(".source-actions button").nth(1)
    await edit.click()
    await shown.fill("#source-name", "我的名字")
    other = {**form, "name": "别人的名字", "version": 1}
    assert (await api.put(f"/api/v1/sources/{source['source_id']}", json=other)).status_code == 200
    save = shown.locator("source-form .actions .button").nth(2)
    await save.click()
    conflict = shown.locator(".source-conflict")
    await expect(conflict).to_contain_text("别人的名字")
    await expect(shown.locator("#source-name")).to_have_value("我的名字")
    assert await faults(shown) == []
    await conflict.locator("button").nth(1).click()
    await expect(shown.locator("source-form dialog")).to_be_hidden()
    await expect(shown.locator(".source-name").first).to_contain_text("我的名字")
    await edit.click()
    await expect(shown.locator("#source-name")).to_have_value("我的名字")
    await shown.keyboard.press("Escape")
    await expect(shown.locator("source-form dialog")).to_be_hidden()
    await shown.context.close()
