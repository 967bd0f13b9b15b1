"""One spelling of every text: width, script, case and blanks evened out, English endings taken off."""

import re
import unicodedata

import opencc

_SIMPLIFY = opencc.OpenCC("t2s")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_BLANKS = re.compile(r"\s+")
_ENDINGS = (
    ("ies", "y", 5),
    ("sses", "ss", 5),
    ("ing", "", 6),
    ("ed", "", 5),
    ("ly", "", 5),
    ("es", "", 5),
    ("s", "", 4),
)


def normalise(text: str) -> str:
    """One spelling: NFKC (full width to half), traditional to simplified characters, lower case, single blanks."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if _HAN.search(folded):
        folded = _SIMPLIFY.convert(folded)
    return _BLANKS.sub(" ", folded).strip()


def simplified(text: str) -> str:
    """Traditional characters as simplified ones, everything else as it is."""
    return str(_SIMPLIFY.convert(text))


def is_han(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return _HAN.search(text) is not None


def stem(word: str) -> str:
    """The word without its commonest English endings; words that are not plain ASCII letters stay as they are."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    for ending, instead, least in _ENDINGS:
        if len(word) >= least and word.endswith(ending) and not (ending == "s" and word[-2] in "su"):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] == "e" else word
