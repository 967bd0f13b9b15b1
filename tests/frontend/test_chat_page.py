"""The chat page as a customer meets it, on a scripted API: what is shown, kept, held back and made up for."""

import pytest
from playwright.async_api import Page, expect

from tests.fakes.customer_api import Behaviour
from tests.frontend.conftest import Chat, ask
from tests.waiting import until

pytestmark = pytest.mark.anyio
QUESTION = "耳机能换新吗？"
CITATION = {
    "number": 1,
    "document_id": "d1",
    "title": "售后服务政策",
    "heading_path": ["第 3 章", "3.2 音频类产品"],
    "page": 6,
    "quote": "签收后三十日内更换同型号新品。超过三十日的按保修条款办理。",
    "url": "/documents/1",
}
HELD = "可以换新[1]。**还在**期限内，请准备好耳机。"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """The stand-in runs on asyncio."""
    return "asyncio"


async def last_answer(page: Page, text: str) -> None:
    """Waits until the newest answer contains a text."""
    await expect(page.locator("kefu-answer-text").last).to_contain_text(text)


async def ended(page: Page) -> None:
    """Waits until the newest answer's buttons are there to press."""
    await expect(page.locator("kefu-answer").last.locator(".tool").first).to_be_visible()


async def test_greets_as_an_ai_and_makes_no_conversation_before_a_question(chat: Chat) -> None:
    page = await chat.open()
    await expect(page.locator(".greeting")).to_contain_text("AI 助手")
    assert await page.locator(".suggestion").count() == 4
    assert chat.api.conversations == {}


async def test_a_suggested_question_is_asked_by_pressing_it(chat: Chat) -> None:
    page = await chat.open()
    await page.click(".suggestion >> nth=0")
    await expect(page.locator(".bubble")).to_have_text("我的订单到哪儿了？")
    await ended(page)
    await expect(page.locator(".suggestion")).to_have_count(0)


async def test_enter_inside_an_ime_sends_nothing(chat: Chat) -> None:
    page = await chat.open()
    await page.fill("textarea", "nihao")
    client = await page.context.new_cdp_session(page)
    await page.focus("textarea")
    await client.send("Input.imeSetComposition", {"text": "你好", "selectionStart": 2, "selectionEnd": 2})
    await page.keyboard.press("Enter")
    await page.evaluate(
        "document.querySelector('textarea').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))"
    )
    assert await page.locator(".bubble").count() == 0
    assert chat.api.conversations == {}


async def test_shift_enter_breaks_the_line(chat: Chat) -> None:
    page = await chat.open()
    await page.fill("textarea", "一")
    await page.press("textarea", "Shift+Enter")
    assert await page.input_value("textarea") == "一\n"
    assert await page.locator(".bubble").count() == 0


async def test_a_chip_opens_title_quote_and_place_and_escape_returns_to_it(chat: Chat) -> None:
    chat.script(QUESTION, "签收后三十日内都能更换同型号新品[1]。", citations=[CITATION])
    page = await chat.open()
    await ask(page, QUESTION)
    await ended(page)
    await page.click(".citation-chip")
    panel = page.locator(".panel")
    await expect(panel).to_contain_text("售后服务政策")
    await expect(panel).to_contain_text("3.2 音频类产品 · 第 6 页")
    await expect(panel.locator("mark")).to_have_text("签收后三十日内更换同型号新品。")
    await expect(panel.locator("a.open")).to_have_attribute("href", "/documents/1")
    await page.keyboard.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(page.locator(".citation-chip")).to_be_focused()


