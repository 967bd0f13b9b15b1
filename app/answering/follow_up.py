"""Completes a turn that leans on the one before: 那换货呢？ after 退货运费谁出？ becomes 换货运费谁出."""

import re
from collections.abc import Sequence

from app.answering.domain import OUTSIDE_HISTORY, Language, Turn
from app.answering.language import HAN, plain, terms

_EDGE = " \t。！!？?，,.~～、…:：;；"
_OPENING_ZH = re.compile(
    r"^(?:那么|那|还有|另外|此外|然后|如果是|如果|要是|换成|至于|关于|还有就是|再问一下|请问)+[，, ]*"
)
_CLOSING_ZH = re.compile(
    r"(?:的话|又)?(?:呢|怎么样|怎么办|如何|行吗|可以吗|也行吗|也可以吗|也一样吗|一样吗|也是吗|是吗|的吗|吗)+$"
)
_POINTS_ZH = re.compile(
    r"它|这个|那个|这款|那款|这种|那种|这样|这些|那些|上面|前者|后者|刚才|前面说的|你说的|其中|还要|还能|还可以"
)
_OPENING_EN = re.compile(
    r"^(?:(?:and|so|ok|okay|but|then|also|what about|how about|what if|and if|same for|same with|for)[,\s]+)+",
    re.IGNORECASE,
)
_POINTS_EN = re.compile(
    r"\b(?:it|its|that|this one|that one|those|these|they|them|the same|one|ones|the other|instead|there|so)\b",
    re.IGNORECASE,
)
_LEADING_OPENING_EN = re.compile(
    r"^(?:and|so|but|also|what about|how about|what if|same for|same with)\b", re.IGNORECASE
)
_HAN_RUN = re.compile(rf"[{HAN}]+")
SHORT_ZH, SHORT_EN = 12, 7


def last_question(history: Sequence[Turn]) -> str | None:
    """The customer's latest turn that was a question in earnest: greetings and refused ones do not count."""
    for index in range(len(history) - 1, -1, -1):
        turn = history[index]
        if turn.role != "customer":
            continue
        reply = next((later for later in history[index + 1 :] if later.role == "bot"), None)
        if reply is not None and reply.outcome in OUTSIDE_HISTORY:
            continue
        if terms(turn.text):
            return turn.text
    return None


def is_elliptic(text: str, language: Language) -> bool:
    """Whether a turn leans on the one before: it begins or ends like a continuation, or points back, and is short."""
    bare = plain(text).strip(_EDGE)
    if language == "zh":
        length = len(_HAN_RUN.sub(lambda m: m[0], bare).replace(" ", ""))
        if length > 2 * SHORT_ZH:
            return False
        opens = bool(re.match(r"^(?:那|还有|如果|要是|换成|至于|然后|另外)", bare))
        return (
            (opens and length <= 2 * SHORT_ZH)
            or (bare.endswith("呢") and length <= SHORT_ZH)
            or (bool(_POINTS_ZH.search(bare)) and length <= 2 * SHORT_ZH)
            or (len(terms(text)) <= 1 and length <= 6)
        )
    words = bare.split()
    if len(words) > 2 * SHORT_EN:
        return False
    return (
        bool(_LEADING_OPENING_EN.match(bare))
        or (bool(_POINTS_EN.search(bare)) and len(words) <= SHORT_EN + 3)
        or (len(terms(text)) <= 1 and len(words) <= 3)
    )


def complete(text: str, before: str, language: Language) -> str:
    """The turn as a whole question: its subject put in place of the one of the question before, else in front of it."""
    topic = _topic(text, language)
    earlier = before.strip(_EDGE)
    if not topic:
        return f"{earlier} {text.strip(_EDGE)}".strip()
    swapped = _swap(topic, earlier) if language == "zh" else None
    if swapped is not None:
        return swapped
    return f"{topic} {earlier}"


def _topic(text: str, language: Language) -> str:
    bare = text.strip(_EDGE)
    if language == "zh":
        return _CLOSING_ZH.sub("", _OPENING_ZH.sub("", bare)).strip(_EDGE)
    return _OPENING_EN.sub("", bare).strip(_EDGE)


def _swap(topic: str, earlier: str) -> str | None:
    """换货 for 退货 in 退货运费谁出: two-character words that end or begin alike stand in the same place."""
    if not 2 <= len(topic) <= 4 or not _HAN_RUN.fullmatch(topic) or topic in earlier:
        return None
    size = len(topic)
    for start in range(len(earlier) - size + 1):
        old = earlier[start : start + size]
        if (
            _HAN_RUN.fullmatch(old)
            and old[-1] == topic[-1]
            and sum(a == b for a, b in zip(old, topic, strict=True)) * 2 >= size
        ):
            return earlier.replace(old, topic)
    return None
