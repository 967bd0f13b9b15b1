"""Wire shapes of the hit test."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field

from app.answering import Citation, Failed, Finished
from app.evaluation.ask import Asked, Where
from app.evaluation.domain import LONGEST_QUESTION, LONGEST_TEXT, MOST_EXPECTED
from app.evaluation.hit_test import Choices, HitTest, Phrased, Standing
from app.evaluation.judge import STAGES
from app.evaluation.schemas import ExpectedBody, OptionsBody
from app.kernel.texts import Locale, text
from app.kernel.wire import VisibleText, Wire
from app.knowledge import EmbedderChoice, Explained, Hit, ListBody, Reference, RehearsedWords, Seen, Wording

SHOWN = 50
Asking = Annotated[VisibleText, Field(min_length=1, max_length=LONGEST_QUESTION)]


class OtherWords(Wire):
    """A passage as it would read if somebody saved these words."""

    chunk_id: UUID
    text: Annotated[VisibleText, Field(max_length=LONGEST_TEXT)]


class OtherList(ListBody):
    """A word list as if somebody had saved it for a base, or without `base_id` for all."""

    base_id: UUID | None = None


class HitTestBody(Wire):
    """A question, where to look, and what to change for this test. audience public: what every customer may read.

    edited: other words for one passage; words: another word list. Both are kept nowhere.
    """

    question: Asking
    locale: Locale = "zh-CN"
    audience: Literal["public", "staff"] = "public"
    base_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)] | None = None
    options: OptionsBody | None = None
    expected: Annotated[list[ExpectedBody], Field(max_length=MOST_EXPECTED)] = []
    edited: OtherWords | None = None
    words: OtherList | None = None

    def where(self) -> Where:
        """As the domain has it."""
        return Where(self.audience, None if self.base_ids is None else tuple(self.base_ids))


class PhrasingsBody(HitTestBody):
    """The same for other phrasings; `question` is not asked again."""

    phrasings: Annotated[list[Asking], Field(min_length=1, max_length=20)]


class WordingView(Wire):
    """One wording as search looked for it."""

    text: str
    normalised: str
    terms: list[str]
    meant: list[dict[str, str | list[str]]]
    clause: bool

    @classmethod
    def of(cls, one: Wording) -> Self:
        """From the domain."""
        meant: list[dict[str, str | list[str]]] = [{"said": said, "others": list(others)} for said, others in one.meant]
        return cls(text=one.text, normalised=one.normalised, terms=list(one.terms), meant=meant, clause=one.clause)


class PassageView(Wire):
    """A passage some stage lists. confidence: what it alone is worth; source, sha256: what it is known by for good."""

    chunk_id: UUID
    document_id: UUID | None
    faq_id: UUID | None
    base_id: UUID
    title: str
    heading_path: list[str]
    page: int | None
    text: str
    question: str | None
    confidence: float
    source: str
    sha256: str

    @classmethod
    def of(cls, hit: Hit, confidence: float, known: Reference) -> Self:
        """From the domain."""
        return cls(
            chunk_id=hit.chunk_id,
            document_id=hit.document_id,
            faq_id=hit.faq_id,
            base_id=hit.base_id,
            title=hit.title,
            heading_path=list(hit.heading_path),
            page=hit.page,
            text=hit.text,
            question=hit.question,
            confidence=round(confidence, 4),
            source=known.source,
            sha256=known.sha256,
        )


class SeenView(Wire):
    """A place in one stage's list."""

    chunk_id: UUID
    rank: int
    score: float


class StageList(Wire):
    """One stage: how many passages it lists, and the first of them."""

    count: int
    items: list[SeenView]

    @classmethod
    def of(cls, seen: tuple[Seen, ...], keep: set[UUID]) -> Self:
        """From the domain; the expected passages are shown however far down they are."""
        shown = [one for one in seen if one.rank <= SHOWN or one.chunk_id in keep]
        return cls(
            count=len(seen),
            items=[SeenView(chunk_id=one.chunk_id, rank=one.rank, score=round(one.score, 6)) for one in shown],
        )


class CitationView(Wire):
    """A source of the answer; `quote` is word for word in the passage."""

    number: int
    title: str
    heading_path: list[str]
    page: int | None
    quote: str
    chunk_id: UUID | None
    document_id: UUID | None
    faq_id: UUID | None

    @classmethod
    def of(cls, one: Citation) -> Self:
        """From the domain."""
        return cls(**{**vars(one), "heading_path": list(one.heading_path)})


