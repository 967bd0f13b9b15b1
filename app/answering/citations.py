"""Citation marks in text that is still being written: read in every common form, renumbered, invented ones dropped."""

import re

from app.answering.domain import Citation, Passage
from app.answering.guard.attacks import without_orders
from app.answering.guard.never_shown import hide
from app.answering.planted import LEFT_OUT

_MARK = re.compile(
    r"\s?[\[【［]\^?\s*(?:资料|来源|source|passage|doc)?\s*(\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*)\s*[\]】］](?!\()",
    re.IGNORECASE,
)
# Text that may become a mark, or a mark that may turn out to be a link.
_UNDECIDED = re.compile(r"\s?[\[【［][^\]】］\n]{0,24}[\]】］]?$|\s$")
SHOWN = re.compile(r"\[(\d{1,3})\]")


class CitationMarks:
    """Turns the model's passage numbers into numbers in order of first use, as the text streams by."""

    def __init__(self, passages: int):
        self._passages = passages
        self._held = ""
        self.order: list[int] = []
        self.dropped = 0

    def feed(self, text: str) -> str:
        """The text that can be shown now; a mark cut in half waits for its other half."""
        whole = self._held + text
        open_mark = _UNDECIDED.search(whole)
        cut = open_mark.start() if open_mark else len(whole)
        self._held = whole[cut:]
        return _MARK.sub(self._renumbered, whole[:cut])

    def end(self) -> str:
        """What was held back and never became a mark."""
        held, self._held = self._held, ""
        return _MARK.sub(self._renumbered, held)

    def _renumbered(self, match: re.Match[str]) -> str:
        shown: list[str] = []
        for raw in re.findall(r"\d+", match[1]):
            number = int(raw)
            if not 1 <= number <= self._passages:
                self.dropped += 1
                continue
            if number not in self.order:
                self.order.append(number)
            mark = f"[{self.order.index(number) + 1}]"
            if mark not in shown:
                shown.append(mark)
        return "".join(shown)


def citation(number: int, passage: Passage, quote: str) -> Citation:
    """A citation of a passage under a number; of what it quotes nothing shows that no answer may show."""
    return Citation(
        number,
        passage.document_id,
        passage.faq_id,
        passage.chunk_id,
        passage.title or passage.question or "",
        passage.heading_path,
        passage.page,
        hide(without_orders(quote, LEFT_OUT)[0] if passage.question is None else quote)[0],
    )


def cited_numbers(text: str) -> list[int]:
    """The numbers shown in a text, in order of appearance."""
    return list(dict.fromkeys(int(n) for n in SHOWN.findall(text)))
