"""JSON routes of one customer's data: all of it as a zip, and its erasure."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.web import tool
from app.kernel.wire import VisibleText, Wire
from app.training.customers import service
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1/customer-data", tags=["customers"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]
Eraser = Annotated[Principal, require(Permission.ACCOUNTS_CUSTOMER_ERASE)]


class CustomerForm(Wire):
    """The company's own id of a customer, as its site vouches for it."""

    user_id: Annotated[VisibleText, Field(max_length=200)]


class ReportView(Wire):
    """What was erased: rows by table, files, dataset versions withdrawn, models that had seen it, and what stays."""

    conversations: int
    rows: dict[str, int]
    files: int
    datasets: list[UUID]
    models: list[UUID]
    published: dict[str, int]


@router.post("/export", response_class=Response, responses={200: {"content": {"application/zip": {}}}})
async def export(form: CustomerForm, tools: Tools, principal: Eraser) -> Response:
    """Everything kept of a customer as a zip: one JSON file a table, and their files."""
    packed = await service.export_customer(tools, form.user_id, principal)
    headers = {"Content-Disposition": 'attachment; filename="customer.zip"', "Cache-Control": "no-store"}
    return Response(packed, media_type="application/zip", headers=headers)


@router.post("/erase")
async def erase(form: CustomerForm, tools: Tools, principal: Eraser) -> ReportView:
    """Erases everything kept of a customer; asked again, it finishes or finds nothing."""
    report = await service.erase_customer(tools, form.user_id, principal)
    return ReportView(**{**vars(report), "datasets": list(report.datasets), "models": list(report.models)})
