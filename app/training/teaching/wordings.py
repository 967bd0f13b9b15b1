"""Other wordings of approved questions by a model: asked for when the recipe wants them, kept, and checked."""

import re
from collections.abc import Sequence

from app.kernel.logging import get_logger
from app.training.datasets.augment import Wordings
from app.training.domain import Lesson
from app.training.errors import TeacherUnavailable
from app.training.teaching.asking import ask_all, key_of, known_texts
from app.training.teaching.domain import Ask, Purpose
from app.training.teaching.teachers import first_teacher
from app.training.tools import TrainingTools

log = get_logger(__name__)
_ORDER = {
    "zh-CN": "把客户的问题换两种说法：意思、商品名和数字都不变，不回答，每行一种，不编号。",
    "en": "Say the customer's question in two other ways: same meaning, names and numbers; don't answer; one a line.",
}
_NUMBERED = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.、)）:：])\s*")


async def wordings_of(tools: TrainingTools, lessons: Sequence[Lesson], *, may_ask: bool = True) -> Wordings:
    """Of each question; only what is kept already when nothing may be asked. None by a model that is away: a dataset
    does without them."""
    teacher = await first_teacher(tools)
    if teacher is None:
        return {}
    asks = {one.question: _ask(one) for one in lessons}
    try:
        said = (
            await ask_all(tools, teacher, Purpose.WORDINGS, list(asks.values()), lambda _: None)
            if may_ask
            else await known_texts(tools, teacher, Purpose.WORDINGS, list(asks.values()))
        )
    except TeacherUnavailable:
        log.warning("wordings_left_out", teacher=teacher.name)
        return {}
    return {question: lines_of(said[ask.key].text) for question, ask in asks.items() if ask.key in said}


def _ask(one: Lesson) -> Ask:
    messages = (
        {"role": "system", "content": _ORDER.get(one.locale, _ORDER["en"])},
        {"role": "user", "content": one.question},
    )
    return Ask(key_of(messages), messages, one.conversation_id)


def lines_of(text: str) -> tuple[str, ...]:
    """The wordings a model gave, without numbers and quotes around them."""
    found = (_NUMBERED.sub("", line).strip().strip("“”\"'「」") for line in text.splitlines())
    return tuple(line for line in found if line)
