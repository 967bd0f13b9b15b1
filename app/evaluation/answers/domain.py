"""The words of answer evaluation: a labelled question, how its answer did, a run over many, and what changed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.evaluation.domain import Expected, RunState

ANSWER_JOB, QUEUE, UNIT = "answer_evaluation", "default", "questions"
# In the order they are told.
FIGURES = (
    "questions", "right", "answered", "right_words_of_answered", "exact", "contains", "f1", "rouge_l", "bleu",
    "right_source_of_answered", "citation_precision", "citation_recall", "grounded", "judged_grounded",
    "refusal_precision", "refusal_recall", "false_refusal", "refused_with_the_right_offer", "false_answer",
    "multi_turn_right", "failed", "first_ms_p50", "ms_p50", "ms_p95", "prompt_tokens", "completion_tokens", "cost",
)  # fmt: skip
ANSWERING = frozenset({"answered", "faq", "tool"})
FAILED = "failed"


@dataclass(frozen=True)
class Labelled:
    """A question with what a right answer cites and says.

    sources: parts of document sources, or FAQ ids, any of which is right; expected: the same as regression questions
    have it. must_contain: of each group one must occur. references: right answers, for likeness. history: earlier
    turns as (role, text), oldest first. part: the set it belongs to, such as `seen` or `held_out`.
    """

    qid: str
    text: str
    locale: str
    answerable: bool
    sources: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    part: str = ""
    references: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    expected: tuple[Expected, ...] = ()
    must_not_contain: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """Language and, where the file tells them apart, whether anybody may tune on it: `zh-CN held_out`."""
        return f"{self.locale} {self.part}".strip()

    @property
    def has_sources(self) -> bool:
        """Whether it is known which sources are right."""
        return bool(self.sources or self.expected)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, empty ones left out."""
        plain = {**vars(self), "expected": [one.as_dict() for one in self.expected]}
        return {name: value for name, value in plain.items() if value or name == "answerable"}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Labelled":
        """What `as_dict` gave."""
        return cls(
            qid=kept.get("qid", ""),
            text=kept["text"],
            locale=kept.get("locale", "zh-CN"),
            answerable=bool(kept.get("answerable", True)),
            sources=tuple(kept.get("sources", ())),
            must_contain=tuple(tuple(group) for group in kept.get("must_contain", ())),
            part=kept.get("part", ""),
            references=tuple(kept.get("references", ())),
            history=tuple((role, said) for role, said in kept.get("history", ())),
            expected=tuple(Expected.from_dict(one) for one in kept.get("expected", ())),
            must_not_contain=tuple(kept.get("must_not_contain", ())),
        )


@dataclass(frozen=True)
class Judged:
    """How one answer did. right_cites: for each of its sources whether it is a right one.

    like: exact, contains, f1, rouge_l, bleu, where there are references. grounded: share of its sentences that its
    sources say; judged_grounded: the same as a judging model sees it. problem: empty when nothing is wrong.
    """

    outcome: str
    text: str
    ms: float
    composer: str = ""
    first_ms: float | None = None
    says_right: bool = False
    offers_right: bool = False
    cited: tuple[str, ...] = ()
    right_cites: tuple[bool, ...] = ()
    like: dict[str, float] = field(default_factory=dict)
    grounded: float | None = None
    judged_grounded: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    cached: bool = False
    problem: str = ""

    @property
    def answered(self) -> bool:
        """Whether it answers, instead of refusing, asking back or failing."""
        return self.outcome in ANSWERING

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return dict(vars(self))

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "Judged":
        """What `as_dict` gave; members of later versions are passed over."""
        known = {name: value for name, value in kept.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "cited": tuple(kept["cited"]), "right_cites": tuple(kept["right_cites"])})


@dataclass(frozen=True)
class Row:
    """One question of a run as it was asked; judged None: not yet."""

    position: int
    asked: Labelled
    judged: Judged | None


@dataclass(frozen=True)
class AnswerRun:
    """One run. name: of the set or file it asks; settings: what answered. compared_with: the last run of that name."""

    id: UUID
    name: str
    cause: str
    state: RunState
    job_id: UUID | None
    questions: int
    done: int
    settings: dict[str, Any]
    figures: dict[str, Any] | None
    compared_with: UUID | None
    error_code: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None


def in_order(figures: dict[str, Any] | None) -> dict[str, Any] | None:
    """Kept figures in the order they are told, those of each group too."""
    if figures is None:
        return None
    told = {name: figures[name] for name in FIGURES if name in figures}
    rest = {name: value for name, value in figures.items() if name not in told and name != "groups"}
    groups = {name: in_order(found) for name, found in sorted(figures.get("groups", {}).items())}
    return {**told, **rest, **({"groups": groups} if groups else {})}


def change_between(before: Judged | None, after: Judged | None) -> str:
    """`broken`, `fixed`, `changed` (as good, in other words or with other sources) or nothing."""
    if before is None or after is None:
        return ""
    if bool(before.problem) != bool(after.problem):
        return "broken" if after.problem else "fixed"
    same = (before.outcome, before.text, before.problem) == (after.outcome, after.text, after.problem)
    return "" if same else "changed"
