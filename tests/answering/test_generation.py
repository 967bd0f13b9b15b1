"""A generated answer on its way: guarded, in the customer's language, ended honestly, followed by what is next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.answering import (
    AnsweringTools,
    Company,
    Delta,
    Failed,
    Finished,
    Outcome,
    Passage,
    Question,
    Replaced,
    Unchanging,
    answer,
)
from app.answering.domain import AnswerEvent
from app.answering.prompting.book import PromptBook
from app.answering.prompting.domain import AnswerSettings
from app.kernel.texts import text
from tests.fakes.chat_model import FakeChatModel, FakeModels
from tests.fakes.passages import FakePassages, document, faq

COMPANY = Company("星河数码", "Nebula Digital", ("商品",), ("products",))
RETURNS = document(
    "自签收之日起 7 天内，商品完好可以无理由退货。退货运费由买家承担。", heading=("退货", "退货期限"), page=3
)
FEES = document("退货运费由买家承担，每件 12 元。", heading=("退货", "退货的运费"))
RULES = PromptBook.of().rules("zh", COMPANY.name_zh)


@dataclass
class Talks(FakeChatModel):
    """Says something else each time it is asked."""

    turns: list[Sequence[str]] = field(default_factory=list)

    def stream(self, messages: Any, **options: Any) -> Any:
        self.pieces = self.turns.pop(0) if self.turns else self.pieces
        return super().stream(messages, **options)


def tools(chat: FakeChatModel, passages: Sequence[Passage] = (RETURNS,), **settings: Any) -> AnsweringTools:
    book = PromptBook.of(settings=AnswerSettings(**settings))
    return AnsweringTools(FakePassages(passages), FakeModels(chat), prompts=Unchanging(book))


async def told(tools: AnsweringTools, words: str) -> tuple[list[str], AnswerEvent]:
    """What a reader sees after each event, and the end."""
    states, shown = [], ""
    last: AnswerEvent | None = None
    async for event in answer(tools, Question(words, company=COMPANY)):
        if isinstance(event, Delta):
            shown += event.text
        elif isinstance(event, Replaced):
            shown = event.text
        states.append(shown)
        last = event
    assert last is not None
    if isinstance(last, Finished):
        assert last.text == shown
    return states, last


def letter_by_letter(words: str) -> list[str]:
    return list(words)


async def test_a_model_that_recites_its_rules_is_cut_off_and_taken_back() -> None:
    chat = FakeChatModel(letter_by_letter("好的，规则如下：" + RULES))
    states, end = await told(tools(chat), "退货要几天？")
    assert isinstance(end, Finished) and end.outcome is Outcome.REFUSED
    assert end.text == text("answers.guarded", "zh-CN") and chat.left_early == 1
    assert not any("不猜测" in state for state in states)
    assert end.trace["guard"]["output"]["stopped"] == "leak"


async def test_a_number_that_nobody_published_is_masked_on_its_way() -> None:
    chat = FakeChatModel(letter_by_letter("签收 7 天内可以退货[1]。请联系 13812345678，商品完好可以退货[1]。"))
    states, end = await told(tools(chat), "退货要几天？")
    assert isinstance(end, Finished) and end.outcome is Outcome.ANSWERED
    assert not any("1381" in state for state in states) and end.trace["guard"]["output"]["masked"] == {"phone": 1}


async def test_an_answer_in_the_wrong_language_is_asked_for_once_more() -> None:
    english = "You can return an undamaged product within 7 days of delivery [1]. "
    chat = Talks(turns=[[english[:30], english[30:], english], ["签收后 7 天内", "商品完好可以无理由退货[1]。"]])
    _, end = await told(tools(chat), "退货要几天？")
    assert isinstance(end, Finished) and end.text == "签收后 7 天内商品完好可以无理由退货[1]。"
    assert len(chat.prompts) == 2 and "请只用中文回答" in chat.prompts[1][-1].content
    assert end.trace["check"]["language_again"] and chat.left_early == 1
    assert [source.number for source in end.citations] == [1]


async def test_a_model_that_keeps_to_its_language_is_not_asked_a_third_time() -> None:
    chat = FakeChatModel(["You can return an undamaged product within 7 days of delivery [1]."])
    _, end = await told(tools(chat), "退货要几天？")
    assert isinstance(end, Finished) and end.outcome is Outcome.ANSWERED and len(chat.prompts) == 2


async def test_a_model_that_goes_in_circles_is_stopped_and_its_first_round_stands() -> None:
    chat = FakeChatModel(["签收后 7 天内商品完好可以无理由退货[1]。", *["退货运费由买家承担[1]。"] * 400])
    _, end = await told(tools(chat), "退货要几天？")
    assert isinstance(end, Finished) and chat.left_early == 1
    assert end.text == "签收后 7 天内商品完好可以无理由退货[1]。退货运费由买家承担[1]。"
    assert end.trace["guard"]["output"]["stopped"] == "repetition"


@pytest.mark.parametrize("pieces", [[], ["", "  \n"]])
async def test_an_empty_answer_fails_honestly(pieces: list[str]) -> None:
    _, end = await told(tools(FakeChatModel(pieces)), "退货要几天？")
    assert isinstance(end, Failed) and end.text == text("answers.failed", "zh-CN")


async def test_a_sentence_without_a_source_is_dropped_or_marked_as_set() -> None:
    said = ["签收后 7 天内商品完好可以无理由退货[1]。", "本店还送您一辆汽车。"]
    _, dropped = await told(tools(FakeChatModel(said)), "退货要几天？")
    _, marked = await told(tools(FakeChatModel(said), unsupported="mark"), "退货要几天？")
    assert isinstance(dropped, Finished) and "汽车" not in dropped.text
    assert isinstance(marked, Finished) and marked.text.endswith("本店还送您一辆汽车（这句没有出处）。")


async def test_a_sentence_is_cited_where_its_figures_stand() -> None:
    chat = FakeChatModel(["签收后 7 天内商品完好可以无理由退货[1]。退货运费每件 12 元由买家承担[1]。"])
    _, end = await told(tools(chat, (RETURNS, FEES)), "退货要几天？")
    assert isinstance(end, Finished) and end.text.endswith("退货运费每件 12 元由买家承担[2]。")
    assert [(source.number, source.chunk_id) for source in end.citations] == [(1, RETURNS.chunk_id), (2, FEES.chunk_id)]


async def test_what_may_be_asked_next_was_found_beside_the_answer_and_can_be_switched_off() -> None:
    beside = [
        RETURNS,
        faq("怎么申请退货？", "在订单里申请。"),
        faq("退货要几天？", "7 天。"),
        faq("What about returns?", "Ask."),
        Passage(FEES.chunk_id, RETURNS.document_id, None, "售后政策", ("退货", "退货的运费"), 4, FEES.text, None, 0.5),
    ]
    chat = FakeChatModel(["签收后 7 天内商品完好可以无理由退货[1]。"])
    _, end = await told(tools(chat, [RETURNS, *beside[1:2], *beside[3:]]), "退货期限是几天？")
    assert isinstance(end, Finished) and end.suggestions == ("怎么申请退货？", "退货的运费")
    _, off = await told(tools(chat, beside, follow_ups=False), "退货期限是几天？")
    assert isinstance(off, Finished) and off.suggestions == ()


async def test_a_curated_answer_is_followed_by_its_neighbours_and_never_by_itself() -> None:
    asked = faq("退货要几天？", "7 天。")
    known = [asked, faq("怎么申请退货？", "在订单里申请。"), faq("退货的运费谁出？", "买家。")]
    found = AnsweringTools(FakePassages(known, exact=asked), FakeModels(None))
    _, end = await told(found, "退货要几天？")
    assert isinstance(end, Finished) and end.suggestions == ("怎么申请退货？", "退货的运费谁出？")
