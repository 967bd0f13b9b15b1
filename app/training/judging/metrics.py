"""How near an answer is to the wanted one, each in [0, 1], and when it counts as right."""

from app.evaluation import answer_metrics as measures

RIGHT = 0.9
"""From this F1 on, with the same numbers, an answer counts as right."""


def exact(said: str, wanted: str) -> bool:
    """Whether they are the same but for blanks, punctuation and source marks."""
    return _units(said) == _units(wanted)


def f1(said: str, wanted: str) -> float:
    """Of the characters and words both have."""
    return round(measures.f1(_units(said), _units(wanted)), 4)


def bleu(said: str, wanted: str) -> float:
    """Up to four units in a row."""
    return round(measures.bleu(_units(said), _units(wanted)), 4)


def rouge_l(said: str, wanted: str) -> float:
    """The longest common sequence."""
    return round(measures.rouge_l(_units(said), _units(wanted)), 4)


def is_right(said: str, wanted: str) -> bool:
    """Whether it says what is wanted: nearly the same words, and the same numbers."""
    return f1(said, wanted) >= RIGHT and _numbers(said) == _numbers(wanted)


def _units(text: str) -> list[str]:
    return measures.tokens(measures.without_marks(text))


def _numbers(text: str) -> list[str]:
    return sorted(unit for unit in _units(text) if any(char.isdigit() for char in unit))
