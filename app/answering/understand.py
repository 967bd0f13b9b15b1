"""The second step: in which language to answer, what kind of turn this is, and which wordings to search for."""

from dataclasses import dataclass
from enum import StrEnum

from app.answering.choices import asked_last, chosen
from app.answering.domain import Language, Question
from app.answering.follow_up import rewrite
from app.answering.language import language_of
from app.answering.screen import LONGEST_QUERY, Screened
from app.answering.small_talk import Kind, small_talk
from app.answering.wants_person import wants_person


class Intent(StrEnum):
    """What a turn is."""

    QUESTION = "question"
    PERSON = "person"
    SMALL_TALK = "small_talk"


@dataclass(frozen=True)
class Understood:
    """A turn ready for search: `rewritten` is set for a turn that leaned on the one before, `chosen` for one that took
    an offer."""

    text: str
    language: Language
    intent: Intent
    rewritten: str | None = None
    chat: Kind | None = None
    chosen: str | None = None

    @property
    def queries(self) -> list[str]:
        """The wordings to search for, raw first."""
        raw = _for_search(self.chosen or self.text)
        return [raw] if self.rewritten is None else [raw, _for_search(self.rewritten)]

    @property
    def whole(self) -> str:
        """The question as it reads on its own."""
        return self.rewritten or self.text


def _for_search(text: str) -> str:
    """A query of bounded length: of a long story the beginning and the end are kept, where the question usually is."""
    if len(text) <= LONGEST_QUERY:
        return text
    half = LONGEST_QUERY // 2
    return text[:half] + " " + text[-half:]


def understand(screened: Screened, question: Question) -> Understood:
    """Reads one turn with rules alone: no model is asked before the first word of the answer."""
    language = language_of(screened.text, question.locale)
    if wants_person(screened.text):
        return Understood(screened.text, language, Intent.PERSON)
    taken = chosen(screened.text, question.history)
    if taken is not None:
        whole = f"{taken} {asked_last(question.history) or ''}".strip()
        return Understood(screened.text, language, Intent.QUESTION, whole, chosen=taken)
    chat = small_talk(screened.text)
    if chat is not None:
        return Understood(screened.text, language, Intent.SMALL_TALK, chat=chat)
    rewritten = rewrite(screened.text, question.history, language)
    return Understood(screened.text, language, Intent.QUESTION, rewritten)
