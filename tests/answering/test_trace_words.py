"""A trace speaks the reader's language: every code that answering can write down has its words."""

import ast
import re
from pathlib import Path

import pytest

from app.answering import reason_words, step_words
from app.answering.decide import Route
from app.answering.understand import Intent
from app.kernel.texts import LOCALES, has_text

ANSWERING = Path(__file__).parents[2] / "app" / "answering"


def codes_written_in(path: Path) -> set[str]:
    """First arguments of `Reason(…)`, both arms of a conditional one included."""
    tree = ast.parse(path.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason"]
    return {
        leaf.value
        for call in calls
        for leaf in ast.walk(call.args[0])
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
    }


def test_every_reason_of_a_decision_has_a_sentence() -> None:
    codes = codes_written_in(ANSWERING / "decide.py")
    assert len(codes) >= 10
    assert [code for code in codes if not has_text(f"trace.because_{code}")] == []


def test_every_difference_remark_intent_and_route_has_a_word() -> None:
    differences = re.findall(r'return "(\w+)"', (ANSWERING / "near_match.py").read_text("utf-8"))
    remarks = re.findall(r'remarks\.append\("(\w+)"\)', (ANSWERING / "screen.py").read_text("utf-8"))
    assert differences and remarks
    wanted = [f"differs_{word}" for word in (*differences, "opposite")] + [f"remark_{word}" for word in remarks]
    wanted += [f"intent_{intent}" for intent in Intent] + [f"route_{route}" for route in Route]
    assert [key for key in wanted if not has_text(f"trace.{key}")] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_placeholder_is_left_open(locale: str) -> None:
    barred = reason_words({"code": "faq_barred", "score": 0.93, "what": "negation"}, locale)
    assert "0.93" in barred and "{" not in barred and ("否定" in barred) == (locale == "zh-CN")
    recalled = step_words({"step": "recall", "notes": {"found": 8, "timings_ms": {"embed": 1.0}}}, locale)
    assert recalled == ("8 段候选" if locale == "zh-CN" else "8 candidates")


def test_a_step_without_notes_says_nothing() -> None:
    assert step_words({"step": "compose", "notes": {}}, "en") == ""
    assert step_words({"step": "screen", "notes": {"remarks": []}}, "en") == "nothing remarkable"
