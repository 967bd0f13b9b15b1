"""Questions from CSV, XLSX and JSON lines, and questions and results into files that no spreadsheet executes."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from charset_normalizer import from_bytes
from pydantic import ValidationError

from app.evaluation.domain import LOCALES, LONGEST_QUESTION, LONGEST_TEXT, Expected, KeptQuestion, Question, Row
from app.evaluation.errors import QuestionFileUnreadable
from app.evaluation.schemas import QuestionBody
from app.kernel.cells import escaped, plain
from app.kernel.texts import text
from app.knowledge import SheetReader

MOST_ROWS = 5_000
BETWEEN, OR = "|", " / "
_COLUMNS = {
    "text": ("question", "text", "问题", "q"),
    "locale": ("locale", "language", "语言"),
    "source": ("document", "source", "expected_document", "文档", "期望文档"),
    "faq": ("faq", "expected_faq", "常见问答", "期望问答"),
    "passage": ("passage", "expected_text", "期望文本", "期望段落", "原文"),
    "must_say": ("must_say", "must say", "必须说"),
    "must_not_say": ("must_not_say", "must not say", "不能说"),
    "must_refuse": ("must_refuse", "must refuse", "必须拒答"),
    "must": ("must", "必过"),
    "tags": ("tags", "标签"),
    "note": ("note", "备注"),
}
_YES = frozenset({"1", "true", "yes", "y", "是", "对", "√", "x"})
Cell = str | float | None


async def read_questions(file_name: str, data: bytes, sheets: SheetReader) -> list[Question]:
    """CSV, XLSX or JSON lines, by the name's ending. Raises QuestionFileUnreadable, which names the row."""
    ending = file_name.lower().rsplit(".", 1)[-1]
    if ending in ("jsonl", "json", "ndjson"):
        found = _from_json(data)
    elif ending == "xlsx":
        found = _from_table(await sheets.rows(data))
    elif ending in ("csv", "tsv", "txt"):
        found = _from_table(_csv_rows(data, "\t" if ending == "tsv" else None))
    else:
        raise QuestionFileUnreadable(row=0)
    if not found or len(found) > MOST_ROWS:
        raise QuestionFileUnreadable(row=0)
    return found


def _from_json(data: bytes) -> list[Question]:
    found = []
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                found.append(QuestionBody.model_validate(orjson.loads(line)).question())
            except (ValueError, ValidationError):
                raise QuestionFileUnreadable(row=number) from None
    return found


def _csv_rows(data: bytes, delimiter: str | None) -> list[list[str]]:
    try:
        plain = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=["gb18030", "big5", "utf_16"]).best()
        if best is None:
            raise QuestionFileUnreadable(row=0) from None
        plain = str(best)
    try:
        return list(csv.reader(io.StringIO(plain), delimiter=delimiter or _delimiter(plain)))
    except csv.Error:
        raise QuestionFileUnreadable(row=0) from None


def _delimiter(plain: str) -> str:
    head = plain.split("\n", 1)[0]
    return max((",", ";", "\t"), key=head.count)


def _from_table(rows: Sequence[Sequence[str]]) -> list[Question]:
    """The first row names the columns; without a known name the first column is the question."""
    if not rows:
        return []
    named = {name.strip().casefold(): place for place, name in enumerate(rows[0])}
    places = {key: named[name] for key, names in _COLUMNS.items() for name in names if name in named}
    body = list(enumerate(rows, 1))[1:] if "text" in places else list(enumerate(rows, 1))
    places.setdefault("text", 0)
    return [
        _question(number, {key: row[place].strip() for key, place in places.items() if place < len(row)})
        for number, row in body
        if any(cell.strip() for cell in row)
    ]


