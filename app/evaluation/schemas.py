"""Wire shapes of regression sets, questions, runs and the gate."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from app.evaluation.domain import (
    LONGEST_QUESTION,
    LONGEST_TEXT,
    MOST_EXPECTED,
    MOST_WORDS,
    Expected,
    GateRules,
    KeptQuestion,
    Question,
    QuestionSet,
    Row,
    Run,
)
from app.kernel.texts import Locale, has_text, text
from app.kernel.wire import CleanText, VisibleText, Wire
from app.knowledge import SearchOptions, Verdict

Words = Annotated[VisibleText, Field(min_length=1, max_length=500)]
Share = Annotated[float, Field(ge=0, le=1)]


class OptionsBody(Wire):
    """What a test changes for itself; what is left out stays as live."""

    embedder_id: UUID | None = None
    weights: tuple[Share, Share] | None = None
    threshold: Share | None = None
    candidates: Annotated[int, Field(ge=1, le=200)] | None = None
    synonyms: bool = True
    rerank: bool = True

    def options(self) -> SearchOptions:
        """As search takes them; the weights add up to 1."""
        words, vectors = self.weights or (0.0, 0.0)
        weights = (words / (words + vectors), vectors / (words + vectors)) if words + vectors > 0 else None
        return SearchOptions(self.embedder_id, weights, self.threshold, self.candidates, self.synonyms, self.rerank)


class ExpectedBody(Wire):
    """A passage that should be found: by document and text, or by FAQ."""

    source: Annotated[CleanText, Field(max_length=1_000)] = ""
    sha256: Annotated[CleanText, Field(max_length=64)] = ""
    text: Annotated[CleanText, Field(max_length=LONGEST_TEXT)] = ""
    faq_id: UUID | None = None
    question: Annotated[CleanText, Field(max_length=500)] = ""
    title: Annotated[CleanText, Field(max_length=500)] = ""

    def expected(self) -> Expected:
        """As the domain has it."""
        return Expected(**self.model_dump())

    @classmethod
    def of(cls, one: Expected) -> Self:
        """From the domain."""
        return cls(**vars(one))


class QuestionBody(Wire):
    """A regression question."""

    text: Annotated[VisibleText, Field(min_length=1, max_length=LONGEST_QUESTION)]
    locale: Locale = "zh-CN"
    expected: Annotated[list[ExpectedBody], Field(max_length=MOST_EXPECTED)] = []
    must_say: Annotated[
        list[Annotated[list[Words], Field(min_length=1, max_length=MOST_WORDS)]], Field(max_length=MOST_WORDS)
    ] = []
    must_not_say: Annotated[list[Words], Field(max_length=MOST_WORDS)] = []
    must_refuse: bool = False
    must: bool = False
    tags: Annotated[list[Words], Field(max_length=MOST_WORDS)] = []
    note: Annotated[CleanText, Field(max_length=2_000)] = ""

    def question(self) -> Question:
        """As the domain has it."""
        return Question(
            self.text.strip(),
            self.locale,
            tuple(one.expected() for one in self.expected if any(one.model_dump().values())),
            tuple(tuple(group) for group in self.must_say),
            tuple(self.must_not_say),
            self.must_refuse,
            self.must,
            tuple(self.tags),
            self.note,
        )


class ChangedQuestion(QuestionBody):
    """The question as it should be; `version` is the one that was read."""

    version: int


class NewQuestions(Wire):
    """Questions for a set."""

    questions: Annotated[list[QuestionBody], Field(min_length=1, max_length=100)]
    origin: Literal["hit_test", "staff", "correction", "trace"] = "staff"


class SetBody(Wire):
    """A set's name and what it is for."""

    name: Annotated[VisibleText, Field(min_length=1, max_length=120)]
    description: Annotated[CleanText, Field(max_length=2_000)] = ""


class SetView(Wire):
    """One set."""

    set_id: UUID
    name: str
    description: str
    questions: int
    created_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, one: QuestionSet) -> Self:
        """From the domain."""
        return cls(set_id=one.id, **{name: value for name, value in vars(one).items() if name != "id"})


class SetList(Wire):
    """Every set."""

    items: list[SetView]


