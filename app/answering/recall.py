"""The third step: passages for the question in its one or two wordings, each passage once."""

from collections.abc import Sequence

from app.answering.domain import Passage, Question, Recalled
from app.answering.ports import Passages
from app.answering.understand import Understood

WANTED = 8


async def recall(passages: Passages, question: Question, understood: Understood) -> Recalled:
    """Asks the knowledge base. Raises Unavailable."""
    found = await passages.find(
        understood.queries,
        base_ids=question.base_ids,
        audience=question.audience,
        locale="zh-CN" if understood.language == "zh" else "en",
        limit=WANTED,
    )
    return Recalled(
        _each_once(found.passages),
        found.answerable,
        found.confidence,
        found.threshold,
        found.exact,
        found.timings_ms,
    )


def _each_once(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    seen: dict[str, Passage] = {}
    for passage in passages:
        seen.setdefault("".join(passage.text.split()) + str(passage.question or ""), passage)
    return tuple(seen.values())
