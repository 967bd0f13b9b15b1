"""PUT /api/v1/models/{model_id}/price: what a model's tokens cost, so that every answer's cost can be told."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from app.accounts import Permission, Principal, record_audit
from app.accounts.access import require
from app.kernel.web import tool
from app.kernel.wire import Wire
from app.model_registry import store
from app.model_registry.errors import ModelVersionNotFound
from app.model_registry.prices import CURRENCY, Price
from app.model_registry.service import ModelRegistryTools

router = APIRouter(prefix="/api/v1", tags=["models"])
Tools = Annotated[ModelRegistryTools, tool(ModelRegistryTools)]
Amount = Annotated[float, Field(ge=0, le=100_000)]


class PriceBody(Wire):
    """What a million tokens cost: those the model reads and those it writes."""

    prompt: Amount
    completion: Amount
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = CURRENCY


@router.put("/models/{model_id}/price")
async def set_price(
    model_id: UUID, form: PriceBody, tools: Tools, principal: Annotated[Principal, require(Permission.MODELS_WRITE)]
) -> PriceBody:
    """Sets the price of a version; answers from then on are counted by it. 404 for an unknown version."""
    price = Price(**form.model_dump())
    async with tools.database.transaction() as session:
        version = await store.lock_version(session, model_id)
        if version is None:
            raise ModelVersionNotFound
        await store.set_details(session, model_id, {**version.details, "price": price.as_dict()})
        await record_audit(session, principal, "model.price", str(model_id), **price.as_dict())
    tools.remembered.forget()
    return form
