"""A customer and an agent, each in a browser: in line, taken over, spoken with, noted, ended, asked how it went."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.accounts import Role, create_staff
from app.answering import Outcome
from app.kernel.web import FRONTEND
from tests.conversations.conftest import answerer, chat
from tests.conversations.customer import Customer
from tests.fakes.answerer import FakeAnswerer
from tests.journeys.conftest import watched
from tests.serving import PASSWORD, Served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
AGENT = "lin@example.com"
__all__ = ["answerer", "chat"]  # fixtures of the story whose answers come from a script


@pytest.fixture(autouse=True)
def built() -> None:
    if not (FRONTEND / "dist" / ".vite" / "manifest.json").exists():
        pytest.skip("the pages are not built: run `make setup`")


async def at_the_desk(kefu: Served, context: BrowserContext, email: str, name: str, path: str) -> Page:
    await create_staff(kefu.accounts, email, name, Role.AGENT, PASSWORD)
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


async def test_customer_agent_and_supervisor_see_one_conversation_from_its_first_failure_to_its_survey(
    chat: Served, answerer: FakeAnswerer, browser: Browser, context: BrowserContext
) -> None:
    talk = await context.new_page()
    others = [await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN") for _ in range(2)]
    for one in others:
        one.set_default_timeout(20_000)
    try:
        noticed = watched(talk)
        answerer.outcome = Outcome.REFUSED
        await talk.goto(chat.url)
        await write(talk, "kefu-composer textarea", "手环第二次坏了，能退钱吗？")
        thread = talk.locator("kefu-chat")
        await expect(thread).to_contain_text("可以退货。")
        desk = await at_the_desk(chat, others[0], AGENT, "林晓", "/desk")
        await desk.locator(".desk-row").first.click()
        await expect(desk.locator("[data-part=why]")).to_contain_text("没有找到答案")
        path = re.sub(r"^.*(/desk/conversations/[0-9a-f-]+).*$", r"\1", desk.url)
        watcher = await at_the_desk(chat, others[1], "song@example.com", "宋佳", path)

        answerer.outcome = Outcome.ANSWERED
        answerer.hold("您可以先登记，", "换一只新的。")
        await write(talk, "kefu-composer textarea", "我不换，要退款")
        answerer.say_next()
        await expect(desk.locator(".transcript .running")).to_contain_text("您可以先登记，")
        await desk.keyboard.press("Control+Enter")  # takes over in the middle of the bot's sentence
        await expect(desk.locator(".owner-badge")).to_contain_text("您在接待")
        await expect(thread).to_contain_text("林晓加入")
        answerer.say_all()

        await desk.locator("desk-foot textarea").press_sequentially("可以退款，")
        await expect(thread).to_contain_text("正在输入")
        await expect(watcher.locator(".desk-notice")).to_contain_text("林晓也在写回复")
        await talk.locator("kefu-composer textarea").press_sequentially("好的")
        await expect(desk.locator(".desk-notice .types")).to_contain_text("客户正在输入")
        await desk.close()  # the agent's tab is killed with half a sentence in it
        desk = await others[0].new_page()
        await desk.goto(chat.url + path)
        await expect(desk.locator("desk-foot textarea")).to_have_value("可以退款，")
        await desk.locator("desk-foot textarea").press_sequentially("三个工作日内原路退回。")
        await desk.keyboard.press("Enter")
        await desk.click("[data-undo]")
        await expect(desk.locator("desk-foot textarea")).to_have_value("可以退款，三个工作日内原路退回。")
        await desk.keyboard.press("Enter")
        await desk.click("[data-now]")
        await expect(thread).to_contain_text("三个工作日内原路退回。")
        await talk.reload()
        await expect(thread).to_contain_text("三个工作日内原路退回。")
        await expect(talk.locator("kefu-composer textarea")).to_have_value("好的")
        assert "换一只新的" not in await talk.inner_text("kefu-chat"), "the bot said nothing after the take-over"

        await desk.click("[data-act=hand-back]")
        await expect(desk.locator("dialog textarea")).to_have_value(re.compile("我不换，要退款"))
        await desk.click("dialog .button.primary")
        await expect(thread).to_contain_text("之后由 AI 助手接着回答")
        answerer.pieces = ("三个工作日。",)
        await talk.press("kefu-composer textarea", "Enter")
        await expect(thread).to_contain_text("三个工作日。")
        assert any("原路退回" in turn.text for turn in answerer.questions[-1].history), "the bot knows what was said"

        await talk.click(".person")
        await expect(talk.locator("kefu-queue-card")).to_contain_text("1")
        await desk.click("[data-act=take-over]")
        await expect(desk.locator(".owner-badge")).to_contain_text("您在接待")
        await desk.click("[data-act=close]")
        await desk.locator("dialog select").select_option("退换货")
        await desk.click("dialog .button.primary")
        await expect(desk.locator(".transcript-note").last).to_contain_text("退换货")
        await expect(watcher.locator(".owner-badge")).to_contain_text("已结束")
        await talk.locator("[role=radiogroup][aria-label*=林晓] .face").nth(4).click()
        await talk.locator("[role=radiogroup][aria-label*=AI] .face").nth(1).click()
        await talk.click("kefu-survey-card .button.primary")
        await expect(thread).to_contain_text("谢谢，已转给负责的同事")
        assert noticed == []
    finally:
        for one in others:
            await one.close()
