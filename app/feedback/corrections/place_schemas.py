"""Wire shapes of the places a right answer may belong to."""

from typing import Self
from uuid import UUID

from app.feedback.corrections.places import CitedPassage, NearFaq, Places
from app.kernel.wire import Wire


class NearFaqView(Wire):
    """An FAQ that comes close. score in [0, 1]: how near its nearest way to ask is."""

    faq_id: UUID
    version: int
    question: str
    answer: str
    score: float

    @classmethod
    def of(cls, near: NearFaq) -> Self:
        """The FAQ as the contract shows it."""
        faq = near.faq
        return cls(faq_id=faq.id, version=faq.version, question=near.question, answer=faq.answer, score=near.score)


class CitedView(Wire):
    """A passage or curated answer that was cited, as it reads now."""

    number: int
    title: str
    heading_path: list[str]
    quote: str
    text: str
    version: int
    chunk_id: UUID | None
    faq_id: UUID | None

    @classmethod
    def of(cls, cited: CitedPassage) -> Self:
        """The passage as the contract shows it."""
        return cls(**{**vars(cited), "heading_path": list(cited.heading_path)})


class PlacesView(Wire):
    """What the form under an answer offers. replies: what people sent in the same conversation afterwards."""

    message_id: UUID
    question: str
    answer: str
    locale: str
    faqs: list[NearFaqView]
    passages: list[CitedView]
    replies: list[str]
    four_eyes: bool

    @classmethod
    def of(cls, places: Places, four_eyes: bool) -> Self:
        """The places as the contract shows them."""
        return cls(
            message_id=places.answer.message_id,
            question=places.answer.question,
            answer=places.answer.answer,
            locale=places.answer.locale,
            faqs=[NearFaqView.of(one) for one in places.faqs],
            passages=[CitedView.of(one) for one in places.passages],
            replies=list(places.replies),
            four_eyes=four_eyes,
        )
