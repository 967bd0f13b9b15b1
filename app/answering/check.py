"""The last step: every sentence of a generated answer is held against the passages it may come from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.citations import SHOWN, cited_numbers
from app.answering.domain import Passage
from app.answering.language import numbers, plain, terms

SUPPORTED, CARRIED = 0.45, 0.25
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


@dataclass(frozen=True)
class CheckedSentence:
    """One sentence with the numbers it cites, its best overlap with a passage, and the verdict."""

    text: str
    cites: tuple[int, ...]
    support: float
    verdict: str


@dataclass(frozen=True)
class Checked:
    """The text that may stand. `refused` when nothing of it has a source; `changed` when something was taken out."""

    text: str
    sentences: tuple[CheckedSentence, ...]
    refused: bool
    changed: bool


def gives_up(text: str) -> bool:
    """Whether a model says, in its own words and without a source, that it has no answer."""
    return not SHOWN.search(text) and bool(_GIVES_UP.search(plain(text[:300])))


def check(text: str, cited: Sequence[Passage], given: Sequence[Passage], question: str) -> Checked:
    """Judges each sentence: `cited[n - 1]` is what [n] shows; `given` is all the model saw.

    A sentence with a number found nowhere in passages or question is taken out. An answer in which no sentence has
    support is refused as a whole; a lone sentence without support stays and is marked.
    """
    known = frozenset(numbers(question)).union(*(numbers(f"{p.heading} {p.question or ''} {p.text}") for p in given))
    corpus = [terms(f"{p.heading} {p.question or ''} {p.text}") for p in given]
    shown = [terms(f"{p.heading} {p.question or ''} {p.text}") for p in cited]
    asked = terms(question)
    judged: list[CheckedSentence] = []
    kept: list[str] = []
    for piece in _pieces(text):
        sentence = _judge(piece, shown, corpus, known, asked) if piece.strip() else None
        if sentence is not None:
            judged.append(sentence)
            if sentence.verdict == "invented_number":
                continue
        kept.append(piece)
    facts = [s for s in judged if s.verdict != "courtesy"]
    grounded = [s for s in facts if s.verdict in ("supported", "weak")]
    standing = re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()
    refused = (bool(facts) and not grounded) or not standing
    return Checked(standing, tuple(judged), refused, standing != text.strip())


def _pieces(text: str) -> list[str]:
    found: list[str] = []
    for line in _LINES.findall(text):
        if line.startswith("\n"):
            found.append(line)
        else:
            found.extend(piece for piece in _PIECES.findall(line) if piece)
    return found


def _judge(
    piece: str,
    shown: list[frozenset[str]],
    corpus: list[frozenset[str]],
    known: frozenset[str],
    asked: frozenset[str],
) -> CheckedSentence:
    cites = tuple(n for n in cited_numbers(piece) if n <= len(shown))
    bare = SHOWN.sub("", piece).strip()
    words = terms(bare)
    against = [shown[n - 1] for n in cites] or corpus
    support = max((len(words & passage) / len(words) for passage in against), default=0.0) if words else 0.0
    invented = {n for n in numbers(_without_list_number(bare)) if n not in known and not _is_small_count(n)}
    if not cites and (_COURTESY.match(plain(bare)) or not words - asked):
        verdict = "courtesy"
    elif invented:
        verdict = "invented_number"
    elif support >= SUPPORTED:
        verdict = "supported"
    elif support >= CARRIED and (cites or support):
        verdict = "weak"
    else:
        verdict = "unsupported"
    return CheckedSentence(bare[:300], cites, round(support, 3), verdict)


def _without_list_number(text: str) -> str:
    return re.sub(r"^\s*(?:\d{1,2}[.、)）]|[(（]\d{1,2}[)）]|第\s*\d{1,2}\s*步)", "", text)


def _is_small_count(number: str) -> bool:
    """1, 2 and 3 are counts that a sentence may make of what it lists (两点, 3 steps) without quoting them."""
    return number in ("1", "2", "3")
