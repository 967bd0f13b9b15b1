"""Wire shapes of rollout."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.kernel.wire import CleanText, VisibleText, Wire
from app.training.rollout.domain import GuardRules, ShadowAnswer, VersionFigures

Share = Annotated[float, Field(ge=0, le=1)]


class ShareForm(Wire):
    """How much a version gets. reason: why although the gate has not let it through."""

    share: Annotated[float, Field(gt=0, le=1)] = 0.1
    reason: Annotated[CleanText, Field(max_length=500)] = ""


class ReasonForm(Wire):
    """Why."""

    reason: Annotated[CleanText, Field(max_length=500)] = ""


class ServerForm(Wire):
    """The OpenAI base of the server that has a whole model, ending in /v1."""

    url: Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")]


class EndpointForm(ServerForm):
    """A model somebody else serves, by the name it answers under there."""

    name: Annotated[VisibleText, Field(max_length=200)]


class Moved(Wire):
    """Where a version stands now."""

    model_id: UUID
    name: str
    state: str
    share: float


class RolledBack(Wire):
    """What answers now; null: the server's own model."""

    answers_now: UUID | None
    name: str | None


class GuardForm(Wire):
    """When a version is taken back by itself, as shares of its answers; null: no matter."""

    down: Share | None = GuardRules.down
    refused: Share | None = GuardRules.refused
    handed_over: Share | None = GuardRules.handed_over
    failed: Share | None = GuardRules.failed
    first_token_p95_ms: Annotated[float, Field(gt=0)] | None = GuardRules.first_token_p95_ms
    least: Annotated[int, Field(ge=1, le=100_000)] = GuardRules.least
    window_minutes: Annotated[int, Field(ge=1, le=1_440)] = GuardRules.window_minutes

    def rules(self) -> GuardRules:
        """As the room knows them."""
        return GuardRules.from_dict(self.model_dump())


class FiguresView(Wire):
    """What customers met of one version; model_id null: the server's own model."""

    model_id: UUID | None
    answers: int
    conversations: int
    up: int
    down: int
    refused: int
    failed: int
    handed_over: int
    first_token_p95_ms: float

    @classmethod
    def of(cls, found: VersionFigures) -> Self:
        """The figures as the contract shows them."""
        return cls(**vars(found))


class ShadowCount(Wire):
    """How a version does in the shadow: similarity is its likeness to the live answers, in [0, 1]."""

    model_id: UUID
    answers: int
    failed: int
    similarity: float


class LiveFigures(Wire):
    """Versions side by side since a moment, and those in the shadow."""

    since: datetime
    items: list[FiguresView]
    shadow: list[ShadowCount]


class ShadowView(Wire):
    """What a version would have said."""

    answer_id: UUID
    conversation_id: UUID
    question: str
    live_text: str
    text: str
    error_code: str | None
    first_token_ms: float | None
    total_ms: float | None
    similarity: float | None
    created_at: datetime

    @classmethod
    def of(cls, found: ShadowAnswer) -> Self:
        """The answer as the contract shows it."""
        return cls(**{name: value for name, value in vars(found).items() if name != "model_id"})
