"""JSON routes of the model registry: list the versions, move one through its states."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, page_of
from app.kernel.web import tool
from app.kernel.wire import CleanText, Wire
from app.model_registry.domain import ModelKind, ModelState, ModelVersion
from app.model_registry.service import ModelRegistryTools, change_model_state, list_models

router = APIRouter(prefix="/api/v1", tags=["models"])
Tools = Annotated[ModelRegistryTools, tool(ModelRegistryTools)]


class Model(Wire):
    """One registered version."""

    model_id: UUID
    kind: ModelKind
    name: str
    base_model: str | None
    sha256: str | None
    state: ModelState
    run_id: UUID | None
    created_at: datetime
    details: dict[str, Any]
    share: float
    parent_id: UUID | None
    approved_by: str
    changed_at: datetime | None
    live_at: datetime | None


class StateChange(Wire):
    """The state a version goes to. share: of questions (shadow) or conversations (canary) it gets; reason: why although
    the gate has not let it through."""

    state: ModelState
    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    reason: Annotated[CleanText, Field(max_length=500)] = ""


def _model(version: ModelVersion) -> Model:
    return Model(
        model_id=version.id,
        kind=version.kind,
        name=version.name,
        base_model=version.base_model,
        sha256=version.sha256,
        state=version.state,
        run_id=version.run_id,
        created_at=version.created_at,
        details=version.details,
        share=version.share,
        parent_id=version.parent_id,
        approved_by=version.approved_by,
        changed_at=version.changed_at,
        live_at=version.live_at,
    )


@router.get("/models")
async def show_models(
    tools: Tools,
    principal: Annotated[Principal, require(Permission.MODELS_READ)],
    kind: ModelKind | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> Page[Model]:
    """The registered model versions, newest first."""
    parts = decode_cursor(cursor, 1)
    try:
        before = UUID(parts[0]) if parts else None
    except ValueError:
        raise BadCursor from None
    found = await list_models(tools, kind, before, limit + 1)
    return page_of(found, limit, _model, lambda one: one.id)


@router.post("/models/{model_id}/state")
async def move_model(
    model_id: UUID,
    form: StateChange,
    tools: Tools,
    principal: Annotated[Principal, require(Permission.MODELS_WRITE)],
) -> Model:
    """Promotes, shadows, retires or rolls back a version; a version made live retires the one before."""
    changed = await change_model_state(
        tools, model_id, form.state, principal, share=form.share, reason=form.reason.strip()
    )
    return _model(changed)
