"""What the training room works with."""

from dataclasses import dataclass

from app.feedback import FeedbackTools
from app.jobs import JobTools
from app.kernel.blobs import BlobStore
from app.kernel.database import Database
from app.model_registry import ModelRegistryTools
from app.training.ports import AdapterServer, CuratedAnswers, PromptForm, Trainer


@dataclass(frozen=True)
class TrainingTools:
    """Built once by wiring. `base_model` is the folder or name fine-tuning starts from; None: not set up."""

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
