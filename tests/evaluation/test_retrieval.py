"""Search on real question sets, with thresholds it must not fall under; skipped where the sets are absent."""

from pathlib import Path

import pytest

from app.commands.eval_retrieval import Question, evaluate_retrieval, read_corpus, read_questions
from app.kernel.database import Database
from app.kernel.settings import PROJECT_ROOT
from app.knowledge import Embedders, SearchTools
from tests.evaluation.convert import convert_all

DATA = PROJECT_ROOT.parent / "shared" / "data"
pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="the public question sets are not beside the repository"),
    pytest.mark.timeout(600),
]


@pytest.fixture
def search_tools(database: Database) -> SearchTools:
    """Search as a new installation has it."""
    return SearchTools(database, Embedders(database))


@pytest.fixture(scope="session")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sets as the command reads them."""
    folder = tmp_path_factory.mktemp("beir")
    convert_all(DATA, folder)
    return folder


# set, as FAQs, corpus lines, questions, least values, most values
CASES = [
    ("docqa_zh", False, 848, 200, {"recall@1": 0.93, "recall@10": 0.98}, {}),
    (
        "faq_zh_product",
        False,
        397,
        300,
        {"recall@1": 0.58, "recall@10": 0.84, "refusal_auroc": 0.98},
        {"false_answer": 0.03, "false_refusal": 0.12},
    ),
    (
        "faq_zh_health",
        True,
        1500,
        300,
        {"recall@10": 0.62, "refusal_auroc": 0.98},
        {"false_answer": 0.04, "false_refusal": 0.1},
    ),
]


@pytest.mark.parametrize(("name", "faq", "size", "asked", "least", "most"), CASES, ids=[case[0] for case in CASES])
async def test_search_finds_and_refuses_as_well_as_it_did(
    search_tools: SearchTools,
    sets: Path,
    name: str,
    faq: bool,
    size: int,
    asked: int,
    least: dict[str, float],
    most: dict[str, float],
) -> None:
    folder = sets / name
    texts = list(read_corpus(folder / "corpus.jsonl", faq))[:size]
    kept = {text.name for text in texts}
    questions = [
        question
        for question in read_questions(folder / "queries.jsonl", folder / "qrels.jsonl")
        if not question.answerable or question.relevant.keys() <= kept
    ]
    step = max(1, len(questions) // asked)
    figures = await evaluate_retrieval(search_tools, texts, questions[::step])
    assert {key: figures[key] for key in least if figures[key] < least[key]} == {}
    assert {key: figures[key] for key in most if figures[key] > most[key]} == {}


def test_a_question_without_an_answer_has_no_relevant_documents(sets: Path) -> None:
    folder = sets / "faq_zh_product"
    questions = list(read_questions(folder / "queries.jsonl", folder / "qrels.jsonl"))
    assert any(not question.answerable for question in questions)
    assert all(bool(question.relevant) == question.answerable for question in questions)
    assert isinstance(questions[0], Question)
