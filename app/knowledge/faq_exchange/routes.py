"""JSON and file routes of FAQs as files: report, confirmation, and export."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor
from app.kernel.texts import text
from app.kernel.web import tool
from app.knowledge.domain import FaqFilter
from app.knowledge.errors import FaqFileTooLarge
from app.knowledge.faq_exchange.domain import RowKind
from app.knowledge.faq_exchange.export import (
    MARK,
    REPORT_COLUMNS,
    csv_line,
    export_sheet,
    export_text,
    report_cells,
)
from app.knowledge.faq_exchange.reading import read_drafts
from app.knowledge.faq_exchange.schemas import (
    Confirmation,
    ImportList,
    ImportReportView,
    ImportView,
    ReportRowView,
)
from app.knowledge.faq_exchange.service import (
    confirm_import,
    get_import,
    import_faqs,
    open_import,
    recent_imports,
    report_page,
)
from app.knowledge.routes.faqs import faq_filter
from app.knowledge.tools import FaqTools

router = APIRouter(prefix="/api/v1/faqs", tags=["knowledge"])
Tools = Annotated[FaqTools, tool(FaqTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
WRITE = require(Permission.KNOWLEDGE_WRITE)
IMPORT_LIMIT = 64 * 1024 * 1024
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/import")
async def import_at_once(
    request: Request,
    tools: Tools,
    principal: Writer,
    file: Annotated[UploadFile, File()],
    base_id: Annotated[UUID | None, Form()] = None,
    dry_run: Annotated[bool, Query()] = False,
) -> ImportReportView:
    """Imports CSV, XLSX or JSON lines in one go, for programs; people get a report first at `/imports`.

    Columns: question, answer and, if wanted, similar_questions, tags, channels, valid_from, valid_until, faq_id.
    """
    data = await _bytes(file)
    name = file.filename or ""
    drafts = await read_drafts(name, data, tools.sheets)
    report = await import_faqs(tools.search, drafts, base_id, principal, source=name[:200], dry_run=dry_run)
    return ImportReportView.of(report, dry_run, request_locale(request))


async def _bytes(file: UploadFile) -> bytes:
    data = await file.read(IMPORT_LIMIT + 1)
    if len(data) > IMPORT_LIMIT:
        raise FaqFileTooLarge(limit=IMPORT_LIMIT // (1024 * 1024))
    return data


@router.post("/imports", status_code=202)
async def open_report(
    request: Request,
    response: Response,
    tools: Tools,
    principal: Writer,
    file: Annotated[UploadFile, File()],
    base_id: Annotated[UUID | None, Form()] = None,
) -> ImportView:
    """Reads a file and reports what importing it would do; nothing is written before it is confirmed.

    A large file is read by a job: then `state` is `reading` and `job_id` tells its progress.
    """
    record = await open_import(tools, (file.filename or "")[:200], await _bytes(file), base_id, principal)
    response.headers["Location"] = f"/api/v1/faqs/imports/{record.id}"
    return ImportView.of(record, request_locale(request))


@router.get("/imports", dependencies=[WRITE])
async def list_reports(request: Request, tools: Tools) -> ImportList:
    """The newest imports."""
    locale = request_locale(request)
    return ImportList(items=[ImportView.of(record, locale) for record in await recent_imports(tools)])


@router.get("/imports/{import_id}", dependencies=[WRITE])
async def show_report(import_id: UUID, request: Request, tools: Tools) -> ImportView:
    """One import and the sums of its report."""
    return ImportView.of(await get_import(tools, import_id), request_locale(request))


@router.get("/imports/{import_id}/rows", dependencies=[WRITE])
async def report_rows(
    import_id: UUID,
    request: Request,
    tools: Tools,
    kind: Annotated[list[RowKind] | None, Query()] = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[ReportRowView]:
    """The rows of a report in the file's order."""
    found = await report_page(tools, import_id, kind or (), _after(cursor), limit + 1)
    locale = request_locale(request)
    following = encode_cursor(str(found[limit - 1][0])) if len(found) > limit else None
    return Page(items=[ReportRowView.of(number, row, locale) for number, row in found[:limit]], next_cursor=following)


def _after(cursor: str | None) -> int:
    parts = decode_cursor(cursor, 1)
    try:
        return min(int(parts[0]), 2**31 - 1) if parts else -1
    except ValueError:
        raise BadCursor from None


@router.get("/imports/{import_id}/report.csv", dependencies=[WRITE])
async def download_report(import_id: UUID, request: Request, tools: Tools) -> Response:
    """The whole report as a file."""
    await get_import(tools, import_id)
    locale = request_locale(request)

    async def lines() -> AsyncIterator[bytes]:
        yield (MARK + csv_line(REPORT_COLUMNS)).encode()
        after = -1
        while page := await report_page(tools, import_id, (), after, 500):
            for _, row in page:
                reason = text(f"errors.{row.code}", locale) if row.code else ""
                yield csv_line(report_cells(row, text(f"faqs.kind_{row.kind.value}", locale), reason)).encode()
            after = page[-1][0]

    return _download(lines(), "text/csv; charset=utf-8", "import-report.csv")


@router.post("/imports/{import_id}/confirm")
async def confirm(import_id: UUID, body: Confirmation, request: Request, tools: Tools, principal: Writer) -> ImportView:
    """Writes exactly what the report showed, in one transaction (many rows: by a job, `state` is then `writing`).

    409 `faq_import_outdated` when the base changed since: the report was made anew and can be looked at.
    """
    record = await confirm_import(tools, import_id, body.revision, principal)
    return ImportView.of(record, request_locale(request))


@router.get("/export", dependencies=[WRITE])
async def export(
    tools: Tools,
    wanted: Annotated[FaqFilter, Depends(faq_filter)],
    kind: Annotated[Literal["csv", "xlsx", "jsonl"], Query(alias="format")] = "csv",
) -> Response:
    """The FAQs a filter lets through as a file that importing takes back without a loss; no cell is a formula."""
    if kind == "xlsx":
        data = await export_sheet(tools, wanted)
        return Response(data, media_type=SHEET_TYPE, headers=_named("faqs.xlsx"))
    media_type = "text/csv; charset=utf-8" if kind == "csv" else "application/x-ndjson"
    return _download(export_text(tools, wanted, kind), media_type, f"faqs.{kind}")


def _download(pieces: AsyncIterator[bytes], media_type: str, name: str) -> StreamingResponse:
    return StreamingResponse(pieces, media_type=media_type, headers=_named(name))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
