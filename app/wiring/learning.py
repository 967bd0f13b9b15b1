"""What training works with: published material, the trainer, the model servers it serves from."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from app.adapters.training.process import ChildTrainer
from app.adapters.vllm_adapters import VllmAdapters
from app.analytics import DeskReplies, StoredFigures
from app.answering import AnsweringTools
from app.evaluation import EvaluationTools
from app.feedback import FeedbackTools
from app.kernel.blobs import BlobStore
from app.kernel.settings import Settings
from app.model_registry import ChatModel, ModelRegistryTools
from app.training import JudgingTools, PublicLibrary, PublishedFaqs, ServedForm, TrainingTools
from app.wiring.models import shown


async def _guarded_words(answering: AnsweringTools) -> Callable[[str], Sequence[str]]:
    """The words the guard lists, as they are now."""
    book = await answering.guard.get()
    return lambda text: [hit.word for hit in book.words.find(text)]


def training_tools(
    settings: Settings,
    evaluation: EvaluationTools,
    blobs: BlobStore,
    models: ModelRegistryTools,
    feedback: FeedbackTools,
    teacher: ChatModel | None,
) -> dict[type, Any]:
    """The tools of training, alone and beside the pipeline of live answers."""
    database, key = evaluation.database, shown(settings.chat_key)
    tools = TrainingTools(
        database,
        blobs,
        evaluation.jobs,
        models,
        feedback,
        curated=PublishedFaqs(evaluation.search),
        form=ServedForm(evaluation.company),
        trainer=ChildTrainer.from_settings(settings),
        adapters=VllmAdapters(settings.chat_url, key),
        base_model=str(settings.base_model_dir.absolute())
        if settings.base_model_dir and settings.train_python
        else None,
        replies=DeskReplies(database),
        library=PublicLibrary(evaluation.search),
        figures=StoredFigures(database),
        sensitive=partial(_guarded_words, evaluation.answering),
        teacher=teacher,
    )
    return {TrainingTools: tools, JudgingTools: JudgingTools(tools, evaluation)}
