"""JSON routes of embedders: which there are, and switching to another while search goes on."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.web import tool
from app.kernel.wire import VisibleText, Wire
from app.knowledge.domain import EmbedderCard
from app.knowledge.reembed import EmbedderTools, Opened, list_embedders, open_reembed, reopen_embedder

router = APIRouter(prefix="/api/v1/embedders", tags=["knowledge"])
Tools = Annotated[EmbedderTools, tool(EmbedderTools)]
Writer = Annotated[Principal, require(Permission.MODELS_WRITE)]


class NewEmbedder(Wire):
    """What to embed with from now on; without `kind`, what the settings ask for."""

    kind: Literal["hashed", "openai"] | None = None
    model: Annotated[VisibleText, Field(max_length=200)] | None = None


class OpenedEmbedder(Wire):
    """The embedder that is being filled, and the job that does it."""

    embedder_id: UUID
    job_id: UUID


class EmbedderView(Wire):
    """One embedder; `state` is past, present or future."""

    embedder_id: UUID
    kind: str
    model: str
    dimensions: int
    state: str
    threshold: float
    calibration: dict[str, float | int | str]
    created_at: datetime

    @classmethod
    def of(cls, card: EmbedderCard) -> Self:
        """From the domain."""
        return cls(
            embedder_id=card.id,
            kind=card.kind,
            model=card.model,
            dimensions=card.dimensions,
            state=card.state,
            threshold=card.threshold,
            calibration=card.calibration,
            created_at=card.created_at,
        )


class EmbedderList(Wire):
    """All embedders, newest first."""

    items: list[EmbedderView]


@router.get("", dependencies=[require(Permission.MODELS_READ)])
async def list_all(tools: Tools) -> EmbedderList:
    """The present embedder, one that may be filling, and the one before."""
    return EmbedderList(items=[EmbedderView.of(card) for card in await list_embedders(tools)])


@router.post("", status_code=202)
async def create(body: NewEmbedder, response: Response, tools: Tools, principal: Writer) -> OpenedEmbedder:
    """Fills a new or refitted embedder as a job; search switches to it when it is complete."""
    return _opened(response, await open_reembed(tools, body.kind, body.model, principal))


@router.post("/{embedder_id}/reembed", status_code=202)
async def bring_back(embedder_id: UUID, response: Response, tools: Tools, principal: Writer) -> OpenedEmbedder:
    """Brings a past embedder back, or goes on filling a future one."""
    return _opened(response, await reopen_embedder(tools, embedder_id, principal))


def _opened(response: Response, opened: Opened) -> OpenedEmbedder:
    response.headers["Location"] = f"/api/v1/jobs/{opened.job_id}"
    return OpenedEmbedder(embedder_id=opened.embedder_id, job_id=opened.job_id)
