"""Everyday words, foreign subjects and clauses: how a customer's way of talking meets the company's."""

import json
from pathlib import Path

import pytest

from app import knowledge
from app.knowledge import SearchRequest, SearchTools, search_passages, things_meant
from app.knowledge.clauses import MOST, clauses
from app.knowledge.lexical import SUBJECT, terms_of
from app.knowledge.vocabulary import subjects
from tests.knowledge.indexing import add_document, passages

WORDS = json.loads((Path(knowledge.__file__).parent / "everyday_words.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("左耳有电流声", "右邊沙沙響"),
        ("邮费谁付", "运费由买家承担"),
        ("能退钱吗", "退款在三日内到账"),
        ("can I get my money back", "refunds take five days"),
        ("it stopped working", "a defective product"),
    ],
)
def test_different_words_for_one_thing_mean_the_same(one: str, other: str) -> None:
    assert things_meant(one) & things_meant(other)


def test_words_for_different_things_do_not() -> None:
    assert not things_meant("会员积分") & things_meant("耳机进水")
    assert things_meant("今天很高兴") == frozenset()


def test_a_subject_is_named_once_in_either_language() -> None:
    assert subjects("冰箱和冰箱保修") == ["subject:冰箱"]
    assert subjects("my fridge, the fridge") == ["subject:fridg"]
    assert SUBJECT in terms_of("冰箱保修").kinds and SUBJECT not in terms_of("耳机保修").kinds


def test_the_word_list_has_no_line_of_one_word_and_no_word_twice_in_a_line() -> None:
    lines = [line.split() for line in WORDS["same_zh"]] + [line.split("|") for line in WORDS["same_en"]]
    assert [line for line in lines if len(line) < 2 or len(set(line)) < len(line)] == []


def test_a_story_is_cut_where_it_pauses() -> None:
    story = "耳机有电流声，买了三个星期，能直接换新吗？"
    assert clauses(story) == ["耳机有电流声", "买了三个星期", "能直接换新吗"]
    assert clauses("怎么退货？") == [] and clauses("") == []
    assert len(clauses("，".join(f"这是第{number}句很长的话" for number in range(9)))) == MOST
    assert clauses("My left bud crackles, ok, can I get a new one?") == ["My left bud crackles", "can I get a new one"]


async def test_a_question_about_a_foreign_subject_is_not_believed(search_tools: SearchTools) -> None:
    await add_document(search_tools, "保修", passages("主机保修一年，从签收之日起算。", "发票可以补开。"))

    async def confidence(question: str) -> float:
        return (await search_passages(search_tools, SearchRequest([question]))).confidence

    assert await confidence("冰箱保修几年") < await confidence("主机保修几年")
    assert await confidence("最近总是坏，烦死了，主机保修几年") > 0.8 * await confidence("主机保修几年")
