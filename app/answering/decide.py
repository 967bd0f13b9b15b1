"""The fourth step: which way to answer. A curated FAQ first, then documents, else ask back or refuse honestly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.answering.domain import Language, Passage, Recalled
from app.answering.language import language_of, plain, terms
from app.answering.near_match import NEAR_ENOUGH, Likeness, difference, likeness, opposite
from app.answering.understand import Understood

SUGGESTIONS = 3
CLOSE = 0.8
_BARE_TOPIC = re.compile(r"^[\u3400-\u9fff]{2,4}$|^[a-z]+(?: [a-z]+)?$")
_MODEL_NUMBER = re.compile(
    r"([a-z]+)[- ]?(\d+)(?![\d.]|\s*(?:天|日|元|块|个|小时|分钟|days?|hours?|minutes?|months?|years?|%))"
)
# What nobody asks a shop in earnest; consulted only after nothing was found.
_ELSEWHERE = re.compile(
    r"天气|下雨|写(?:一)?(?:首|篇|段)|作诗|讲(?:个|一个)?(?:笑话|故事)|股票|基金|彩票|星座|算命|运势|"
    r"总统|选举|新闻|翻译(?:成|一下)|写代码|编程|python|java\b"
    r"|数学题|作文|电影|唱(?:首|一首)?歌|菜谱|食谱|怎么做菜|餐厅|酒店|景点|世界杯|比分|几点了|星期几"
    r"|\b(?:weather|forecast|poem|joke|stock price|lottery|horoscope|president|election|news|translate|"
    r"write (?:a |some )?code|python|recipe|"
    r"restaurant|hotel|movie|lyrics|sing|capital of|meaning of life|football|homework|essay)\b"
)


class Route(StrEnum):
    """The ways an answer can go."""

    FAQ_EXACT = "faq_exact"
    FAQ_NEAR = "faq_near"
    KNOWLEDGE = "knowledge"
    TOOL = "tool"
    CLARIFY = "clarify"
    ASK_BACK = "ask_back"
    OUT_OF_SCOPE = "out_of_scope"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Reason:
    """Why a way was chosen: a stable code and its figures; `trace.because_<code>` is the sentence for staff."""

    code: str
    values: Mapping[str, float | str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As the trace keeps it."""
        return {"code": self.code, **self.values}


@dataclass(frozen=True)
class Decision:
    """The way, the passages to use on it, what to offer instead, and why."""

    route: Route
    passages: tuple[Passage, ...] = ()
    suggestions: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()


def decide(understood: Understood, recalled: Recalled) -> Decision:
    """Chooses the way for what was recalled; `left_out` names candidates by index, with the reason."""
    if recalled.exact is not None:
        return Decision(Route.FAQ_EXACT, (recalled.exact,), reasons=(Reason("asked_word_for_word"),))
    asked = understood.whole
    best, how = _nearest_faq(asked, recalled.passages)
    if best is not None:
        like = Reason("like_an_faq", {"score": how.score, "limit": NEAR_ENOUGH})
        return Decision(Route.FAQ_NEAR, (best,), reasons=(like,))
    if recalled.near is not None and difference(asked, recalled.near.question or "") is None:
        near = Reason("near_an_faq", {"score": round(recalled.near.score, 3)})
        return Decision(Route.FAQ_NEAR, (recalled.near,), reasons=(near,))
    nearest = (_nearest(how),)
    offers = suggestions(understood.text, recalled.passages, understood.language)
    topics = _questions_about(understood.text, recalled.passages, understood.language)
    if understood.rewritten is None and len(topics) >= 2 and (len(topics) >= 3 or not recalled.answerable):
        return Decision(Route.CLARIFY, suggestions=topics[:SUGGESTIONS], reasons=(Reason("bare_topic"),))
    figures = {"confidence": round(recalled.confidence, 3), "threshold": round(recalled.threshold, 3)}
    reasons: tuple[Reason, ...] = (*nearest, Reason("confidence", figures))
    left_out = tuple(
        (index, why) for index, p in enumerate(recalled.passages) if (why := _about_another(asked, p)) is not None
    )
    dropped = {index for index, _ in left_out}
    unknown = _unknown_model(asked, recalled.passages)
    if unknown is not None:
        return Decision(Route.REFUSE, (), offers, (*reasons, Reason("unknown_product", {"name": unknown})), left_out)
    fit = tuple(p for index, p in enumerate(recalled.passages) if index not in dropped)
    if recalled.answerable and fit and 0 not in dropped:
        return Decision(Route.KNOWLEDGE, fit, offers, reasons, left_out)
    sure = recalled.answerable and recalled.passages
    reasons = (*reasons, Reason("best_is_about_another" if sure else "not_sure_enough"))
    if _ELSEWHERE.search(plain(asked)):
        return Decision(Route.OUT_OF_SCOPE, (), (), (*reasons, Reason("not_our_subject")), left_out)
    if _comes_close(recalled, offers):
        return Decision(Route.ASK_BACK, (), offers, (*reasons, Reason("close_enough_to_ask")), left_out)
    related = any(terms(asked) & terms(f"{p.heading} {p.question or ''} {p.text}") for p in recalled.passages)
    return Decision(Route.REFUSE, (), offers if related else (), reasons, left_out)


