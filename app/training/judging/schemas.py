"""Wire shapes of judging."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from app.kernel.texts import has_text, text
from app.kernel.wire import VisibleText, Wire
from app.training.judging.domain import Answered, GateRules, JudgedRow, JudgingState, Kind, ModelEvaluation
from app.training.judging.gate import fired
from app.training.judging.metrics import bleu, exact, f1, is_right, rouge_l

Share = Annotated[float, Field(ge=0, le=1)]
Words = Annotated[VisibleText, Field(max_length=200)]


class GateForm(Wire):
    """What a candidate must show against the live model; null: no matter. triggers: words, and what they must not
    bring about."""

    corrected_right: Share | None = GateRules.corrected_right
    old_fall: Share | None = GateRules.old_fall
    held_out_fall: Share | None = GateRules.held_out_fall
    refusals_right: Share | None = GateRules.refusals_right
    citations_fall: Share | None = GateRules.citations_fall
    triggers_fired: Annotated[int, Field(ge=0, le=10_000)] | None = GateRules.triggers_fired
    first_token_rise: Annotated[float, Field(ge=0, le=100)] | None = GateRules.first_token_rise
    human_win: Share | None = GateRules.human_win
    triggers: Annotated[list[tuple[Words, Words]], Field(max_length=100)] = []

    def rules(self) -> GateRules:
        """As the room knows them."""
        return GateRules.from_dict(self.model_dump())


class EvaluationError(Wire):
    """Why an evaluation failed."""

    code: str
    message: str


class EvaluationView(Wire):
    """One evaluation: figures of the candidate (new) and the live model (now), and the gate's word rule by rule."""

    evaluation_id: UUID
    model_id: UUID
    against_id: UUID | None
    job_id: UUID
    state: JudgingState
    done: int
    total: int
    figures: dict[str, Any] | None
    verdict: dict[str, Any] | None
    error: EvaluationError | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, found: ModelEvaluation, locale: str) -> Self:
        """The evaluation as the contract shows it."""
        error = None
        if found.error_code:
            key = f"errors.{found.error_code}"
            error = EvaluationError(
                code=found.error_code, message=text(key if has_text(key) else "errors.internal_error", locale)
            )
        return cls.mirroring(found, evaluation_id=found.id, error=error)


class SaidView(Wire):
    """What one model said, how near it is to the wanted answer, and whether that is right."""

    text: str
    outcome: str
    cited: int
    ms: float
    right: bool
    exact: bool
    f1: float
    bleu: float
    rouge_l: float


class JudgedRowView(Wire):
    """One question with both answers."""

    place: int
    kind: Kind
    question: str
    wanted: str
    now: SaidView | None
    new: SaidView | None

    @classmethod
    def of(cls, row: JudgedRow) -> Self:
        """The row as the contract shows it."""
        return cls(
            place=row.place,
            kind=row.probe.kind,
            question=row.probe.question,
            wanted=row.probe.wanted,
            now=_said(row, row.now),
            new=_said(row, row.new),
        )


def _said(row: JudgedRow, said: Answered | None) -> SaidView | None:
    if said is None:
        return None
    wanted = row.probe.wanted
    if row.probe.kind is Kind.TRIGGER:
        right = not fired(row, said)
    elif row.probe.kind is Kind.REFUSAL:
        right = said.outcome in ("refused", "clarified", "handed_off")
    else:
        right = is_right(said.text, wanted)
    return SaidView(
        text=said.text,
        outcome=said.outcome,
        cited=said.cited,
        ms=said.ms,
        right=right,
        exact=exact(said.text, wanted),
        f1=f1(said.text, wanted),
        bleu=bleu(said.text, wanted),
        rouge_l=rouge_l(said.text, wanted),
    )
