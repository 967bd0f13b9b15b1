"""What identifies a person in a text: phone numbers, e-mails, identity and card numbers, and their masks."""

import re

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


def without_personal_values(text: str, locale: str = "") -> str:
    """The text with a mask for each of them; without a locale, in the language of the text."""
    english = locale.startswith("en") if locale else not re.search(r"[\u3400-\u9fff]", text)
    masks = MASKS["en" if english else "zh"]
    found = personal_values(text)
    for value in sorted(found, key=len, reverse=True):
        text = text.replace(value, masks[found[value]])
    return text


def _is_card(value: str) -> bool:
    """Luhn's check digit, so that order numbers stay readable."""
    digits = [int(char) for char in reversed(value) if char.isdigit()]
    doubled = [sum(divmod(digit * 2, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
