"""Model versions: which chat, embedding and reranking models exist, and which state each is in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class ModelKind(StrEnum):
    """What a model is for."""

    CHAT = "chat"
    EMBED = "embed"
    RERANK = "rerank"


class ModelState(StrEnum):
    """How far a version has come; at most one version of a kind is live."""

    CANDIDATE = "candidate"
    SHADOW = "shadow"
    CANARY = "canary"
    LIVE = "live"
    RETIRED = "retired"


# A rollback is a promotion of the version that was retired before.
ALLOWED: dict[ModelState, frozenset[ModelState]] = {
    ModelState.CANDIDATE: frozenset({ModelState.SHADOW, ModelState.CANARY, ModelState.LIVE, ModelState.RETIRED}),
    ModelState.SHADOW: frozenset({ModelState.CANARY, ModelState.LIVE, ModelState.RETIRED}),
    ModelState.CANARY: frozenset({ModelState.SHADOW, ModelState.LIVE, ModelState.RETIRED}),
    ModelState.LIVE: frozenset({ModelState.RETIRED}),
    ModelState.RETIRED: frozenset({ModelState.CANDIDATE, ModelState.LIVE}),
}


@dataclass(frozen=True)
class NewModelVersion:
    """A version to be registered; `name` is what the model server calls it, `adapter_path` a folder it can read."""

    kind: ModelKind
    name: str
    base_model: str | None = None
    adapter_path: str | None = None
    sha256: str | None = None
    run_id: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelVersion:
    """One registered version."""

    id: UUID
    kind: ModelKind
    name: str
    base_model: str | None
    adapter_path: str | None
    sha256: str | None
    state: ModelState
    run_id: UUID | None
    created_at: datetime
    details: dict[str, Any]
