"""Tells the questions of one turn apart by rules: 保修多久？另外怎么开发票？ asks two, 耳机坏了，怎么办？ asks one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.domain import Language, Turn
from app.answering.follow_up import points_back, rewrite
from app.answering.language import WORDS, plain, terms
from app.answering.names import names_in
from app.answering.near_match import difference, kind_asked, likeness

MOST_PARTS, LONGEST_TURN = 4, 400
# With so many words of its own a later question needs none of the one before: 多久能收到退款 after 运费谁出.
TELLING = 2
# From here on two questions of one turn are the same, said twice.
SAME = 0.65
_EDGE = " \t\n。！!？?，,.~～、…:：;；"
_ENDS = re.compile(r"(?<=[？！。；\n])|(?<=[?!;])(?=\s|$)|(?<=[\u3400-\u9fff][?!;])|(?<=[a-z]\.)(?=\s)")
# Words between two questions. Where they stand somebody surely asks something else; a mere pause says so only when
# both sides have an answer.
_ADDS_ZH = re.compile(
    r"[，,、。；; ]*(?:另外(?![一那个款种])|此外|以及|还想(?:再)?(?:问|知道|了解)(?:一?下)?"
    r"|还有(?:就是|一个问题)?(?=[，,：: ]|[^，,。？?]{0,12}(?:怎么|如何|多|几|什么|哪|谁|吗|能不能|可不可以))"
    r"|顺便(?:再|也)?(?:问|请问)(?:一?下|一句)?|再问(?:一?下|一句|个)?)[，,：: ]*"
)
_PAUSE_ZH = re.compile(r"[，,、；;]+|和(?=怎么|如何|多久|多少|什么时候|在哪|哪里|能不能|可不可以|是否)")
_ASKS_ZH = re.compile(
    r"怎么|怎样|咋|如何|多久|多长时间|多少(?!次)|(?<!好)几[天年个小]|什么|啥|哪|谁|为何|何时|是否|吗$|呢$|么$|没有?$"
    r"|(能|可|会|要|行|是|有|需|用|好)不?\1|能不能|可不可以|有没有|是不是|要不要"
)
_AND_EN = re.compile(
    r"[,;]?\s+(?:and also|and then|also|plus|and)[, ]+(?=(?:how (?:long|much|many|soon|far|often|do|does|did|can|could|"
    r"should|to|is|are|will|would|i|you|we)\b)|(?:what|when|where|why|who|which|whose|whether)(?:'s|'re)?\b"
    r"|(?:can|could|do|does|did|is|are|will|would|may|should) (?:i|you|we|they|it|there|the|my|your|this|that|an?)\b)",
    re.IGNORECASE,
)
_OPENS = {
    "zh": re.compile(
        r"^(?:另外|此外|顺便|还有|再)(?:就是|一个问题)?(?:再|也)?(?:想?(?:请?问|知道)(?:一?下|一句|个)?)?[，,：: ]*"
    ),
    "en": re.compile(r"^(?:and also|and then|also|plus|and|another question)[,: ]+", re.IGNORECASE),
}
_SUBORDINATE_EN = re.compile(r"(?:when|where|which|who|what) (?:i|you|we|they|it|the|my|your|this|that|an?)\b")
_ASKS_EN = re.compile(
    r"\b(?:how|what|when|where|why|who|which|whose|whether)\b"
    r"|^(?:(?:hi|hello|hey|ok|so|and|also|but|please)\W+)*(?:can|could|do|does|did|is|are|will|would|may|should|has|have)\b"
)
_TOLD_EN = re.compile(r"\b(?:know|tell|wonder\w*|understand|explain|ask\w*|find out|sure|check)\b")
# What explains the question before it rather than asking another.
_EXPLAINS = re.compile(
    r"^(?:还是|或者|或是|比如|例如|就是|也就是|即|我是说|我的意思|换句话|是不是"
    r"|or\b|like\b|such as|for example|i mean|that is|e\.g|right\b)"
)
# Questions without a subject ask for attention, for agreement, or for help with what was just said.
_EMPTY = frozenset(WORDS["asking_nothing"].split())


@dataclass(frozen=True)
class Part:
    """One question of a turn; `rewritten` is set when it leaned on the one before, or on the product named there."""

    text: str
    rewritten: str | None = None


@dataclass(frozen=True)
class Parts:
    """The questions of one turn, two or more. certain: told apart by marks or words, not by a mere pause."""

    questions: tuple[Part, ...]
    certain: bool


def parts_of(text: str, history: Sequence[Turn], language: Language) -> Parts | None:
    """The questions of a turn in their order; None when it asks one thing, or nothing."""
    if len(text) > LONGEST_TURN:
        return None
    sentences = [piece for sentence in _ENDS.split(text) for piece in _cut(sentence, language)]
    said = _joined(sentences, language)
    certain = len(said) > 1
    if not certain:
        said = _joined([piece for one in said for piece in _paused(one, language)], language)
    if not 2 <= len(said) <= MOST_PARTS:
        return None
    before = list(history)
    questions: list[Part] = []
    named: tuple[str, ...] = ()
    for one in said:
        alone = _on_its_own(one, language) if questions else one
        names = names_in(alone)
        leans = not questions or len(terms(alone)) < TELLING or points_back(alone, language)
        rewritten = rewrite(alone, before, language) if leans else None
        if rewritten is None and named and not names:
            rewritten = f"{named[0]} {alone}"
        questions.append(Part(alone, rewritten))
        before.append(Turn("customer", one))
        named = names or named
    if not certain and any(one.rewritten for one in questions[1:]):
        return None
    return Parts(tuple(questions), certain)


def _cut(sentence: str, language: Language) -> list[str]:
    """A sentence at the words that add a question; whole where one of its sides asks nothing."""
    return _where_both_ask(_ADDS_ZH if language == "zh" else _AND_EN, sentence, language)


def _paused(sentence: str, language: Language) -> list[str]:
    return _where_both_ask(_PAUSE_ZH, sentence, language) if language == "zh" else [sentence]


def _where_both_ask(between: re.Pattern[str], sentence: str, language: Language) -> list[str]:
    pieces: list[str] = []
    begin = 0
    for match in between.finditer(sentence):
        left, right = sentence[begin : match.start()], sentence[match.end() :]
        asked = _asks(left, language) and _asks(right, language) and bool(terms(left))
        if asked and _stands_alone(left, right, language):
            pieces.append(left)
            begin = match.end()
    return [*pieces, sentence[begin:]]


def _on_its_own(question: str, language: Language) -> str:
    """The question without the word that added it to the one before."""
    bare = _OPENS[language].sub("", question)
    return bare if _asks(bare, language) else question


def _stands_alone(left: str, right: str, language: Language) -> bool:
    """Whether "and when I open it" is a question of its own: only after "tell me …"."""
    subordinate = language == "en" and _SUBORDINATE_EN.match(plain(right)) is not None
    return not subordinate or _TOLD_EN.search(plain(left)) is not None


def _asks(text: str, language: Language) -> bool:
    bare = plain(text).strip(_EDGE)
    marked = text.rstrip().endswith(("?", "？"))
    asks = marked or (_ASKS_ZH if language == "zh" else _ASKS_EN).search(bare) is not None
    return asks and (bool(terms(bare) - _EMPTY) or kind_asked(bare) in ("duration", "price", "when", "where"))


def _joined(pieces: Sequence[str], language: Language) -> list[str]:
    """Pieces put together to questions: what asks nothing belongs to the question after it, or to the last one."""
    found: list[str] = []
    waiting = ""
    for piece in pieces:
        if not piece.strip(_EDGE):
            continue
        whole = f"{waiting}{piece}"
        if not _asks(piece, language):
            waiting = whole
        elif found and (_EXPLAINS.match(plain(piece)) or any(_same(piece, one) for one in found)):
            found[-1] += whole
            waiting = ""
        else:
            found.append(whole)
            waiting = ""
    if waiting and found:
        found[-1] += waiting
    return [one.strip().strip("，,、；; ") for one in found]


def _same(one: str, other: str) -> bool:
    """Whether two questions are one, asked twice: about the same, and nothing that must differ does."""
    ours, theirs = terms(one) - _EMPTY, terms(other) - _EMPTY
    if not ours or not theirs:
        return False
    within = ours <= theirs or theirs <= ours
    return (likeness(one, other).score >= SAME or within) and difference(one, other) is None
