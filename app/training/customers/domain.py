"""Whom data is about, what is found of them, and what an erasure leaves to tell."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from app.conversations import customer_reference
from app.kernel.ids import token_digest


@dataclass(frozen=True)
class Wanted:
    """One of both: the company's own id of a customer, or a conversation (of theirs, or of nobody known)."""

    user_id: str | None = None
    conversation_id: UUID | None = None

    @property
    def reference(self) -> str:
        """What the audit trail and finished erasures, which are kept, say in place of the id."""
        if self.user_id is not None:
            return customer_reference(self.user_id)
        return f"conversation:{token_digest(str(self.conversation_id))[:16]}"


@dataclass(frozen=True)
class Whose:
    """A known customer with all their conversations, or one conversation nobody vouched for."""

    wanted: Wanted
    conversations: tuple[UUID, ...]

    @property
    def user_id(self) -> str | None:
        """The company's own id, if there is one."""
        return self.wanted.user_id

    @property
    def reference(self) -> str:
        """See `Wanted`."""
        return self.wanted.reference


@dataclass(frozen=True)
class Found:
    """What is kept: rows by table, how often their sentences are reviewed knowledge, and what learnt from them."""

    whose: Whose
    name: str | None
    first_at: datetime | None
    last_at: datetime | None
    rows: Mapping[str, int]
    published: Mapping[str, int]
    datasets: int
    models: int


@dataclass(frozen=True)
class Report:
    """What was erased: rows by table, files, dataset versions withdrawn, models that had seen it.

    published: sentences of theirs that are reviewed knowledge by now, by table; those stay, a person decides over them.
    """

    conversations: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    datasets: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    published: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_dict` gave."""
        lists = {name: tuple(kept[name]) for name in ("datasets", "models")}
        return cls(**{**kept, **lists})


@dataclass(frozen=True)
class Erasure:
    """An order to erase. wanted: whom, forgotten with the rest once it is done; report None: not done yet."""

    id: UUID
    job_id: UUID
    reference: str
    wanted: Wanted
    reason: str
    ordered_by: str
    ordered_at: datetime
    ended_at: datetime | None
    report: Report | None
