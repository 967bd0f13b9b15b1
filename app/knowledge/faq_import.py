"""Importing FAQs from a table: what each row says, what is wrong with it, and what would change."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from charset_normalizer import from_bytes

from app.accounts import Principal, record_audit
from app.kernel.errors import NotFound
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Faq
from app.knowledge.errors import FaqFileUnreadable
from app.knowledge.faqs import LONGEST_ANSWER, LONGEST_QUESTION, MOST_QUESTIONS, distinct, faq_chunks
from app.knowledge.index import Source, prepare_many
from app.knowledge.ports import SheetReader
from app.knowledge.store.bases import base_exists
from app.knowledge.store.chunks import Owner, Replacement, replace_chunks
from app.knowledge.store.faqs import add_faq_row, change_faq_row, faqs_asking
from app.knowledge.tables import DEFAULT_BASE
from app.knowledge.tools import SearchTools

MOST_ROWS = 20_000
AT_ONCE = 100
_COLUMNS = {
    "question": ("question", "questions", "问题", "标准问题", "标准问", "问法", "q"),
    "similar": ("similar_questions", "similar", "similar questions", "相似问题", "相似问法", "相似问", "其他问法"),
    "answer": ("answer", "答案", "回答", "回复", "a"),
    "tags": ("tags", "tag", "category", "标签", "分类", "类别"),
}
_BETWEEN_QUESTIONS = re.compile(r"[\n\r|]+|(?:;|；)(?=\s*\S)")
_BETWEEN_TAGS = re.compile(r"[,，;；|\n]+")


@dataclass(frozen=True)
class FaqDraft:
    """One row as it was read. row: its line in the file, counted from 1."""

    row: int
    questions: tuple[str, ...]
    answer: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowProblem:
    """Why a row is left out; `code` has a sentence in the texts."""

    row: int
    code: str


@dataclass
class ImportReport:
    """What an import did, or would do."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)


async def read_drafts(file_name: str, data: bytes, sheets: SheetReader) -> list[FaqDraft]:
    """CSV, XLSX or JSON lines, by the name's ending. Raises FaqFileUnreadable."""
    ending = file_name.lower().rsplit(".", 1)[-1]
    if ending in ("jsonl", "json", "ndjson"):
        drafts = list(_from_json(data))
    elif ending == "xlsx":
        drafts = list(_from_table(await sheets.rows(data)))
    elif ending in ("csv", "tsv", "txt"):
        drafts = list(_from_table(_csv_rows(data)))
    else:
        raise FaqFileUnreadable
    if not drafts or len(drafts) > MOST_ROWS:
        raise FaqFileUnreadable
    return drafts


async def import_faqs(
    tools: SearchTools,
    drafts: Sequence[FaqDraft],
    base_id: UUID | None = None,
    actor: Principal | None = None,
    source: str = "",
    dry_run: bool = False,
) -> ImportReport:
    """Creates what is new and changes what a base answers otherwise; bad rows are told and left out.

    The same file twice changes nothing. Raises NotFound for the base.
    """
    base_id = base_id or DEFAULT_BASE
    async with tools.database.reading() as session:
        if not await base_exists(session, base_id):
            raise NotFound
    report = ImportReport(rows=len(drafts))
    good = _sound(drafts, report)
    for start in range(0, len(good), AT_ONCE):
        await _import_some(tools, base_id, good[start : start + AT_ONCE], report, source, actor, dry_run)
    if not dry_run:
        async with tools.database.transaction() as session:
            counts = {"created": report.created, "updated": report.updated, "left_out": len(report.problems)}
            await record_audit(session, actor, "faq.imported", str(base_id), source=source, **counts)
    return report