def _nearest(how: Likeness) -> Reason:
    if how.barred is None:
        return Reason("nearest_faq", {"score": how.score})
    return Reason("faq_barred", {"score": how.score, "what": how.barred})


def _nearest_faq(asked: str, passages: tuple[Passage, ...]) -> tuple[Passage | None, Likeness]:
    best, closest = None, Likeness(0.0)
    for passage in passages:
        if passage.faq_id is None or not passage.question:
            continue
        found = likeness(asked, passage.question)
        if found.barred is None and found.score >= NEAR_ENOUGH and (best is None or found.score > closest.score):
            best, closest = passage, found
        elif best is None and found.score > closest.score:
            closest = found
    return best, closest


def _comes_close(recalled: Recalled, offers: tuple[str, ...]) -> bool:
    """Whether the question is probably one of the offered ones, though not surely enough to answer it."""
    curated = {passage.question for passage in recalled.passages[:4] if passage.question}
    close = CLOSE * recalled.threshold <= recalled.confidence < recalled.threshold
    return close and len(curated.intersection(offers)) >= 2


def _about_another(asked: str, passage: Passage) -> str | None:
    """`other_model` when the passage is about Buds 2 and Buds 3 was asked for; `opposite` for 退货 against 换货."""
    ours, theirs = _models(asked), _models(f"{passage.heading} {passage.question or ''}")
    for name, versions in ours.items():
        if name in theirs and not versions & theirs[name] and not _mentions(asked, passage.text):
            return "other_model"
    if passage.question and opposite(asked, passage.question):
        return "opposite"
    return None


def _unknown_model(asked: str, passages: tuple[Passage, ...]) -> str | None:
    """Buds 3, when everything found speaks of Buds 2 only: a general rule may not hold for a product nobody knows."""
    found = _models(" ".join(f"{p.heading} {p.question or ''} {p.text}" for p in passages))
    for name, versions in _models(asked).items():
        if found.get(name) and not versions & found[name]:
            return f"{name} {min(versions)}"
    return None


def _models(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in _MODEL_NUMBER.findall(plain(text)):
        found.setdefault(name, set()).add(version)
    return found


def _mentions(asked: str, text: str) -> bool:
    inside = _models(text)
    return all(versions & inside.get(name, set()) for name, versions in _models(asked).items())


def _questions_about(text: str, passages: tuple[Passage, ...], language: Language) -> tuple[str, ...]:
    bare = plain(text).strip(" ?？。.!！")
    if not _BARE_TOPIC.match(bare) or not 1 <= len(terms(bare)) <= 3:
        return ()
    about = [p.question for p in passages if p.question and terms(bare) <= terms(p.question)]
    return tuple(dict.fromkeys(q for q in about if language_of(q, "") == language))


def suggestions(text: str, passages: tuple[Passage, ...], language: Language) -> tuple[str, ...]:
    """The nearest things we do know, in the customer's language: FAQ questions, else names of sections."""
    asked = plain(text)
    found: dict[str, None] = {}
    for passage in passages:
        offer = passage.question or (passage.heading_path[-1] if passage.heading_path else passage.title)
        if offer and len(offer) <= 60 and plain(offer) != asked and language_of(offer, "") == language:
            found.setdefault(offer.strip())
    return tuple(found)[:SUGGESTIONS]
