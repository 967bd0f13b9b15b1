"""Which of two passages comes first when they answer alike: the one of the base with the higher priority."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
# How far apart the confidence in two passages may be, as a share of the greater, and they still answer alike. For two
# rules about one thing in other words it lies within 0.2; a model's similarities and a reranker's scores lie closer.
ALIKE_WORDS, ALIKE_NEURAL, ALIKE_RERANKED = 0.2, 0.03, 0.03


def in_precedence(
    found: Sequence[T],
    *,
    worth: Callable[[T], float],
    priority: Callable[[T], int],
    answers: Callable[[T], bool],
    apart: float,
) -> list[T]:
    """The same passages, best first; neighbours that answer alike by priority, else as they came.

    answers: whether a passage is sure enough to answer at all; one that is not never moves.
    """
    if len({priority(one) for one in found}) < 2:
        return list(found)
    ordered: list[T] = []
    run: list[T] = []
    for one in found:
        if run and answers(one) and worth(one) >= worth(run[0]) - apart * abs(worth(run[0])):
            run.append(one)
            continue
        ordered += sorted(run, key=priority, reverse=True)
        run = [one] if answers(one) else []
        ordered += [] if run else [one]
    return ordered + sorted(run, key=priority, reverse=True)
