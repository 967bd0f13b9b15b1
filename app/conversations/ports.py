"""What conversations need from outside: someone who answers, ratings, links to sources."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.accounts import Principal
from app.answering import AnswerEvent, Question, Turn
from app.answering.memory import RunningSummary, extract
from app.kernel.database import Session


class Answerer(Protocol):
    """Answers questions; closing the generator aborts everything it has under way."""

    def __call__(self, question: Question) -> AsyncGenerator[AnswerEvent, None]:
        """Started first, Finished or Failed last; expected failures are events, not exceptions."""
        ...


@dataclass(frozen=True)
class Rating:
    """What a customer thinks of an answer."""

    rating: str
    reasons: tuple[str, ...] = ()
    comment: str | None = None


class Summariser(Protocol):
    """Writes the running summary of a long conversation."""

    async def __call__(self, before: str, turns: Sequence[Turn], locale: str) -> RunningSummary:
        """The summary of the one before and what was said since."""
        ...


async def extracted(before: str, turns: Sequence[Turn], locale: str) -> RunningSummary:
    """A Summariser that asks no model."""
    return extract(before, turns)


class RatingLookup(Protocol):
    """The ratings customers gave; the feedback room keeps them."""

    async def __call__(self, session: Session, message_ids: Sequence[UUID]) -> dict[UUID, Rating]:
        """The rating of each rated message."""
        ...


class Visibility(Protocol):
    """Whose conversations somebody of the staff may see; the escalation room knows the groups."""

    async def __call__(self, session: Session, principal: Principal, ids: Sequence[UUID]) -> set[UUID]:
        """Those of the conversations this person may see."""
        ...


class SourceLinks(Protocol):
    """Addresses of sources that open in any browser for a while, without a sign-in."""

    def url(
        self,
        *,
        document_id: UUID | None = None,
        faq_id: UUID | None = None,
        chunk_id: UUID | None = None,
        quote: str = "",
        staff: bool = False,
    ) -> str:
        """The signed address of what is cited; `staff`: for somebody who may read every base."""
        ...


@dataclass(frozen=True)
class Openings:
    """When people are there in the next weeks, as moments; `reply_by` (HH:MM) is promised on the next working day."""

    timezone: str
    reply_by: str
    spans: tuple[tuple[datetime, datetime], ...]


class ServiceTimes(Protocol):
    """When people are there, and how long an ended conversation may go on; supervisors set both."""

    async def openings(self) -> Openings:
        """When people are there from now on."""
        ...

    async def reopen_days(self, session: Session) -> int:
        """For how many days a customer may go on in an ended conversation."""
        ...


async def no_ratings(session: Session, message_ids: Sequence[UUID]) -> dict[UUID, Rating]:
    """A RatingLookup where nothing is rated."""
    return {}
