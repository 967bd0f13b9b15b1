"""The page where an admin finds, gives out and erases a customer's data."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.accounts.pages import shell_page
from app.kernel.web import tool

router = APIRouter(include_in_schema=False)


@router.get("/admin/customer-data")
async def customer_data_page(
    request: Request,
    principal: Annotated[Principal, require(Permission.ACCOUNTS_CUSTOMER_ERASE)],
    company: Annotated[Company, tool(Company)],
) -> Response:
    """Everything is fetched by the page itself."""
    return shell_page(request, "training/customer_data.html", "customer-data", principal, company)
