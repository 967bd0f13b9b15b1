"""FAQs in a browser: a file, its report and its confirmation; two admins on one entry; a phrasing that is taken."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.accounts import Role, create_staff
from app.kernel.web import FRONTEND
from tests.journeys.conftest import watched
from tests.looks import faults
from tests.serving import PASSWORD, Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]
FILE = "问题,相似问法,答案\n怎么退货,如何退货|退货流程,点**申请售后**。\n怎么退货呢,,不能退。\n,,没有问题\n".encode(
    "gb18030"
)


async def signed_in(kefu: Served, context: BrowserContext, email: str, path: str) -> Page:
    context.set_default_timeout(20_000)
    await create_staff(kefu.accounts, email, email.split("@")[0], Role.ADMIN, PASSWORD)
    page = await context.new_page()
    await page.goto(f"{kefu.url}/sign-in?next={path}")
    await page.fill("#email", email)
    await page.fill("#password", PASSWORD)
    await page.click("[type=submit]")
    await page.wait_for_url(f"{kefu.url}{path}")
    return page


@pytest.fixture(autouse=True)
def built() -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")


async def test_a_file_is_reported_before_it_is_written(kefu: Served, context: BrowserContext) -> None:
    page = await signed_in(kefu, context, "zhou@example.com", "/admin/faqs/import")
    noticed = watched(page)
    admin = await kefu.keyed(Role.ADMIN)
    await page.set_input_files("input[type=file]", {"name": "faq.csv", "mimeType": "text/csv", "buffer": FILE})
    await expect(page.locator(".report-table tbody tr")).to_have_count(1)
    assert await faults(page) == []
    await page.click(".report-kinds button:has-text('矛盾')")
    await expect(page.locator(".report-table tbody")).to_contain_text("和第 2 行")
    assert (await admin.get("/api/v1/faqs")).json()["total"] == 0
    await page.click("button:has-text('确认导入 1 行')")
    await expect(page.locator(".banner.ok")).to_contain_text("新增 1 条")
    base = (await admin.post("/api/v1/bases", json={"name": "内部", "audience": "staff"})).json()
    await page.goto(f"{kefu.url}/admin/faqs")
    await page.get_by_label("选择「怎么退货」").check()
    await page.click("button:has-text('移到知识库')")
    await page.locator("dialog").get_by_role("button", name="移动").click()
    await expect(page.locator(".toast")).to_contain_text("1")
    await expect(page.get_by_label("选择「怎么退货」")).not_to_be_checked()
    assert [faq["base_id"] for faq in (await admin.get("/api/v1/faqs")).json()["items"]] == [base["base_id"]]
    assert await faults(page) == []
    await page.click("a:has-text('怎么退货')")
    await expect(page.locator(".phrasings input")).to_have_count(2)
    await expect(page.locator(".markdown-preview strong")).to_have_text("申请售后")
    assert noticed == []


async def test_the_second_of_two_admins_sees_the_others_text_and_loses_nothing(kefu: Served, browser: Browser) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    made = await admin.post("/api/v1/faqs", json={"questions": ["怎么开发票"], "answer": "找客服。"})
    path = f"/admin/faqs/{made.json()['faq_id']}"
    contexts = [await browser.new_context(locale="zh-CN") for _ in range(2)]
    first = await signed_in(kefu, contexts[0], "lin@example.com", path)
    second = await signed_in(kefu, contexts[1], "zhou@example.com", path)
    for page, answer in ((first, "在订单里开。"), (second, "在发票中心开。")):
        await page.fill("#faq-answer", answer)
    await first.click("button:has-text('保存')")
    await expect(first.locator(".toast")).to_contain_text("已保存")
    await second.click("button:has-text('保存')")
    conflict = second.locator(".conflict")
    await expect(conflict).to_contain_text("lin")
    await expect(conflict).to_contain_text("在订单里开。")
    assert await faults(second) == []
    await expect(second.locator("#faq-answer")).to_have_value("在发票中心开。")
    await second.click("button:has-text('用我的覆盖')")
    await expect(second.locator(".toast")).to_contain_text("已保存")
    assert (await admin.get(made.headers["Location"])).json()["answer"] == "在发票中心开。"
    for context in contexts:
        await context.close()


async def test_a_phrasing_of_another_entry_is_told_while_it_is_typed(kefu: Served, context: BrowserContext) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    await admin.post("/api/v1/faqs", json={"questions": ["怎么开发票"], "answer": "找客服。"})
    page = await signed_in(kefu, context, "zhou@example.com", "/admin/faqs/new")
    await page.fill(".phrasings input", "请问怎么开发票呢？")
    await expect(page.locator(".phrasings .error")).to_contain_text("答案不同")
    await page.fill("#faq-answer", "找客服。")
    await page.press(".phrasings input", "Enter")
    await page.keyboard.type("发票抬头能改吗")
    await expect(page.locator(".phrasings .error .badge")).to_have_text("答案相同")
    await page.click("button[aria-label^='删除这种问法 标准问题']")
    await expect(page.locator(".phrasings .error")).to_have_count(0)
    await page.click("button:has-text('保存')")
    await page.wait_for_url("**/admin/faqs/0*")
    assert (await admin.get("/api/v1/faqs")).json()["total"] == 2
