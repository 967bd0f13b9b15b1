"""The words of answering: a question, passages, citations, and the events an answer consists of."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal
from uuid import UUID

from app.accounts import Company as CompanyProfile

Language = Literal["zh", "en"]
Speaker = Literal["customer", "bot", "agent"]


class Outcome(StrEnum):
    """How an answer ended."""

    ANSWERED = "answered"
    FAQ = "faq"
    CLARIFIED = "clarified"
    TOOL = "tool"
    SMALL_TALK = "small_talk"
    REFUSED = "refused"
    HANDED_OFF = "handed_off"
    STOPPED = "stopped"
    FAILED = "failed"


class Composer(StrEnum):
    """Where the words of an answer come from: quoted, generated, curated, or a fixed sentence."""

    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"
    FAQ = "faq"
    FIXED = "fixed"


# Turns that hold no knowledge: they stay out of what the model and the rewriting see.
OUTSIDE_HISTORY = frozenset({Outcome.REFUSED, Outcome.SMALL_TALK, Outcome.HANDED_OFF, Outcome.FAILED, Outcome.STOPPED})


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation; `outcome` is known for the bot's, `offers` are what it let choose."""

    role: Speaker
    text: str
    outcome: str | None = None
    offers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Company:
    """Who the bot speaks for: names and what it knows about, in both languages."""

    name_zh: str = "我们公司"
    name_en: str = "our company"
    topics_zh: tuple[str, ...] = ()
    topics_en: tuple[str, ...] = ()

    def name(self, language: Language) -> str:
        """The company's name as customers of a language know it."""
        return self.name_zh if language == "zh" else self.name_en

    def topics(self, language: Language) -> tuple[str, ...]:
        """What can be asked about."""
        return self.topics_zh if language == "zh" else self.topics_en


def company_of(profile: CompanyProfile) -> Company:
    """The company the pages present, as answering speaks for it."""
    return Company(profile.name.zh, profile.name.en, (profile.business.zh,), (profile.business.en,))


@dataclass(frozen=True)
class Question:
    """What a customer wrote, with everything an answer may depend on. `history` is oldest first, without this turn.

    audience, tier, channel: who asks, and where; channel None leaves channels out of account. conversation_id: None
    outside one. user_id: the company's own id of a customer it vouches for; never taken from what anybody wrote.
    summary: of turns older than `history`. memory: lines about a customer who consented to be remembered.
    decided: the change this customer has just confirmed or declined by a click, whatever the text says.
    again: the customer wants another answer to what was answered before.
    rehearsal: staff or an evaluation asks to see what would come of it: nothing is kept, done or taken from a cache.
    """

    text: str
    locale: str = "zh-CN"
    history: tuple[Turn, ...] = ()
    audience: str = "public"
    company: Company = field(default_factory=Company)
    base_ids: tuple[UUID, ...] | None = None
    tier: str | None = None
    channel: str | None = None
    conversation_id: UUID | None = None
    user_id: str | None = None
    decided: UUID | None = None
    rehearsal: bool = False
    again: bool = False
    summary: str = ""
    memory: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """One retrieved passage, best first in its list; `stages` are the scores of each retrieval stage for the trace."""

    chunk_id: UUID | None
    document_id: UUID | None
    faq_id: UUID | None
    title: str
    heading_path: tuple[str, ...]
    page: int | None
    text: str
    question: str | None
    score: float
    stages: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def heading(self) -> str:
        """Title and headings in one line: the context its sentences stand in."""
        parts = [self.title, *self.heading_path]
        return " › ".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True)
class Recalled:
    """What retrieval found: passages, whether they can answer, and FAQs asked word for word or nearly so, if any.

    noted: what stood behind the passages and goes no further. embedder: the model whose vectors were compared.
    threshold, ask_from: of the embedder's calibration; from the first on an answer is believed, from the second on
    asking back is worth the customer's while.
    """

    passages: tuple[Passage, ...]
    answerable: bool
    confidence: float
    threshold: float
    exact: Passage | None = None
    near: Passage | None = None
    ask_from: float = 0.0
    timings_ms: dict[str, float] = field(default_factory=dict)
    noted: tuple[Passage, ...] = ()
    embedder: str = ""


@dataclass(frozen=True)
class Citation:
    """A numbered source; `quote` is an exact substring of the passage's text."""

    number: int
    document_id: UUID | None
    faq_id: UUID | None
    chunk_id: UUID | None
    title: str
    heading_path: tuple[str, ...]
    page: int | None
    quote: str


@dataclass(frozen=True)
class Usage:
    """Tokens a model was given and gave."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Proposal:
    """A change that waits for the customer's click: which tool would be called, and what the card shows of it.

    question: what the customer had written. arguments: the checked values, without the customer's id.
    """

    id: UUID
    tool_id: UUID
    tool_version: int
    user_id: str
    title: str
    question: str
    fields: tuple[tuple[str, str], ...]
    arguments: dict[str, Any]
    expires_at: datetime


@dataclass(frozen=True)
class Settled:
    """What became of a change the customer was asked about: `done`, `cancelled` or `failed`."""

    confirmation_id: UUID
    verdict: str


@dataclass(frozen=True)
class Started:
    """The first event: who is going to speak."""

    composer: Composer


@dataclass(frozen=True)
class Cited:
    """The citations known so far; a later one replaces an earlier one."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Delta:
    """More text, to be appended."""

    text: str


@dataclass(frozen=True)
class Replaced:
    """All text so far is taken back; this stands in its place."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The end: `text` equals what the deltas and replacements left standing."""

    text: str
    outcome: Outcome
    citations: tuple[Citation, ...]
    suggestions: tuple[str, ...]
    composer: Composer
    trace: dict[str, Any]
    usage: Usage = field(default_factory=Usage)
    wants_person: bool = False
    card: Proposal | Settled | None = None


@dataclass(frozen=True)
class Failed:
    """The end when something broke: an honest sentence for the customer and a stable code for the staff."""

    code: str
    text: str
    trace: dict[str, Any]


AnswerEvent = Started | Cited | Delta | Replaced | Finished | Failed
Events = AsyncGenerator[AnswerEvent, None]
