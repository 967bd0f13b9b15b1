"""Wire shapes of training."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from app.kernel.texts import has_text, text
from app.kernel.wire import VisibleText, Wire
from app.training.collect import DEFAULT_NAME
from app.training.domain import (
    SERVED_AS,
    DatasetVersion,
    Method,
    RunSettings,
    RunState,
    Serves,
    Stage,
    TrainRun,
)
from app.training.planning import Planned
from app.training.runs import Curves

DatasetName = Annotated[VisibleText, Field(max_length=60, pattern=r"^[\w][\w .-]*$")]


class DatasetForm(Wire):
    """Which dataset to build the next version of."""

    name: DatasetName = DEFAULT_NAME


class DatasetView(Wire):
    """One immutable version; `manifest` says what it is made of. erased_rows: of customers who were erased since."""

    dataset_id: UUID
    name: str
    version: int
    rows: int
    sha256: str
    manifest: dict[str, Any]
    created_by: str
    created_at: datetime
    erased_rows: int

    @classmethod
    def of(cls, dataset: DatasetVersion, erased_rows: int = 0) -> Self:
        """The version as the contract shows it."""
        return cls.mirroring(
            dataset, dataset_id=dataset.id, created_by=dataset.created_by_name, erased_rows=erased_rows
        )


class SettingsForm(Wire):
    """How to learn; what is left out keeps its default."""

    epochs: Annotated[float, Field(gt=0, le=1_000)] = RunSettings.epochs
    learning_rate: Annotated[float, Field(gt=0, le=0.1)] = RunSettings.learning_rate
    rank: Annotated[int, Field(ge=1, le=256)] = RunSettings.rank
    alpha: Annotated[int, Field(ge=1, le=1_024)] = RunSettings.alpha
    dropout: Annotated[float, Field(ge=0, lt=1)] = RunSettings.dropout
    batch_size: Annotated[int, Field(ge=1, le=512)] = RunSettings.batch_size
    accumulate: Annotated[int, Field(ge=1, le=512)] = RunSettings.accumulate
    max_length: Annotated[int, Field(ge=64, le=131_072)] = RunSettings.max_length
    save_every: Annotated[int, Field(ge=1, le=100_000)] = RunSettings.save_every
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = RunSettings.seed
    evaluate_rows: Annotated[int, Field(ge=0, le=1_000)] = RunSettings.evaluate_rows
    evaluate_every: Annotated[int, Field(ge=0, le=100_000)] = RunSettings.evaluate_every
    patience: Annotated[int, Field(ge=0, le=100)] = RunSettings.patience
    stage: Literal[Stage.SFT, Stage.DPO, Stage.PRETRAIN] = Stage.SFT
    method: Method = Method.LORA
    beta: Annotated[float, Field(gt=0, le=10)] = RunSettings.beta
    virtual_tokens: Annotated[int, Field(ge=1, le=512)] = RunSettings.virtual_tokens
    start_from: UUID | None = None

    def settings(self) -> RunSettings:
        """As the room knows them."""
        return RunSettings(**{**self.model_dump(mode="json"), "start_from": str(self.start_from or "")})


class RunForm(Wire):
    """Which dataset to learn; without one, the newest version."""

    dataset_id: UUID | None = None
    settings: SettingsForm = SettingsForm()


class CompressionForm(Wire):
    """What is made of a version: whole, with int8 weights, or with four bits by GPTQ or AWQ (a GPU)."""

    kind: Literal["merge", "int8", "gptq", "awq"]


class StartedRun(Wire):
    """The run and the job that does it."""

    run_id: UUID
    job_id: UUID
    dataset_id: UUID


class RunError(Wire):
    """Why a run failed: a stable code, a sentence for people, and what the trainer said."""

    code: str
    message: str
    detail: str | None


class RunView(Wire):
    """One run."""

    run_id: UUID
    dataset_id: UUID
    job_id: UUID
    base_model: str
    settings: dict[str, Any]
    state: RunState
    step: int
    total_steps: int
    resumed_from: int
    loss: float | None
    tokens_per_second: float | None
    device: str | None
    evaluation: dict[str, Any] | None
    adapter_sha256: str | None
    model_id: UUID | None
    error: RunError | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    validation_loss: float | None
    waiting_for: UUID | None
    facts: dict[str, Any]

    @classmethod
    def of(cls, run: TrainRun, locale: str) -> Self:
        """The run as the contract shows it."""
        return cls.mirroring(
            run,
            run_id=run.id,
            settings=asdict(run.settings),
            error=_error(run, locale),
            created_by=run.created_by_name,
            waiting_for=run.waiting_for if run.state is RunState.QUEUED else None,
        )


def _error(run: TrainRun, locale: str) -> RunError | None:
    if run.state is not RunState.FAILED:
        return None
    code = run.error_code or "internal_error"
    key = f"errors.{code}" if has_text(f"errors.{code}") else "errors.internal_error"
    return RunError(code=code, message=text(key, locale), detail=run.error_detail)


class MetricView(Wire):
    """One point of the loss curve."""

    step: int
    loss: float
    learning_rate: float
    grad_norm: float
    token_accuracy: float
    tokens_per_second: float
    memory_mb: float
    margin: float | None
    preferred: float | None


class ValidationView(Wire):
    """The loss on the validation rows after a step."""

    step: int
    loss: float
    best: bool
    margin: float | None
    preferred: float | None


class VerdictView(Wire):
    """What the curves say, in words."""

    code: str
    text: str
    facts: dict[str, float]


class MetricList(Wire):
    """The whole loss curve and the looks at the validation rows, in order of steps, with what they say."""

    items: list[MetricView]
    validations: list[ValidationView]
    verdict: VerdictView

    @classmethod
    def of(cls, found: Curves, locale: str) -> Self:
        """The curves as the contract shows them."""
        verdict = found.verdict
        return cls(
            items=[MetricView(**vars(one)) for one in found.metrics],
            validations=[ValidationView(**vars(one)) for one in found.validations],
            verdict=VerdictView(
                code=verdict.code,
                text=text(f"training.verdict_{verdict.code}", locale, **verdict.facts),
                facts=dict(verdict.facts),
            ),
        )


class LogLineView(Wire):
    """One line of a run's log."""

    number: int
    at: datetime
    level: str
    text: str


