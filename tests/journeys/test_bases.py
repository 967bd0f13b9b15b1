"""The page of knowledge bases: make one, change it against somebody else's change, delete it with what is in it."""

import pytest
from playwright.async_api import Browser, Page, expect

from app.accounts import Role, create_staff
from app.kernel.web import FRONTEND
from tests.journeys.conftest import watched
from tests.looks import faults
from tests.serving import PASSWORD, Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
EMAIL = "admin@example.com"


@pytest.fixture
async def page(kefu: Served, browser: Browser) -> Page:
    """The page, open for an admin."""
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")
    await create_staff(kefu.accounts, EMAIL, "周宁", Role.ADMIN, PASSWORD)
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(20_000)
    page = await context.new_page()
    await page.goto(f"{kefu.url}/sign-in?next=/admin/bases")
    await page.fill("#email", EMAIL)
    await page.fill("#password", PASSWORD)
    await page.click("[type=submit]")
    await page.wait_for_url(f"{kefu.url}/admin/bases")
    return page


async def test_a_base_is_made_changed_and_deleted_by_keyboard_and_mouse(kefu: Served, page: Page) -> None:
    noticed, dialog = watched(page), page.locator("dialog.base-dialog")
    await page.get_by_role("button", name="新建知识库").click()
    await expect(page.locator("#base-name")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#base-name")).to_have_attribute("aria-invalid", "true")
    await page.fill("#base-name", "金卡会员权益")
    await page.select_option("#base-audience", "tiers")
    await page.fill("#base-channels", "no spaces")
    await page.keyboard.press("Enter")
    await expect(page.locator("#base-tiers")).to_be_focused()
    assert await faults(page) == []
    await page.fill("#base-tiers", "gold，platinum")
    await page.fill("#base-channels", "web, wechat")
    await page.fill("#base-priority", "5")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    row = page.locator("tbody tr", has_text="金卡会员权益")
    await expect(row).to_contain_text("gold, platinum")
    await expect(row).to_contain_text("web, wechat")

    admin = await kefu.keyed(Role.ADMIN)
    [base, _] = (await admin.get("/api/v1/bases")).json()["items"]
    assert (base["tiers"], base["channels"], base["priority"]) == (["gold", "platinum"], ["web", "wechat"], 5)
    faq = {"questions": ["金卡有什么权益"], "answer": "免运费。", "base_id": base["base_id"]}
    assert (await admin.post("/api/v1/faqs", json=faq)).status_code == 201

    await page.reload()
    await row.get_by_role("button", name="金卡会员权益", exact=True).click()
    await page.select_option("#base-audience", "staff")
    await expect(dialog.locator(".banner.warn")).to_contain_text("1 段")
    theirs = await admin.patch(f"/api/v1/bases/{base['base_id']}", json={"priority": 9})
    assert theirs.status_code == 200
    await dialog.get_by_role("button", name="保存").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("刚被别人改过")
    assert await faults(page) == []
    await dialog.get_by_role("button", name="看现在的设置").click()
    await expect(page.locator("#base-priority")).to_have_value("9")
    await page.select_option("#base-audience", "staff")
    await dialog.get_by_role("button", name="保存").click()
    await expect(row).to_contain_text("仅员工")

    tiers = page.locator("customer-tiers")
    await tiers.get_by_label("客户编号").fill("u/8 1")
    await page.fill("#tier-tier", "gold")
    await page.keyboard.press("Enter")
    await expect(tiers.locator("tbody tr")).to_contain_text(["gold"])
    assert (await admin.get("/api/v1/customers/u%2F8%201")).json()["tier"] == "gold"
    assert await faults(page) == []
    await tiers.get_by_role("button", name="取消 u/8 1 的等级").click()
    await expect(tiers).to_contain_text("还没有客户有等级")

    await row.get_by_role("button", name="删除… 金卡会员权益").click()
    asked = page.locator("dialog.dialog", has_text="无法恢复")
    await expect(asked).to_contain_text("0 份文档、1 条常见问答，共 1 段")
    await asked.get_by_role("button", name="取消").click()
    await expect(row).to_be_visible()
    await row.get_by_role("button", name="删除… 金卡会员权益").click()
    await asked.get_by_role("button", name="删除知识库和 1 段").click()
    await expect(row).to_have_count(0)
    assert (await admin.get(f"/api/v1/bases/{base['base_id']}")).status_code == 404
    assert noticed == []
