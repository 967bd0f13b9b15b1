"""What one process needs to evaluate, built once in wiring."""

from dataclasses import dataclass
from typing import Protocol

from app.answering import AnsweringTools, Company
from app.jobs import JobTools
from app.kernel.database import Database
from app.knowledge import SearchTools, SheetReader
from app.model_registry import ChatModel


class Judge(ChatModel, Protocol):
    """A chat model of evaluation's own."""

    async def close(self) -> None:
        """Closes every connection."""
        ...


@dataclass(frozen=True)
class EvaluationTools:
    """The database, search, the pipeline of live answers, jobs, and spreadsheets in and out.

    judge: a model that says how much of an answer its sources support; None: nobody but our own rules.
    """

    database: Database
    search: SearchTools
    answering: AnsweringTools
    jobs: JobTools
    sheets: SheetReader
    company: Company
    judge: Judge | None = None

    async def close(self) -> None:
        """Closes the judge's connections."""
        if self.judge is not None:
            await self.judge.close()
