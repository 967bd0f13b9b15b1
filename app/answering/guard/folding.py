"""Text as listed words are looked for in it: half-width, lower case, simplified, without blanks and marks between."""

import unicodedata
from functools import cache

from app.knowledge import simplified

_SIZE = 0x10000
_HAN = (0x3400, 0xA000)


@cache
def table() -> list[str | None]:
    """For each character what it is read as; None: passed over. Made once, when the first list is loaded."""
    read: list[str | None] = [chr(code) for code in range(_SIZE)]
    for code in range(_SIZE):
        category = unicodedata.category(chr(code))
        if category[0] in "ZPSC" or category in ("Mn", "Me"):
            read[code] = None
    for code in (*range(0x00, 0x250), *range(0xFF01, 0xFFDD), *range(0x2460, 0x24EA)):
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        if len(plain) == 1 and (plain.isalnum()):
            read[code] = plain
    han = [chr(code) for code in range(*_HAN)]
    for before, after in zip(han, simplified("\n".join(han)).split("\n"), strict=True):
        if len(after) == 1:
            read[ord(before)] = after
    for mark, letter in zip("@$", "as", strict=True):
        read[ord(mark)] = letter
    return read


def folded(text: str) -> str:
    """The text as it is searched."""
    return text.translate(table())


def places(text: str) -> list[int]:
    """Where each character of the folded text stands in the text."""
    read = table()
    return [at for at, char in enumerate(text) if ord(char) >= _SIZE or read[ord(char)] is not None]
