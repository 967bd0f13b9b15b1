"""The evaluation questions over the demo company are answerable from where they say, in the customer's own words."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.demo import demo_documents, demo_faqs
from tests.demo.demo_texts import document_text

FILE = Path(__file__).resolve().parents[1] / "evaluation" / "demo_questions.jsonl"
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
FAQS = {faq.id: faq for faq in demo_faqs()}
DOCUMENTS = {d.source.removeprefix("demo/").rsplit(".", 1)[0] for d in demo_documents()}


def plain(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def test_there_are_enough_questions_of_each_kind() -> None:
    count = {
        kind: sum(1 for q in QUESTIONS if (q["locale"], q["answerable"]) == kind)
        for kind in [("zh-CN", True), ("en", True), ("zh-CN", False), ("en", False)]
    }
    assert count["zh-CN", True] >= 80 and count["en", True] >= 60
    assert count["zh-CN", False] + count["en", False] >= 40
    assert len({q["qid"] for q in QUESTIONS}) == len({q["question"] for q in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["qid"])
def test_the_expected_facts_stand_in_an_expected_place(question: dict[str, Any]) -> None:
    assert set(question["documents"]) <= DOCUMENTS and question["documents"]
    assert set(question["faqs"]) <= FAQS.keys()
    places = [document_text(document) for document in question["documents"]]
    places += [FAQS[faq].answer for faq in question["faqs"]]
    for alternatives in question["must_contain"]:
        assert any(fact in place for fact in alternatives for place in places), alternatives


def test_no_question_copies_a_phrasing() -> None:
    phrasings = {plain(question) for faq in FAQS.values() for question in faq.questions}
    assert [q["question"] for q in QUESTIONS if plain(q["question"]) in phrasings] == []
