"""The prompt keeps to its budget, quotes passages as data and speaks the customer's language."""

from itertools import pairwise

from app.answering import Company, Passage, Question, Turn
from app.answering.prompt import Prompt, build_prompt, estimate_tokens
from app.answering.screen import screen
from app.answering.understand import understand
from tests.fakes.passages import document, faq

COMPANY = Company("星河数码", "Nebula Digital")


def prompt_for(words: str, passages: list[Passage], budget: int = 5_000, history: tuple[Turn, ...] = ()) -> Prompt:
    question = Question(words, history=history, company=COMPANY)
    return build_prompt(question, understand(screen(words), question), passages, budget)


def test_passages_are_numbered_with_heading_and_page() -> None:
    built = prompt_for("退货运费谁出", [document("买家承担。", "政策", ("退货", "运费"), 3), faq("能退吗", "能。")])
    asked = built.messages[-1].content
    assert "[1] 政策 › 退货 › 运费（第 3 页）\n买家承担。" in asked and "[2] 能退吗\n能退吗\n能。" in asked
    assert asked.endswith("退货运费谁出") and "星河数码" in built.messages[0].content


def test_an_english_question_gets_english_rules() -> None:
    built = prompt_for("Who pays for returns?", [document("The buyer pays.")])
    rules = built.messages[0].content
    assert "Nebula Digital" in rules and "NO_ANSWER" in rules and "资料" not in rules


def test_passages_beyond_the_budget_are_left_out_from_the_end() -> None:
    passages = [document(f"第{n}段。" + "很长的内容" * 60) for n in range(8)]
    built = prompt_for("内容是什么", passages, budget=1_500)
    kept = built.passages
    assert 1 <= len(kept) < 8 and list(kept) == passages[: len(kept)]
    assert built.estimated_tokens <= 1_500


def test_a_single_passage_that_is_too_long_is_cut_rather_than_left_out() -> None:
    built = prompt_for("内容是什么", [document("很长的内容" * 2_000)], budget=1_500)
    assert len(built.passages) == 1 and built.estimated_tokens <= 1_600


def test_long_histories_keep_their_latest_turns_and_alternate() -> None:
    turns = tuple(
        turn
        for n in range(20)
        for turn in (Turn("customer", f"第{n}个问题"), Turn("bot", f"第{n}个回答", "answered"), Turn("agent", "补充"))
    )
    built = prompt_for("那运费呢", [document("买家承担。")], history=turns)
    roles = [message.role for message in built.messages]
    assert roles[0] == "system" and roles[1] == "user" and roles[-1] == "user"
    assert all(one != other for one, other in pairwise(roles)), "some templates insist"
    assert "第19个回答" in built.messages[-2].content


def test_a_rewritten_turn_is_given_beside_the_raw_one() -> None:
    history = (Turn("customer", "退货运费谁出？"), Turn("bot", "买家。", "answered"))
    asked = prompt_for("那换货呢", [document("x")], history=history).messages[-1].content
    assert "那换货呢\n（结合上文，客户的意思是：换货运费谁出）" in asked


def test_the_estimate_is_on_the_cautious_side() -> None:
    assert estimate_tokens("退货运费由买家承担") >= 9 and 4 <= estimate_tokens("The buyer pays it") <= 12
