"""The terms of a conversation: cut as search cuts questions, without what identifies a person."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.kernel.personal import find_personal
from app.knowledge import stem, words_said

MOST_TERMS = 8  # of a search
LONGEST_TERM = 64  # characters; what is longer is found by its beginning


@dataclass(frozen=True)
class Asked:
    """What a search asks for, all of it. terms: as they are indexed; words: the same as they are written;
    personal: values that stand in no index, in lower case."""

    terms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()


def terms_of_all(texts: Iterable[str]) -> list[str]:
    """Each term said in some texts once: pairs of characters, single ones, stems of words, codes."""
    found: dict[str, None] = {}
    for text in texts:
        for word in words_said(_impersonal(text)):
            found[_term(word)] = None
            if len(word) == 2 and not word.isascii():
                found.update(dict.fromkeys(word))
    return list(found)


def asked_of(q: str) -> Asked:
    """What the words of a search ask for."""
    words = [word for word in words_said(_impersonal(q)) if word][:MOST_TERMS]
    personal = tuple(one.value.lower() for one in find_personal(q))
    return Asked(tuple(dict.fromkeys(map(_term, words))), tuple(dict.fromkeys(words)), personal)


def _term(word: str) -> str:
    return stem(word)[:LONGEST_TERM]


def _impersonal(text: str) -> str:
    """The text with a gap in place of each personal value."""
    pieces, at = [], 0
    for one in find_personal(text):
        pieces.append(text[at : one.start])
        at = one.end
    return " ".join([*pieces, text[at:]]).replace("\x00", " ")
