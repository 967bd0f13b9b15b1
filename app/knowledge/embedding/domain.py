"""What changing the embedder is made of: candidates, runs with their stages, and the parts workers share."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

TARGET = 0.02
"""The share of unanswerable questions that may be answered, unless the admin chooses another."""


class RunState(StrEnum):
    """How a run stands; the last two are final. Failed ones may be resumed like paused ones."""

    RUNNING = "running"
    PAUSED = "paused"
    FAILED = "failed"
    READY = "ready"
    SWITCHED = "switched"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """What a run is at: learning term weights, cutting shards, filling them, index, threshold, comparison."""

    FIT = "fit"
    PLAN = "plan"
    FILL = "fill"
    INDEX = "index"
    CALIBRATE = "calibrate"
    COMPARE = "compare"


STAGES = tuple(Stage)


@dataclass(frozen=True)
class Candidate:
    """A model that could become the embedder. id None: the server of the settings. has_key: one is stored."""

    id: UUID | None
    base_url: str
    model: str
    sealed_key: str | None = None
    dimensions: int | None = None
    query_prefix: str | None = None
    passage_prefix: str | None = None
    probe: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None


@dataclass(frozen=True)
class Probe:
    """What a model answered when asked. batch: texts in the timed request; errors have dimensions 0."""

    dimensions: int
    ms: float
    per_s: float
    indexable: bool
    error_code: str | None = None
    error_values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One embedder on its way. origin: new or past; override: why the gate's verdict shall not count."""

    id: UUID
    embedder_id: UUID
    origin: str
    state: RunState
    stage: Stage
    then_switch: bool
    override: str | None
    target: float
    error_code: str | None
    error_values: dict[str, Any]
    comparison: dict[str, Any]
    samples: list[list[float]]
    created_by: str
    created_at: datetime
    finished_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True)
class Part:
    """A leased piece of work; `owner` fences every write. ids: the first and last chunk of a shard."""

    id: UUID
    run_id: UUID
    embedder_id: UUID
    stage: Stage
    number: int
    first_id: UUID | None
    last_id: UUID | None
    total: int
    done: int
    tries: int
    owner: UUID


@dataclass(frozen=True)
class Progress:
    """How far filling is. hands: workers at it now; seconds_left None: not known yet; share: of the index build."""

    done: int
    total: int
    hands: int
    per_s: float | None = None
    seconds_left: float | None = None
    index_share: float | None = None


@dataclass(frozen=True)
class Opened:
    """A run that was begun."""

    embedder_id: UUID
    run_id: UUID


@dataclass(frozen=True)
class Switched:
    """What a switch came to: `at_once`, or first `missing` chunks are filled and then it switches by itself."""

    embedder_id: UUID
    at_once: bool
    missing: int = 0
