"""Recognises a model that goes in circles, and cuts the text behind the first round."""

TAIL = 1_200
_ENDINGS = "。！？!?；;.\n"
SHORTEST_LOOP, LONGEST_UNIT, ROUNDS = 60, 300, 3


def first_round(text: str) -> int | None:
    """Where the first round of an endless repetition at the end of a text is over; None when there is none."""
    tail = text[-TAIL:]
    for unit in range(1, min(LONGEST_UNIT, len(tail) // ROUNDS) + 1):
        rounds = max(ROUNDS, -(-SHORTEST_LOOP // unit))
        if rounds * unit > len(tail):
            continue
        last = tail[-unit:]
        if last.strip() and tail.endswith(last * rounds):
            return _sentence_end(text, _begin(text, unit) + unit, unit)
    return None


def _sentence_end(text: str, end: int, unit: int) -> int:
    """The end of the sentence a cut goes through, if it is near."""
    if text[:end].rstrip(" ").endswith(tuple(_ENDINGS)):
        return end
    nearest = min((at for at in (text.find(mark, end, end + unit) for mark in _ENDINGS) if at >= 0), default=end - 1)
    return nearest + 1


def _begin(text: str, unit: int) -> int:
    """Where the repetition begins: the earliest place from which on the text repeats itself."""
    at = len(text) - unit
    while at > 0 and text[at - 1] == text[at - 1 + unit]:
        at -= 1
    return at
