"""The last step: every sentence of a generated answer is held against the passages it cites."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from app.answering.citations import SHOWN, cited_numbers
from app.answering.claims import denies, missing_figure, missing_name
from app.answering.domain import Language, Passage
from app.answering.language import language_of, plain, terms

SUPPORTED, CARRIED = 0.45, 0.25
# How much of a sentence a clause must say, and be said by it, before the two can contradict each other.
SAME_MATTER = 0.6
# What is said against the sources is always taken out; what merely has none may be marked instead.
CONTRADICTED = frozenset({"invented_number", "wrong_unit", "invented_name", "negated"})
GROUNDED = frozenset({"supported", "weak", "translated", "moved"})
MARK = {"zh": "（这句没有出处）", "en": " (no source for this)"}
NO_ANSWER = "NO_ANSWER"
_GIVES_UP = re.compile(
    r"no[_ ]answer|(?:资料|文件|文档|信息|内容)(?:里|中|当中)?(?:都|并|也|暂时)?(?:没有|未|无法)(?:找到|"
    r"提到|提及|包含|说明|提供|涉及|给出|查到|确定)"
    r"|(?:没有|未能?|无法)(?:在资料|从资料|根据资料|在提供的)[^。\n]{0,10}(?:找到|确定|得知|回答)|"
    r"我(?:不知道|不清楚|无法回答)"
    r"|(?:could not|couldn't|can't|cannot|can not|unable to|did not|do not|don't|does not|"
    r"doesn't) (?:find|contain|include|mention|provide|answer|say|specify)"
    r"|(?:not (?:mentioned|specified|provided|covered|found|stated) in)|no information (?:about|on|is)|"
    r"i (?:do not|don't) know",
)
_COURTESY = re.compile(
    r"^(?:您好|你好|好的|当然|希望|祝您|感谢|谢谢|如果?(?:您)?(?:还)?有(?:其他|任何|别的)|如需|欢迎|"
    r"很高兴|以上|如下|具体如下|请问|抱歉|对不起|不好意思"
    r"|hello|hi\b|sure|of course|certainly|hope|i hope|thank|if you (?:have|need)|let me know|feel free|"
    r"happy to|here (?:is|are)|sorry|please let)",
)
_LINES = re.compile(r"[^\n]+|\n+")
_PIECES = re.compile(
    r"(?:\s*\d{1,2}[.)]\s)?.*?(?:[。！？；](?:\s?\[\d{1,3}\])*|[!?](?=\s|\[|$)(?:\s?\[\d{1,3}\])*|\.(?:\s?\[\d{1,3}\])*(?=\s|$)|$)"
)


_CLAUSE = re.compile(r"[。！？!?；;，,\n]|\.(?=\s|$)|\bbut\b")


@dataclass(frozen=True)
class CheckedSentence:
    """One sentence with the numbers it cites, its best overlap with a passage, and the verdict."""

    text: str
    cites: tuple[int, ...]
    support: float
    verdict: str


@dataclass(frozen=True)
class Checked:
    """The text that may stand and what its numbers show. `refused` when nothing of it has a source; `changed` when
    something was taken out, marked or cited anew."""

    text: str
    sentences: tuple[CheckedSentence, ...]
    refused: bool
    changed: bool
    cited: tuple[Passage, ...] = ()


@dataclass(frozen=True, eq=False)
class _Known:
    """A passage, or several, as claims are looked up in them."""

    text: str
    language: Language

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> "_Known":
        text = "\n".join(f"{p.heading} {p.question or ''}\n{p.text}" for p in passages)
        return cls(text, language_of(text, "zh"))

    @cached_property
    def terms(self) -> frozenset[str]:
        return terms(self.text)

    @property
    def clauses(self) -> tuple[tuple[frozenset[str], bool], ...]:
        return _clauses(self.text)


@lru_cache(maxsize=512)
def _clauses(text: str) -> tuple[tuple[frozenset[str], bool], ...]:
    """What each clause of a text is about, and whether it denies it; passages are quoted again and again."""
    parts = [part for part in _CLAUSE.split(text) if part.strip()]
    return tuple((terms(part), denies(part)) for part in parts)


@dataclass(eq=False)
class _Case:
    """Everything a sentence is judged by."""

    given: Sequence[Passage]
    asked: str
    shown: list[Passage]
    others: str = ""
    _known: dict[tuple[int, ...], _Known] = field(default_factory=dict)
    _looked_up: dict[int, str] = field(default_factory=dict)

    @cached_property
    def asked_terms(self) -> frozenset[str]:
        return terms(self.asked)

    @cached_property
    def all(self) -> _Known:
        return _Known.of(self.given)

    def one(self, passage: Passage) -> _Known:
        return self.some([passage])

    def some(self, passages: Sequence[Passage]) -> _Known:
        """Some passages together; nothing is put together twice."""
        key = tuple(map(id, passages))
        if key not in self._known:
            self._known[key] = _Known.of(passages)
        return self._known[key]

    def looked_up(self, known: _Known) -> str:
        """Where claims are looked up: what is known, and what was asked."""
        if id(known) not in self._looked_up:
            self._looked_up[id(known)] = f"{known.text}\n{self.asked}"
        return self._looked_up[id(known)]


def gives_up(text: str) -> bool:
    """Whether a model says, in its own words and without a source, that it has no answer."""
    return not SHOWN.search(text) and bool(_GIVES_UP.search(plain(text[:300])))


def check(
    text: str,
    cited: Sequence[Passage],
    given: Sequence[Passage],
    question: str,
    *,
    mark: bool = False,
    allowed: str = "",
) -> Checked:
    """Judges each sentence: `cited[n - 1]` is what [n] shows; `given` is all the model saw; `allowed` may be named.

    Figures, dates, names and denials must be those of the passages a sentence cites. What is said against them is
    taken out; what has no source is taken out too, or marked. A sentence whose figures another passage has is cited
    anew. An answer in which no sentence has a source is refused as a whole; a lone sentence without one stays.
    """
    case = _Case(given, f"{question} {allowed}", list(cited))
    judged: list[tuple[str, CheckedSentence | None]] = []
    for piece in _pieces(text):
        if not piece.strip():
            judged.append((piece, None))
            continue
        sentence, standing = _judge(piece, case)
        judged.append((standing, sentence))
    sentences = [sentence for _, sentence in judged if sentence is not None]
    facts = [one for one in sentences if one.verdict != "courtesy"]
    grounded = any(one.verdict in GROUNDED for one in facts)
    language = language_of(text, "zh")
    kept = [_standing(piece, sentence, grounded, mark, language) for piece, sentence in judged]
    standing = re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()
    refused = (bool(facts) and not grounded) or not standing
    return Checked(standing, tuple(sentences), refused, standing != text.strip(), tuple(case.shown))


def _standing(piece: str, sentence: CheckedSentence | None, grounded: bool, mark: bool, language: Language) -> str:
    if sentence is None or sentence.verdict in GROUNDED or sentence.verdict == "courtesy" or not grounded:
        return "" if sentence is not None and sentence.verdict in CONTRADICTED else piece
    if sentence.verdict in CONTRADICTED or not mark:
        return ""
    stop = re.search(r"[。！？!?.；;]?\s*$", piece)
    at = stop.start() if stop else len(piece)
    return piece[:at] + MARK[language] + piece[at:]


def _pieces(text: str) -> list[str]:
    found: list[str] = []
    for line in _LINES.findall(text):
        if line.startswith("\n"):
            found.append(line)
        else:
            found.extend(piece for piece in _PIECES.findall(line) if piece)
    return found


def _judge(piece: str, case: _Case) -> tuple[CheckedSentence, str]:
    """The sentence with its verdict, and the piece as it may stand: cited anew when another passage says it."""
    cites = tuple(n for n in cited_numbers(piece) if n <= len(case.shown))
    bare = SHOWN.sub("", piece).strip()
    words = terms(bare)
    passages = [case.shown[n - 1] for n in cites] or list(case.given)
    support = max((len(words & case.one(p).terms) / len(words) for p in passages), default=0.0) if words else 0.0
    if not cites and (_COURTESY.match(plain(bare)) or not words - case.asked_terms):
        return CheckedSentence(bare[:300], cites, round(support, 3), "courtesy"), piece
    verdict = _verdict(bare, words, passages, support, bool(cites), case)
    sentence = CheckedSentence(bare[:300], cites, round(support, 3), verdict)
    if verdict in CONTRADICTED and verdict != "negated" and cites:
        for other in case.given:
            if other not in passages:
                overlap = len(words & case.one(other).terms) / len(words) if words else 0.0
                if _verdict(bare, words, [other], overlap, True, case) == "supported":
                    moved = replace(sentence, verdict="moved", support=round(overlap, 3))
                    return moved, _cited_anew(piece, other, case)
    return sentence, piece


def _verdict(
    bare: str, words: frozenset[str], passages: Sequence[Passage], support: float, cites: bool, case: _Case
) -> str:
    known = case.some(passages) if passages else case.all
    looked_up = case.looked_up(known)
    claim = _without_list_number(bare)
    wrong = missing_figure(claim, looked_up)
    if wrong is not None:
        return "invented_number" if wrong == "number" else "wrong_unit"
    if missing_name(claim, looked_up) is not None:
        return "invented_name"
    if _is_denied(claim, known):
        return "negated"
    if language_of(claim, known.language) != known.language:
        return "translated" if cites else "unsupported"
    if support >= SUPPORTED:
        return "supported"
    return "weak" if support >= CARRIED and (cites or support) else "unsupported"


def _is_denied(claim: str, known: _Known) -> bool:
    """Whether the clause that says the same says the opposite of it, and no other clause says it as it is."""
    for part in _CLAUSE.split(claim):
        words, no = terms(part), denies(part)
        if len(words) < 3:
            continue
        alike = [
            (len(words & said) / len(words), denial)
            for said, denial in known.clauses
            if said and len(words & said) >= SAME_MATTER * len(words) and len(words & said) >= SAME_MATTER * len(said)
        ]
        if alike and all(denial != no for _, denial in alike):
            return True
    return False


def _cited_anew(piece: str, passage: Passage, case: _Case) -> str:
    if passage not in case.shown:
        case.shown.append(passage)
    number = case.shown.index(passage) + 1
    first = True

    def mark(_: re.Match[str]) -> str:
        nonlocal first
        shown, first = (f"[{number}]" if first else ""), False
        return shown

    return SHOWN.sub(mark, piece)


def _without_list_number(text: str) -> str:
    return re.sub(r"^\s*(?:\d{1,2}[.、)）]|[(（]\d{1,2}[)）]|第\s*\d{1,2}\s*步)", "", text)
