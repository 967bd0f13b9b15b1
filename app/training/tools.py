"""What the training room works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from app.feedback import FeedbackTools
from app.jobs import JobTools
from app.kernel.blobs import BlobStore
from app.kernel.database import Database
from app.model_registry import ChatModel, ModelRegistryTools
from app.training.datasets.build import nothing_listed
from app.training.datasets.steps import Find
from app.training.ports import (
    AdapterServer,
    CuratedAnswers,
    Library,
    NoLibrary,
    NoReplies,
    PromptForm,
    ResolvedReplies,
    Trainer,
)
from app.training.rollout.ports import ModelFigures, NoFigures


async def nothing_guarded() -> Find:
    """A house whose guard lists no words."""
    return nothing_listed


@dataclass(frozen=True)
class TrainingTools:
    """Built once by wiring. `base_model` is the folder or name fine-tuning starts from; None: not set up.

    teacher: a bigger model named in the settings, whose answers a small one may learn.
    """

    database: Database
    blobs: BlobStore
    jobs: JobTools
    models: ModelRegistryTools
    feedback: FeedbackTools
    curated: CuratedAnswers
    form: PromptForm
    trainer: Trainer
    adapters: AdapterServer
    base_model: str | None
    replies: ResolvedReplies = field(default_factory=NoReplies)
    library: Library = field(default_factory=NoLibrary)
    sensitive: Callable[[], Awaitable[Find]] = nothing_guarded
    figures: ModelFigures = field(default_factory=NoFigures)
    teacher: ChatModel | None = None
