"""All FAQs as a file that `reading` takes back without a loss: CSV, XLSX or JSON lines."""

import csv
import io
from collections.abc import AsyncIterator, Iterable

import orjson

from app.kernel.cells import escaped
from app.knowledge.domain import Faq, FaqFilter
from app.knowledge.faq_exchange import store
from app.knowledge.faq_exchange.domain import PlannedRow
from app.knowledge.tools import FaqTools

COLUMNS = (
    "faq_id",
    "question",
    "similar_questions",
    "answer",
    "tags",
    "channels",
    "valid_from",
    "valid_until",
)
MARK = "\ufeff"  # without it Excel takes UTF-8 for the machine's own encoding


def cells_of(faq: Faq) -> list[str]:
    """One row of the table; phrasings and tags one a line."""
    return [
        str(faq.id),
        faq.questions[0] if faq.questions else "",
        "\n".join(faq.questions[1:]),
        faq.answer,
        "\n".join(faq.tags),
        "\n".join(faq.channels),
        faq.valid_from.isoformat() if faq.valid_from else "",
        faq.valid_until.isoformat() if faq.valid_until else "",
    ]


def csv_line(cells: Iterable[str]) -> str:
    """One line of CSV in which nothing is a formula."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([escaped(cell) for cell in cells])
    return line.getvalue()


def json_line(faq: Faq) -> bytes:
    """One FAQ as a line of JSON."""
    said = {
        "faq_id": str(faq.id),
        "questions": list(faq.questions),
        "answer": faq.answer,
        "tags": list(faq.tags),
        "channels": list(faq.channels),
        "valid_from": faq.valid_from.isoformat() if faq.valid_from else "",
        "valid_until": faq.valid_until.isoformat() if faq.valid_until else "",
    }
    return orjson.dumps(said) + b"\n"


async def export_text(tools: FaqTools, wanted: FaqFilter, kind: str) -> AsyncIterator[bytes]:
    """The file piece by piece. kind: csv or jsonl."""
    if kind == "csv":
        yield (MARK + csv_line(COLUMNS)).encode()
    async with tools.search.database.reading() as session:
        async for faq in store.all_faqs(session, wanted):
            yield csv_line(cells_of(faq)).encode() if kind == "csv" else json_line(faq)


async def export_sheet(tools: FaqTools, wanted: FaqFilter) -> bytes:
    """The same as a spreadsheet."""
    rows = [list(COLUMNS)]
    async with tools.search.database.reading() as session:
        async for faq in store.all_faqs(session, wanted):
            rows.append([escaped(cell) for cell in cells_of(faq)])
    return await tools.sheets.write(rows)


REPORT_COLUMNS = ("row", "result", "reason", "other_row", "faq_id", "question", "answer_before", "answer")


def report_cells(row: PlannedRow, result: str, reason: str) -> list[str]:
    """One line of a report as a file."""
    return [
        str(row.draft.row),
        result,
        reason,
        "" if row.other_row is None else str(row.other_row),
        "" if row.faq_id is None else str(row.faq_id),
        row.draft.questions[0] if row.draft.questions else "",
        row.before.answer if row.before else "",
        row.draft.answer,
    ]
