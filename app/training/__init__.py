"""Training: versioned datasets from reviewed answers, fine-tune runs as jobs, adapters registered and served."""

from app.training.collect import DEFAULT_NAME, build_next_version, get_dataset
from app.training.domain import (
    BaseModel,
    Began,
    DatasetVersion,
    Faq,
    Judged,
    Made,
    Metric,
    RunSettings,
    RunState,
    Said,
    TrainerEvent,
    TrainingOrder,
    TrainRun,
    Turns,
    Validation,
)
from app.training.erasure import forget_conversations
from app.training.errors import (
    AdapterDamaged,
    AdapterNotServed,
    BaseModelIncomplete,
    BaseModelMissing,
    BaseModelNoTemplate,
    BaseModelPickle,
    BaseModelUnknown,
    DatasetDamaged,
    DiskFull,
    OutOfMemory,
    TrainerDied,
    TrainerIncomplete,
    TrainingDiverged,
    TrainingNotSetUp,
    TrainingRefused,
)
from app.training.judging.service import JudgingTools, do_judging, note_stopped_judging, start_judging
from app.training.material.domain import FoundReply
from app.training.ports import AdapterServer, CuratedAnswers, PromptForm, ResolvedReplies, Trainer
from app.training.published import PublishedFaqs, ServedForm
from app.training.rollout.domain import GivenAnswer, VersionFigures
from app.training.rollout.service import watch
from app.training.rollout.serving import keep_served
from app.training.rollout.shadow import answer_in_shadow
from app.training.runs import do_run, get_run, list_metrics, note_stopped, pause_run, resume_run, start_run
from app.training.schedule import propose_dataset, start_weekly_run
from app.training.serving import serve_adapter, withdraw_adapter
from app.training.tools import TrainingTools

__all__ = [
    "DEFAULT_NAME",
    "AdapterDamaged",
    "AdapterNotServed",
    "AdapterServer",
    "BaseModel",
    "BaseModelIncomplete",
    "BaseModelMissing",
    "BaseModelNoTemplate",
    "BaseModelPickle",
    "BaseModelUnknown",
    "Began",
    "CuratedAnswers",
    "DatasetDamaged",
    "DatasetVersion",
    "DiskFull",
    "Faq",
    "FoundReply",
    "GivenAnswer",
    "Judged",
    "JudgingTools",
    "Made",
    "Metric",
    "OutOfMemory",
    "PromptForm",
    "PublishedFaqs",
    "ResolvedReplies",
    "RunSettings",
    "RunState",
    "Said",
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
    "Validation",
    "VersionFigures",
    "answer_in_shadow",
    "build_next_version",
    "do_judging",
    "do_run",
    "forget_conversations",
    "get_dataset",
    "get_run",
    "keep_served",
    "list_metrics",
    "note_stopped",
    "note_stopped_judging",
    "pause_run",
    "propose_dataset",
    "resume_run",
    "serve_adapter",
    "start_judging",
    "start_run",
    "start_weekly_run",
    "watch",
    "withdraw_adapter",
]
