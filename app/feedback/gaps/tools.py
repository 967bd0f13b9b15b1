"""What one process needs to work on gaps, built once in wiring."""

from dataclasses import dataclass

from app.feedback.service import FeedbackTools
from app.jobs import JobTools
from app.kernel.database import Database
from app.knowledge import SearchTools


@dataclass(frozen=True)
class GapTools:
    """Feedback, the knowledge bases with their embedder, and jobs."""

    feedback: FeedbackTools
    search: SearchTools
    jobs: JobTools

    @property
    def database(self) -> Database:
        """The one all of them use."""
        return self.feedback.database
