"""A customer and an agent, each in a browser: in line, taken over, spoken with, noted, ended, asked how it went."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.accounts import Role, create_staff
from app.kernel.web import FRONTEND
from tests.conversations.customer import Customer
from tests.journeys.conftest import watched
from tests.serving import PASSWORD, Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
AGENT = "lin@example.com"


@pytest.fixture(autouse=True)
def built() -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")


async def at_the_desk(
    kefu: Served, context: BrowserContext, email: str, name: str, path: str, role: Role = Role.AGENT
) -> Page:
    """Signs a new member of the staff in, on a page."""
    await create_staff(kefu.accounts, email, name, role, PASSWORD)
    page = await context.new_page()
    await page.goto(f"{kefu.url}/sign-in?next={path}")
    await page.fill("#email", email)
    await page.fill("#password", PASSWORD)
    await page.click("[type=submit]")
    await page.wait_for_url(f"{kefu.url}{path}")
    return page


async def write(page: Page, where: str, words: str) -> None:
    await page.fill(where, words)
    await page.keyboard.press("Enter")


async def test_a_person_takes_over_and_both_see_each_word_as_it_is_said(
    kefu: Served, browser: Browser, context: BrowserContext
) -> None:
    chat = await context.new_page()
    noticed = watched(chat)
    await chat.goto(kefu.url)
    await write(chat, "kefu-composer textarea", "我要转人工")
    await expect(chat.locator("kefu-chat")).to_contain_text("转接人工")

    staff = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    staff.set_default_timeout(20_000)
    try:
        desk = await at_the_desk(kefu, staff, AGENT, "林晓", "/desk?show=queue")
        noticed_there = watched(desk)
        await desk.click(".desk-row")
        await desk.click("desk-foot [data-act=take-over]")
        await expect(desk.locator(".owner-badge")).to_contain_text("您在接待")
        await expect(chat.locator("kefu-chat")).to_contain_text("林晓加入")
        await write(desk, "desk-foot textarea", "您好，我看完了前面的对话。")
        await expect(desk.locator(".pending")).to_contain_text("秒后发出")
        await desk.keyboard.press("Enter")  # with an empty box: at once
        await expect(chat.locator("kefu-chat")).to_contain_text("您好，我看完了前面的对话。")
        await desk.locator("correct-answer .button").first.click()
        await desk.fill("#correct-text", "一份写到一半的纠正")
        await desk.focus("desk-foot textarea")
        await write(chat, "kefu-composer textarea", "那退款多久到账？")
        await expect(desk.locator(".transcript")).to_contain_text("那退款多久到账？")
        await expect(desk.locator("#correct-text")).to_have_value("一份写到一半的纠正")
        await desk.press("#correct-text", "Escape")
        await desk.locator("correct-answer .button").first.click()
        await expect(desk.locator("#correct-text")).to_have_value("一份写到一半的纠正")
        await expect(desk.locator(".desk-row")).to_have_count(0)  # nobody waits any more

        await desk.click("desk-foot .chip >> nth=1")
        await write(desk, "desk-foot textarea", "客户是金卡会员")
        await expect(desk.locator(".transcript-note")).to_contain_text("客户是金卡会员")
        await desk.click("[data-act=close]")
        await expect(desk.locator("dialog [name=outcome]").first).to_be_focused()
        await desk.keyboard.press("ArrowDown")
        await desk.click("dialog .button.primary")
        await expect(desk.locator(".transcript-note").last).to_contain_text("没有解决")
        await expect(chat.locator("kefu-chat")).to_contain_text("林晓的服务")
        assert "金卡" not in await chat.inner_text("kefu-chat")
        assert noticed == [] and noticed_there == []
    finally:
        await staff.close()


async def test_whoever_is_slower_reads_who_was_faster_and_a_draft_outlives_a_reload(
    kefu: Served, browser: Browser
) -> None:
    customer = await Customer.begin(kefu.client())
    await customer.ask("在吗？")
    await customer.post("/handoff")
    path = f"/desk/conversations/{customer.conversation_id}"
    contexts = [await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN") for _ in range(2)]
    try:
        fast = await at_the_desk(kefu, contexts[0], AGENT, "林晓", path)
        slow = await at_the_desk(kefu, contexts[1], "zhao@example.com", "赵敏", path)
        await slow.route("**/desk/events", lambda route: route.abort())
        await slow.route("**/events", lambda route: route.abort())
        await slow.reload()  # now it hears nothing of what the other does
        await expect(slow.locator("desk-foot [data-act=take-over]")).to_be_visible()
        await fast.click("desk-foot [data-act=take-over]")
        await expect(fast.locator(".owner-badge")).to_contain_text("您在接待")
        await slow.click("desk-foot [data-act=take-over]")
        await expect(slow.locator(".toast[role=alert]")).to_contain_text("林晓正在接待这位客户")
        await expect(slow.locator(".desk-bar")).to_contain_text("林晓正在接待")
        await fast.fill("desk-foot textarea", "写到一半的回复")
        await fast.reload()
        await expect(fast.locator("desk-foot textarea")).to_have_value("写到一半的回复")
    finally:
        for one in contexts:
            await one.close()
