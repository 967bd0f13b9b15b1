"""Wire shapes of corrections."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from app.answering import Citation
from app.feedback.corrections.domain import MOST_QUESTIONS, Correction, CorrectionState, Place, Plan
from app.feedback.domain import Reason
from app.kernel.wire import CleanText, VisibleText, Wire

Note = Annotated[CleanText, Field(max_length=1_000)]
AnswerText = Annotated[VisibleText, Field(max_length=8_000)]
QuestionText = Annotated[VisibleText, Field(max_length=500)]


class PlanForm(Wire):
    """Where the right answer belongs, and for how long.

    faq_phrasing: `questions` join the FAQ `faq_id`. new_faq: `questions` in `base_id`. passage: the passage
    `chunk_id` becomes `passage_text`, or the FAQ `faq_id` answers with the right answer. training: nowhere else.
    """

    place: Place = Place.TRAINING
    faults: Annotated[list[Reason], Field(max_length=len(Reason))] = []
    questions: Annotated[list[QuestionText], Field(max_length=MOST_QUESTIONS)] = []
    base_id: UUID | None = None
    faq_id: UUID | None = None
    chunk_id: UUID | None = None
    passage_text: Annotated[VisibleText, Field(max_length=20_000)] | None = None
    target_version: Annotated[int, Field(ge=1)] | None = None
    owner: Annotated[CleanText, Field(max_length=100)] | None = None
    valid_until: AwareDatetime | None = None

    def plan(self) -> Plan:
        """As the room speaks of it."""
        return Plan(
            self.place,
            tuple(dict.fromkeys(self.faults)),
            tuple(dict.fromkeys(one.strip() for one in self.questions)),
            self.base_id,
            self.faq_id,
            self.chunk_id,
            self.passage_text,
            self.target_version,
            (self.owner or "").strip() or None,
            self.valid_until,
        )

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """The plan as the contract shows it."""
        return cls(
            place=plan.place,
            faults=list(plan.faults),
            questions=list(plan.questions),
            base_id=plan.base_id,
            faq_id=plan.faq_id,
            chunk_id=plan.chunk_id,
            passage_text=plan.passage_text,
            target_version=plan.target_version,
            owner=plan.owner,
            valid_until=plan.valid_until,
        )


class ProposalForm(Wire):
    """The right answer to the question that `message_id` answered wrongly. draft: not yet for review."""

    message_id: UUID
    text: AnswerText
    plan: PlanForm = PlanForm()
    draft: bool = False


class EditForm(Wire):
    """Other words, another place. version: of what was seen."""

    version: int
    text: AnswerText | None = None
    plan: PlanForm | None = None


class VersionForm(Wire):
    """version: of what was seen."""

    version: int


class AcceptForm(Wire):
    """`text` and `plan` replace what was proposed. version: of what was seen."""

    text: AnswerText | None = None
    note: Note | None = None
    plan: PlanForm | None = None
    version: int | None = None


class RejectForm(Wire):
    """Why not."""

    note: Note | None = None
    version: int | None = None


class OverrideForm(Wire):
    """Why it is published although the gate says no; kept in the audit trail."""

    reason: Annotated[VisibleText, Field(max_length=1_000)]


class RulesForm(Wire):
    """four_eyes: whoever proposed a correction may not accept it, unless an admin."""

    four_eyes: bool


class SourceView(Wire):
    """What the answer in question cited."""

    number: int
    title: str
    heading_path: list[str]
    page: int | None
    quote: str
    document_id: UUID | None
    faq_id: UUID | None
    chunk_id: UUID | None

    @classmethod
    def of(cls, one: Citation) -> Self:
        """The source as the contract shows it."""
        return cls(**{**vars(one), "heading_path": list(one.heading_path)})


class CorrectionView(Wire):
    """One correction with its evidence. trial: what publication would change, as last tried."""

    correction_id: UUID
    message_id: UUID
    conversation_id: UUID
    question: str
    wrong_answer: str
    sources: list[SourceView]
    text: str
    locale: str
    plan: PlanForm
    state: CorrectionState
    version: int
    note: str | None
    proposed_by: str
    proposed_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    gap_id: UUID | None
    evidence: dict[str, Any]
    trial: dict[str, Any] | None
    problem: str | None
    job_id: UUID | None
    overridden_by: str | None
    override_reason: str | None
    published_at: datetime | None
    published_faq_id: UUID | None

    @classmethod
    def of(cls, correction: Correction) -> Self:
        """The correction as the contract shows it."""
        return cls(
            correction_id=correction.id,
            message_id=correction.message_id,
            conversation_id=correction.conversation_id,
            question=correction.question,
            wrong_answer=correction.wrong_answer,
            sources=[SourceView.of(one) for one in correction.citations],
            text=correction.right_answer,
            locale=correction.locale,
            plan=PlanForm.of(correction.plan),
            state=correction.state,
            version=correction.version,
            note=correction.note,
            proposed_by=correction.proposed_by_name,
            proposed_at=correction.proposed_at,
            reviewed_by=correction.reviewed_by_name,
            reviewed_at=correction.reviewed_at,
            gap_id=correction.gap_id,
            evidence=correction.evidence,
            trial=correction.trial,
            problem=correction.problem,
            job_id=correction.job_id,
            overridden_by=correction.overridden_by,
            override_reason=correction.override_reason,
            published_at=correction.published_at,
            published_faq_id=correction.published_faq_id,
        )


class CountsView(Wire):
    """How many corrections are in each state, and how they are reviewed."""

    counts: dict[str, int]
    four_eyes: bool
