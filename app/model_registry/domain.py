"""Model versions: which chat, embedding and reranking models exist, and which state each is in."""

import hashlib
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
    ModelState.SHADOW: frozenset({ModelState.SHADOW, ModelState.CANARY, ModelState.LIVE, ModelState.RETIRED}),
    ModelState.CANARY: frozenset({ModelState.CANARY, ModelState.SHADOW, ModelState.LIVE, ModelState.RETIRED}),
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
    parent_id: UUID | None = None


@dataclass(frozen=True)
class ModelVersion:
    """One registered version. share: of the conversations (canary) or questions (shadow) it gets; parent_id: the
    version that was live when it was made; live_at: when it last became live."""

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
    share: float = 0.0
    parent_id: UUID | None = None
    approved_by: str = ""
    changed_at: datetime | None = None
    live_at: datetime | None = None

    @property
    def gate_passed(self) -> bool | None:
        """What the gate said of it; None for a version that was not trained here, or not judged yet."""
        gate = self.details.get("gate")
        return None if gate is None else bool(gate["passed"])


def lot(conversation_id: UUID, version_id: UUID) -> float:
    """In [0, 1), the same for the same two: where a conversation stands in the line of a version's share."""
    digest = hashlib.sha256(conversation_id.bytes + version_id.bytes).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
