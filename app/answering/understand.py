"""The second step: in which language to answer, what kind of turn this is, and which wordings to search for."""

from dataclasses import dataclass
from enum import StrEnum

from app.answering.choices import asked_last, chosen
from app.answering.domain import Language, Question
from app.answering.follow_up import rewrite
from app.answering.intents import NOT_READ, NOTHING_LEARNT, IntentBook, Reading
from app.answering.language import language_of
from app.answering.screen import LONGEST_QUERY, Screened
from app.answering.several.splitting import Parts, parts_of
from app.answering.small_talk import Kind, small_talk
from app.answering.wants_person import speaks_of_persons, wants_person

# From this score on examples alone hand over, where the patterns saw no wish for a person.
CERTAIN = 0.8


class Intent(StrEnum):
    """What a turn is."""

    QUESTION = "question"
    TASK = "task"
    SMALL_TALK = "small_talk"
    COMPLAINT = "complaint"
    PERSON = "person"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Understood:
    """A turn ready for search: `rewritten` is set for a turn that leaned on the one before, `chosen` for one that took
    an offer, `parts` for one that asks several things."""

    text: str
    language: Language
    intent: Intent
    rewritten: str | None = None
    chat: Kind | None = None
    chosen: str | None = None
    reading: Reading = NOT_READ
    parts: Parts | None = None

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


def understand(screened: Screened, question: Question, intents: IntentBook = NOTHING_LEARNT) -> Understood:
    """Reads one turn by rules and learnt examples: no model is asked before the first word of the answer.

    The patterns come first: who asks for a person in so many words gets one, whatever the examples make of it.
    """
    text, reading = screened.text, intents.read(screened.text)
    language = language_of(text, question.locale)
    if wants_person(text):
        return Understood(text, language, Intent.PERSON, reading=reading)
    taken = chosen(text, question.history)
    if taken is not None:
        whole = f"{taken} {asked_last(question.history) or ''}".strip()
        return Understood(text, language, Intent.QUESTION, whole, chosen=taken, reading=reading)
    chat = small_talk(text)
    if chat is not None:
        return Understood(text, language, Intent.SMALL_TALK, chat=chat, reading=reading)
    rewritten = rewrite(text, question.history, language)
    parts = parts_of(text, question.history, language)
    return Understood(text, language, _learnt(text, reading), rewritten, reading=reading, parts=parts)


def _learnt(text: str, reading: Reading) -> Intent:
    """What examples may say beyond the patterns. Small talk has fixed replies only for what the patterns know."""
    kind = Intent.QUESTION if reading.kind is None else Intent(reading.kind.value)
    if kind is Intent.PERSON:
        certain = reading.likely[0].score >= CERTAIN and not speaks_of_persons(text)
        return kind if certain else Intent.QUESTION
    return Intent.QUESTION if kind is Intent.SMALL_TALK else kind
