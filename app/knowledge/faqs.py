"""FAQs: curated answers with many ways to ask for each."""

from collections.abc import Sequence

from app.knowledge.domain import NewChunk


def faq_chunks(questions: Sequence[str], answer: str) -> list[NewChunk]:
    """One passage for each way to ask, all with the answer as their text."""
    return [
        NewChunk(position, (), None, answer, 0, len(answer), "faq", question)
        for position, question in enumerate(questions)
    ]
