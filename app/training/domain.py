"""The words of training: dataset rows and versions, runs with their settings, and what a trainer reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

Turns = tuple[dict[str, str], ...]
"""Chat messages, {role, content} each."""


class Source(StrEnum):
    """Where a row comes from; corrections win over the others when they answer the same question."""

    CORRECTION = "correction"
    FAQ = "faq"
    REPLY = "reply"
    """What a colleague said in a conversation that ended well, reviewed by another."""
    IMPORT = "import"
    """A row of an imported file, reviewed."""
    BASE = "base"
    """Old knowledge from an imported file, mixed in so that it isn't forgotten."""
    KEPT = "kept"
    """An answer customers voted up, learnt again so that it isn't forgotten."""
    DOCUMENT = "document"
    """A passage of a document, as plain text for continued pre-training."""
    SYNTHETIC = "synthetic"
    """Another wording of a reviewed row, made by rule; the answer is the reviewed one."""


OLD_KNOWLEDGE = frozenset({Source.BASE, Source.KEPT})


class Split(StrEnum):
    """What a row is for: learning, watching the run, or judging it afterwards."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True)
class Lesson:
    """One thing to learn: what a model is given, and what it should say. approved_by, at: who said so, and when.

    rejected: what a model said to it and a person replaced; with it the row is a preference pair as well.
    variant: how another wording was made; empty for what people said.
    """

    source: Source
    source_id: UUID
    question: str
    prompt: Turns
    answer: str
    locale: str
    conversation_id: UUID | None = None
    approved_by: str = ""
    at: datetime | None = None
    rejected: str = ""
    variant: str = ""


@dataclass(frozen=True)
class Reviewed:
    """A row of material that people accepted."""

    id: UUID
    source: Source
    question: str
    answer: str
    locale: str
    history: Turns = ()
    conversation_id: UUID | None = None
    approved_by: str = ""
    approved_at: datetime | None = None
    rejected: str = ""


@dataclass(frozen=True)
class Faq:
    """A curated answer with its phrasings."""

    id: UUID
    questions: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Passage:
    """A passage of a document."""

    document_id: UUID
    title: str
    text: str


@dataclass(frozen=True)
class BuiltDataset:
    """JSONL bytes with their digest, the manifest that says what they are made of, and where each row comes from."""

    data: bytes
    sha256: str
    rows: int
    manifest: dict[str, Any]
    provenance: tuple["Provenance", ...] = ()


@dataclass(frozen=True)
class Provenance:
    """Where one row of a version comes from; `sha256` is its line's."""

    place: int
    sha256: str
    source: Source
    source_id: UUID
    conversation_id: UUID | None
    split: Split
    approved_by: str
    approved_at: datetime | None


@dataclass(frozen=True)
class DatasetVersion:
    """An immutable dataset; `blob_key` is where its rows are kept."""

    id: UUID
    name: str
    version: int
    rows: int
    sha256: str
    blob_key: str
    manifest: Mapping[str, Any]
    created_by_name: str
    created_at: datetime


