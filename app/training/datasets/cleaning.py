"""Says what is wrong with a single row: empty, garbled, too long, another language, or not worth learning."""

import re
import unicodedata
from collections import Counter

from app.training.datasets.recipe import Recipe
from app.training.domain import Lesson

_BROKEN = re.compile(r"\ufffd|[\ue000-\uf8ff]|锟斤拷|烫烫烫|屯屯屯|Ã.|â€|ï»¿")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OTHER_SCRIPTS = re.compile(r"[\u0400-\u04ff\u0600-\u06ff\u0590-\u05ff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_PLACEHOLDER = re.compile(r"\{\{?\s*\w+\s*\}?\}|<[A-Z_]{3,}>|\bTODO\b|\bxxx+\b|＿＿+|____+", re.IGNORECASE)
_COURTESY = re.compile(
    r"(您好|你好|亲亲?|在的|好的|好滴|嗯+|谢谢|感谢|不客气|再见|稍等|请稍等|请问|有什么可以帮您?的?|吗|哦|呢|哈|了|啊|"
    r"hello|hi|ok(ay)?|thanks?|thank you|sure|please wait|one moment|bye|[\s\W])+",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*\[\d{1,3}\]")
_ENDED = re.compile(r"[。！？!?.;；…)）】\]\"”』」|\d%℃a-zA-Z\u3400-\u9fff]$")
_HANGING = re.compile(r"[,，、：:（(]$")


def fault_of(lesson: Lesson, recipe: Recipe) -> str | None:
    """The code of what is wrong with a row, or None."""
    question, answer = lesson.question.strip(), lesson.answer.strip()
    if not question:
        return "question_empty"
    if not answer:
        return "answer_empty"
    for text in (question, answer):
        if is_garbled(text):
            return "garbled"
    if len(question) > recipe.longest_question:
        return "question_too_long"
    if len(answer) > recipe.longest_answer:
        return "answer_too_long"
    if len(answer) < recipe.shortest_answer:
        return "answer_too_short"
    if language(answer) not in (*recipe.languages, ""):
        return "other_language"
    return None


def is_garbled(text: str) -> bool:
    """Whether more than a stray sign of it is broken."""
    broken = len(_BROKEN.findall(text)) + len(_CONTROL.findall(text))
    unknown = sum(1 for char in text if unicodedata.category(char) in ("Cn", "Cs"))
    return broken + unknown > max(0, len(text) // 200)


def language(text: str) -> str:
    """zh-CN, en, `other`, or nothing when there are no words to tell by."""
    han, latin, other = (len(found.findall(text)) for found in (_HAN, _LATIN, _OTHER_SCRIPTS))
    if other > han + latin // 4:
        return "other"
    if han == 0 and latin == 0:
        return ""
    return "zh-CN" if han * 4 >= latin else "en"


def quality(lesson: Lesson) -> tuple[float, str]:
    """How much there is to learn in [0, 1], and the code of the worst trait."""
    answer = _MARK.sub("", lesson.answer).strip()
    if _COURTESY.fullmatch(answer):
        return 0.0, "only_courtesy"
    if _PLACEHOLDER.search(answer):
        return 0.1, "placeholder_left"
    if answer.casefold() == lesson.question.strip().casefold():
        return 0.0, "echoes_question"
    if _repeats(answer):
        return 0.1, "repeats_itself"
    if _HANGING.search(answer) or not _ENDED.search(answer):
        return 0.2, "unfinished"
    return min(1.0, 0.5 + len(answer) / 80), ""


def _repeats(text: str) -> bool:
    """Whether most of it is one short piece over and over."""
    if len(text) < 24:
        return False
    pieces = Counter(text[at : at + 6] for at in range(len(text) - 5))
    return pieces.most_common(1)[0][1] * 6 > len(text) * 0.6
