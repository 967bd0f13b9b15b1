"""Recognises passages of the prompt in what a model says, across marks, blanks and pieces."""

import re

_MARKS = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# So many characters in a row (letters and characters only) are a passage; fewer may be the same words by chance.
LONG_HAN, LONG_LATIN = 16, 44
# From so many on the rest is held back until it is known whether a passage comes of it.
SEED = 8


def letters(text: str) -> str:
    """Only letters, characters and figures, in lower case."""
    return _MARKS.sub("", text).casefold()


class Rules:
    """The words of the prompt that customers must not read."""

    def __init__(self, text: str):
        self._text = letters(text)

    def leaked(self, said: str, known: str) -> bool:
        """Whether `said` holds a passage of the rules that `known`, the published text, does not hold too."""
        plain = letters(said)
        for start in range(0, len(plain) - SEED + 1, SEED):
            if plain[start : start + SEED] in self._text:
                found = self._whole(plain, start)
                if len(found) >= _limit(found) and found not in known:
                    return True
        return False

    def open_at(self, said: str) -> int:
        """Where at the end of a text a passage of the rules may be beginning; the text's length when none is."""
        if not self._may_be_open(said):
            return len(said)
        places = [at for at, char in enumerate(said) if char.isalnum()]
        plain = "".join(said[at] for at in places).casefold()
        if len(plain) != len(places):
            return len(said)
        size = SEED
        if len(plain) < SEED or plain[-SEED:] not in self._text:
            return len(said)
        while size < len(plain) and plain[-size - 1 :] in self._text:
            size += 1
        return places[len(plain) - size]

    def _may_be_open(self, said: str) -> bool:
        """Whether the last letters stand in the rules; a cheap look before the exact one."""
        last: list[str] = []
        for char in reversed(said):
            if char.isalnum():
                last.append(char)
                if len(last) == SEED:
                    break
        folded = "".join(reversed(last)).casefold()
        return len(last) == SEED and (len(folded) != SEED or folded in self._text)

    def _whole(self, plain: str, start: int) -> str:
        """The longest piece of the rules that stands around a place."""
        end = start + SEED
        while end < len(plain) and plain[start : end + 1] in self._text:
            end += 1
        while start > 0 and plain[start - 1 : end] in self._text:
            start -= 1
        return plain[start:end]


def _limit(text: str) -> int:
    return LONG_HAN if 2 * len(_HAN.findall(text)) >= len(text) else LONG_LATIN
