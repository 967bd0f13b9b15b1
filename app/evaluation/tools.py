"""What one process needs to evaluate, built once in wiring."""

from dataclasses import dataclass

from app.answering import AnsweringTools, Company
from app.jobs import JobTools
from app.kernel.database import Database
from app.knowledge import SearchTools, SheetReader


@dataclass(frozen=True)
class EvaluationTools:
    """The database, search, the pipeline of live answers, jobs, and spreadsheets in and out."""

    database: Database
    search: SearchTools
    answering: AnsweringTools
    jobs: JobTools
    sheets: SheetReader
    company: Company
