"""The words of evaluation: regression questions, what they expect, runs over them, and what the gate asks."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

LONGEST_QUESTION, LONGEST_TEXT, MOST_EXPECTED, MOST_WORDS = 2_000, 8_000, 20, 20
LOCALES = ("zh-CN", "en")
EVALUATION_JOB, QUEUE, UNIT = "evaluation", "default", "questions"


class Origin(StrEnum):
    """Where a regression question comes from."""

    HIT_TEST = "hit_test"
    STAFF = "staff"
    CORRECTION = "correction"
    TRACE = "trace"
    IMPORT = "import"
    DEMO = "demo"


class Cause(StrEnum):
    """Why a run was made."""

    HAND = "hand"
    COMMAND = "command"
    GATE = "gate"
    EMBEDDER = "embedder"
    WORDS = "words"
    CHUNKING = "chunking"
    THRESHOLD = "threshold"
    PROMPTS = "prompts"
    GUARD = "guard"
    FILE = "file"


class RunState(StrEnum):
    """How far a run is; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Expected:
    """A passage a question should find, by what stays when its document is read in anew.

    A document: its source, file name or title, and the passage's hash and text; without both any of its passages will
    do. An FAQ: its id or one of its questions. Text alone: any passage that says it.
    """

    source: str = ""
    sha256: str = ""
    text: str = ""
    faq_id: UUID | None = None
    question: str = ""
    title: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, empty ones left out."""
        return {name: str(value) for name, value in vars(self).items() if value}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Expected":
        """What `as_dict` gave."""
        faq_id = kept.get("faq_id")
        return cls(**{**kept, "faq_id": UUID(faq_id) if faq_id else None})


@dataclass(frozen=True)
class Question:
    """What is asked and what a right answer is. must: a break of it stops the gate.

    must_say: of each group one must occur. base_ids None: all bases of the audience.
    """

    text: str
    locale: str = "zh-CN"
    expected: tuple[Expected, ...] = ()
    must_say: tuple[tuple[str, ...], ...] = ()
    must_not_say: tuple[str, ...] = ()
    must_refuse: bool = False
    must: bool = False
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def wants_answer(self) -> bool:
        """Whether the words of the answer are judged, not only what search finds."""
        return bool(self.must_say or self.must_not_say or self.must_refuse)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "text": self.text,
            "locale": self.locale,
            "expected": [one.as_dict() for one in self.expected],
            "must_say": [list(group) for group in self.must_say],
            "must_not_say": list(self.must_not_say),
            "must_refuse": self.must_refuse,
            "must": self.must,
            "tags": list(self.tags),
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Question":
        """What `as_dict` gave."""
        return cls(
            kept["text"],
            kept.get("locale", "zh-CN"),
            tuple(Expected.from_dict(one) for one in kept.get("expected", ())),
            tuple(tuple(group) for group in kept.get("must_say", ())),
            tuple(kept.get("must_not_say", ())),
            bool(kept.get("must_refuse", False)),
            bool(kept.get("must", False)),
            tuple(kept.get("tags", ())),
            kept.get("note", ""),
        )


@dataclass(frozen=True)
class QuestionSet:
    """A named list of regression questions."""

    id: UUID
    name: str
    description: str
    questions: int
    created_by: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class KeptQuestion:
    """A regression question in its set. version rises with every change."""

    id: UUID
    set_id: UUID
    question: Question
    origin: Origin
    created_by: str
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True)
class Judged:
    """How one question did. ranks: of the best expected passage at each stage; problems: codes, none when it passed.

    outcome, composer, answer: empty when only search was asked.
    """

    ranks: dict[str, int] = field(default_factory=dict)
    answerable: bool = False
    confidence: float = 0.0
    problems: tuple[str, ...] = ()
    outcome: str = ""
    composer: str = ""
    answer: str = ""
    cited: tuple[str, ...] = ()
    first: str = ""
    ms: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**vars(self), "problems": list(self.problems), "cited": list(self.cited)}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Judged":
        """What `as_dict` gave."""
        return cls(**{**kept, "problems": tuple(kept["problems"]), "cited": tuple(kept["cited"])})


@dataclass(frozen=True)
class Row:
    """One question of a run as it was asked then; judged None: not asked yet."""

    position: int
    question_id: UUID | None
    question: Question
    judged: Judged | None


@dataclass(frozen=True)
class Run:
    """One run over questions. kind: regression or batch; compared_with: the run before it on the same questions."""

    id: UUID
    kind: str
    set_id: UUID | None
    set_name: str
    cause: Cause
    state: RunState
    job_id: UUID | None
    options: dict[str, Any]
    questions: int
    done: int
    figures: dict[str, Any] | None
    verdict: dict[str, Any] | None
    compared_with: UUID | None
    file_name: str
    error_code: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class GateRules:
    """What a change of search may cost. Falls are in points of a rate in [0, 1]; None: no matter.

    new_false_answers: questions that must be refused and were, but are answered now; broken_musts: questions marked
    as must that passed and do not now.
    """

    recall_at_5_fall: float | None = 0.02
    mrr_fall: float | None = None
    false_refusals_rise: float | None = 0.05
    new_false_answers: int | None = 0
    broken_musts: int | None = 0
