"""Files of labelled questions: JSON lines in, and a run's answers out as a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from app.evaluation.answers.domain import Judged, Labelled, Row, change_between
from app.evaluation.domain import LONGEST_QUESTION, LONGEST_TEXT, Question
from app.evaluation.errors import QuestionFileUnreadable
from app.kernel.texts import text as say

MOST_QUESTIONS, MOST_TURNS = 20_000, 12
Cell = str | int | float | None
COLUMNS = (
    "qid", "question", "group", "answerable", "outcome", "problem", "change", "answer", "cited", "exact", "contains",
    "f1", "rouge_l", "bleu", "grounded", "judged_grounded", "first_ms", "ms", "prompt_tokens", "completion_tokens",
    "cost", "before_outcome", "before_answer",
)  # fmt: skip


def read_labelled(path: Path) -> list[Labelled]:
    """The questions of a file. Raises QuestionFileUnreadable."""
    return parse_labelled(path.read_bytes())


def parse_labelled(data: bytes) -> list[Labelled]:
    """Lines `{qid, question, locale?, answerable?, documents?, faqs?, must_contain?, references?, history?, set?}`.

    references: right answers in words; history: earlier turns `[{"role": "customer" | "bot", "text"}]`; `query`,
    `answers` and `gold_ids` are taken for `question`, `references` and `documents`, as public sets call them.
    Raises QuestionFileUnreadable with the row.
    """
    found: list[Labelled] = []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_labelled(orjson.loads(line), number))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            raise QuestionFileUnreadable(row=number) from None
        if len(found) > MOST_QUESTIONS:
            raise QuestionFileUnreadable(row=number)
    return found


def _labelled(row: dict[str, Any], number: int) -> Labelled:
    asked = str(row["question"] if "question" in row else row["query"]).strip()
    if not asked or len(asked) > LONGEST_QUESTION or "\x00" in asked:
        raise ValueError
    references = tuple(str(one) for one in row.get("references", row.get("answers", ())))
    if any(len(one) > LONGEST_TEXT for one in references):
        raise ValueError
    return Labelled(
        str(row.get("qid", number)),
        asked,
        "en" if str(row.get("locale", "zh-CN")).startswith("en") else "zh-CN",
        bool(row.get("answerable", True)),
        tuple(str(one) for one in (*row.get("documents", row.get("gold_ids", ())), *row.get("faqs", ()))),
        tuple(tuple(str(words) for words in group) for group in row.get("must_contain", ())),
        str(row.get("set", "")),
        references,
        tuple((str(turn["role"]), str(turn["text"])) for turn in row.get("history", ())[-MOST_TURNS:]),
    )


def labelled_of(question: Question, qid: str) -> Labelled:
    """A regression question as answers are evaluated by it."""
    return Labelled(
        qid,
        question.text,
        question.locale,
        not question.must_refuse,
        must_contain=question.must_say,
        expected=question.expected,
        must_not_contain=question.must_not_say,
    )


def result_table(rows: Sequence[Row], before: dict[str, Judged], locale: str) -> list[list[Cell]]:
    """Every answer of a run with what it was in the run before, headings first."""
    table: list[list[Cell]] = [[say(f"answer_runs.column_{name}", locale) for name in COLUMNS]]
    for row in rows:
        table.append(_cells(row, before.get(row.asked.qid)))
    return table


def _cells(row: Row, earlier: Judged | None) -> list[Cell]:
    asked, one = row.asked, row.judged
    known: dict[str, Cell] = {
        "qid": asked.qid,
        "question": asked.text,
        "group": asked.group,
        "answerable": int(asked.answerable),
        "before_outcome": earlier.outcome if earlier else None,
        "before_answer": earlier.text if earlier else None,
    }
    if one is not None:
        known |= {
            **{name: getattr(one, name) for name in COLUMNS if name in Judged.__dataclass_fields__},
            **one.like,
            "answer": one.text,
            "cited": " | ".join(one.cited),
            "change": change_between(earlier, one),
        }
    return [_harmless(known.get(name)) for name in COLUMNS]


def _harmless(cell: Cell) -> Cell:
    """What a spreadsheet would calculate carries a quote before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell
