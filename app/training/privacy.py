"""Takes what identifies a person out of training rows: phone numbers, e-mails, identity and card numbers."""

import re
from collections.abc import Sequence

from app.training.domain import Turns

# Order matters: an identity number would otherwise be taken for a card. Hotlines (400, 800) belong to companies.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    ("id_number", re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])")),
    ("card_number", re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){12,18}(?![0-9A-Za-z])")),
    ("phone", re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])")),
    ("phone", re.compile(r"(?<![0-9A-Za-z+])\+\d{1,3}(?:[ -]?\d{2,4}){2,4}(?![0-9A-Za-z])")),
)
MASKS = {
    "zh": {"email": "〔邮箱〕", "id_number": "〔证件号〕", "card_number": "〔卡号〕", "phone": "〔电话〕"},
    "en": {"email": "[email]", "id_number": "[id number]", "card_number": "[card number]", "phone": "[phone]"},
}


def personal_values(text: str) -> dict[str, str]:
    """Each personal value in a text with its kind."""
    found: dict[str, str] = {}
    for kind, pattern in PATTERNS:
        for match in pattern.findall(text):
            if kind != "card_number" or _is_card(match):
                found.setdefault(match, kind)
    return found


def _is_card(value: str) -> bool:
    """Luhn's check digit, so that order numbers stay readable."""
    digits = [int(char) for char in reversed(value) if char.isdigit()]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def without_personal_values(question: str, prompt: Turns, answer: str, locale: str) -> tuple[str, Turns, str, int]:
    """Question, prompt and answer with masks, and how many different values were masked.

    What the company's own passages say stays: a value in the answer that the prompt holds outside the customer's
    words is published knowledge.
    """
    private = personal_values(question)
    for turn in _spoken(prompt):
        private |= personal_values(turn["content"])
    published = " ".join(turn["content"] for turn in prompt if turn not in _spoken(prompt))
    for value, kind in personal_values(answer).items():
        if value not in published:
            private.setdefault(value, kind)
    if not private:
        return question, prompt, answer, 0
    masks = MASKS["en" if locale.startswith("en") else "zh"]

    def masked(text: str) -> str:
        for value in sorted(private, key=len, reverse=True):
            text = text.replace(value, masks[private[value]])
        return text

    turns = tuple({"role": turn["role"], "content": masked(turn["content"])} for turn in prompt)
    return masked(question), turns, masked(answer), len(private)


def _spoken(prompt: Turns) -> Sequence[dict[str, str]]:
    """Earlier turns of the conversation: everything between the system message and the last one."""
    return [turn for turn in prompt[:-1] if turn["role"] != "system"]
