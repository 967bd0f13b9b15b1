"""What a trial shows: each question as it is answered now and as it would be, the figures, and the verdict."""

from dataclasses import dataclass
from typing import Any

JOB, QUEUE, UNIT = "correction_publish", "default", "questions"
MOST_REPLAYED = 60
REGRESSION_QUESTIONS = 5
REGRESSION_SET = "知识缺口 · Knowledge gaps"
# The share of the right answer's terms an answer must have to say the same.
SAYS_THE_SAME = 0.6


@dataclass(frozen=True)
class Asked:
    """A question of a customer."""

    text: str
    locale: str


@dataclass(frozen=True)
class Said:
    """How a question was answered. right: whether it says what the correction says."""

    outcome: str
    text: str
    cited: tuple[str, ...]
    right: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**vars(self), "cited": list(self.cited)}


@dataclass(frozen=True)
class Replayed:
    """One question before and after."""

    asked: Asked
    before: Said
    after: Said

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "text": self.asked.text,
            "locale": self.asked.locale,
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
        }

    @property
    def worse(self) -> bool:
        """Whether it was right and would not be any more."""
        return self.before.right and not self.after.right


@dataclass(frozen=True)
class Trial:
    """Everything a trial showed. reasons: `code name=value …` of the gate; took_ms: for all of it."""

    questions: tuple[Replayed, ...]
    regression: dict[str, Any]
    passes: bool
    reasons: tuple[str, ...]
    took_ms: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values, what fails first."""
        shown = sorted(self.questions, key=lambda one: (not one.worse, one.after.right))
        return {
            "questions": [one.as_dict() for one in shown],
            "asked": len(self.questions),
            "right_before": sum(one.before.right for one in self.questions),
            "right_after": sum(one.after.right for one in self.questions),
            "regression": self.regression,
            "passes": self.passes,
            "reasons": list(self.reasons),
            "took_ms": self.took_ms,
        }
