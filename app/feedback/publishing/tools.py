"""What one process needs to try and publish corrections, built once in wiring."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from app.evaluation import EvaluationTools
from app.feedback.service import FeedbackTools
from app.jobs import JobTools
from app.kernel.database import Database, Session
from app.knowledge import SearchTools

QuestionsOfGap = Callable[[Session, UUID, int], Awaitable[list[tuple[str, str]]]]


@dataclass(frozen=True)
class PublishingTools:
    """Feedback, and the pipeline of live answers with its regression questions. questions_of_gap: (text, locale)."""

    feedback: FeedbackTools
    evaluation: EvaluationTools
    questions_of_gap: QuestionsOfGap

    @property
    def database(self) -> Database:
        """The one all of them use."""
        return self.feedback.database

    @property
    def search(self) -> SearchTools:
        """The knowledge bases."""
        return self.evaluation.search

    @property
    def jobs(self) -> JobTools:
        """Jobs."""
        return self.evaluation.jobs
