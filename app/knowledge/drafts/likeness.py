"""Which of two rows of texts stand for each other: they share most of the shorter one's sentences, or their words."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

SENTENCE = re.compile(r"[^。！？；.!?;\n|]+")
SHORTEST, SHARE, ALIKE = 4, 0.5, 0.4
Linked = tuple[list[int], list[int]]


def linked(left: Sequence[str], right: Sequence[str]) -> Iterator[Linked]:
    """The numbers of texts that belong together, in order; each once. One side is empty for what has no counterpart."""
    pairs = _by_sentences(left, right)
    pairs += _by_words(left, right, pairs)
    yield from _groups(len(left), len(right), pairs)


def _sentences(text: str) -> list[str]:
    found = ("".join(one.split()) for one in SENTENCE.findall(text))
    return [one for one in found if len(one) >= SHORTEST]


def _by_sentences(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    where: dict[str, set[int]] = defaultdict(set)
    lengths = []
    for number, text in enumerate(left):
        said = set(_sentences(text))
        lengths.append(sum(map(len, said)))
        for sentence in said:
            where[sentence].add(number)
    pairs = []
    for number, text in enumerate(right):
        said, shared = set(_sentences(text)), defaultdict[int, int](int)
        for sentence in said:
            for other in where.get(sentence, ()):
                shared[other] += len(sentence)
        length = sum(map(len, said))
        pairs += [(other, number) for other, both in shared.items() if both >= SHARE * min(length, lengths[other])]
    return pairs


def _by_words(left: Sequence[str], right: Sequence[str], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left on both sides, each with the next that has most of its pairs of characters."""
    taken_left, taken_right = {a for a, _ in pairs}, {b for _, b in pairs}
    free = [number for number in range(len(right)) if number not in taken_right]
    found, start = [], 0
    for number in (number for number in range(len(left)) if number not in taken_left):
        for place in range(start, min(start + 3, len(free))):
            if _alike(left[number], right[free[place]]) >= ALIKE:
                found.append((number, free[place]))
                start = place + 1
                break
    return found


def _alike(one: str, other: str) -> float:
    a, b = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other))
    return len(a & b) / max(1, min(len(a), len(b)))


def _groups(left: int, right: int, pairs: Sequence[tuple[int, int]]) -> Iterator[Linked]:
    """Stretches of both sides that no pair crosses."""
    last_right: dict[int, int] = {}
    partners: dict[int, list[int]] = defaultdict(list)
    for a, b in pairs:
        last_right[a] = max(b, last_right.get(a, b))
        partners[b].append(a)
    a = b = 0
    while a < left or b < right:
        if a < left and a not in last_right:
            yield [a], []
            a += 1
        elif b < right and b not in partners:
            yield [], [b]
            b += 1
        else:
            a_end, b_end = _closed(a, b, last_right, partners)
            yield list(range(a, min(a_end, left))), list(range(b, min(b_end, right)))
            a, b = a_end, b_end


def _closed(a: int, b: int, last_right: dict[int, int], partners: dict[int, list[int]]) -> tuple[int, int]:
    """How far a group that begins at (a, b) reaches until everything in it has its partners in it."""
    a_end, b_end = a + 1, b + 1
    seen_a, seen_b = a, b
    while seen_a < a_end or seen_b < b_end:
        while seen_a < a_end:
            b_end = max(b_end, last_right.get(seen_a, -1) + 1)
            seen_a += 1
        while seen_b < b_end:
            a_end = max(a_end, *(one + 1 for one in partners.get(seen_b, [-1])))
            seen_b += 1
    return a_end, b_end
