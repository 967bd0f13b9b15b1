"""The words of rollout: what versions did with real questions, the rules that take one back, shadow answers."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class VersionFigures:
    """What customers met of one version since a moment. model_id None: the server's own model.

    conversations: with at least one of its answers; handed_over: of those, how many went to a person afterwards.
    """

    model_id: UUID | None
    answers: int = 0
    conversations: int = 0
    up: int = 0
    down: int = 0
    refused: int = 0
    failed: int = 0
    handed_over: int = 0
    first_token_p95_ms: float = 0.0

    def share(self, name: str) -> float:
        """Of its answers, or of its conversations for hand-overs."""
        whole = self.conversations if name == "handed_over" else self.answers
        return float(getattr(self, name)) / whole if whole else 0.0


@dataclass(frozen=True)
class GuardRules:
    """When a version is taken back by itself: shares of its answers in [0, 1]; None: no matter.

    least: answers before any rule is looked at; window_minutes: how far back they count.
    """

    down: float | None = 0.09
    refused: float | None = 0.4
    handed_over: float | None = 0.4
    failed: float | None = 0.05
    first_token_p95_ms: float | None = 5_000.0
    least: int = 10
    window_minutes: int = 60

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> "GuardRules":
        """What `as_dict` gave."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


SHARES = ("down", "refused", "handed_over", "failed")


def broken_rule(rules: GuardRules, figures: VersionFigures) -> str | None:
    """The first rule a version breaks, with what was measured."""
    if figures.answers < rules.least:
        return None
    for name in SHARES:
        bound = getattr(rules, name)
        if bound is not None and figures.share(name) > bound:
            return f"{name} {figures.share(name):.3f} > {bound:g}"
    bound = rules.first_token_p95_ms
    if bound is not None and figures.first_token_p95_ms > bound:
        return f"first_token_p95_ms {figures.first_token_p95_ms:.0f} > {bound:g}"
    return None


@dataclass(frozen=True)
class GivenAnswer:
    """An answer a model gave to a customer not long ago."""

    answer_id: UUID
    conversation_id: UUID


@dataclass(frozen=True)
class ShadowAnswer:
    """What a version in the shadow would have said; nobody was shown it."""

    model_id: UUID
    answer_id: UUID
    conversation_id: UUID
    question: str
    live_text: str
    text: str
    error_code: str | None
    first_token_ms: float | None
    total_ms: float | None
    similarity: float | None
    created_at: datetime
