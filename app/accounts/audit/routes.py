"""JSON and CSV routes of the audit trail."""

import csv
import io
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from app.accounts.access import require
from app.accounts.audit import service
from app.accounts.audit.store import Entry, Filter
from app.accounts.domain import Permission
from app.accounts.service import AccountTools
from app.kernel.cells import escaped
from app.kernel.clock import iso
from app.kernel.paging import Limit, Page, encode_cursor, id_in_cursor
from app.kernel.web import tool
from app.kernel.wire import Wire

router = APIRouter(prefix="/api/v1/audit", tags=["accounts"])
Tools = Annotated[AccountTools, tool(AccountTools)]
READ = require(Permission.ACCOUNTS_AUDIT_READ)
COLUMNS = ("at", "actor_kind", "actor_name", "action", "subject", "details", "entry_id")


class EntryView(Wire):
    """What somebody did to something."""

    entry_id: UUID
    at: datetime
    actor_kind: str
    actor_name: str
    action: str
    subject: str
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The entry as the contract shows it."""
        return cls(
            entry_id=entry.id,
            at=entry.at,
            actor_kind=entry.actor_kind,
            actor_name=entry.actor_name,
            action=entry.action,
            subject=entry.subject,
            details=entry.details,
        )


class VerdictView(Wire):
    """Whether the chain holds: how many entries were checked, and where it breaks."""

    holds: bool
    entries: int
    broken_at: int | None
    entry_id: UUID | None


def _filter(
    action: Annotated[str, Query(max_length=100)] = "",
    words: Annotated[str, Query(max_length=200)] = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Filter:
    return Filter(action.strip(), words.strip(), since, until)


Wanted = Annotated[Filter, Depends(_filter)]


@router.get("", dependencies=[READ])
async def list_all(
    tools: Tools,
    wanted: Wanted,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[EntryView]:
    """Entries, newest first."""
    found = await service.list_entries(tools.database, wanted, id_in_cursor(cursor), limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    return Page(items=[EntryView.of(one) for one in found[:limit]], next_cursor=following)


@router.post("/verify", dependencies=[READ])
async def verify(tools: Tools) -> VerdictView:
    """Seals what is new, then checks the whole chain."""
    await service.seal_trail(tools.database)
    found = await service.verify_trail(tools.database)
    return VerdictView(holds=found.holds, entries=found.entries, broken_at=found.broken_at, entry_id=found.entry_id)


@router.get("/export.csv", dependencies=[READ], response_class=Response)
async def export(tools: Tools, wanted: Wanted) -> Response:
    """The newest entries of a filter as CSV, at most fifty thousand; no cell is a formula."""
    found = await service.list_entries(tools.database, wanted, None, service.UNLIMITED)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in found:
        cells = (iso(one.at), one.actor_kind, one.actor_name, one.action, one.subject, str(one.details), str(one.id))
        writer.writerow([escaped(cell) for cell in cells])
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
