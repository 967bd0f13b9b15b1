"""What customers call things: everyday words that mean the same, and subjects that a base either knows or does not."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.knowledge.spelling import is_han, normalise, stem

# same_*: lines of words for one thing (电流声, 滋滋, 底噪). subjects_*: things people ask some company about; a
# question about a fridge is no question for a shop of headphones, however alike the rest of it is.
_DATA = json.loads(Path(__file__).with_name("everyday_words.json").read_text("utf-8"))
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
Phrase = tuple[str, ...]


def _stems(said: str) -> Phrase:
    return tuple(stem(word) for word in _WORD.findall(said))


def _by_phrase(lines: Iterable[Sequence[str]], prefix: str) -> dict[Phrase, tuple[str, ...]]:
    found: defaultdict[Phrase, dict[str, None]] = defaultdict(dict)
    for line in lines:
        for said in line:
            found[_stems(said)][f"{prefix}{line[0]}"] = None
    return {phrase: tuple(names) for phrase, names in found.items()}


def _by_first(lines: Iterable[Sequence[str]], prefix: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Per two opening characters the words that begin so, longest first, each with the name of its line."""
    found: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for line in lines:
        for said in line:
            word = normalise(said)
            found[word[:2]][word, f"{prefix}{line[0]}"] = None
    return {first: tuple(sorted(words, key=lambda pair: -len(pair[0]))) for first, words in found.items()}


_SAME_ZH = _by_first([line.split() for line in _DATA["same_zh"]], "same:")
_SAME_EN = _by_phrase([line.split("|") for line in _DATA["same_en"]], "same:")
_SUBJECTS_ZH = _by_first([[word] for word in _DATA["subjects_zh"].split()], "subject:")
_SUBJECTS_EN = frozenset(stem(word) for word in _DATA["subjects_en"].split())
_LONGEST_EN = max(map(len, _SAME_EN))


def same_things(folded: str) -> list[str]:
    """The names of the things a normalised text speaks of in any of their everyday words, with repeats."""
    found = _starting(folded, _SAME_ZH) if is_han(folded) else []
    stems = _stems(folded)
    for start in range(len(stems)):
        for size in range(1, min(_LONGEST_EN, len(stems) - start) + 1):
            found.extend(_SAME_EN.get(stems[start : start + size], ()))
    return found


def things_meant(text: str) -> frozenset[str]:
    """The names of the things a text speaks of, whatever everyday word it uses."""
    return frozenset(same_things(normalise(text)))


def words_meant(folded: str) -> list[tuple[str, tuple[str, ...]]]:
    """The everyday words a normalised text says, each with the others for the same thing."""
    lines = [([normalise(word) for word in line.split()], line.split()) for line in _DATA["same_zh"]]
    found = {said: line for words, line in lines for said in words if is_han(said) and said in folded}
    kept = [said for said in found if not any(said != other and said in other for other in found)]
    meant = [(said, tuple(word for word in found[said] if normalise(word) != said)) for said in kept]
    stems = _stems(folded)
    for line in (line.split("|") for line in _DATA["same_en"]):
        said_of_line = next((phrase for phrase in line if _says(stems, _stems(phrase))), None)
        if said_of_line is not None:
            others = [other for other in line if _stems(other) != _stems(said_of_line)]
            meant.append((said_of_line, tuple({_stems(other): other for other in others}.values())))
    return meant


def _says(stems: Phrase, phrase: Phrase) -> bool:
    size = len(phrase)
    return size > 0 and any(stems[start : start + size] == phrase for start in range(len(stems)))


def subjects(folded: str) -> list[str]:
    """The subjects a normalised text names that not every company deals in."""
    found = list(dict.fromkeys(_starting(folded, _SUBJECTS_ZH))) if is_han(folded) else []
    return found + [f"subject:{word}" for word in dict.fromkeys(_stems(folded)) if word in _SUBJECTS_EN]


def _starting(folded: str, words: dict[str, tuple[tuple[str, str], ...]]) -> list[str]:
    found: list[str] = []
    for start in range(len(folded) - 1):
        for word, name in words.get(folded[start : start + 2], ()):
            if folded.startswith(word, start):
                found.append(name)
    return found
