"""How alike two questions are, and what must never differ between them: numbers, negation, products."""

import re
from dataclasses import dataclass

from app.answering.language import COMMON_LATIN, WORDS, numbers, plain, terms

_NEGATION = re.compile(
    r"不(?!同|锈钢|仅|但|过|错|少|久|断|干胶|好意思|知道|管|论|止|如|客气|用谢|得不)|没(?!关系|事)|无法|"
    r"无需|别(?!的|人|处|墅)|未(?!来)|非(?!常|洲)|禁止|拒绝"
    r"|\b(?:not|no|never|cannot|can't|won't|don't|doesn't|didn't|isn't|aren't|wasn't|without|unable|refuse[ds]?)\b"
)
_CHOICE = re.compile(
    r"是不是|能不能|可不可以|会不会|有没有|要不要|行不行|好不好|需不需要|对不对|该不该|用不用|了没有?$|吗没有?$"
)
_NAME = re.compile(r"[a-z]+[a-z0-9]*(?:[- ]?[a-z]*\d+[a-z]*)+|[a-z]{2,}")
_OPPOSITES = [(pair.split("/")[0], pair.split("/")[1]) for pair in WORDS["opposites"].split()]

# What is asked about a subject. Two questions about one subject are not alike when they ask different things about it.
_KINDS = {
    "duration": r"多久|多长时间|几天|几年|几个月|多少天|几小时|how long|how many (?:days|hours|years|months)|how soon",
    "price": r"多少钱|价格|费用|收费|几块|how much|price|cost",
    "when": r"什么时候|何时|几点|when|what time",
    "where": r"哪里|哪儿|在哪|where",
    "why": r"为什么|为何|怎么会|why",
    "who": r"谁|who",
    "how": r"怎么|如何|怎样|how (?:do|can|to|should)",
    "which": r"哪个|哪些|哪款|which|哪种",
    "whether": r"可以|能不能|能否|是否|吗|是不是|会不会|^(?:can|do|does|is|are|may|will|could)\b",
}
_kinds = {name: re.compile(pattern) for name, pattern in _KINDS.items()}

# Measured on the demo company's FAQs by leaving each wording out: from here on no match was another question,
# while between 0.7 and 0.9 half of them were.
NEAR_ENOUGH = 0.9


@dataclass(frozen=True)
class Likeness:
    """`score` in [0, 1]; `barred` names what differs and must not."""

    score: float
    barred: str | None = None


def likeness(asked: str, known: str) -> Likeness:
    """How surely two questions ask the same thing: overlap of terms, with the unlike asked more than the unsaid."""
    ours, theirs = terms(asked), terms(known)
    if not ours or not theirs:
        same = plain(asked) == plain(known)
        return Likeness(1.0 if same else 0.0)
    shared = len(ours & theirs)
    precision, recall = shared / len(ours), shared / len(theirs)
    if not shared:
        return Likeness(0.0)
    score = 2 * precision * recall / (precision + recall)
    return Likeness(round(score, 4), difference(asked, known))


def difference(asked: str, known: str) -> str | None:
    """What stands between two alike questions: `number`, `negation`, `product`, `kind`, `opposite`; else None."""
    if numbers(asked) != numbers(known):
        return "number"
    if _negations(asked) != _negations(known):
        return "negation"
    if _names(asked) != _names(known):
        return "product"
    ours, theirs = plain(asked), plain(known)
    kind, other_kind = _kind(ours), _kind(theirs)
    if kind and other_kind and kind != other_kind:
        return "kind"
    return "opposite" if opposites(asked, known) else None


def opposites(asked: str, known: str) -> list[str]:
    """The words of the one text whose counterpart the other names instead: 换货 where the other says 退货."""
    ours, theirs = plain(asked), plain(known)
    found = []
    for pair in _OPPOSITES:
        for word, counterpart in (pair, pair[::-1]):
            if word in ours and counterpart not in ours and counterpart in theirs and word not in theirs:
                found.append(word)
    return found


def counterpart_in(topic: str, text: str) -> tuple[str, str] | None:
    """A word of the topic, and the word of the text that it is the counterpart of: exchange for return."""
    ours, theirs = plain(topic), plain(text)
    for pair in _OPPOSITES:
        for word, counterpart in (pair, pair[::-1]):
            if len(word) > 1 and word in ours and counterpart in theirs and word not in theirs:
                return word, counterpart
    return None


def kind_asked(text: str) -> str | None:
    """What is asked about a subject: duration, price, when, where, why, who, how, which or whether."""
    return _kind(plain(text))


def _kind(text: str) -> str | None:
    return next((name for name, pattern in _kinds.items() if pattern.search(text)), None)


def _negations(text: str) -> bool:
    return bool(_NEGATION.search(_CHOICE.sub("", plain(text))))


def _names(text: str) -> frozenset[str]:
    """Latin names inside a Chinese question; an English question has none that can be told from its words."""
    folded = plain(text)
    if not re.search(r"[\u4e00-\u9fff]", folded):
        return frozenset(re.sub(r"[- ]", "", n) for n in re.findall(r"\b[a-z]+[- ]?\d+[a-z]*\b", folded))
    return frozenset(re.sub(r"[- ]", "", n) for n in _NAME.findall(folded)) - COMMON_LATIN