class LogTail(Wire):
    """The last lines, in order."""

    items: list[LogLineView]


class EstimateForm(Wire):
    """For which rows, settings and machine; without settings: those that suit the model's size."""

    dataset_id: UUID
    settings: SettingsForm | None = None
    device: Literal["cpu", "l4", "a10", "rtx4090", "l40s", "a100", "h100", "h200"] = "cpu"
    cards: Annotated[int, Field(ge=1, le=4_096)] = 1


class EstimateView(Wire):
    """What a run needs. basis: measured on this base here, or rule (8·T·P/(n·X)). known: false when the base model
    is on another machine."""

    known: bool
    preset: str = ""
    settings: dict[str, Any] = {}
    base: dict[str, Any] = {}
    estimate: dict[str, Any] = {}

    @classmethod
    def of(cls, planned: Planned | None) -> Self:
        """The estimate as the contract shows it."""
        if planned is None:
            return cls(known=False)
        return cls(
            known=True,
            preset=planned.preset.name,
            settings=asdict(planned.preset.settings),
            base=asdict(planned.base),
            estimate=asdict(planned.estimate),
        )


class MethodView(Wire):
    """A method. serves: as an adapter, as a model of its own, or nothing; lack: what is missing here, or empty."""

    method: Method
    serves: Serves
    lack: str


class MethodList(Wire):
    """What a run may be done with."""

    items: list[MethodView]

    @classmethod
    def of(cls, lacks: Mapping[Method, str]) -> Self:
        """Each with what it makes."""
        return cls(items=[MethodView(method=one, serves=SERVED_AS[one], lack=lack) for one, lack in lacks.items()])


class ServedAdapter(Wire):
    """The name an adapter answers under."""

    name: str
