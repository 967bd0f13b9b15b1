"""What programs and staff tell about known customers: their tier."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, Field

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.conversations.customers import KnownCustomer, get_customer, list_customers, set_tier
from app.conversations.service import ConversationTools
from app.kernel.paging import Limit, Page, decode_cursor, encode_cursor
from app.kernel.web import tool
from app.kernel.wire import Moment, VisibleText, Wire

router = APIRouter()
Tools = Annotated[ConversationTools, tool(ConversationTools)]
UserId = Annotated[VisibleText, Path(max_length=200)]
Tier = Annotated[VisibleText, AfterValidator(str.strip), Field(max_length=50)]
Keeper = Annotated[Principal, require(Permission.CONVERSATIONS_CUSTOMER_WRITE)]


class CustomerTier(Wire):
    """The tier a customer shall have; null: none."""

    tier: Tier | None


class CustomerView(Wire):
    """A customer with a tier."""

    user_id: str
    tier: str
    updated_by: str
    updated_at: Moment

    @classmethod
    def of(cls, customer: KnownCustomer) -> "CustomerView":
        """The view of a customer."""
        return cls(**{name: getattr(customer, name) for name in cls.model_fields})


@router.get("/customers")
async def list_known(
    tools: Tools,
    principal: Keeper,
    tier: Annotated[Tier | None, Query()] = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=600)] = None,
) -> Page[CustomerView]:
    """Customers with a tier, by id."""
    parts = decode_cursor(cursor, 1)
    found = await list_customers(tools, tier=tier, after=parts[0] if parts else None, limit=limit + 1)
    following = encode_cursor(found[limit - 1].user_id) if len(found) > limit else None
    return Page(items=[CustomerView.of(customer) for customer in found[:limit]], next_cursor=following)


@router.get("/customers/{user_id:path}")
async def show(tools: Tools, principal: Keeper, user_id: UserId) -> CustomerView:
    """A customer's tier; 404 for one without."""
    return CustomerView.of(await get_customer(tools, user_id))


@router.put("/customers/{user_id:path}", status_code=204)
async def change(tools: Tools, principal: Keeper, user_id: UserId, body: CustomerTier) -> None:
    """Sets or takes away the tier; it holds from the customer's next question on."""
    await set_tier(tools, user_id, body.tier, principal)
