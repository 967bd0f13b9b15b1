"""Cutting what people wrote into sentences."""

import re

_SENTENCE = re.compile(r"[^。！？；!?;\n]+(?:[。！？；!?;]+|$|(?=\n))")


def sentences_of(text: str) -> list[str]:
    """Each sentence with its mark, blanks aside."""
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]
