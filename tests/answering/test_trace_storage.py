"""What identifies a person is masked before a trace is written; other words, and the company's own numbers, stay."""

from app.answering import AnsweringTools, Finished, Question, Turn, answer, for_storage
from tests.fakes.chat_model import FakeChatModel, FakeModels
from tests.fakes.passages import FakePassages, document

PHONE, EMAIL, CARD, ID_NUMBER = "13812345678", "li.lei@example.cn", "6222021234567890128", "11010519491231002X"
HOTLINE = "400-820-8820"
RETURNS = document(
    f"退货请打热线 {HOTLINE}，签收后 7 天内可以无理由退货。邮箱 help@nebula.example。", heading=("退货",)
)


async def test_a_stored_trace_holds_no_personal_value_and_still_reads_as_the_question() -> None:
    chat = FakeChatModel([f"签收后 7 天内可以退货，热线 {HOTLINE} [1]。我们会联系 {PHONE}。"])
    history = (Turn("customer", f"我的邮箱 {EMAIL}"), Turn("bot", "好的，签收后 7 天内可以退货。", "answered"))
    asked = f"怎么退货？电话 138-1234-5678，卡号 {CARD}，身份证 {ID_NUMBER}，订单 ND2611200001"
    made = AnsweringTools(FakePassages([RETURNS]), FakeModels(chat))
    question = Question(asked, history=history, memory=(f"电话 {PHONE}",), rehearsal=True)
    done = [event async for event in answer(made, question)][-1]
    assert isinstance(done, Finished) and CARD in str(done.trace)
    kept = str(for_storage(done.trace))
    for value in (PHONE, "138-1234-5678", EMAIL, CARD, ID_NUMBER):
        assert value not in kept, value
    stored = for_storage(done.trace)
    assert stored["question"]["raw"] == "怎么退货？电话 〔电话〕，卡号 〔卡号〕，身份证 〔证件号〕，订单 ND2611200001"
    assert stored["question"]["slots"]["phone"] == "[phone]" and HOTLINE in kept and "help@nebula.example" in kept
    assert stored["candidates"] == done.trace["candidates"] and stored["decision"] == done.trace["decision"]


def test_a_trace_without_any_stays_as_it_is() -> None:
    record = {"question": {"raw": "怎么退货？"}, "candidates": [{"text": f"邮箱 {EMAIL}"}], "steps": [], "prompt": None}
    assert for_storage(record) == record
    told = {"question": {"raw": f"是 {EMAIL} 吗"}, "candidates": [{"text": f"邮箱 {EMAIL}"}]}
    assert for_storage(told) == told, "what the company published is nobody's secret"
