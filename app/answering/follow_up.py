"""Completes a turn that leans on the ones before: 那换货呢？ after 退货运费谁出？ becomes 换货运费谁出.

Rules alone, so that no model is asked before the first word: what a turn points at is a name, the counterpart of a word
of the question before, or, when nothing so plain is there, what was said just before.
"""

import re
from collections.abc import Sequence

from app.answering.domain import OUTSIDE_HISTORY, Language, Turn
from app.answering.language import HAN, plain, terms
from app.answering.names import names_in, other_than
from app.answering.near_match import counterpart_in

_EDGE = " \t。！!？?，,.~～、…:：;；"
_OPENING_ZH = re.compile(
    r"^(?:那么|那(?![一个款种家部首位座本张件台双条辆间份笔单次项里儿些边样])|还有|另外(?![一那个款种])|此外|然后|"
    r"如果是|如果|要是|换成|至于|关于|还有就是|再问一下|请问|好的|好吧|嗯|哦)+[，, ]*"
)
_CLOSING_ZH = re.compile(
    r"(?:的话|又)?(?:呢|怎么样|怎么办|如何|行吗|可以吗|也行吗|也可以吗|也一样吗|一样吗|也是吗|是吗|的吗|吗)+$"
)
_OTHER_ZH = re.compile(r"另外?一?(?:个|款|种|家|台|件|部|条)|另外那(?:个|款|种|家|台)|另一(?:个|款|种|家|台|件)")
# A demonstrative with whatever it counts by, a pronoun, and words that point without naming.
_THING_ZH = re.compile(
    r"(?:这|那|该)(?:一)?(?:个|款|种|家|部|首|位|座|本|张|件|台|双|条|辆|间|份|笔|单|次|项)(?![天月年周人小])"
    r"|(?<![其吉])[他她它](?!人)们?|这里|那里|这儿|那儿|这些|那些|前者|后者"
)
_POINTS_ZH = re.compile(r"这样|那样|上面|刚才|前面说的|你说的|其中|还要|还能|还可以|还有什么|还有哪些|其他的|别的")
# A question that begins with what it asks has no subject of its own: 什么时候发行的, 在哪儿, 大约要多久.
_NO_SUBJECT_ZH = re.compile(
    r"^(?:都|大约|大概|一般|通常|具体|到底|最多|最少)?(?:能|要|会)?"
    r"(?:是(?:谁|哪|什么|在|啥|几|多|不是)|在哪|在什么|多少|多久|多长|多大|多重|几[个年天点岁]|什么时候|啥时候|什么(?!是)|啥|哪|谁|为什么|为啥)"
)
# However short, a subject and what is asked of it make a question: 保修多久, 运费多少.
_WHOLE_ZH = re.compile(rf"^[{HAN}]{{2,4}}?(?:多久|多长|多少|几[天年月])")
# So do what is to be done and how: 怎么配对 after 保修多久 asks something else, if perhaps of the same product.
_HOW_ZH = re.compile(rf"^(?:怎么|如何|怎样)(?![办样回])[{HAN}]{{2,4}}$")
# The thing by its kind alone, which only the turns before tell: 酒店的周边有什么.
_BY_KIND_ZH = re.compile(rf"^([{HAN}]{{2,3}}?)(?:的|有|在|周边|周围|附近|离)")
_OPENING_EN = re.compile(
    r"^(?:(?:and|so|ok|okay|but|then|also|what about|how about|what if|and if|same for|same with|for)[,\s]+)+",
    re.IGNORECASE,
)
_OTHER_EN = re.compile(r"\b(?:the|that) other (?:one|product|model)?\b", re.IGNORECASE)
_THING_EN = re.compile(r"\b(?:it|this one|that one|this|that|the same one|they|them)\b", re.IGNORECASE)
_POINTS_EN = re.compile(
    r"\b(?:it|its|that|this one|that one|those|these|they|them|the same|one|ones|the other|instead|there|so)\b",
    re.IGNORECASE,
)
# How long "it" takes asks about what was going to happen, not about the product that was named on the way.
_MATTER_ZH = re.compile(
    r"^(?:都|大约|大概|一般|通常|具体|到底|最多|最少)?(?:需要|需|要|得)?(?:多久|多长时间|几天)(?:能?到|能?好)?$"
)
_MATTER_EN = re.compile(r"\b(?:does|will|would|did|can) (?:it|this|that) take\b", re.IGNORECASE)
_LEADING_OPENING_EN = re.compile(
    r"^(?:and|so|but|also|what about|how about|what if|same for|same with)\b", re.IGNORECASE
)
_HAN_RUN = re.compile(rf"[{HAN}]+")
SHORT_ZH, SHORT_EN = 12, 7
DEEPEST, LONGEST_SAID, LONGEST_CONTEXT = 4, 60, 160


def last_question(history: Sequence[Turn]) -> str | None:
    """The customer's latest turn that was a question in earnest: greetings and refused ones do not count."""
    place = _place_of_last(history)
    return None if place is None else history[place].text


def _place_of_last(history: Sequence[Turn]) -> int | None:
    for index in range(len(history) - 1, -1, -1):
        turn = history[index]
        if turn.role != "customer":
            continue
        reply = next((later for later in history[index + 1 :] if later.role == "bot"), None)
        if reply is not None and reply.outcome in OUTSIDE_HISTORY:
            continue
        if terms(turn.text):
            return index
    return None