def _question(number: int, cells: dict[str, str]) -> Question:
    """One row of a table; a quote our own export put before a formula is taken off again."""
    cells = {key: plain(cell) for key, cell in cells.items()}
    asked = cells.get("text", "")
    locale = cells.get("locale") or ("zh-CN" if any("\u3400" <= sign <= "\u9fff" for sign in asked) else "en")
    unstorable = any("\x00" in cell for cell in cells.values())
    too_long = len(asked) > LONGEST_QUESTION or any(len(cell) > LONGEST_TEXT for cell in cells.values())
    if not asked or unstorable or too_long or locale not in LOCALES:
        raise QuestionFileUnreadable(row=number)
    return Question(
        text=asked,
        locale=locale,
        expected=tuple(_expected(cells)),
        must_say=tuple(tuple(_parts(group, OR)) for group in _parts(cells.get("must_say", ""))),
        must_not_say=tuple(_parts(cells.get("must_not_say", ""))),
        must_refuse=cells.get("must_refuse", "").casefold() in _YES,
        must=cells.get("must", "").casefold() in _YES,
        tags=tuple(_parts(cells.get("tags", ""))),
        note=cells.get("note", ""),
    )


def _expected(cells: dict[str, str]) -> Iterable[Expected]:
    sources, passage = _parts(cells.get("source", "")), cells.get("passage", "")
    for source in sources or ([""] if passage else []):
        yield Expected(source=source, text=passage)
    for asked in _parts(cells.get("faq", "")):
        faq_id = _uuid(asked)
        yield Expected(faq_id=faq_id) if faq_id else Expected(question=asked)


def _parts(cell: str, between: str = BETWEEN) -> list[str]:
    return [part.strip() for part in cell.split(between) if part.strip()]


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows as CSV that Excel reads as UTF-8."""
    made = io.StringIO()
    writer = csv.writer(made)
    for row in rows:
        writer.writerow(["" if value is None else value for value in row])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def question_rows(questions: Iterable[KeptQuestion]) -> list[list[Cell]]:
    """Questions as a table that `read_questions` reads back."""
    rows: list[list[Cell]] = [[names[0] for names in _COLUMNS.values()]]
    for kept in questions:
        one = kept.question
        documents = [
            expected for expected in one.expected if expected.source or (expected.text and not expected.question)
        ]
        faqs = [
            expected.question or str(expected.faq_id)
            for expected in one.expected
            if expected.question or expected.faq_id
        ]
        cells = [
            one.text,
            one.locale,
            BETWEEN.join(dict.fromkeys(expected.source for expected in documents)),
            BETWEEN.join(faqs),
            documents[0].text if documents else "",
            BETWEEN.join(OR.join(group) for group in one.must_say),
            BETWEEN.join(one.must_not_say),
            "1" if one.must_refuse else "",
            "1" if one.must else "",
            BETWEEN.join(one.tags),
            one.note,
        ]
        rows.append([escaped(cell) for cell in cells])
    return rows


def question_lines(questions: Iterable[KeptQuestion]) -> bytes:
    """Questions as JSON lines that lose nothing."""
    lines: list[dict[str, Any]] = [kept.question.as_dict() for kept in questions]
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


RESULT_COLUMNS = (
    "question", "expected", "lexical", "vector", "fused", "final", "passed", "problems",
    "answerable", "confidence", "outcome", "answer", "cited", "first", "ms",
)  # fmt: skip


def result_rows(rows: Iterable[Row], locale: str) -> list[list[Cell]]:
    """A run as a table: the rank of the expected passage at every stage, and the answer."""
    made: list[list[Cell]] = [[text(f"evaluation.column_{name}", locale) for name in RESULT_COLUMNS]]
    for row in rows:
        judged = row.judged
        expected = BETWEEN.join(
            one.question or one.title or one.source or one.text[:80] or str(one.faq_id) for one in row.question.expected
        )
        if judged is None:
            made.append([escaped(row.question.text), escaped(expected), *([None] * (len(RESULT_COLUMNS) - 2))])
            continue
        problems = "；".join(text(f"evaluation.problem_{code}", locale) for code in judged.problems)
        made.append(
            [
                escaped(row.question.text),
                escaped(expected),
                *(judged.ranks.get(stage) for stage in ("lexical", "vector", "fused", "reranked")),
                text(f"evaluation.{'failed' if judged.problems else 'passed'}", locale),
                escaped(problems),
                text(f"evaluation.{'yes' if judged.answerable else 'no'}", locale),
                judged.confidence,
                judged.outcome,
                escaped(judged.answer),
                escaped(BETWEEN.join(judged.cited)),
                escaped(judged.first),
                judged.ms,
            ]
        )
    return made
