"""What a tool came to passes the guard: own data is shown; keys, papers, foreign links and words are not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.answering import AnsweringTools, Composer, Finished, Outcome, Question, Settled, Unchanging, answer
from app.answering.domain import Delta, Events
from app.answering.guard.book import GuardBook
from app.answering.guard.domain import GuardSettings
from app.answering.guard.words import Action, Listed
from app.answering.tools import Catalogue, Source, SourceKind, Tool, ToolSpec
from app.answering.tools.domain import Called, Ending, Twin
from app.answering.tools.speech import said, told
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.ids import new_id
from app.kernel.texts import text
from tests.fakes.chat_model import FakeModels
from tests.fakes.passages import FakePassages

PHONE, ID_NUMBER, KEY = "13812345678", "11010519491231002X", "sk-abcdefghijklmnop1234"
SPEC = ToolSpec(name="get_order", template=Twin(zh="收件人 {{ result.phone }}，备注：{{ result.note }}。"))
TOOL = Tool(
    new_id(), Source(new_id(), SourceKind.HTTP, "orders", "https://shop.example/api"), SPEC, enabled=True, version=1
)
WORDS = (
    Listed("内部价", "", Action.MASK),
    Listed("返现", "fraud", Action.BLOCK),
    Listed("起诉", "law", Action.HAND_OVER),
)


@dataclass
class Looks:
    """The port Actions: one tool for every turn, whose server answers with this note."""

    note: str
    written_by_model: bool = False
    sign_in: bool = False
    because: Mapping[str, Any] = field(default_factory=lambda: {"tool": "get_order", "score": 1.0})

    async def hosts(self) -> frozenset[str]:
        return Catalogue((TOOL,)).hosts

    async def offer(self, understood: Understood, question: Question, trace: Trace) -> "Looks":
        return self

    def perform(self, offer: Any, understood: Understood, question: Question, trace: Trace) -> Events:
        if self.written_by_model:
            return said(self.note, Outcome.TOOL, trace, ("ND1 · 耳机", f"ND2 · {KEY}"), composer=Composer.GENERATIVE)
        called = Called(Ending.OK, 200, 1.0, {"phone": PHONE, "note": self.note})
        return told(TOOL, called, {}, understood, trace)

    def decided(self, question: Question, understood: Understood, trace: Trace) -> Events:
        return said(self.note, Outcome.TOOL, trace, card=Settled(new_id(), "done"))


async def ended(looks: Looks, question: Question | None = None) -> Finished:
    guard = Unchanging(GuardBook(GuardSettings(words=WORDS)))
    made = AnsweringTools(FakePassages(), FakeModels(), actions=looks, guard=guard)
    events = [event async for event in answer(made, question or Question("我的订单"))]
    end = events[-1]
    assert isinstance(end, Finished)
    assert "".join(event.text for event in events if isinstance(event, Delta)) == end.text
    return end


async def test_a_customers_own_data_is_shown_and_what_nobody_may_read_is_not() -> None:
    note = f"密钥 {KEY} 证件 {ID_NUMBER} 内部价 见 https://shop.example/o/1 或 https://evil.test/win"
    end = await ended(Looks(note))
    assert end.outcome is Outcome.TOOL and PHONE in end.text and "https://shop.example/o/1" in end.text
    assert not [hidden for hidden in (KEY, ID_NUMBER, "内部价", "evil.test") if hidden in end.text]
    assert end.trace["guard"]["output"]["masked"] == {"secret": 2, "link": 1, "word": 1}


async def test_the_words_of_a_model_about_a_result_and_its_choices_are_read_as_closely() -> None:
    end = await ended(Looks(f"订单密钥是 {KEY}。", written_by_model=True))
    assert KEY not in end.text and end.suggestions == ("ND1 · 耳机",)


@pytest.mark.parametrize(
    ("word", "outcome", "key"),
    [("返现", Outcome.REFUSED, "guarded"), ("起诉", Outcome.HANDED_OFF, "handed_off")],
    ids=["block", "hand over"],
)
async def test_a_word_that_must_not_be_said_is_not_but_what_was_done_stays_done(
    word: str, outcome: Outcome, key: str
) -> None:
    end = await ended(Looks(f"点此{word}"))
    assert (end.outcome, end.text) == (outcome, text(f"answers.{key}", "zh-CN"))
    assert end.trace["guard"]["output"]["stopped"]
    settled = await ended(Looks(f"已登记，{word}"), Question("确认", decided=new_id()))
    assert settled.text == end.text and isinstance(settled.card, Settled) and settled.card.verdict == "done"


async def test_an_answer_with_nothing_to_hide_is_left_as_it_is() -> None:
    end = await ended(Looks("放门口"))
    assert end.text == f"收件人 {PHONE}，备注：放门口。" and "guard" not in end.trace
