"""Intents are measured on held-out phrases: what was learnt is not asked, the seed decides, the run is kept."""

from pathlib import Path

import orjson
import pytest

from app.evaluation import EvaluationTools
from app.evaluation.answers import keep_figures
from app.evaluation.errors import NoQuestions, QuestionFileUnreadable
from app.evaluation.intents import OUT, measure, read_phrases, split_by
from app.kernel.settings import Settings
from app.wiring import switchboard

PHRASES = [
    *((f"where is my parcel number {n}", "track") for n in range(24)),
    *((f"please refund order {n}", "refund") for n in range(24)),
]
OUTSIDE = [(f"sing song {n} about stars", OUT) for n in range(6)]


def test_a_seed_holds_out_the_same_phrases_and_never_learns_what_is_out_of_scope() -> None:
    learn, test = split_by(PHRASES + OUTSIDE, 7, 0.25)
    assert (learn, test) == split_by(PHRASES + OUTSIDE, 7, 0.25) != split_by(PHRASES + OUTSIDE, 8, 0.25)
    assert not set(learn) & set(test) and len(learn) + len(test) == 54
    assert {label for _, label in learn} == {"track", "refund"} and set(OUTSIDE) <= set(test)


def test_rates_count_what_was_guessed_and_what_was_believed() -> None:
    found = measure(PHRASES + OUTSIDE, 7)
    assert found.figures["accuracy"] == found.figures["macro_f1"] == found.figures["macro_precision"] == 1.0
    assert found.figures["questions"] == found.tested == sum(count for *_, count in found.confusion)
    assert 0 <= found.figures["oos_recall"] <= 1 and found.settings["seed"] == 7
    assert all(meant != taken for meant, taken, _ in found.confused)
    muddled = [(text, "refund" if n % 2 else label) for n, (text, label) in enumerate(PHRASES)]
    worse = measure(muddled, 7).figures
    assert worse["accuracy"] < 1 and worse["macro_f1"] < 1 and "oos_recall" not in worse


def test_files_say_what_is_out_of_scope_and_where_they_are_broken(tmp_path: Path) -> None:
    file = tmp_path / "phrases.jsonl"
    lines = [
        {"text": "a", "intent": "x"},
        {"text": "b", "intent": "y", "split": "oos_val"},
        {"text": "c", "intent": OUT},
    ]
    file.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    assert read_phrases(file) == [("a", "x"), ("b", OUT), ("c", OUT)]
    file.write_text('{"text": "a", "intent": "x"}\n{"text": 1}')
    with pytest.raises(QuestionFileUnreadable):
        read_phrases(file)
    with pytest.raises(NoQuestions):
        measure([("a", "x"), ("b", "x")])


async def test_a_run_is_kept_and_compared_with_the_last_of_its_name(settings: Settings) -> None:
    async with switchboard(settings) as board:
        tools: EvaluationTools = board.tools[EvaluationTools]
        first = await keep_figures(tools, "intents demo", 12, {"accuracy": 0.5}, {"seed": 0})
        other = await keep_figures(tools, "intents other", 12, {"accuracy": 0.5}, {"seed": 0})
        again = await keep_figures(tools, "intents demo", 12, {"accuracy": 0.75}, {"confusion": [["x", "y", 1]]})
    assert first.compared_with is None and other.compared_with is None and again.compared_with == first.id
    assert (again.questions, again.done, again.figures) == (12, 12, {"accuracy": 0.75})
