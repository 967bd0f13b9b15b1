"""Every turn gets one way to be answered, with its reasons; what is offered back can be taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from app.answering import AnsweringTools, Delta, Finished, Outcome, Passage, Question, Turn, answer
from app.answering.choices import chosen
from app.answering.domain import Events
from app.answering.tools.speech import sign_in
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.texts import text
from tests.fakes.chat_model import FakeModels
from tests.fakes.passages import FakePassages, document, faq

POSTAGE = faq("退货的运费谁出？", "看原因。换货和质量问题退货由我们承担；七天无理由退货由您承担。")
PERIOD = faq("退货期限是几天？", "签收之日起七天内。", score=0.7)
RESETS = (
    faq("Orbit 3 怎么重置？", "同时按住电源键和音量加 8 秒。"),
    faq("Nova Buds 2 怎么重置？", "按住功能键 10 秒。", score=0.7),
)
ALIKE = (faq("拆封了还能退货吗？", "能。"), faq("外包装丢了还能换货吗？", "能。"))


async def ended(passages: FakePassages, words: str, history: tuple[Turn, ...] = (), locale: str = "zh-CN") -> Finished:
    last = [event async for event in answer(AnsweringTools(passages, FakeModels()), Question(words, locale, history))]
    assert isinstance(last[-1], Finished), last[-1]
    return last[-1]


def codes(end: Finished) -> list[str]:
    return [reason["code"] for reason in end.trace["decision"]["reasons"]]


async def test_an_answer_that_speaks_of_both_return_and_exchange_answers_for_either() -> None:
    end = await ended(FakePassages([POSTAGE]), "换货的运费谁出？")
    assert end.outcome is Outcome.ANSWERED and "换货和质量问题退货由我们承担" in end.text
    assert end.trace["decision"]["route"] == "knowledge"


async def test_an_answer_about_returns_alone_is_none_about_exchanges() -> None:
    end = await ended(FakePassages([PERIOD]), "换货期限是几天？")
    assert end.outcome is Outcome.REFUSED and "best_is_about_another" in codes(end)


BAND = faq("Is the band waterproof?", "Yes, it is rated 5 ATM.", score=0.9)
SWIM = replace(BAND, title="Can I swim with Orbit Band?")
HEADPHONES = document("Orbit 3 is not waterproof.", title="Orbit 3 user manual", score=0.8)
BATTERIES = document("Orbit Band lasts 14 days, Orbit 3 lasts 45 hours.", title="Batteries", score=0.5)


async def test_what_is_said_of_one_product_is_never_told_of_another() -> None:
    for asked in ("Is the Orbit 3 waterproof?", "is orbit 3 waterproof"):
        end = await ended(FakePassages([SWIM, HEADPHONES]), asked, locale="en")
        assert end.outcome is Outcome.ANSWERED and "5 ATM" not in end.text and "not waterproof" in end.text
        assert end.trace["candidates"][0]["fate"] == "other_product"
    alone = await ended(FakePassages([SWIM, BATTERIES]), "Is the Orbit 3 waterproof?", locale="en")
    assert alone.outcome is Outcome.REFUSED and "best_is_about_another" in codes(alone)
    both = await ended(FakePassages([SWIM, HEADPHONES]), "Is the Orbit Band waterproof, or the Orbit 3?", locale="en")
    assert {source.title for source in both.citations} >= {SWIM.title}
    nobody = await ended(FakePassages([SWIM]), "is it waterproof", locale="en")
    assert "5 ATM" in nobody.text, "no product was named"


async def test_the_next_best_answers_when_the_best_is_about_the_opposite() -> None:
    end = await ended(FakePassages([PERIOD, replace(POSTAGE, score=0.69)]), "换货的期限和运费是怎么算的？")
    assert end.outcome is Outcome.ANSWERED and [c.faq_id for c in end.citations] == [POSTAGE.faq_id]
    assert [c["fate"] for c in end.trace["candidates"]] == ["opposite", "cited"]


@pytest.mark.parametrize("words", ["如何重置", "怎么重置啊？"])
async def test_a_question_that_several_products_could_mean_is_asked_back_for_each(words: str) -> None:
    end = await ended(FakePassages(RESETS), words)
    assert end.outcome is Outcome.CLARIFIED and end.trace["decision"]["route"] == "which_product"
    assert [offer.split()[0] for offer in end.suggestions] == ["Orbit", "Nova"]


async def test_a_product_that_is_named_is_not_asked_for() -> None:
    end = await ended(FakePassages(RESETS), "Orbit 3 如何重置")
    assert end.outcome in (Outcome.FAQ, Outcome.ANSWERED)


async def test_a_section_that_was_offered_is_answered_when_taken() -> None:
    section = document(
        "拆开包装不影响商品完好，可以退货。", title="售后政策", heading=("第 2 章", "2.1 七日无理由退货")
    )
    knowledge = FakePassages([*ALIKE, section], answerable=False, confidence=0.4)
    first = await ended(knowledge, "我把包装拆开了，还算完好吗")
    assert first.outcome is Outcome.CLARIFIED and "七日无理由退货" in first.suggestions
    before = (
        Turn("customer", "我把包装拆开了，还算完好吗"),
        Turn("bot", first.text, "clarified", first.suggestions),
    )
    taken = await ended(knowledge, "七日无理由退货", before)
    assert taken.outcome is Outcome.ANSWERED and "拆开包装不影响商品完好" in taken.text
    assert "was_offered" in codes(taken) and taken.trace["question"]["chosen"] == "七日无理由退货"


@pytest.mark.parametrize(
    ("words", "offer"),
    [
        ("第二个", 1), ("2", 1), ("选第一个吧", 0), ("the second one", 1), ("最后一个", 2), ("First", 0),
        ("option 3", 2), ("第四个", None), ("怎么退货", None), ("是的", None),
    ],
)  # fmt: skip
def test_an_offer_is_taken_by_its_place_too(words: str, offer: int | None) -> None:
    offers = ("怎么退货？", "怎么换货？", "怎么开发票？")
    taken = chosen(words, [Turn("customer", "怎么办"), Turn("bot", "您是想问", "clarified", offers)])
    assert taken == (offers[offer] if offer is not None else "怎么退货？" if words == "怎么退货" else None)


async def test_a_choice_taken_is_searched_alone_and_with_the_question_before() -> None:
    knowledge = FakePassages([POSTAGE])
    before = (Turn("customer", "运费"), Turn("bot", "您是想问", "clarified", ("退货的运费谁出？", "国际运费多少？")))
    await ended(knowledge, "第一个", before)
    assert knowledge.asked == [["退货的运费谁出？", "退货的运费谁出？ 运费"]]


@pytest.mark.parametrize(
    "words", Path(__file__).with_name("asks_for_a_person.txt").read_text("utf-8").split("\n")[::12]
)
async def test_the_wish_for_a_person_is_decided_without_a_search(words: str) -> None:
    knowledge = FakePassages([POSTAGE])
    offered = (Turn("customer", "运费"), Turn("bot", "您是想问", "clarified", ("退货的运费谁出？",)))
    end = await ended(knowledge, words, offered)
    assert end.wants_person and end.outcome is Outcome.HANDED_OFF and knowledge.asked == []
    assert end.trace["decision"] == {"route": "hand_over", "reasons": [{"code": "asked_for_a_person"}]}


async def test_courtesy_is_a_decision_too() -> None:
    end = await ended(FakePassages(), "谢谢")
    assert end.trace["decision"] == {
        "route": "small_talk",
        "reasons": [{"code": "only_courtesy", "kind": "thanks"}],
    }


async def test_asking_back_starts_where_the_calibration_says() -> None:
    knowledge = FakePassages(ALIKE, answerable=False, confidence=0.4)
    asked_back = await ended(knowledge, "包装拆开还能退吗")
    assert asked_back.outcome is Outcome.CLARIFIED and "close_enough_to_ask" in codes(asked_back)
    below = await ended(FakePassages(ALIKE, answerable=False, confidence=0.35), "包装拆开还能退吗")
    assert below.outcome is Outcome.REFUSED


def test_a_passage_of_two_products_is_not_one() -> None:
    from app.answering.products import which_product

    def manual(title: str, heading: str, score: float) -> Passage:
        return document("按住电源键。", title=title, heading=(heading,), score=score)

    alike = [manual("Orbit Band 用户手册", "4.1 防水等级", 0.8), manual("Orbit 3 用户手册", "5.1 防水", 0.6)]
    assert which_product("防水吗", alike) == ("Orbit Band", "Orbit 3")
    assert which_product("Orbit 3 防水吗", alike) == ()
    assert which_product("戴着游泳以后耳机坏了怎么办", alike) == ()
    assert which_product("防水吗", [alike[0], manual("Orbit 3 用户手册", "5.1 防水", 0.1)]) == ()


@pytest.mark.parametrize(
    ("said", "locale"),
    [
        ("你们太垃圾了", "zh-CN"),
        ("啊啊啊气死我了", "zh-CN"),
        ("you guys are useless", "en"),
        ("I've been waiting for two weeks, this is ridiculous!!", "en"),
    ],
)
async def test_who_complains_hears_an_apology_and_is_asked_what_went_wrong(said: str, locale: str) -> None:
    end = await ended(FakePassages([document("电池保修六个月。")], answerable=False), said, locale=locale)
    assert end.outcome is Outcome.CLARIFIED and not end.suggestions and end.text == text("answers.sorry", locale)
    assert end.trace["decision"]["route"] == "sorry" and "complains" in codes(end)


async def test_marks_alone_are_asked_back_and_headings_offered_without_their_numbers() -> None:
    found = [document("下单后 180 天内补开发票。", heading=("2.2 下单后补开发票",))]
    unclear = await ended(FakePassages(found), "？？？")
    assert unclear.text == text("answers.unclear_reply", "zh-CN")
    refused = await ended(FakePassages(found, answerable=False), "发票盖什么章")
    assert refused.suggestions == ("下单后补开发票",)
    offered = Turn("bot", refused.text, "refused", refused.suggestions)
    taken = await ended(FakePassages(found), "下单后补开发票", (Turn("customer", "发票盖什么章"), offered))
    assert taken.outcome is Outcome.ANSWERED and "was_offered" in codes(taken)


@dataclass(frozen=True)
class NeedsSignIn:
    """The port Actions: a tool for every turn, for signed-in customers only."""

    sign_in: bool = True
    because: Mapping[str, Any] = field(default_factory=lambda: {"tool": "returns", "score": 1.0})

    async def hosts(self) -> frozenset[str]:
        return frozenset()

    async def offer(self, understood: Understood, question: Question, trace: Trace) -> "NeedsSignIn":
        return self

    def perform(self, offer: Any, understood: Understood, question: Question, trace: Trace) -> Events:
        return sign_in(understood, trace)

    def decided(self, question: Question, understood: Understood, trace: Trace) -> Events:
        return sign_in(understood, trace)


async def test_a_visitor_is_told_how_it_is_done_as_well_as_to_sign_in() -> None:
    for found, alone in ((FakePassages([POSTAGE]), False), (FakePassages([POSTAGE], answerable=False), True)):
        tools = AnsweringTools(found, FakeModels(), actions=NeedsSignIn())
        events = [event async for event in answer(tools, Question("换货运费是谁来出"))]
        end = events[-1]
        assert isinstance(end, Finished)
        assert "".join(event.text for event in events if isinstance(event, Delta)) == end.text
        told = text("tools.sign_in" if alone else "tools.sign_in_too", "zh-CN")
        assert end.text.endswith(told) and ("质量问题退货由我们承担" in end.text) is not alone
