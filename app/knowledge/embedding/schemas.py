"""Wire shapes of changing the embedder."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from app.kernel.texts import has_text, text
from app.kernel.wire import VisibleText, Wire
from app.knowledge.domain import EmbedderCard
from app.knowledge.embedding.domain import TARGET, Candidate, Probe, Progress, Run, RunState, Stage, Switched
from app.knowledge.embedding.overview import Overview
from app.knowledge.store.embedders import HNSW_DIMENSIONS

Address = Annotated[str, Field(min_length=8, max_length=500)]
ModelName = Annotated[VisibleText, Field(max_length=200)]
Prefix = Annotated[str, Field(max_length=500)]
Rate = Annotated[float, Field(ge=0, le=0.5)]


class NewEmbedder(Wire):
    """What to embed with: a candidate from the list; or weight-free (hashed), or a model at the settings' server.

    Without any of them: what the settings ask for. tuned: the weight-free one also learns from what people chose.
    target: share of unanswerable questions that may be answered.
    """

    candidate_id: UUID | None = None
    kind: Literal["hashed", "openai"] | None = None
    model: ModelName | None = None
    tuned: bool = False
    target: Rate = TARGET


class NewCandidate(Wire):
    """A served model. dimensions: asked of the server, for models that can shorten their vectors."""

    base_url: Address
    model: ModelName
    key: Annotated[str, Field(max_length=500)] | None = None
    dimensions: Annotated[int, Field(ge=1, le=16_000)] | None = None
    query_prefix: Prefix | None = None
    passage_prefix: Prefix | None = None

    def candidate(self) -> Candidate:
        """Without its key, which is sealed first."""
        return Candidate(
            None,
            self.base_url,
            self.model,
            dimensions=self.dimensions,
            query_prefix=self.query_prefix,
            passage_prefix=self.passage_prefix,
        )


class ChangedCandidate(Wire):
    """Another address or key; an empty key forgets it."""

    base_url: Address | None = None
    key: Annotated[str, Field(max_length=500)] | None = None


class OpenedEmbedder(Wire):
    """The embedder that is being filled, and its run."""

    embedder_id: UUID
    run_id: UUID


class WantedSwitch(Wire):
    """reason: why to switch although the gate is shut; it stays in the audit trail."""

    reason: Annotated[VisibleText, Field(min_length=5, max_length=500)] | None = None


class WantedThreshold(Wire):
    """Either a share of false answers to fit the threshold to, or the threshold itself."""

    target: Rate | None = None
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None


class ThresholdView(Wire):
    """The threshold that counts from now on."""

    threshold: float


class SwitchView(Wire):
    """at_once false: `missing` chunks are filled first, then it switches by itself."""

    embedder_id: UUID
    at_once: bool
    missing: int

    @classmethod
    def of(cls, switched: Switched) -> Self:
        """From the domain."""
        return cls(embedder_id=switched.embedder_id, at_once=switched.at_once, missing=switched.missing)


class MissingView(Wire):
    """How many chunks an embedder has no vector of."""

    missing: int


class Trouble(Wire):
    """What stopped something: a stable code and a sentence for people."""

    code: str
    message: str

    @classmethod
    def of(cls, code: str | None, values: dict[str, Any], locale: str) -> Self | None:
        """None when nothing did."""
        if not code:
            return None
        key = f"errors.{code}"
        return cls(code=code, message=text(key if has_text(key) else "errors.internal_error", locale, **values))


class ProbeView(Wire):
    """What a model answered. dimensions 0: it did not. indexable: short enough for a vector index."""

    dimensions: int
    ms: float
    per_s: float
    indexable: bool
    error: Trouble | None = None

    @classmethod
    def of(cls, probe: Probe, locale: str) -> Self:
        """From the domain."""
        error = Trouble.of(probe.error_code, probe.error_values, locale)
        return cls(dimensions=probe.dimensions, ms=probe.ms, per_s=probe.per_s, indexable=probe.indexable, error=error)


class CandidateView(Wire):
    """One candidate; id null: the server of the settings. The key itself is never shown."""

    candidate_id: UUID | None
    base_url: str
    model: str
    has_key: bool
    dimensions: int | None
    query_prefix: str | None
    passage_prefix: str | None
    probe: ProbeView | None
    probed_at: str | None

    @classmethod
    def of(cls, candidate: Candidate, locale: str) -> Self:
        """From the domain."""
        kept = dict(candidate.probe)
        at = kept.pop("at", None)
        return cls(
            candidate_id=candidate.id,
            base_url=candidate.base_url,
            model=candidate.model,
            has_key=candidate.sealed_key is not None,
            dimensions=candidate.dimensions,
            query_prefix=candidate.query_prefix,
            passage_prefix=candidate.passage_prefix,
            probe=ProbeView.of(Probe(**kept), locale) if kept else None,
            probed_at=at,
        )


class CandidateList(Wire):
    """All candidates."""

    items: list[CandidateView]


class EmbedderView(Wire):
    """One embedder; `state` is planned, past, present or future. points: threshold, false answers, false refusals."""

    embedder_id: UUID
    kind: str
    model: str
    dimensions: int
    indexed: bool
    state: str
    address: str | None
    threshold: float
    target: float | None
    calibration: dict[str, float | int | str]
    points: list[list[float | None]]
    size_bytes: int
    created_at: datetime

    @classmethod
    def of(cls, card: EmbedderCard, size: int = 0) -> Self:
        """From the domain."""
        plain = {name: value for name, value in card.calibration.items() if isinstance(value, float | int | str)}
        return cls(
            embedder_id=card.id,
            kind=card.kind,
            model=card.model,
            dimensions=card.dimensions,
            indexed=card.dimensions <= HNSW_DIMENSIONS,
            state=card.state,
            address=card.settings.get("base_url"),
            threshold=card.threshold,
            target=card.calibration.get("target"),
            calibration=plain,
            points=card.calibration.get("points", []),
            size_bytes=size,
            created_at=card.created_at,
        )


class ProgressView(Wire):
    """Chunks that have a vector; hands: workers at it now; per_s and seconds_left: over the last half minute."""

    done: int
    total: int
    hands: int
    per_s: float | None
    seconds_left: float | None
    index_share: float | None


class RunView(Wire):
    """The newest run. comparison: figures of the present and the future one, and the gate's verdict."""

    run_id: UUID
    embedder_id: UUID
    origin: str
    state: RunState
    stage: Stage
    then_switch: bool
    target: float
    progress: ProgressView
    error: Trouble | None
    comparison: dict[str, Any]
    created_by: str
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, run: Run, progress: Progress, locale: str) -> Self:
        """From the domain."""
        return cls(
            run_id=run.id,
            embedder_id=run.embedder_id,
            origin=run.origin,
            state=run.state,
            stage=run.stage,
            then_switch=run.then_switch,
            target=run.target,
            progress=ProgressView(**vars_of(progress)),
            error=Trouble.of(run.error_code, run.error_values, locale),
            comparison=run.comparison,
            created_by=run.created_by,
            created_at=run.created_at,
            finished_at=run.finished_at,
        )


def vars_of(progress: Progress) -> dict[str, Any]:
    """The fields of a progress."""
    return {name: getattr(progress, name) for name in Progress.__dataclass_fields__}


class EmbeddersView(Wire):
    """Everything about embedders. unused_server: one is configured, yet the weight-free embedder is in use."""

    items: list[EmbedderView]
    candidates: list[CandidateView]
    chunks: int
    run: RunView | None
    unused_server: bool

    @classmethod
    def of(cls, seen: Overview, locale: str) -> Self:
        """From the domain."""
        run = RunView.of(seen.run, seen.progress, locale) if seen.run and seen.progress else None
        return cls(
            items=[EmbedderView.of(card, size) for card, size in zip(seen.cards, seen.sizes, strict=True)],
            candidates=[CandidateView.of(candidate, locale) for candidate in seen.candidates],
            chunks=seen.chunks,
            run=run,
            unused_server=seen.unused_server,
        )
