"""Training: versioned datasets from reviewed answers, fine-tune runs as jobs, adapters registered and served."""

from app.training.collect import DEFAULT_NAME, build_next_version, get_dataset
from app.training.domain import (
    Began,
    DatasetVersion,
    Faq,
    Judged,
    Made,
    Metric,
    RunSettings,
    RunState,
    TrainerEvent,
    TrainingOrder,
    TrainRun,
    Turns,
)
from app.training.erasure import forget_conversations
from app.training.errors import (
    AdapterDamaged,
    AdapterNotServed,
    BaseModelMissing,
    DatasetDamaged,
    OutOfMemory,
    TrainerDied,
    TrainerIncomplete,
    TrainingDiverged,
    TrainingNotSetUp,
    TrainingRefused,
)
from app.training.material.domain import FoundReply
from app.training.ports import AdapterServer, CuratedAnswers, PromptForm, ResolvedReplies, Trainer
from app.training.published import PublishedFaqs, ServedForm
from app.training.runs import do_run, get_run, list_metrics, note_stopped, resume_run, start_run
from app.training.serving import serve_adapter, withdraw_adapter
from app.training.tools import TrainingTools

__all__ = [
    "DEFAULT_NAME",
    "AdapterDamaged",
    "AdapterNotServed",
    "AdapterServer",
    "BaseModelMissing",
    "Began",
    "CuratedAnswers",
    "DatasetDamaged",
    "DatasetVersion",
    "Faq",
    "FoundReply",
    "Judged",
    "Made",
    "Metric",
    "OutOfMemory",
    "PromptForm",
    "PublishedFaqs",
    "ResolvedReplies",
    "RunSettings",
    "RunState",
    "ServedForm",
    "TrainRun",
    "Trainer",
    "TrainerDied",
    "TrainerEvent",
    "TrainerIncomplete",
    "TrainingDiverged",
    "TrainingNotSetUp",
    "TrainingOrder",
    "TrainingRefused",
    "TrainingTools",
    "Turns",
    "build_next_version",
    "do_run",
    "forget_conversations",
    "get_dataset",
    "get_run",
    "list_metrics",
    "note_stopped",
    "resume_run",
    "serve_adapter",
    "start_run",
    "withdraw_adapter",
]
