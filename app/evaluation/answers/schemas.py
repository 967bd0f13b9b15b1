"""Wire shapes of runs over labelled questions."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from app.evaluation.answers.domain import AnswerRun, Judged, Row, change_between
from app.kernel.texts import has_text, text
from app.kernel.wire import Wire


class AnswerRunView(Wire):
    """One run, as lists show it. settings: what answered and judged."""

    run_id: UUID
    name: str
    cause: str
    state: str
    job_id: UUID | None
    questions: int
    done: int
    settings: dict[str, Any]
    figures: dict[str, Any] | None
    compared_with: UUID | None
    error: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, run: AnswerRun, locale: str) -> Self:
        """From the domain."""
        key = f"errors.{run.error_code}"
        return cls(
            run_id=run.id,
            error=None if run.error_code is None else text(key if has_text(key) else "errors.internal_error", locale),
            **{name: value for name, value in vars(run).items() if name not in ("id", "error_code")},
        )


class JudgedView(Wire):
    """How an answer did. problem: a code, empty when nothing is wrong."""

    outcome: str
    composer: str
    text: str
    problem: str
    cited: list[str]
    right_cites: list[bool]
    like: dict[str, float]
    grounded: float | None
    judged_grounded: float | None
    first_ms: float | None
    ms: float

    @classmethod
    def of(cls, one: Judged) -> Self:
        """From the domain."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class AnswerRowView(Wire):
    """One question of a run, how it did, and how it did in the other run.

    change: broken, fixed, changed (as good, but otherwise), or nothing.
    """

    position: int
    qid: str
    question: str
    group: str
    answerable: bool
    judged: JudgedView | None
    before: JudgedView | None
    change: str

    @classmethod
    def of(cls, row: Row, earlier: Judged | None) -> Self:
        """From the domain."""
        return cls(
            position=row.position,
            qid=row.asked.qid,
            question=row.asked.text,
            group=row.asked.group,
            answerable=row.asked.answerable,
            judged=JudgedView.of(row.judged) if row.judged else None,
            before=JudgedView.of(earlier) if earlier else None,
            change=change_between(earlier, row.judged),
        )


class AnswerRunDetails(Wire):
    """A run with every question, beside another run of it. before: that run, if there is one."""

    run: AnswerRunView
    before: AnswerRunView | None
    broken: int
    fixed: int
    changed: int
    rows: list[AnswerRowView]


class RunNames(Wire):
    """The names runs go by, that of the newest run first."""

    items: list[str]
