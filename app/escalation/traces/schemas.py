"""Wire shapes of a replay: what to change, and the two answers side by side."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from app.accounts import AuditEntry
from app.answering import reason_words
from app.evaluation import Changes, Facts, OptionsBody
from app.evaluation import Standing as Candidate
from app.kernel.wire import Moment, Wire


class ReplayBody(Wire):
    """What to do otherwise; an empty body asks the same question again, as it would be answered today.

    quotes: without a model. model_id: with this registered version. prompt: with this version of the rules.
    """

    options: OptionsBody | None = None
    quotes: bool = False
    model_id: UUID | None = None
    prompt: Annotated[int, Field(ge=0)] | None = None

    def changes(self) -> Changes:
        """As the domain has it."""
        return Changes(self.options.options() if self.options else None, self.quotes, self.model_id, self.prompt)


class EarlierReplay(Wire):
    """A replay somebody made. outcome, same: what came of it, against the stored answer; unknown for old ones."""

    at: Moment
    by: str
    settings: ReplayBody
    outcome: str = ""
    same: bool | None = None

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """From the audit trail."""
        told = entry.details
        options = {name: told[name] for name in OptionsBody.model_fields if name in told}
        changed = {name: told[name] for name in ReplayBody.model_fields if name in told and name != "options"}
        settings = ReplayBody.model_validate({**changed, "options": options or None})
        return cls(
            at=entry.at,
            by=entry.actor_name,
            settings=settings,
            outcome=str(told.get("outcome", "")),
            same=told.get("same"),
        )


class EarlierReplays(Wire):
    """The last ones, newest first."""

    items: list[EarlierReplay]


class CandidateView(Wire):
    """A passage that was found, and what became of it."""

    key: str
    title: str
    score: float
    fate: str
    number: int | None

    @classmethod
    def of(cls, one: Candidate) -> Self:
        """From the domain."""
        return cls(**vars(one))


class StepView(Wire):
    """A step and its milliseconds."""

    step: str
    ms: float


class FactsView(Wire):
    """One of the two answers. grounded: sentences with a source, and all that need one."""

    outcome: str
    composer: str
    route: str
    reasons: list[str]
    text: str
    cited: list[str]
    confidence: float | None
    threshold: float | None
    embedder: str
    model: str
    prompt_version: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    currency: str
    first_token_ms: float | None
    total_ms: float | None
    grounded: tuple[int, int] | None
    candidates: list[CandidateView]
    steps: list[StepView]

    @classmethod
    def of(cls, facts: Facts, locale: str) -> Self:
        """From the domain, with the reasons in words."""
        told = {
            **vars(facts),
            "reasons": [reason_words(reason, locale) for reason in facts.reasons],
            "cited": list(facts.cited),
            "candidates": [CandidateView.of(one) for one in facts.candidates],
            "steps": [StepView(step=step, ms=ms) for step, ms in facts.steps],
        }
        return cls(**told)


class ReplayView(Wire):
    """What was said then and what would be said now. same: word for word the same."""

    stored: FactsView
    replayed: FactsView
    same: bool

    @classmethod
    def of(cls, stored: Facts, replayed: Facts, locale: str) -> Self:
        """From the domain."""
        return cls(
            stored=FactsView.of(stored, locale),
            replayed=FactsView.of(replayed, locale),
            same=(stored.text, stored.outcome) == (replayed.text, replayed.outcome),
        )