async def _import_some(
    tools: SearchTools,
    base_id: UUID,
    drafts: Sequence[FaqDraft],
    report: ImportReport,
    source: str,
    actor: Principal | None,
    dry_run: bool,
) -> None:
    canonicals = [canonical_text(question) for draft in drafts for question in draft.questions]
    async with tools.database.reading() as session:
        known = await faqs_asking(session, base_id, canonicals)
    changes: list[tuple[FaqDraft, Faq | None]] = []
    for draft in drafts:
        owners = {owner.id: owner for one in draft.questions if (owner := known.get(canonical_text(one)))}
        if len(owners) > 1:
            report.problems.append(RowProblem(draft.row, "faq_row_ambiguous"))
            continue
        faq = next(iter(owners.values()), None)
        if faq is None:
            report.created += 1
        elif (faq.questions, faq.answer, faq.tags) == (draft.questions, draft.answer, draft.tags):
            report.unchanged += 1
            continue
        else:
            report.updated += 1
        changes.append((draft, faq))
    if dry_run or not changes:
        return
    sources = [
        Source(draft.questions[0], faq_chunks(draft.questions, draft.answer), faq.id if faq else None)
        for draft, faq in changes
    ]
    prepared = await prepare_many(tools, sources)
    async with tools.database.transaction() as session:
        replacements: list[Replacement] = []
        for (draft, faq), ready in zip(changes, prepared, strict=True):
            if faq is None:
                name = actor.name if actor else ""
                owner_id = await add_faq_row(session, base_id, draft.questions, draft.answer, draft.tags, source, name)
            else:
                owner_id = faq.id
                await change_faq_row(session, faq.id, base_id, draft.questions, draft.answer, draft.tags)
            replacements.append(Replacement(Owner(base_id, faq_id=owner_id), ready, 1))
        await replace_chunks(session, base_id, replacements)


def _sound(drafts: Sequence[FaqDraft], report: ImportReport) -> list[FaqDraft]:
    """The drafts that can be imported; the others become problems of the report."""
    seen: set[str] = set()
    good: list[FaqDraft] = []
    for draft in drafts:
        questions = distinct(draft.questions)
        canonicals = {canonical_text(question) for question in questions}
        code = _problem(draft, questions)
        if code is None and canonicals & seen:
            code = "faq_row_repeated"
        if code is not None:
            report.problems.append(RowProblem(draft.row, code))
            continue
        seen |= canonicals
        good.append(FaqDraft(draft.row, questions, draft.answer.strip(), draft.tags))
    return good


def _problem(draft: FaqDraft, questions: Sequence[str]) -> str | None:
    if not questions:
        return "faq_row_without_question"
    if not draft.answer.strip():
        return "faq_row_without_answer"
    too_long = len(draft.answer) > LONGEST_ANSWER or any(len(one) > LONGEST_QUESTION for one in questions)
    if too_long or len(questions) > MOST_QUESTIONS:
        return "faq_row_too_long"
    if any("\x00" in text for text in (*questions, draft.answer, *draft.tags)):
        return "faq_row_unreadable"
    return None


def _from_json(data: bytes) -> Iterator[FaqDraft]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        try:
            said = orjson.loads(line)
        except orjson.JSONDecodeError:
            said = None
        if not isinstance(said, dict):
            raise FaqFileUnreadable
        questions = said.get("questions", said.get("question", ()))
        listed = questions if isinstance(questions, list) else [questions]
        tags = said.get("tags") or ()
        yield FaqDraft(
            number,
            tuple(str(question) for question in listed if question),
            str(said.get("answer") or ""),
            tuple(map(str, tags)) if isinstance(tags, list) else _tags(str(tags)),
        )


def _from_table(rows: Sequence[Sequence[str]]) -> Iterator[FaqDraft]:
    if not rows:
        return
    named = {cell.strip().lower(): place for place, cell in enumerate(rows[0])}
    places = {
        column: next((named[name] for name in names if name in named), None) for column, names in _COLUMNS.items()
    }
    if places["question"] is None or places["answer"] is None:
        raise FaqFileUnreadable

    def cell(row: Sequence[str], column: str) -> str:
        place = places[column]
        return row[place] if place is not None and place < len(row) else ""

    for number, row in enumerate(rows[1:], 2):
        if any(value.strip() for value in row):
            similar = _BETWEEN_QUESTIONS.split(cell(row, "similar"))
            asked = cell(row, "question").splitlines()
            yield FaqDraft(number, (*asked, *similar), cell(row, "answer"), _tags(cell(row, "tags")))


def _tags(said: str) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in _BETWEEN_TAGS.split(said) if tag.strip())


def _csv_rows(data: bytes) -> list[list[str]]:
    try:
        said = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data[:200_000], cp_isolation=["gb18030", "big5", "utf_16"]).best()
        said = data.decode(best.encoding if best else "gb18030", errors="replace")
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(said[:20_000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        return list(csv.reader(io.StringIO(said, newline=""), dialect))
    except csv.Error:
        raise FaqFileUnreadable from None
