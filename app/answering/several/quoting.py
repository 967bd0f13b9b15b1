"""The answers to several questions one after the other, word for word, and an honest word about the rest."""

from app.answering.citations import citation
from app.answering.compose import with_mark
from app.answering.decide import Route
from app.answering.domain import Citation, Cited, Composer, Delta, Events, Finished, Outcome, Started
from app.answering.screen import neutralise
from app.answering.several.looking_up import Several
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.texts import text

LONGEST_ECHO = 60
ASKING_BACK = frozenset({Route.CLARIFY, Route.WHICH_PRODUCT, Route.ASK_BACK})
_EDGE = " \t\n。！!？?，,.;；"


async def each_quoted(several: Several, understood: Understood, trace: Trace) -> Events:
    """What answers the first question, then the second; nothing is said twice, and what has no answer is named."""
    sources: list[Citation] = []
    pieces: list[str] = []
    numbers: dict[str, int] = {}
    found = several.recalled.passages
    for part in several.parts:
        for passage, quote in part.quotes:
            if quote not in numbers:
                numbers[quote] = len(numbers) + 1
                sources.append(citation(numbers[quote], passage, quote))
                pieces.append(with_mark(quote, numbers[quote]))
                for one in found:
                    if one is passage or (one.faq_id is not None and one.faq_id == passage.faq_id):
                        trace.fate(one, "cited", numbers[quote])
    locale = "zh-CN" if understood.language == "zh" else "en"
    for part in several.unanswered:
        asked = neutralise(part.understood.text).strip(_EDGE)[:LONGEST_ECHO]
        unclear = part.decision.route in ASKING_BACK and part.decision.suggestions
        pieces.append(text(f"answers.part_{'unclear' if unclear else 'unanswered'}", locale, asked=asked))
    yield Started(Composer.EXTRACTIVE)
    yield Cited(tuple(sources))
    trace.first_token()
    said = [piece if not at else f"\n\n{piece}" for at, piece in enumerate(pieces)]
    for piece in said:
        yield Delta(piece)
    done = trace.as_dict(outcome=Outcome.ANSWERED.value, composer=Composer.EXTRACTIVE.value)
    offers = several.decision.suggestions
    yield Finished("".join(said), Outcome.ANSWERED, tuple(sources), offers, Composer.EXTRACTIVE, done)