def is_elliptic(text: str, language: Language) -> bool:
    """Whether a turn leans on the one before: it begins or ends like a continuation, or points back, and is short."""
    bare = plain(text).strip(_EDGE)
    if language == "zh":
        length = len(bare.replace(" ", ""))
        if length > 2 * SHORT_ZH:
            return False
        opens = bool(re.match(r"^(?:那|还有|如果|要是|换成|至于|然后|另外|也)", bare))
        asks = _OPENING_ZH.sub("", bare)
        return (
            opens
            or (bare.endswith("呢") and length <= SHORT_ZH)
            or bool(_THING_ZH.search(bare) or _POINTS_ZH.search(bare) or _OTHER_ZH.search(bare))
            or (bool(_NO_SUBJECT_ZH.match(asks)) and length <= SHORT_ZH)
            or (len(terms(text)) <= 1 and length <= 6 and not _WHOLE_ZH.match(asks) and not _HOW_ZH.match(asks))
        )
    words = bare.split()
    if len(words) > 2 * SHORT_EN:
        return False
    return (
        bool(_LEADING_OPENING_EN.match(bare))
        or (bool(_POINTS_EN.search(bare)) and len(words) <= SHORT_EN + 3)
        or (len(terms(text)) <= 1 and len(words) <= 3)
    )


def points_back(text: str, language: Language) -> bool:
    """Whether a text names by a pronoun what was spoken of."""
    return bool((_THING_ZH if language == "zh" else _THING_EN).search(text))


def rewrite(text: str, history: Sequence[Turn], language: Language, depth: int = 0) -> str | None:
    """The turn as a whole question; None when it is one already, or when there is nothing it could lean on."""
    place = _place_of_last(history)
    if place is None:
        return None
    if language == "zh" and _HOW_ZH.match(_topic(text, language)) and not points_back(text, language):
        spoken_of = names_in(" ".join(turn.text for turn in history[place:]))
        return f"{spoken_of[0]} {_topic(text, language)}" if len(spoken_of) == 1 else None
    by_kind = language == "zh" and _by_kind_alone(text, history[place:])
    if not by_kind and not is_elliptic(text, language):
        return None
    before = history[place].text
    replies = [turn.text for turn in history[place + 1 :] if turn.role != "customer"]
    said = replies[-1] if replies else ""
    earlier = rewrite(before, history[:place], language, depth + 1) if depth < DEEPEST else None
    matter = _asks_of_matter(text, language)
    named = None if matter else _by_name(text, earlier or before, said, history, language)
    if named is not None:
        return named
    points = matter or points_back(text, language)
    if points or by_kind or _asks_only(text, language):
        return f"{text.strip(_EDGE)} {_context(earlier or before, said)}".strip()
    return complete(text, earlier or before, language)


def _by_kind_alone(text: str, lately: Sequence[Turn]) -> bool:
    """Whether a short turn begins with the bare kind of a thing that was just spoken of."""
    bare = _OPENING_ZH.sub("", plain(text).strip(_EDGE))
    kind = _BY_KIND_ZH.match(bare)
    if kind is None or len(bare) > 2 * SHORT_ZH or not terms(kind[1]):
        return False
    return any(kind[1] in turn.text for turn in lately)


def _asks_of_matter(text: str, language: Language) -> bool:
    bare = plain(text).strip(_EDGE)
    if language == "zh":
        return bool(_MATTER_ZH.match(_CLOSING_ZH.sub("", _OPENING_ZH.sub("", bare))))
    return bool(_MATTER_EN.search(bare))


def _asks_only(text: str, language: Language) -> bool:
    return language == "zh" and bool(_NO_SUBJECT_ZH.match(_OPENING_ZH.sub("", plain(text).strip(_EDGE))))


def _context(before: str, said: str) -> str:
    """What was asked and the beginning of what was answered: the thing pointed at is named in one of them."""
    return f"{said.strip(_EDGE)[:LONGEST_SAID]} {before.strip(_EDGE)}"[:LONGEST_CONTEXT].strip()


def _by_name(text: str, before: str, said: str, history: Sequence[Turn], language: Language) -> str | None:
    """A pronoun replaced by the name it stands for, or the name of this turn in place of the one before."""
    ours = names_in(text)
    other, thing = (_OTHER_ZH, _THING_ZH) if language == "zh" else (_OTHER_EN, _THING_EN)
    theirs = names_in(before) or names_in(said)
    if ours:
        swap = names_in(before)
        only_a_name = len(terms(_topic(text, language)) - terms(" ".join(ours))) == 0
        return before.strip(_EDGE).replace(swap[0], ours[0]) if only_a_name and len(swap) == 1 else None
    if not theirs:
        return None
    bare = _OPENING_ZH.sub("", text.strip(_EDGE)) if language == "zh" else _OPENING_EN.sub("", text.strip(_EDGE))
    if other.search(bare):
        another = other_than(theirs[0], [turn.text for turn in history])
        if another is not None:
            rest = terms(other.sub("", _CLOSING_ZH.sub("", bare)))
            return other.sub(another, bare, count=1) if rest else before.strip(_EDGE).replace(theirs[0], another)
    name = theirs[-1] if len(theirs) == 1 else theirs[0]
    if thing.search(bare):
        return thing.sub(f" {name} " if language == "zh" else name, bare, count=1).strip()
    return f"{name} {bare}" if _asks_only(text, language) else None


def complete(text: str, before: str, language: Language) -> str:
    """The turn as a whole question: its subject put in place of the one of the question before, else in front of it."""
    topic = _topic(text, language)
    earlier = before.strip(_EDGE)
    if not topic:
        return f"{earlier} {text.strip(_EDGE)}".strip()
    swapped = _swap(topic, earlier) if language == "zh" else None
    if swapped is not None:
        return swapped
    pair = counterpart_in(topic, earlier)
    if pair is not None:
        return re.sub(re.escape(pair[1]), pair[0], earlier, flags=re.IGNORECASE)
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
