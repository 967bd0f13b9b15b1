"""Several questions in one turn: told apart, answered each with its own sources, and the rest named honestly."""

from collections.abc import Mapping, Sequence

import pytest

from app.answering import AnsweringTools, Company, Composer, Finished, Outcome, Passage, Question, Turn, answer
from app.answering.cache import may_be_cached
from app.answering.language import language_of
from app.answering.screen import screen
from app.answering.several.splitting import parts_of
from app.answering.understand import understand
from app.kernel.texts import text
from tests.fakes.chat_model import FakeChatModel, FakeModels
from tests.fakes.passages import ShelvedPassages, document, faq

WARRANTY = document("耳机整机保修一年，电池保修六个月。", title="保修说明")
INVOICE = document("在订单详情页点击申请发票，十分钟内发到邮箱。", title="发票说明")
POSTAGE = faq("退货的运费谁出？", "质量问题由我们承担，其余由您承担。")
RETURNS = faq("怎么退货？", "在我的订单里点申请售后。")
SHELVES = {"保修": [WARRANTY], "发票": [INVOICE], "运费": [POSTAGE], "退货": [RETURNS, POSTAGE]}
SHELVES_EN = {
    "warranty": [document("Main units have a warranty of one year.", title="Warranty")],
    "invoice": [document("Open the order and choose Request invoice.", title="Invoices")],
}
TWO = {
    "保修多久？另外怎么开发票？": ["保修多久？", "怎么开发票？"],
    "保修多久，另外怎么开发票": ["保修多久", "怎么开发票"],
    "保修多久，还有怎么开发票呢": ["保修多久", "怎么开发票呢"],
    "我想问一下保修多久以及怎么开发票": ["我想问一下保修多久", "怎么开发票"],
    "保修多久，怎么开发票": ["保修多久", "怎么开发票"],
    "我上周买的耳机。保修多久？怎么开发票？谢谢": ["我上周买的耳机。保修多久？", "怎么开发票？谢谢"],
    "怎么退货？运费谁出？": ["怎么退货？", "运费谁出？"],
    "How long is the warranty and how do I get an invoice?": ["How long is the warranty", "how do I get an invoice?"],
    "How long is the warranty? Also, how do I get an invoice?": [
        "How long is the warranty?",
        "how do I get an invoice?",
    ],
    "Can I return it and is there a fee?": ["Can I return it", "is there a fee?"],
    "I'd like to know how long the warranty is and how I get an invoice": [
        "I'd like to know how long the warranty is",
        "how I get an invoice",
    ],
}
ONE = (
    "我的耳机坏了，怎么办？",
    "怎么退货？就是想知道退货流程是什么？",
    "保修一年？还是两年？",
    "你好？在吗？保修多久？",
    "没收到货怎么办，等了好几天了",
    "怎么回事？等了三天还没到？",
    "耳机连不上蓝牙怎么办，能换新吗？",
    "能退吗？可以退吗？",
    "可以退货和换货吗",
    "还有别的颜色吗？",
    "Orbit 3 和 Nova Buds 2 哪个好",
    "Can I return or exchange it?",
    "When and how do I return it?",
    "Tell me when and where it ships",
    "Can I return it and if so how?",
    "I bought earbuds and when I open the case they hiss. What do I do?",
    "What do I do when the left bud dies and is out of warranty?",
    "My left bud is silent. Is that normal?",
    "Is the warranty one year? Or two?",
    "Hi, how are you? How long is the warranty?",
)


@pytest.mark.parametrize("turn", TWO)
def test_two_questions_are_told_apart(turn: str) -> None:
    found = parts_of(turn, (), language_of(turn, "zh-CN"))
    assert found is not None and [one.text for one in found.questions] == TWO[turn]


@pytest.mark.parametrize("turn", ONE)
def test_what_only_looks_like_two_questions_is_one(turn: str) -> None:
    assert parts_of(turn, (), language_of(turn, "zh-CN")) is None


def test_a_question_that_leans_on_the_one_before_is_completed_by_it() -> None:
    found = parts_of("我的耳机坏了。能修吗？多少钱？", (), "zh")
    assert found is not None and found.questions[1].rewritten == "多少钱 我的耳机坏了。能修吗"
    alone = parts_of("运费谁出？还有多久能收到退款？", (), "zh")
    assert alone is not None and [one.rewritten for one in alone.questions] == [None, None]
    after = parts_of("那电池呢？还有怎么开发票？", [Turn("customer", "耳机保修多久？")], "zh")
    assert (
        after is not None and "保修多久" in str(after.questions[0].rewritten) and after.questions[1].rewritten is None
    )


