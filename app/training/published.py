"""The room's own answers to two of its ports: the FAQs of the knowledge base, and the prompt answering really uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.answering import Company, lesson_prompt, with_source_marks
from app.knowledge import SearchTools, list_faqs, list_public_passages
from app.training.domain import Faq, Passage, Turns

PAGE = 100


@dataclass(frozen=True)
class PublishedFaqs:
    """Every FAQ of every base."""

    knowledge: SearchTools

    async def faqs(self) -> Sequence[Faq]:
        """See the port `CuratedAnswers`."""
        found: list[Faq] = []
        before: UUID | None = None
        while page := await list_faqs(self.knowledge, before=before, limit=PAGE):
            found += [Faq(faq.id, tuple(faq.questions), faq.answer) for faq in page]
            before = page[-1].id
        return found


@dataclass(frozen=True)
class PublicLibrary:
    """The documents of public bases: what other customers may not read must not be learnt by heart."""

    knowledge: SearchTools

    async def passages(self) -> Sequence[Passage]:
        """See the port `Library`."""
        return [Passage(one.document_id, one.title, one.text) for one in await list_public_passages(self.knowledge)]


@dataclass(frozen=True)
class ServedForm:
    """The prompt of app/answering, for one company."""

    company: Company

    def prompt(self, question: str, answer: str, locale: str) -> Turns:
        """See the port `PromptForm`."""
        messages = lesson_prompt(question, answer, locale, self.company)
        return tuple({"role": message.role, "content": message.content} for message in messages)

    def marked(self, answer: str, prompt: Turns) -> str:
        """See the port `PromptForm`."""
        return with_source_marks(answer, prompt)
