"""`kefu eval retrieval`: channels, the baseline and cut texts give the same figures about the same questions."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.commands.eval_baseline import BigramBm25
from app.commands.eval_refusals import auroc, refusals_across
from app.commands.eval_retrieval import (
    Question,
    ask_all,
    evaluate_baseline,
    evaluate_retrieval,
    read_corpus,
    read_questions,
)
from app.kernel.database import Database
from app.knowledge import Embedders, ScratchText, SearchTools, add_scratch_texts, scratch_base

TEXTS = [
    ScratchText("ship", "发货", "订单付款后四十八小时内从杭州仓库发货，快递单号会用短信通知。"),
    ScratchText("return", "退货", "签收七天内可以无理由退货，退回的运费由买家承担。"),
    ScratchText("invoice", "发票", "电子发票在订单详情页申请，开票后发到邮箱。"),
    ScratchText("warranty", "保修", "主机保修一年，电池保修半年，人为损坏不在保修范围内。"),
]
ASKED = [
    Question("付款后多久从仓库发货", {"ship": 1}, True),
    Question("退货的运费由谁承担", {"return": 1}, True),
    Question("电子发票在哪里申请", {"invoice": 1}, True),
    Question("唐朝有多少位皇帝", {}, False),
    Question("红烧肉怎么做才好吃", {}, False),
]


@pytest.fixture
def search_tools(database: Database) -> SearchTools:
    return SearchTools(database, Embedders(database))


async def test_each_channel_alone_ranks_by_itself_and_prints_the_same_figures(search_tools: SearchTools) -> None:
    fused = await evaluate_retrieval(search_tools, TEXTS, ASKED)
    words = await evaluate_retrieval(search_tools, TEXTS, ASKED, channel="lexical")
    vectors = await evaluate_retrieval(search_tools, TEXTS, ASKED, channel="vector")
    plain = evaluate_baseline(TEXTS, ASKED)
    assert list(fused) == list(words) == list(vectors) == list(plain)
    assert [found["recall@1"] for found in (fused, words, vectors, plain)] == [1, 1, 1, 1]
    assert fused["threshold"] == (await search_tools.embedders.present()).card.threshold


async def test_a_channel_alone_is_as_sure_as_its_own_best_score(search_tools: SearchTools) -> None:
    async with scratch_base(search_tools) as base_id:
        names = await add_scratch_texts(search_tools, base_id, TEXTS)
        by_words, by_vectors, fused = [
            (await ask_all(search_tools, base_id, names, ASKED[:1], channel))[0]
            for channel in ("lexical", "vector", "fused")
        ]
    assert by_words.threshold is by_vectors.threshold is None and fused.threshold is not None
    assert by_words.ranked[0] == by_vectors.ranked[0] == "ship" and by_words.confidence != by_vectors.confidence
    assert 0 < by_words.confidence < 1 and 0 < by_vectors.confidence < 1


async def test_cut_texts_are_ranked_by_document(search_tools: SearchTools) -> None:
    long = ScratchText("long", "手册", "\n\n".join(text.text * 12 for text in TEXTS[1:]))
    asked = [Question("电子发票在哪里申请", {"long": 1}, True), Question("多久从杭州仓库发货", {"ship": 1}, True)]
    found = await evaluate_retrieval(search_tools, [TEXTS[0], long], asked, split=True)
    assert (found["recall@1"], found["recall@5"]) == (1, 1)


def test_the_baseline_is_bm25_over_pairs_of_characters() -> None:
    bm25 = BigramBm25(["退货运费", "运费险", "invoice by mail"])
    scores = bm25.scores("退货")
    assert scores.argmax() == 0 and scores[1] == scores[2] == 0
    assert bm25.scores("INVOICE").argmax() == 2 and bm25.scores("退货运费")[0] > 0.5
    assert bm25.scores("火").tolist() == [0, 0, 0]


def test_an_faq_is_found_by_the_best_of_its_questions() -> None:
    faqs = [
        ScratchText("a", "", "见帮助页。", ("怎么退货", "东西不想要了")),
        ScratchText("b", "", "见订单页。", ("怎么开票",)),
    ]
    found = evaluate_baseline(faqs, [Question("东西不想要了怎么办", {"a": 1}, True)])
    assert found["recall@1"] == 1 and "threshold" not in found


def test_no_half_is_judged_by_a_threshold_it_was_fitted_on() -> None:
    outside = [(f"别的{number}", number / 100, False) for number in range(50)]
    inside = [(f"我们的{number}", 0.3 + number / 100, True) for number in range(50)]
    false_answers, false_refusals, threshold = refusals_across([*outside, *inside], 0.1)
    assert 0 < false_answers < 0.3 and 0 < false_refusals < 0.4 and 0.35 < threshold < 0.5
    shifted = [(text, score + (0.5 if not answerable else 0), answerable) for text, score, answerable in outside]
    assert refusals_across([*shifted, *inside], 0.1)[1] > 0.9


def test_auroc_counts_ties_as_half() -> None:
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([0.1], [0.9]) == 0


def test_the_command_measures_the_baseline_without_any_store(tmp_path: Path) -> None:
    files = {
        "corpus": [{"id": text.name, "title": text.title, "text": text.text} for text in TEXTS],
        "queries": [{"qid": str(n), "query": one.text, "answerable": one.answerable} for n, one in enumerate(ASKED)],
        "qrels": [{"qid": str(n), "doc_id": name} for n, one in enumerate(ASKED) for name in one.relevant],
    }
    told = ["eval", "retrieval", "--baseline", "bm25-bigram", "--json", "--data-dir", str(tmp_path / "none")]
    for name, lines in files.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
        told += [f"--{name}", str(path)]
    ran = CliRunner().invoke(app, told)
    assert ran.exit_code == 0 and not (tmp_path / "none").exists()
    found = json.loads(ran.output)
    assert found["recall@1"] == 1 and {"refusal_auroc", "false_answer", "false_refusal", "threshold"} <= found.keys()


def test_files_are_read_line_by_line_and_a_bad_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"id": 1, "text": "t", "question": ["q", "r"]}\n\n', encoding="utf-8")
    (tmp_path / "q.jsonl").write_text('{"qid": "1", "query": "?"}\n{"qid": "2", "query": "!", "answerable": false}\n')
    (tmp_path / "r.jsonl").write_text('{"qid": "1", "doc_id": "1", "rel": 2}\n{"qid": "1", "doc_id": "2", "rel": 0}\n')
    assert [text.questions for text in read_corpus(tmp_path / "c.jsonl", True)] == [("q", "r")]
    assert [text.questions for text in read_corpus(tmp_path / "c.jsonl", False)] == [()]
    questions = list(read_questions(tmp_path / "q.jsonl", tmp_path / "r.jsonl"))
    assert [(one.relevant, one.answerable) for one in questions] == [({"1": 2.0}, True), ({}, False)]
    (tmp_path / "r.jsonl").write_text("{")
    with pytest.raises(ValueError, match=r"r\.jsonl:1"):
        list(read_questions(tmp_path / "q.jsonl", tmp_path / "r.jsonl"))
