"""JSON routes of one customer's data: what there is, all of it as a zip, and its erasure."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.paging import Limit, Page, id_in_cursor, page_of
from app.kernel.web import tool
from app.training.customers import erasing, service
from app.training.customers.schemas import CustomerForm, ErasureForm, ErasureView, FoundView
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1/customer-data", tags=["customers"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]
Eraser = Annotated[Principal, require(Permission.ACCOUNTS_CUSTOMER_ERASE)]
ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"description": "Queued; the job tells how far it is."}}


@router.post("/find")
async def find(form: CustomerForm, tools: Tools, principal: Eraser) -> FoundView:
    """What is kept of a customer, in numbers; no rows when nothing is."""
    return FoundView.of(await service.find_customer(tools, form.wanted, principal))


@router.post("/export", response_class=Response, responses={200: {"content": {"application/zip": {}}}})
async def export(form: CustomerForm, tools: Tools, principal: Eraser) -> Response:
    """Everything kept of a customer as a zip: one JSON file a table, and their files."""
    packed = await service.export_customer(tools, form.wanted, principal)
    headers = {"Content-Disposition": 'attachment; filename="customer.zip"', "Cache-Control": "no-store"}
    return Response(packed, media_type="application/zip", headers=headers)


@router.post("/erasures", status_code=202, responses=ACCEPTED)
async def erase(form: ErasureForm, response: Response, tools: Tools, principal: Eraser) -> ErasureView:
    """Erases everything kept of a customer in the background; asked again meanwhile, it is the same order."""
    made = await erasing.order_erasure(tools, form.wanted, form.reason, principal)
    response.headers["Location"] = f"/api/v1/customer-data/erasures/{made.id}"
    return ErasureView.of(made)


@router.get("/erasures", dependencies=[require(Permission.ACCOUNTS_CUSTOMER_ERASE)])
async def list_all(
    tools: Tools,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[ErasureView]:
    """Orders, newest first."""
    found = await erasing.list_erasures(tools, id_in_cursor(cursor), limit + 1)
    return page_of(found, limit, ErasureView.of, lambda one: one.id)


@router.get("/erasures/{erasure_id}", dependencies=[require(Permission.ACCOUNTS_CUSTOMER_ERASE)])
async def show(erasure_id: UUID, tools: Tools) -> ErasureView:
    """One order, with its report once it is done."""
    return ErasureView.of(await erasing.get_erasure(tools, erasure_id))
