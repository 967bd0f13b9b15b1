"""SQL of imports, their reports, and of writing many FAQs at once."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, select, text, update

from app.kernel.clock import now
from app.kernel.database import Session
from app.kernel.ids import new_id
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Faq, FaqContent, FaqFilter
from app.knowledge.faq_exchange.domain import (
    ImportRecord,
    PlannedRow,
    RowKind,
    content_from_json,
    content_to_json,
    draft_from_json,
    draft_to_json,
)
from app.knowledge.faq_exchange.tables import FaqImportLineRow, FaqImportRow
from app.knowledge.store.chunks import copy_rows
from app.knowledge.store.faqs import list_faq_rows
from app.knowledge.tables import BaseRow

KEPT_DAYS = 30
PAGE = 500


async def add_import(
    session: Session, base_id: UUID, file_name: str, sha256: str, created_by: str, blob_key: str | None = None
) -> UUID:
    """A file that is being read; reports of a month ago make room."""
    old = text("DELETE FROM faq_import WHERE created_at < now() - make_interval(days => :days)")
    await session.execute(old, {"days": KEPT_DAYS})
    row = FaqImportRow(
        id=new_id(),
        base_id=base_id,
        file_name=file_name,
        file_sha256=sha256,
        blob_key=blob_key,
        state="reading",
        counts={},
        created_by=created_by,
    )
    session.add(row)
    await session.flush()
    return row.id


async def find_import(session: Session, import_id: UUID, *, lock: bool = False) -> ImportRecord | None:
    """One import; lock: nobody else changes it before this transaction ends."""
    statement = select(FaqImportRow).where(FaqImportRow.id == import_id).execution_options(populate_existing=True)
    row = await session.scalar(statement.with_for_update() if lock else statement)
    return None if row is None else _record(row)


async def list_imports(session: Session, limit: int) -> list[ImportRecord]:
    """The newest."""
    rows = await session.scalars(select(FaqImportRow).order_by(FaqImportRow.id.desc()).limit(limit))
    return [_record(row) for row in rows]


def _record(row: FaqImportRow) -> ImportRecord:
    return ImportRecord(
        id=row.id,
        base_id=row.base_id,
        file_name=row.file_name,
        file_sha256=row.file_sha256,
        blob_key=row.blob_key,
        state=row.state,
        error_code=row.error_code,
        counts=row.counts,
        revision=row.revision,
        job_id=row.job_id,
        created_by=row.created_by,
        created_at=row.created_at,
        done_at=row.done_at,
    )


async def change_import(session: Session, import_id: UUID, **values: Any) -> None:
    """Other values for an import."""
    await session.execute(update(FaqImportRow).where(FaqImportRow.id == import_id).values(**values))


async def keep_report(
    session: Session, import_id: UUID, planned: Sequence[PlannedRow], counts: dict[str, int], revision: int
) -> None:
    """The report, instead of any earlier one; the import is then ready to be confirmed."""
    await session.execute(text("SELECT set_config('statement_timeout', '5min', true)"))
    await session.execute(delete(FaqImportLineRow).where(FaqImportLineRow.import_id == import_id))
    columns = "import_id, number, row, kind, code, other_row, faq_id, faq_version, before, draft"
    lines = (
        (
            import_id,
            number,
            one.draft.row,
            one.kind.value,
            one.code,
            one.other_row,
            one.faq_id,
            one.faq_version,
            None if one.before is None else orjson.dumps(content_to_json(one.before)).decode(),
            orjson.dumps(draft_to_json(one.draft)).decode(),
        )
        for number, one in enumerate(planned)
    )
    await copy_rows(session, f"faq_import_row ({columns})", lines)
    await change_import(session, import_id, state="ready", counts=counts, revision=revision, blob_key=None)


async def report_rows(
    session: Session, import_id: UUID, *, kinds: Sequence[RowKind] = (), after: int = -1, limit: int = PAGE
) -> list[tuple[int, PlannedRow]]:
    """Rows of a report in the file's order, each with its number, behind `after`."""
    statement = select(FaqImportLineRow).where(FaqImportLineRow.import_id == import_id, FaqImportLineRow.number > after)
    if kinds:
        statement = statement.where(FaqImportLineRow.kind.in_(kinds))
    rows = await session.scalars(statement.order_by(FaqImportLineRow.number).limit(limit))
    found = [(row.number, _planned(row)) for row in rows]
    session.expunge_all()
    return found


def _planned(row: FaqImportLineRow) -> PlannedRow:
    return PlannedRow(
        draft=draft_from_json(row.row, row.draft),
        kind=RowKind(row.kind),
        code=row.code,
        other_row=row.other_row,
        faq_id=row.faq_id,
        faq_version=row.faq_version,
        before=content_from_json(row.before),
    )


async def lock_base(session: Session, base_id: UUID) -> None:
    """Nobody else writes to the base before this transaction ends."""
    await session.execute(
        text("SELECT set_config('statement_timeout', '15min', true), set_config('lock_timeout', '5min', true)")
    )
    await session.execute(select(BaseRow.id).where(BaseRow.id == base_id).with_for_update(key_share=True))


async def add_many(
    session: Session, base_id: UUID, contents: Sequence[FaqContent], source: str, created_by: str
) -> list[UUID]:
    """New FAQs with their phrasings, in one go; their chunks are written apart."""
    at, ids = now(), [new_id() for _ in contents]
    columns = (
        "id, base_id, answer, tags, channels, valid_from, valid_until, version, source, created_by, updated_by,"
        " created_at, updated_at"
    )
    faqs = (
        (
            faq_id,
            base_id,
            one.answer,
            list(one.tags),
            list(one.channels),
            one.valid_from,
            one.valid_until,
            1,
            source,
            created_by,
            created_by,
            at,
            at,
        )
        for faq_id, one in zip(ids, contents, strict=True)
    )
    await copy_rows(session, f"faq ({columns})", faqs)
    phrasings = (
        (new_id(), faq_id, base_id, position, question, canonical_text(question))
        for faq_id, one in zip(ids, contents, strict=True)
        for position, question in enumerate(one.questions)
    )
    await copy_rows(session, "faq_phrasing (id, faq_id, base_id, position, text, canonical)", phrasings)
    return ids


async def all_faqs(session: Session, wanted: FaqFilter) -> AsyncIterator[Faq]:
    """Every FAQ a filter lets through, newest first, page by page."""
    before: UUID | None = None
    while page := await list_faq_rows(session, wanted, before=before, limit=PAGE):
        for faq in page:
            yield faq
        before = page[-1].id
        session.expunge_all()