class AnswerView(Wire):
    """What a customer would read, and why this way."""

    outcome: str
    composer: str
    route: str
    reasons: list[str]
    text: str
    citations: list[CitationView]
    suggestions: list[str]
    model: str | None
    ms: float

    @classmethod
    def of(cls, ended: Finished | Failed, ms: float) -> Self:
        """From the pipeline's last event."""
        trace = ended.trace
        done = ended if isinstance(ended, Finished) else None
        decision, model = trace.get("decision") or {}, trace.get("model") or {}
        return cls(
            outcome=done.outcome.value if done else "failed",
            composer=done.composer.value if done else "fixed",
            route=str(decision.get("route") or ""),
            reasons=[str(reason) for reason in decision.get("reasons") or ()],
            text=ended.text,
            citations=[CitationView.of(one) for one in done.citations] if done else [],
            suggestions=list(done.suggestions) if done else [],
            model=model.get("name") if isinstance(model, dict) else None,
            ms=round(ms, 1),
        )


class StandingView(Wire):
    """Where the expected passage stands, and sentences that say why."""

    chunk_ids: list[UUID]
    ranks: dict[str, int]
    why: list[str]
    cited: bool

    @classmethod
    def of(cls, standing: Standing, locale: str) -> Self:
        """From the domain."""
        return cls(
            chunk_ids=sorted(standing.chunk_ids),
            ranks=standing.ranks,
            why=[text(f"evaluation.why_{code}", locale, **values) for code, values in standing.why],
            cited=standing.cited,
        )


class RehearsedView(Wire):
    """What saving the word list would do: so many passages indexed anew, of those `looked_at` among `passages`."""

    indexed_anew: int
    looked_at: int
    passages: int

    @classmethod
    def of(cls, words: RehearsedWords) -> Self:
        """From the domain."""
        return cls(indexed_anew=words.indexed_anew, looked_at=words.looked_at, passages=words.passages)


class HitTestView(Wire):
    """Every stage of the live path for one question. Stages: lexical, vector, fused, reranked (the final order)."""

    wordings: list[WordingView]
    embedder: str
    reranker: str | None
    weights: tuple[float, float] | None
    threshold: float
    confidence: float
    answerable: bool
    faq: str | None
    searched: bool
    timings_ms: dict[str, float]
    passages: list[PassageView]
    stages: dict[str, StageList]
    answer: AnswerView | None
    expected: StandingView | None
    words: RehearsedView | None

    @classmethod
    def of(cls, test: HitTest, words: RehearsedWords | None, locale: str) -> Self:
        """From the domain."""
        asked, search = test.asked, test.asked.search
        keep = test.standing.chunk_ids if test.standing else set()
        explained = search.explained
        stages = {} if explained is None else {name: StageList.of(getattr(explained, name), keep) for name in STAGES}
        faq = search.faq_exact or search.faq_near
        return cls(
            wordings=[WordingView.of(one) for one in explained.wordings] if explained else [],
            embedder=search.embedder,
            reranker=explained.reranker if explained else None,
            weights=explained.weights if explained else None,
            threshold=search.threshold,
            confidence=round(search.confidence, 4),
            answerable=search.answerable,
            faq=faq.question if faq else None,
            searched=asked.searched,
            timings_ms={name: round(spent, 2) for name, spent in search.timings_ms.items()},
            passages=_passages(asked, explained, stages),
            stages=stages,
            answer=AnswerView.of(asked.ended, asked.ms) if asked.ended else None,
            expected=StandingView.of(test.standing, locale) if test.standing else None,
            words=RehearsedView.of(words) if words else None,
        )


def _passages(asked: Asked, explained: Explained | None, stages: dict[str, StageList]) -> list[PassageView]:
    """Only those the shown lists name."""
    if explained is None:
        return []
    shown = {one.chunk_id for stage in stages.values() for one in stage.items}
    return [
        PassageView.of(hit, explained.confidence.get(chunk_id, 0.0), asked.references.get(chunk_id, Reference()))
        for chunk_id, hit in explained.passages.items()
        if chunk_id in shown
    ]


class PhrasedView(Wire):
    """How another phrasing does."""

    text: str
    rank: int | None
    answerable: bool
    first: str

    @classmethod
    def of(cls, one: Phrased) -> Self:
        """From the domain."""
        return cls(**vars(one))


class PhrasedList(Wire):
    """Every other phrasing in the order it was asked."""

    items: list[PhrasedView]


class BaseView(Wire):
    """A base to choose."""

    base_id: UUID
    name: str
    audience: str


class EmbedderView(Wire):
    """An embedder to choose; target: the share of foreign questions its threshold lets through."""

    embedder_id: UUID
    model: str
    kind: str
    state: str
    threshold: float
    target: float | None

    @classmethod
    def of(cls, one: EmbedderChoice) -> Self:
        """From the domain."""
        return cls(embedder_id=one.id, **{name: value for name, value in vars(one).items() if name != "id"})


class ChoicesView(Wire):
    """What a test may be kept to or tried with."""

    bases: list[BaseView]
    embedders: list[EmbedderView]
    reranker: str | None

    @classmethod
    def of(cls, found: Choices) -> Self:
        """From the domain."""
        return cls(
            bases=[BaseView(base_id=one.id, name=one.name, audience=one.audience) for one in found.bases],
            embedders=[EmbedderView.of(one) for one in found.embedders],
            reranker=found.reranker,
        )