class QuestionView(QuestionBody):
    """One question of a set."""

    question_id: UUID
    set_id: UUID
    origin: str
    created_by: str
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, kept: KeptQuestion) -> Self:
        """From the domain."""
        return cls(
            question_id=kept.id,
            set_id=kept.set_id,
            origin=kept.origin.value,
            created_by=kept.created_by,
            created_at=kept.created_at,
            updated_at=kept.updated_at,
            version=kept.version,
            **kept.question.as_dict(),
        )


class AddedQuestions(Wire):
    """What was added, and how many the set had already."""

    question_ids: list[UUID]
    known: int


class RunBody(Wire):
    """Which set to ask (none: all of them), and with which settings."""

    set_id: UUID | None = None
    options: OptionsBody | None = None


class VerdictView(Wire):
    """What the gate says."""

    passes: bool
    reasons: list[str]
    sentences: list[str]

    @classmethod
    def of(cls, verdict: Verdict, locale: str) -> Self:
        """From the domain."""
        return cls(passes=verdict.passes, reasons=list(verdict.reasons), sentences=verdict.sentences(locale))


class RunView(Wire):
    """One run, as lists show it."""

    run_id: UUID
    kind: str
    set_id: UUID | None
    set_name: str
    cause: str
    state: str
    job_id: UUID | None
    options: dict[str, Any]
    questions: int
    done: int
    figures: dict[str, Any] | None
    verdict: VerdictView | None
    compared_with: UUID | None
    file_name: str
    error: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, run: Run, locale: str) -> Self:
        """From the domain."""
        verdict = Verdict(run.verdict["passes"], tuple(run.verdict["reasons"])) if run.verdict else None
        key = f"errors.{run.error_code}"
        return cls(
            run_id=run.id,
            verdict=VerdictView.of(verdict, locale) if verdict else None,
            error=None if run.error_code is None else text(key if has_text(key) else "errors.internal_error", locale),
            **{name: value for name, value in vars(run).items() if name not in ("id", "verdict", "error_code")},
        )


class RowView(Wire):
    """One question of a run. change: broken or fixed since the run before, new, or nothing."""

    position: int
    question_id: UUID | None
    question: QuestionBody
    asked: bool
    passed: bool
    problems: list[str]
    ranks: dict[str, int]
    answerable: bool
    confidence: float
    outcome: str
    composer: str
    answer: str
    cited: list[str]
    first: str
    ms: float
    change: Literal["broken", "fixed", "new", ""]
    ranks_before: dict[str, int]

    @classmethod
    def of(cls, row: Row, before: Row | None, compared: bool) -> Self:
        """From the domain."""
        judged, was = row.judged, before.judged if before else None
        shown = {} if judged is None else {n: v for n, v in vars(judged).items() if n not in ("problems", "cited")}
        nothing = {"ranks": {}, "answerable": False, "confidence": 0.0, "ms": 0.0}
        words = dict.fromkeys(("outcome", "composer", "answer", "first"), "")
        return cls(
            position=row.position,
            question_id=row.question_id,
            question=QuestionBody(**row.question.as_dict()),
            asked=judged is not None,
            passed=judged is not None and not judged.problems,
            problems=list(judged.problems) if judged else [],
            cited=list(judged.cited) if judged else [],
            change=_change(row, before, compared),
            ranks_before=was.ranks if was else {},
            **{**nothing, **words, **shown},
        )


def _change(row: Row, before: Row | None, compared: bool) -> Literal["broken", "fixed", "new", ""]:
    if not compared or row.judged is None:
        return ""
    if before is None or before.judged is None:
        return "new"
    now, was = not row.judged.problems, not before.judged.problems
    return "" if now == was else "fixed" if now else "broken"


class RunDetails(Wire):
    """A run with every question of it."""

    run: RunView
    broken: int
    fixed: int
    rows: list[RowView]


class GateBody(Wire):
    """The gate's rules; null: that does not matter."""

    recall_at_5_fall: Share | None
    mrr_fall: Share | None
    false_refusals_rise: Share | None
    new_false_answers: Annotated[int, Field(ge=0, le=10_000)] | None
    broken_musts: Annotated[int, Field(ge=0, le=10_000)] | None

    def rules(self) -> GateRules:
        """As the domain has them."""
        return GateRules(**self.model_dump())

    @classmethod
    def of(cls, rules: GateRules) -> Self:
        """From the domain."""
        return cls(**vars(rules))
