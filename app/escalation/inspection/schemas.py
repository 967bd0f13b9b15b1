"""Shapes of inspection on the wire."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.conversations import Message
from app.escalation.inspection.domain import Check, Criterion, Form, Inspection, Mark, Part, Plan, State, Why
from app.escalation.inspection.store import Result
from app.kernel.wire import CleanText, Moment, VisibleText, Wire

Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Word = Annotated[VisibleText, Field(max_length=60)]
Words = Annotated[tuple[Word, ...], Field(max_length=200)]
Note = Annotated[CleanText, Field(max_length=2_000)]


class CriterionView(Wire):
    """One line of the form; a built-in name is its key."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
    name: Annotated[VisibleText, Field(max_length=80)]
    weight: Annotated[int, Field(strict=True, ge=1, le=100)]
    fatal: bool = False
    check: Check | None = None
    parts: Annotated[list[Part], Field(min_length=1, max_length=2)]


class PlanView(Wire):
    """What is sampled: shares in percent, chosen by the seed, and rules that always bring one."""

    seed: Annotated[VisibleText, Field(max_length=60)]
    share_agent: Percent
    share_bot: Percent
    by_queue: Annotated[dict[UUID, Percent], Field(max_length=100)] = {}
    by_agent: Annotated[dict[UUID, Percent], Field(max_length=500)] = {}
    rules: Annotated[tuple[Why, ...], Field(max_length=10)]
    long_wait_s: Annotated[int, Field(strict=True, ge=10, le=86_400)]
    words: Words
    greetings: Words
    forbidden: Words
    reply_within_s: Annotated[int, Field(strict=True, ge=5, le=86_400)]


class FormForm(Wire):
    """The form and the plan; `version` is the one the editor saw."""

    criteria: Annotated[list[CriterionView], Field(min_length=1, max_length=40)]
    plan: PlanView
    version: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        if len({one.key for one in self.criteria}) != len(self.criteria):
            raise ValueError("a key twice")
        return self

    def form(self) -> Form:
        """To the domain."""
        criteria = [
            Criterion(one.key, one.name.strip(), one.weight, one.fatal, one.check, tuple(dict.fromkeys(one.parts)))
            for one in self.criteria
        ]
        return Form(self.version, tuple(criteria), Plan(**self.plan.model_dump()))


class FormView(FormForm):
    """The form in force."""

    changed_by: str

    @classmethod
    def of(cls, form: Form) -> Self:
        """From the domain."""
        criteria = [CriterionView(**{**vars(one), "parts": list(one.parts)}) for one in form.criteria]
        plan = PlanView(**vars(form.plan))
        return cls(criteria=criteria, plan=plan, version=form.version, changed_by=form.changed_by)


class FindingView(Wire):
    """What rules or judge propose."""

    key: str
    mark: Mark
    reason: str
    by: str


class InspectionView(Wire):
    """One part of a conversation under inspection; `score` null while nobody scored it."""

    inspection_id: UUID
    conversation_id: UUID
    part: Part
    agent: str
    own: bool
    why: list[Why]
    state: State
    findings: list[FindingView]
    marks: dict[str, Mark]
    score: float | None
    fatal: bool
    note: str
    inspector: str
    recheck: dict[str, Any] | None
    appeal: dict[str, Any] | None
    revision: int
    created_at: Moment
    scored_at: Moment | None

    @classmethod
    def of(cls, one: Inspection, reader: UUID) -> Self:
        """From the domain."""
        return cls(
            inspection_id=one.id,
            conversation_id=one.conversation_id,
            part=one.part,
            agent=one.agent_name,
            own=one.agent_id == reader,
            why=list(one.why),
            state=one.state,
            findings=[FindingView(**vars(finding)) for finding in one.findings],
            marks=dict(one.marks),
            score=one.score,
            fatal=one.fatal,
            note=one.note,
            inspector=one.inspector_name,
            recheck=one.recheck,
            appeal=one.appeal,
            revision=one.revision,
            created_at=one.created_at,
            scored_at=one.scored_at,
        )


class InspectionList(Wire):
    """The newest first."""

    items: list[InspectionView]


class SaidView(Wire):
    """One message of the transcript."""

    role: str
    author: str | None
    text: str
    outcome: str | None
    sources: int
    at: Moment

    @classmethod
    def of(cls, one: Message) -> Self:
        """From the domain."""
        return cls(
            role=one.role,
            author=one.agent_name,
            text=one.text,
            outcome=one.outcome,
            sources=len(one.citations),
            at=one.created_at,
        )


class OpenedView(Wire):
    """One inspection with its lines and what was said."""

    inspection: InspectionView
    criteria: list[CriterionView]
    said: list[SaidView]


class MarksForm(Wire):
    """A mark for every line of the form; `revision` is the one the inspector saw."""

    marks: Annotated[dict[str, Mark], Field(max_length=40)]
    note: Note = ""
    revision: int


class AppealForm(Wire):
    """Why the agent does not agree."""

    text: Annotated[VisibleText, Field(max_length=2_000)]
    revision: int


class AnswerForm(AppealForm):
    """The answer, with other marks if the appeal is right."""

    marks: Annotated[dict[str, Mark] | None, Field(max_length=40)] = None


class ByHand(Wire):
    """A conversation that shall be looked at."""

    conversation_id: UUID


class Added(Wire):
    """How many parts of it are to be looked at now."""

    added: int


class ResultView(Wire):
    """Scores of one week: `score` is the mean of `n`."""

    part: str
    who: str
    queue_id: UUID | None
    week: Moment
    n: int
    score: float | None
    fatal: int
    appeals: int

    @classmethod
    def of(cls, one: Result) -> Self:
        """From the domain."""
        return cls(**{("queue_id" if name == "group_id" else name): value for name, value in vars(one).items()})


class ResultList(Wire):
    """The latest week first."""

    items: list[ResultView]
