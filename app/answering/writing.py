"""Text while it is generated: marks renumbered, NO_ANSWER caught, and nothing shown before the guard let it pass."""

from app.answering.check import NO_ANSWER
from app.answering.citations import CitationMarks, citation, cited_numbers
from app.answering.domain import AnswerEvent, Citation, Cited, Delta, Language, Passage, Replaced, Usage
from app.answering.guard.output import OutputGuard
from app.answering.guard.repetition import first_round
from app.answering.language import GrowingText, sentences
from app.answering.prompt import Prompt
from app.answering.quotes import supporting_quote

# After so many characters it is plain in which language a model answers.
LANGUAGE_SHOWS = 48


class Writing:
    """One attempt at an answer. replaces: what an earlier attempt showed is taken back with the first text."""

    def __init__(self, prompt: Prompt, question: str, guard: OutputGuard, replaces: bool = False):
        self._prompt, self._question, self._guard, self._replaces = prompt, question, guard, replaces
        self._marks = CitationMarks(len(prompt.passages))
        self._opening: str | None = ""
        self._parts: list[str] = []
        self._size = self._told = 0
        self._spoken = GrowingText()
        self.gave_up = False
        self.usage = Usage()
        self.finish_reason: str | None = None

    @property
    def text(self) -> str:
        """What was shown so far."""
        return "".join(self._parts)

    @property
    def cited(self) -> tuple[Passage, ...]:
        """The passages cited so far; [1] shows the first."""
        return tuple(self._prompt.passages[n - 1] for n in self._marks.order)

    @property
    def invented_marks(self) -> int:
        """How many numbers named no passage."""
        return self._marks.dropped

    @property
    def over(self) -> bool:
        """Whether nothing more is wanted of the model."""
        return self.gave_up or self._guard.stopped is not None

    def speaks_another(self, language: Language) -> bool:
        """Whether the text so far, long enough to tell, is in another language than the customer's."""
        return self._size >= LANGUAGE_SHOWS and self._spoken.language(language) != language

    def feed(self, piece: str) -> list[AnswerEvent]:
        """The events of another piece."""
        if not piece or self.over:
            return []
        if self._opening is not None:
            self._opening += piece
            begun = self._opening.lstrip(" \n\"'`*【[")
            if begun.startswith(NO_ANSWER):
                self.gave_up = True
                return []
            if not begun or NO_ANSWER.startswith(begun):
                return []
            piece, self._opening = self._opening.lstrip(), None
        return self._shown(self._guard.feed(self._marks.feed(piece)))

    def end(self) -> list[AnswerEvent]:
        """The events of what was held back."""
        if self.over:
            return []
        rest, self._opening = self._opening or "", None
        held = (self._marks.feed(rest) if rest.strip() else "") + self._marks.end()
        return self._shown(self._guard.feed(held) + self._guard.end())

    def whole(self) -> str:
        """What may be judged: without the rounds of a model that went in circles, or half a sentence cut off."""
        text = self.text
        if self._guard.stopped == "repetition":
            text = text[: first_round(text)]
        if self.finish_reason == "length":
            ended = max(text.rfind(mark) for mark in "。！？!?.；;\n]")
            text = text[: ended + 1] if ended > 0 else text
        return text

    def citations(self, text: str, cited: tuple[Passage, ...]) -> tuple[Citation, ...]:
        """Passages under their numbers, each with the part that says what the sentences citing it say."""
        said = sentences(text)
        found = []
        for number, passage in enumerate(cited, 1):
            claims = " ".join(s for s in said if number in cited_numbers(s))
            found.append(citation(number, passage, supporting_quote(claims or self._question, passage)))
        return tuple(found)

    def _shown(self, piece: str) -> list[AnswerEvent]:
        if not piece:
            return []
        self._parts.append(piece)
        self._size += len(piece)
        self._spoken.add(piece)
        events: list[AnswerEvent] = [Replaced(piece) if self._replaces else Delta(piece)]
        self._replaces = False
        if len(self._marks.order) > self._told:
            self._told = len(self._marks.order)
            events.insert(0, Cited(self.citations(self.text, self.cited)))
        return events
