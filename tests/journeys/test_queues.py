"""A customer in line and two agents, each in a browser: given out, whispered to, transferred; rows hold still."""

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.accounts import Role, create_staff
from app.kernel.web import FRONTEND
from tests.conversations.customer import Customer
from tests.journeys.conftest import watched
from tests.journeys.test_desk import write
from tests.serving import PASSWORD, Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.fixture(autouse=True)
def built() -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")


async def at_work(kefu: Served, browser: Browser, email: str, name: str) -> Page:
    await create_staff(kefu.accounts, email, name, Role.AGENT, PASSWORD)
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(20_000)
    page = await context.new_page()
    await page.goto(f"{kefu.url}/sign-in?next=/desk")
    await page.fill("#email", email)
    await page.fill("#password", PASSWORD)
    await page.click("[type=submit]")
    await page.wait_for_url(f"{kefu.url}/desk")
    return page


async def test_a_customer_in_line_is_given_out_whispered_about_and_transferred(
    kefu: Served, browser: Browser, context: BrowserContext
) -> None:
    supervisor = await kefu.signed_in(Role.SUPERVISOR)
    default = next(queue for queue in (await supervisor.get("/api/v1/queues")).json() if queue["is_default"])
    changed = await supervisor.put(f"/api/v1/queues/{default['queue_id']}", json={"mode": "auto"})
    assert changed.status_code == 200, changed.text
    chat = await context.new_page()
    noticed = watched(chat)
    await chat.goto(kefu.url)
    await write(chat, "kefu-composer textarea", "我要转人工")
    await expect(chat.locator("kefu-queue-card")).to_contain_text("您排在第 1 位")
    await expect(chat.locator("kefu-queue-card")).to_contain_text("暂时估不出时间")

    lin, zhao = [await at_work(kefu, browser, f"{n}@example.com", name) for n, name in enumerate(("林晓", "赵敏"))]
    await lin.select_option("desk-presence select", "online")
    await expect(lin.locator(".toast")).to_contain_text("有会话分给了您")
    await expect(chat.locator("kefu-chat")).to_contain_text("林晓加入")
    await expect(lin.locator("desk-presence")).to_contain_text("1 / 5")
    await lin.click(".desk-row")
    conversation_id = lin.url.split("/conversations/")[1].split("?")[0]

    waiting = [await Customer.begin(kefu.client()) for _ in range(2)]
    await lin.goto(f"{kefu.url}/desk/conversations/{conversation_id}?show=all")
    await lin.hover(".desk-list ul li")
    for one in waiting:
        await one.ask("在吗？")
    await expect(lin.locator(".desk-updates")).to_contain_text("2 条更新")
    await expect(lin.locator(".desk-list ul li")).to_have_count(1)
    await lin.click(".desk-updates")
    await expect(lin.locator(".desk-list ul li")).to_have_count(3)

    whispered = await supervisor.post(
        f"/api/v1/conversations/{conversation_id}/whispers", json={"text": "先道歉，再给方案"}
    )
    assert whispered.status_code == 204
    await expect(lin.locator(".transcript-note")).to_contain_text("先道歉，再给方案")

    async with zhao.expect_response("**/presence"):
        await zhao.select_option("desk-presence select", "busy")
    await lin.click("desk-hand-on button")
    await expect(lin.locator("desk-hand-on dialog")).to_contain_text("赵敏")
    await lin.fill("#hand-on-words", "要开专票，税号换了")
    await lin.click("desk-hand-on dialog .button.primary")
    await expect(zhao.locator(".toast")).to_contain_text("要开专票，税号换了")
    await expect(chat.locator("kefu-chat")).to_contain_text("赵敏加入")
    await zhao.click(".desk-filters .chip >> text=我的")
    await zhao.click(".desk-list ul .desk-row")
    await expect(zhao.locator(".transcript-note")).to_contain_text("要开专票，税号换了")
    assert "要开专票" not in await chat.inner_text("kefu-chat") and "道歉" not in await chat.inner_text("kefu-chat")
    assert noticed == []
    for page in (lin, zhao):
        await page.context.close()


async def test_whoever_waits_may_go_back_to_the_assistant(kefu: Served, context: BrowserContext) -> None:
    chat = await context.new_page()
    await chat.goto(kefu.url)
    await write(chat, "kefu-composer textarea", "我要转人工")
    await chat.click("kefu-queue-card button >> text=不等了")
    await expect(chat.locator("kefu-queue-card")).to_have_count(0)