class RunState(StrEnum):
    """The states of a run; the last three are final, a paused one goes on when asked to."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """What a run learns: plain text of documents, answers, or which of two answers people preferred.

    The others learn nothing: they make a version whole (merge) or smaller.
    """

    PRETRAIN = "pretrain"
    SFT = "sft"
    DPO = "dpo"
    MERGE = "merge"
    INT8 = "int8"
    GPTQ = "gptq"
    AWQ = "awq"


COMPRESSIONS = frozenset({Stage.MERGE, Stage.INT8, Stage.GPTQ, Stage.AWQ})


class Method(StrEnum):
    """Which weights a run changes."""

    LORA = "lora"
    QLORA = "qlora"
    IA3 = "ia3"
    PROMPT = "prompt"
    PREFIX = "prefix"
    FULL = "full"


class Serves(StrEnum):
    """How a model server takes what a run made: beside its base, as a model of its own, or not at all."""

    ADAPTER = "adapter"
    MODEL = "model"
    NOTHING = "nothing"


SERVED_AS = {
    Method.LORA: Serves.ADAPTER,
    Method.QLORA: Serves.ADAPTER,
    Method.IA3: Serves.MODEL,
    Method.PROMPT: Serves.NOTHING,
    Method.PREFIX: Serves.NOTHING,
    Method.FULL: Serves.MODEL,
}
"""vLLM loads LoRA alone beside a running model; IA3 is merged into its base, soft prompts cannot be."""


def serves_of(settings: "RunSettings") -> Serves:
    """How a server takes what a run makes."""
    return Serves.MODEL if Stage(settings.stage) in COMPRESSIONS else SERVED_AS[Method(settings.method)]


@dataclass(frozen=True)
class RunSettings:
    """How to learn. The defaults suit models of 1 to 10 billion parameters on one GPU.

    beta: how dearly a step away from the model before costs, for preference pairs.
    virtual_tokens: of prompt and prefix tuning. start_from: the model version a run goes on from; empty: the base.

    max_length: tokens of prompt and answer together; longer rows are left out and counted.
    save_every: optimiser steps between checkpoints, so at most that many are lost by a crash.
    evaluate_every: optimiser steps between looks at the validation rows; patience: looks without a better one before
    the run stops early and keeps its best; 0: never.
    """

    epochs: float = 3
    learning_rate: float = 2e-4
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    batch_size: int = 4
    accumulate: int = 4
    max_length: int = 2048
    save_every: int = 50
    seed: int = 42
    evaluate_rows: int = 20
    evaluate_every: int = 25
    patience: int = 4
    stage: str = Stage.SFT.value
    method: str = Method.LORA.value
    beta: float = 0.1
    virtual_tokens: int = 16
    start_from: str = ""


@dataclass(frozen=True)
class TrainRun:
    """One fine-tune. `evaluation` is {asked, exact, similarity} on the corrected questions."""

    id: UUID
    dataset_id: UUID
    job_id: UUID
    base_model: str
    settings: RunSettings
    state: RunState
    step: int
    total_steps: int
    resumed_from: int
    loss: float | None
    tokens_per_second: float | None
    device: str | None
    evaluation: Mapping[str, Any] | None
    adapter_path: str | None
    adapter_sha256: str | None
    model_id: UUID | None
    error_code: str | None
    error_detail: str | None
    created_by_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    validation_loss: float | None = None
    waiting_for: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BaseModel:
    """What the files of a base model say."""

    model_type: str
    architecture: str
    parameters: int
    hidden: int
    layers: int
    vocabulary: int


@dataclass(frozen=True)
class Validation:
    """The loss on the validation rows after a step. margin, preferred: see `Metric`."""

    step: int
    loss: float
    best: bool = False
    margin: float | None = None
    preferred: float | None = None


@dataclass(frozen=True)
class Said:
    """A line for the run's log. level: info, good, warn."""

    text: str
    level: str = "info"


@dataclass(frozen=True)
class LogLine:
    """A line as it was kept."""

    number: int
    at: datetime
    level: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """What the curves say, as a code with figures."""

    code: str
    facts: Mapping[str, float | int]


@dataclass(frozen=True)
class Metric:
    """One logged step. memory_mb: the most that was used so far, on the device; 0: not told.

    Of preference pairs: margin is the log-probability of the answer people chose less that of the rejected one,
    preferred the share of pairs in which it rose against the model before.
    """

    step: int
    loss: float
    learning_rate: float
    grad_norm: float
    token_accuracy: float
    tokens_per_second: float
    memory_mb: float = 0.0
    margin: float | None = None
    preferred: float | None = None


@dataclass(frozen=True)
class TrainingOrder:
    """Everything a trainer needs to do or resume one run. start_adapter: a checked folder to go on from."""

    run_id: UUID
    base_model: str
    dataset: bytes
    dataset_sha256: str
    settings: RunSettings
    start_adapter: str | None = None


@dataclass(frozen=True)
class Began:
    """The model is loaded; `resumed_from` is 0 for a fresh start."""

    total_steps: int
    resumed_from: int
    rows: int
    skipped_rows: int
    device: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """The finished adapter, asked the corrected questions. `similarity` is in [0, 1]."""

    asked: int
    exact: int
    similarity: float


@dataclass(frozen=True)
class Made:
    """The adapter is complete and sealed; `sha256` is its manifest's digest."""

    adapter_path: str
    sha256: str
    step: int
    seconds: float
    facts: dict[str, Any] = field(default_factory=dict)


TrainerEvent = Began | Metric | Validation | Said | Judged | Made