async def test_on_a_phone_the_source_is_a_sheet(chat: Chat) -> None:
    chat.script(QUESTION, HELD, citations=[CITATION])
    page = await chat.open()
    await page.set_viewport_size({"width": 375, "height": 812})
    await ask(page, QUESTION)
    await ended(page)
    await page.click(".citation-chip")
    await expect(page.locator("dialog.sheet")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.sheet")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == 375


async def test_a_running_answer_survives_a_reload_and_shows_in_a_second_tab(chat: Chat) -> None:
    chat.script(QUESTION, HELD, citations=[CITATION], hold_at=12)
    page = await chat.open()
    await ask(page, QUESTION)
    await last_answer(page, "可以换新")
    await page.reload()
    await last_answer(page, "可以换新")
    second = await chat.open()
    await last_answer(second, "可以换新")
    next(iter(chat.api.conversations.values())).released.set()
    for tab in (page, second):
        await last_answer(tab, "请准备好耳机。")
        await ended(tab)
        await expect(tab.locator(".bubble")).to_have_count(1)


async def test_a_draft_survives_a_reload(chat: Chat) -> None:
    page = await chat.open()
    await page.fill("textarea", "写到一半")
    await page.reload()
    await expect(page.locator("textarea")).to_have_value("写到一半")


async def test_stop_stands_where_send_was_and_keeps_what_was_said(chat: Chat) -> None:
    chat.script(QUESTION, HELD, hold_at=4)
    page = await chat.open()
    send = await page.locator(".send").bounding_box()
    await ask(page, QUESTION)
    await last_answer(page, "可以换新")
    assert await page.locator(".send.stop").bounding_box() == send
    await page.keyboard.press("Escape")
    await expect(page.locator(".aside").last).to_have_text("您已停止")
    await last_answer(page, "可以换新")
    await expect(page.locator(".send.stop")).to_have_count(0)


async def test_a_failed_message_keeps_its_words_and_holds_the_next_one(chat: Chat) -> None:
    page = await chat.open()
    await ask(page, "第一条")
    await ended(page)
    chat.api.behaviour = Behaviour(refuse_posts=1)
    await ask(page, "第二条")
    await ask(page, "第三条")
    await expect(page.locator(".is-failed .bubble")).to_have_text("第二条")
    await expect(page.locator(".mine").last).to_contain_text("排在上一条之后发送")
    await page.click(".under.failed .button >> nth=0")
    await expect(page.locator(".is-failed")).to_have_count(0)
    await expect(page.locator(".bubble")).to_have_text(["第一条", "第二条", "第三条"])
    talk = next(iter(chat.api.conversations.values()))

    async def all_there() -> bool:
        return [m["text"] for m in talk.messages if m["role"] == "customer"] == ["第一条", "第二条", "第三条"]

    await until(all_there, "the failed message and the one held behind it, in order")


async def test_a_down_vote_asks_what_was_wrong_and_is_stored_with_its_reasons(chat: Chat) -> None:
    page = await chat.open()
    await ask(page, QUESTION)
    await ended(page)
    await page.click(".tool >> nth=1")
    await page.click(".reasons .chip:has-text('不完整')")
    await page.fill(".feedback input", "没说运费")
    await page.click(".feedback .button.primary")
    await expect(page.locator(".actions")).to_contain_text("谢谢反馈")
    talk = next(iter(chat.api.conversations.values()))

    async def kept_with_its_reasons() -> bool:
        return talk.messages[-1]["feedback"] == {"rating": "down", "reasons": ["incomplete"], "comment": "没说运费"}

    await until(kept_with_its_reasons, "the vote with its reason and its comment")
    await page.reload()
    await expect(page.locator(".tool[aria-pressed=true]")).to_have_count(1)


async def test_copy_leaves_the_numbers_out(chat: Chat) -> None:
    await chat.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.script(QUESTION, HELD, citations=[CITATION])
    page = await chat.open()
    await ask(page, QUESTION)
    await ended(page)
    await page.click(".tool >> nth=2")
    await expect(page.locator(".actions")).to_contain_text("已复制")
    assert await page.evaluate("navigator.clipboard.readText()") == "可以换新。还在期限内，请准备好耳机。"


async def test_asking_again_replaces_the_answer(chat: Chat) -> None:
    chat.script(QUESTION, "旧的回答。")
    page = await chat.open()
    await ask(page, QUESTION)
    await ended(page)
    chat.script(QUESTION, "新的回答。")
    await page.click(".tool >> nth=3")
    await last_answer(page, "新的回答。")
    await expect(page.locator("kefu-answer")).to_have_count(1)


async def test_a_refusal_offers_near_topics_and_a_person(chat: Chat) -> None:
    chat.script("去月球", "没有找到。", outcome="refused", composer="fixed", suggestions=["海外保修"])
    page = await chat.open()
    await ask(page, "去月球")
    await expect(page.locator(".offers .chip")).to_have_text(["海外保修"])
    await page.click(".offers .button:has-text('转人工')")
    await expect(page.locator("kefu-queue-card")).to_contain_text("您排在第 3 位")
    await expect(page.locator(".status")).to_contain_text("排队中 · 前面 2 位")


async def test_a_failure_says_so_with_its_code_and_can_be_tried_again(chat: Chat) -> None:
    chat.script(QUESTION, "刚才没能答完。", code="model_unavailable")
    page = await chat.open()
    await ask(page, QUESTION)
    await last_answer(page, "刚才没能答完。")
    await expect(page.locator(".code")).to_have_text("model_unavailable")
    chat.script(QUESTION, "可以。")
    await page.click(".offers .button:has-text('让 AI 再试')")
    await last_answer(page, "可以。")


async def test_a_quoted_answer_says_that_it_is_quoted(chat: Chat) -> None:
    chat.script(QUESTION, "签收后三十日内更换同型号新品[1]。", composer="extractive", citations=[CITATION])
    page = await chat.open()
    await ask(page, QUESTION)
    await ended(page)
    await expect(page.locator(".quoted-badge")).to_have_text("原文摘录")
    await expect(page.locator("kefu-answer-text mark").first).to_contain_text("签收后三十日内")
    await page.reload()
    await expect(page.locator(".quoted-badge")).to_have_text("原文摘录")


async def test_an_answer_without_a_source_says_so(chat: Chat) -> None:
    chat.script(QUESTION, "今天天气不错。")
    page = await chat.open()
    await ask(page, QUESTION)
    await expect(page.locator("kefu-answer .caption").first).to_have_text("这段话不是来自公司文件")


async def test_a_person_takes_over_and_gives_back(chat: Chat) -> None:
    page = await chat.open()
    await ask(page, QUESTION)
    await ended(page)
    await chat.event("owner.changed", {"owner": "agent", "reason": "taken", "agent": {"name": "林晓"}})
    await expect(page.locator("h1")).to_have_text("林晓")
    await expect(page.locator(".divider").last).to_contain_text("林晓加入")
    said = {"message_id": "m-agent", "role": "agent", "text": "您好", "created_at": "2026-11-21T06:20:00Z"}
    await chat.event("message.created", said)
    await expect(page.locator(".rail.agent")).to_contain_text("您好")
    await chat.event("owner.changed", {"owner": "bot", "reason": "returned"})
    await expect(page.locator(".divider").last).to_contain_text("林晓已处理完，之后由 AI 助手接着回答")
    await page.reload()
    await expect(page.locator(".divider")).to_have_count(3)


async def test_the_survey_needs_a_rating_and_says_thank_you(chat: Chat) -> None:
    page = await chat.open()
    await ask(page, QUESTION)
    await ended(page)
    await chat.event("owner.changed", {"owner": "agent", "reason": "taken", "agent": {"name": "林晓"}})
    await chat.event("owner.changed", {"owner": "none", "reason": "closed"})
    await chat.event("survey.requested", {})
    await expect(page.locator(".divider").last).to_contain_text("林晓结束了会话")
    await expect(page.locator(".survey h3")).to_contain_text("林晓的服务")
    await page.click(".survey .button.primary")
    await expect(page.locator(".survey [role=alert]")).to_have_text("先选一个评价，再提交")
    await page.click(".survey .choice >> nth=0")
    await page.click(".survey .face >> nth=4")
    await page.click(".survey .button.primary")
    await expect(page.locator(".system-line")).to_have_text("谢谢，已转给负责的同事")
    talk = next(iter(chat.api.conversations.values()))
    assert talk.survey == {"score": 5, "resolved": True, "part": "agent"}


async def test_hostile_text_runs_nowhere(chat: Chat) -> None:
    hostile = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>[x](javascript:window.hit=1)'
    chat.script(
        hostile, hostile + "[1]", citations=[{**CITATION, "title": hostile, "quote": hostile, "heading_path": []}]
    )
    page = await chat.open()
    await ask(page, hostile)
    await ended(page)
    await page.click(".citation-chip")
    await expect(page.locator(".panel")).to_contain_text("onerror")
    assert await page.evaluate("window.hit") is None
    assert await page.locator("kefu-chat img[src='x']").count() == 0


async def test_the_language_switch_covers_the_page_and_stays(chat: Chat) -> None:
    page = await chat.open()
    await page.click(".segment button:has-text('EN')")
    await expect(page.locator(".person")).to_have_text("Talk to a person")
    await expect(page.locator(".greeting")).to_contain_text("Nebula Digital's AI assistant")
    assert await page.evaluate("document.documentElement.lang") == "en"
    await page.reload()
    await expect(page.locator(".person")).to_have_text("Talk to a person")


async def test_the_theme_switch_stays(chat: Chat) -> None:
    page = await chat.open()
    ground = "getComputedStyle(document.querySelector('.head')).backgroundColor"
    assert await page.evaluate(ground) == "rgb(255, 255, 255)"
    await page.click("[aria-label='切换深浅色']")
    assert await page.evaluate(ground) == "rgb(23, 28, 27)"
    await page.reload()
    assert await page.evaluate(ground) == "rgb(23, 28, 27)"


async def test_a_screen_reader_hears_sentences_and_the_log_is_silent(chat: Chat) -> None:
    chat.script(QUESTION, "可以换新[1]。**还在**期限内。请准备", citations=[CITATION], hold_at=18)
    page = await chat.open()
    assert await page.get_attribute("[role=log]", "aria-live") == "off"
    await ask(page, QUESTION)
    region = page.locator("kefu-chat > .visually-hidden[aria-live=polite] p")
    await expect(region.first).to_have_text("可以换新。")
    await expect(page.locator("kefu-answer .rail")).to_have_attribute("aria-busy", "true")
    next(iter(chat.api.conversations.values())).released.set()
    await expect(region.last).to_have_text("请准备")
    await expect(page.locator("kefu-answer .rail")).to_have_attribute("aria-busy", "false")


async def test_nothing_shifts_while_an_answer_comes_and_ends(chat: Chat) -> None:
    chat.script(QUESTION, "第一段写得比较长，好让它换行。" * 6 + "\n\n1. 一\n2. 二\n\n结尾。", rate=600)
    page = await chat.open()
    await page.evaluate(
        "window.shift = 0; new PerformanceObserver(list => {"
        "for (const entry of list.getEntries()) window.shift += entry.value;"
        "}).observe({type: 'layout-shift', buffered: false})"
    )
    await ask(page, QUESTION)
    await last_answer(page, "结尾。")
    await ended(page)
    assert await page.evaluate("window.shift") <= 0.02


TOP = "document.querySelector('kefu-answer:last-of-type .rail').getBoundingClientRect().top"
PLACE = "document.querySelector('.scroller').scrollTop"


async def test_a_long_answer_is_read_from_its_top_and_a_pill_leads_down(chat: Chat) -> None:
    chat.script(QUESTION, "\n\n".join(f"第 {n} 段。" + "很长的一段话。" * 12 for n in range(20)) + "结尾。", rate=8000)
    page = await chat.open()
    await ask(page, QUESTION)
    await last_answer(page, "结尾。")
    await ended(page)
    await page.wait_for_function(f"56 <= {TOP} && {TOP} <= 90")
    await page.click(".pill")
    await expect(page.locator(".pill")).to_have_count(0)
    await expect(page.locator(".tool").first).to_be_in_viewport()


async def test_one_who_reads_further_up_is_left_there(chat: Chat) -> None:
    chat.script("长", "\n\n".join(f"第 {n} 段。" for n in range(60)))
    page = await chat.open()
    await ask(page, "长")
    await last_answer(page, "第 59 段。")
    await ended(page)
    await page.evaluate("document.querySelector('.scroller').scrollTop = 300")
    await expect(page.locator(".pill")).to_be_visible()
    before = await page.evaluate(PLACE)
    said = {"message_id": "m-agent", "role": "agent", "text": "您好", "created_at": "2026-11-21T06:20:00Z"}
    await chat.event("message.created", said)
    await expect(page.locator(".rail.agent")).to_have_count(1)
    assert await page.evaluate(PLACE) == before


async def test_a_lost_connection_is_said_with_its_seconds_and_made_up_for(chat: Chat) -> None:
    page = await chat.open()
    await ask(page, QUESTION)
    await ended(page)
    chat.api.behaviour = Behaviour(drop_streams=True)
    await chat.event("agent.typing", {})
    await expect(page.locator(".banner.warn")).to_contain_text("网络断开")
    await chat.event(
        "message.created", {"message_id": "m9", "role": "agent", "text": "在吗", "created_at": "2026-11-21T06:20:00Z"}
    )
    chat.api.behaviour = Behaviour()
    await page.click(".banner button")
    await expect(page.locator(".rail.agent")).to_contain_text("在吗")
    await expect(page.locator(".banner.warn")).to_have_count(0)


async def test_a_message_over_the_limit_is_not_sent_and_says_how_long_it_is(chat: Chat) -> None:
    page = await chat.open()
    await ask(page, "长" * 4001)
    await expect(page.locator("kefu-composer .error")).to_contain_text("现在 4001 字")
    assert chat.api.conversations == {}


@pytest.mark.parametrize(("width", "locale"), [(320, "en"), (320, "zh-CN"), (375, "en"), (1440, "en")])
async def test_nothing_scrolls_sideways(chat: Chat, width: int, locale: str) -> None:
    chat.script(QUESTION, HELD + "\n\n" + "Donaudampfschifffahrtsgesellschaft" * 4, citations=[CITATION])
    page = await chat.open()
    await page.set_viewport_size({"width": width, "height": 700})
    await page.goto(f"{chat.url}/?lang={locale}")
    await ask(page, QUESTION)
    await ended(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    assert await page.evaluate("(box => box.scrollWidth - box.clientWidth)(document.querySelector('.scroller'))") == 0