def test_a_later_question_is_about_the_product_that_was_named() -> None:
    found = parts_of("Can I swim with the Orbit Band? How long does the battery last?", (), "en")
    assert found is not None and found.questions[1].rewritten == "Orbit Band How long does the battery last?"


async def told(
    words: str, shelves: Mapping[str, Sequence[Passage]] = SHELVES, chat: FakeChatModel | None = None
) -> Finished:
    tools = AnsweringTools(ShelvedPassages(shelves=shelves), FakeModels(chat))
    asked = Question(words, language_of(words, "zh"), company=Company())
    last = [event async for event in answer(tools, asked)][-1]
    assert isinstance(last, Finished)
    return last


@pytest.mark.parametrize(
    ("words", "shelves", "said"),
    [
        ("保修多久？另外怎么开发票？", SHELVES, ["保修一年", "申请发票"]),
        ("How long is the warranty and how do I get an invoice?", SHELVES_EN, ["one year", "Request invoice"]),
    ],
    ids=["zh", "en"],
)
async def test_both_are_answered_in_their_order_each_with_its_source(
    words: str, shelves: Mapping[str, Sequence[Passage]], said: list[str]
) -> None:
    end = await told(words, shelves)
    assert (end.outcome, end.composer) == (Outcome.ANSWERED, Composer.EXTRACTIVE)
    first, second = end.text.split("\n\n")
    assert said[0] in first and first.endswith("[1]") and said[1] in second and second.endswith("[2]")
    assert [said[at] in source.quote for at, source in enumerate(end.citations)] == [True, True]
    parts = end.trace["question"]["parts"]
    assert [part["answered"] for part in parts] == [True, True] and len(parts) == 2
    assert end.trace["decision"]["reasons"] == [{"code": "several_questions", "n": 2, "answered": 2}]
    assert {one["number"] for one in end.trace["candidates"] if one["fate"] == "cited"} == {1, 2}


@pytest.mark.parametrize(
    ("words", "shelves", "known", "unknown", "locale"),
    [
        ("你们老板叫什么名字？保修多久？", SHELVES, "保修一年", "你们老板叫什么名字", "zh-CN"),
        ("How long is the warranty? Who is your CEO?", SHELVES_EN, "one year", "Who is your CEO", "en"),
    ],
    ids=["zh", "en"],
)
async def test_the_one_that_has_no_answer_is_named(
    words: str, shelves: Mapping[str, Sequence[Passage]], known: str, unknown: str, locale: str
) -> None:
    end = await told(words, shelves)
    assert end.outcome is Outcome.ANSWERED and known in end.text and len(end.citations) == 1
    assert end.text.endswith(text("answers.part_unanswered", locale, asked=unknown))


async def test_one_answer_to_both_is_said_once_and_scolding_gets_no_answer_of_its_own() -> None:
    end = await told("退货的运费谁出？退货邮费要我付吗？", {"退货": [POSTAGE]})
    assert end.text.count("质量问题由我们承担") == 1
    end = await told("你们还有没有良心？发票怎么开？")
    assert "申请发票" in end.text and "良心" not in end.text


async def test_a_curated_answer_to_one_of_them_is_cited_in_the_trace() -> None:
    end = await told("怎么退货？另外怎么开发票？")
    cited = {one["number"]: one["question"] for one in end.trace["candidates"] if one["fate"] == "cited"}
    assert cited == {1: RETURNS.question, 2: None}
    assert [part["route"] for part in end.trace["question"]["parts"]] == ["faq_near", "knowledge"]


async def test_without_an_answer_to_either_the_turn_is_refused_as_one() -> None:
    end = await told("你们老板叫什么名字？公司有多少员工？")
    assert end.outcome is Outcome.REFUSED and "「" not in end.text


async def test_where_a_pause_alone_parts_them_both_must_have_an_answer() -> None:
    end = await told("保修多久，老板叫什么名字")
    assert "保修一年" in end.text and "老板" not in end.text and "parts" not in end.trace["question"]


async def test_a_model_is_given_the_passages_of_both() -> None:
    chat = FakeChatModel(["整机保修一年 [1]。在订单详情页点击申请发票 [2]。"])
    end = await told("保修多久？另外怎么开发票？", chat=chat)
    prompt = chat.prompts[0][-1].content
    assert "电池保修六个月" in prompt and "十分钟内发到邮箱" in prompt and "另外怎么开发票" in prompt
    assert end.composer is Composer.GENERATIVE and len(end.citations) == 2


def test_such_a_turn_is_not_kept_for_others() -> None:
    two, one = "保修多久？另外怎么开发票？", "保修多久？"
    assert not may_be_cached(Question(two), understand(screen(two), Question(two)))
    assert may_be_cached(Question(one), understand(screen(one), Question(one)))
