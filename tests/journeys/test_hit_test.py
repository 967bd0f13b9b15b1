"""The hit test and the regression questions in a real browser: find, mark, save, run, and every look passes axe."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.accounts import Role, create_staff
from app.evaluation import EvaluationTools, do_run
from app.jobs import JobState, list_jobs
from app.kernel.settings import Settings
from app.kernel.web import FRONTEND
from app.knowledge import SearchTools, add_faq
from tests.journeys.conftest import watched
from tests.knowledge.indexing import add_document, passages
from tests.looks import LOOKS, Look, faults_of
from tests.serving import PASSWORD, Served, serving

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
EMAIL = "admin@example.com"
RETURNS = "签收后七天内可以无理由退货，商品需保持完好，邮费由买家承担。"
INVOICES = "电子发票在订单完成后二十四小时内发送到下单时填写的邮箱。"


@pytest.fixture
async def shop(settings: Settings) -> AsyncIterator[Served]:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    async with serving(settings) as served:
        search: SearchTools = served.tools[SearchTools]
        await add_document(search, "购物须知", passages(RETURNS, INVOICES))
        await add_faq(search, ["怎么修改收货地址？"], "发货前在订单详情里点修改地址。")
        await create_staff(served.accounts, EMAIL, "周宁", Role.ADMIN, PASSWORD)
        yield served


async def at(context: BrowserContext, shop: Served, path: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{shop.url}/sign-in?next={path}")
    await page.fill("#email", EMAIL)
    await page.fill("#password", PASSWORD)
    await page.click("[type=submit]")
    await page.wait_for_url(f"{shop.url}{path}*")
    return page


async def test_a_question_is_tested_marked_saved_and_run(shop: Served, context: BrowserContext) -> None:
    page = await at(context, shop, "/admin/hit-test")
    noticed = watched(page)
    await page.get_by_role("searchbox", name="问题").fill("退货的运费谁出")
    await page.keyboard.press("Enter")
    final = page.get_by_role("region", name="最终", exact=True)
    await final.get_by_role("button", name="购物须知").first.click()
    await expect(page.locator(".hit-passage-text")).to_have_text(RETURNS)
    await page.get_by_role("button", name="设为期望").click()
    await expect(page.locator(".stage-lines path.expected")).to_have_count(3)
    await expect(page.locator(".verdict")).to_contain_text("最终第 1")
    await expect(page.locator(".verdict-text mark")).to_contain_text("邮费由买家承担")
    await page.get_by_role("textbox", name="另一种问法").fill("退货邮费")
    await page.get_by_role("button", name="加上").click()
    await expect(page.locator(".verdict-phrasings")).to_contain_text("第 1")
    await page.get_by_role("button", name="存为回归问题").click()
    await page.get_by_label("新问题集的名字").fill("上线前必问")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_text("已存入“上线前必问”")).to_be_visible()
    await page.goto(f"{shop.url}/admin/regression")
    await expect(page.get_by_role("cell", name="退货的运费谁出").first).to_be_visible()
    await page.get_by_role("button", name="现在跑一遍").click()
    await expect(page.get_by_role("cell", name="排队")).to_be_visible()
    tools: EvaluationTools = shop.tools[EvaluationTools]
    for job in await list_jobs(tools.database, states=[JobState.QUEUED], kind="evaluation"):
        await do_run(tools, job.id)
    await expect(page.get_by_role("cell", name="1 / 1")).to_be_visible()
    assert noticed == []


async def test_a_focused_card_lights_its_whole_path(shop: Served, context: BrowserContext) -> None:
    page = await at(context, shop, "/admin/hit-test")
    await page.goto(f"{shop.url}/admin/hit-test?q=发票什么时候发到邮箱")
    card = page.get_by_role("region", name="词法").get_by_role("button", name="购物须知").first
    await card.focus()
    await expect(page.locator(".stage-lines path.near")).to_have_count(3)
    assert await page.locator(".stage-card.near").count() == 4


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_no_look_of_these_pages_has_a_fault(shop: Served, browser: Browser, look: Look) -> None:
    admin = await shop.keyed(Role.ADMIN)
    made = (await admin.post("/api/v1/regression/sets", json={"name": "必问"})).json()["set_id"]
    asked = {"text": "退货的运费谁出", "expected": [{"source": "购物须知"}], "must": True, "tags": ["售后"]}
    await admin.post(f"/api/v1/regression/sets/{made}/questions", json={"questions": [asked]})
    tools: EvaluationTools = shop.tools[EvaluationTools]
    for _ in range(2):
        await admin.post("/api/v1/evaluations", json={"set_id": made})
        for job in await list_jobs(tools.database, states=[JobState.QUEUED], kind="evaluation"):
            await do_run(tools, job.id)
    context = await browser.new_context(locale=look.locale)
    context.set_default_timeout(20_000)
    page = await at(context, shop, "/admin/hit-test")
    assert await faults_of(page, look) == []
    await page.goto(f"{shop.url}/admin/hit-test?q=退货的运费谁出&lang={look.locale}")
    await expect(page.locator(".verdict-text")).to_be_visible()
    await page.locator(".hit-bar [aria-expanded]").click()
    assert await faults_of(page, look) == []
    for tab, shown in (("questions", ".expects"), ("runs", ".run-details"), ("gate", ".gate-form")):
        await page.goto(f"{shop.url}/admin/regression?tab={tab}&lang={look.locale}")
        await expect(page.locator(shown).first).to_be_visible()
        assert await faults_of(page, look) == []
    await context.close()
