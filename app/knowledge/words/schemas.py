"""Wire shapes of words."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field

from app.kernel.texts import text
from app.kernel.wire import VisibleText, Wire
from app.knowledge.ports import Measured
from app.knowledge.words.domain import (
    MOST_GROUPS,
    MOST_IN_GROUP,
    MOST_PROTECTED,
    Synonyms,
    WordList,
    WordsDiff,
    WordsVersion,
)
from app.knowledge.words.files import WordsProblem


def _one_word(word: str) -> str:
    if any(mark in word for mark in "|｜,，;；、\n\r\t"):
        raise ValueError("a word has no separators in it")
    return word.strip()


Word = Annotated[VisibleText, Field(max_length=50), AfterValidator(_one_word)]


class SynonymsBody(Wire):
    """Words for one thing; one_way: the first also means the others, not the other way round."""

    words: Annotated[list[Word], Field(min_length=2, max_length=MOST_IN_GROUP)]
    one_way: bool = False


class ListBody(Wire):
    """A whole list."""

    synonyms: Annotated[list[SynonymsBody], Field(max_length=MOST_GROUPS)]
    protected: Annotated[list[Word], Field(max_length=MOST_PROTECTED)]

    def list(self) -> WordList:
        """To the domain."""
        groups = tuple(Synonyms(tuple(one.words), one.one_way) for one in self.synonyms)
        return WordList(groups, tuple(self.protected))


class WordsBody(ListBody):
    """A whole list; `number` is the version it was made from."""

    number: Annotated[int, Field(ge=0)]


class RollBack(Wire):
    """Back to version `to`; `number` is the present one."""

    to: Annotated[int, Field(ge=0)]
    number: Annotated[int, Field(ge=0)]


class WordsView(Wire):
    """The list in force, and the job that indexes passages anew for it, if any."""

    base_id: UUID | None
    number: int
    synonyms: list[SynonymsBody]
    protected: list[str]
    job_id: UUID | None
    created_by: str
    created_at: datetime | None

    @classmethod
    def of(cls, version: WordsVersion) -> Self:
        """From the domain."""
        return cls(
            base_id=version.base_id,
            number=version.number,
            synonyms=[SynonymsBody(words=list(one.words), one_way=one.one_way) for one in version.words.synonyms],
            protected=list(version.words.protected),
            job_id=version.job_id,
            created_by=version.created_by,
            created_at=version.created_at,
        )


class VersionView(Wire):
    """One version and what it changed."""

    number: int
    action: str
    created_by: str
    created_at: datetime | None
    added: list[str]
    removed: list[str]
    job_id: UUID | None
    reindexed: int | None

    @classmethod
    def of(cls, version: WordsVersion, change: WordsDiff) -> Self:
        """From the domain; at most two hundred lines each way."""
        return cls(
            number=version.number,
            action=version.action,
            created_by=version.created_by,
            created_at=version.created_at,
            added=list(change.added[:200]),
            removed=list(change.removed[:200]),
            job_id=version.job_id,
            reindexed=version.reindexed,
        )


class VersionList(Wire):
    """Newest first."""

    items: list[VersionView]


class ProblemView(Wire):
    """A row that was left out."""

    row: int
    code: str
    message: str

    @classmethod
    def of(cls, problem: WordsProblem, locale: str) -> Self:
        """From the domain, in the reader's language."""
        return cls(row=problem.row, code=problem.code, message=text(f"errors.{problem.code}", locale))


class WordsReport(Wire):
    """What importing a list would do, or did; `words` is the list after it."""

    dry_run: bool
    added: list[str]
    removed: list[str]
    problems: list[ProblemView]
    words: WordsView


class TestBody(Wire):
    """A sentence to try; with a list in `words`, as if that were in force."""

    text: Annotated[VisibleText, Field(max_length=500)]
    base_id: UUID | None = None
    words: WordsBody | None = None


class Segment(Wire):
    """A part of the sentence; whole: a protected term, which is not cut."""

    text: str
    whole: bool


class Meaning(Wire):
    """A word the sentence says and another it also looks for. source: ours or built_in."""

    said: str
    other: list[str]
    source: str
    weight: float


class TestView(Wire):
    """How search reads a sentence."""

    normalised: str
    segments: list[Segment]
    terms: list[str]
    meanings: list[Meaning]


class MeasuredView(Wire):
    """The regression questions asked of search as it is now."""

    run_id: UUID
    questions: int
    passed: int
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float
    false_answers: float
    false_refusals: float

    @classmethod
    def of(cls, measured: Measured) -> Self:
        """From the port."""
        return cls(
            run_id=measured.run_id,
            questions=measured.questions,
            passed=sum(row.passed for row in measured.rows),
            recall_at_1=measured.recall_at_1,
            recall_at_5=measured.recall_at_5,
            mrr_at_10=measured.mrr_at_10,
            false_answers=measured.false_answers,
            false_refusals=measured.false_refusals,
        )
