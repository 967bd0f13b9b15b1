"""The fourth step: which way to answer. A curated FAQ first, then documents, else ask back or refuse honestly."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.answering.choices import OFFERED, for_each_product, questions_about, sections_named, suggestions
from app.answering.domain import Passage, Recalled
from app.answering.intents import Sentiment
from app.answering.language import plain, terms
from app.answering.near_match import NEAR_ENOUGH, Likeness, difference, likeness
from app.answering.products import about_another, products_named, unknown_model, which_product
from app.answering.understand import Intent, Understood

# A passage that comes after one about another thing answers in its place only when it is nearly as good.
NEXT_BEST = 0.75
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
    WHICH_PRODUCT = "which_product"
    ASK_BACK = "ask_back"
    SORRY = "sorry"
    SMALL_TALK = "small_talk"
    OUT_OF_SCOPE = "out_of_scope"
    REFUSE = "refuse"
    HAND_OVER = "hand_over"
    GUARDED = "guarded"


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


def decide_at_once(understood: Understood) -> Decision | None:
    """The way for a turn that asks nothing of the documents; None when they must be searched."""
    if understood.intent is Intent.PERSON:
        return Decision(Route.HAND_OVER, reasons=(Reason("asked_for_a_person"),))
    if understood.chat is not None:
        return Decision(Route.SMALL_TALK, reasons=(Reason("only_courtesy", {"kind": understood.chat}),))
    return None


def decide(understood: Understood, recalled: Recalled) -> Decision:
    """Chooses the way for what was recalled; `left_out` names candidates by index, with the reason."""
    asked, found = understood.whole, recalled.passages
    wordings = dict.fromkeys((asked, understood.chosen or understood.text))
    best, how = max(
        (_nearest_faq(wording, found) for wording in wordings), key=lambda near: (near[0] is not None, near[1].score)
    )
    curated = _curated(understood, recalled, best, how)
    if curated is not None:
        return curated
    offers = suggestions(understood.text, found, understood.language)
    figures = {"confidence": round(recalled.confidence, 3), "threshold": round(recalled.threshold, 3)}
    reasons: tuple[Reason, ...] = (_nearest(how), Reason("confidence", figures))
    asking = _choices(understood, recalled, reasons)
    if asking is not None:
        return asking
    named = products_named(asked, found)
    left_out = tuple(
        (index, why) for index, p in enumerate(found) if (why := about_another(asked, p, named)) is not None
    )
    unknown = unknown_model(asked, found)
    if unknown is not None:
        return Decision(Route.REFUSE, (), offers, (*reasons, Reason("unknown_product", {"name": unknown})), left_out)
    fit = _fit(found, dict(left_out))
    if fit and recalled.answerable:
        return Decision(Route.KNOWLEDGE, fit, offers, reasons, left_out)
    if fit and understood.chosen is not None and recalled.confidence >= recalled.ask_from:
        return Decision(Route.KNOWLEDGE, fit, offers, (*reasons, Reason("was_offered")), left_out)
    another = recalled.answerable and found
    reasons = (*reasons, Reason("best_is_about_another" if another else "not_sure_enough"))
    return _unanswered(understood, recalled, offers, reasons, left_out)


def _curated(understood: Understood, recalled: Recalled, best: Passage | None, how: Likeness) -> Decision | None:
    """The answer staff wrote, or the section they named, when this is what was asked for."""
    if recalled.exact is not None:
        return Decision(Route.FAQ_EXACT, (recalled.exact,), reasons=(Reason("asked_word_for_word"),))
    if understood.chosen is not None and (named := sections_named(understood.chosen, recalled.passages)):
        return Decision(Route.KNOWLEDGE, named, reasons=(Reason("was_offered"),))
    if best is not None:
        like = Reason("like_an_faq", {"score": how.score, "limit": NEAR_ENOUGH})
        return Decision(Route.FAQ_NEAR, (best,), reasons=(like,))
    near = recalled.near
    if near is not None and difference(understood.whole, near.question or "") is None:
        return Decision(Route.FAQ_NEAR, (near,), reasons=(Reason("near_an_faq", {"score": round(near.score, 3)}),))
    return None


def _choices(understood: Understood, recalled: Recalled, reasons: tuple[Reason, ...]) -> Decision | None:
    """Asking back before anything is answered: a bare topic, or a product that several manuals could mean."""
    if understood.rewritten is not None:
        return None
    topics = questions_about(understood.text, recalled.passages, understood.language)
    if len(topics) >= 2 and (len(topics) >= 3 or not recalled.answerable):
        return Decision(Route.CLARIFY, suggestions=topics[:OFFERED], reasons=(*reasons, Reason("bare_topic")))
    products = which_product(understood.text, recalled.passages) if recalled.answerable else ()
    if products:
        offers = for_each_product(understood.text, products, understood.language)
        several = Reason("several_products", {"names": ", ".join(products)})
        return Decision(Route.WHICH_PRODUCT, suggestions=offers, reasons=(*reasons, several))
    return None


def _fit(found: Sequence[Passage], left_out: Mapping[int, str]) -> tuple[Passage, ...]:
    """What may be answered from; nothing when the best is about another thing and no other is nearly as good."""
    fit = tuple(p for index, p in enumerate(found) if index not in left_out)
    if not fit or left_out.get(0) == "other_model":
        return ()
    return fit if fit[0].score >= NEXT_BEST * found[0].score else ()


def _unanswered(
    understood: Understood,
    recalled: Recalled,
    offers: tuple[str, ...],
    reasons: tuple[Reason, ...],
    left_out: tuple[tuple[int, str], ...],
) -> Decision:
    asked = understood.whole
    if understood.intent is Intent.OUT_OF_SCOPE or _ELSEWHERE.search(plain(asked)):
        return Decision(Route.OUT_OF_SCOPE, (), (), (*reasons, Reason("not_our_subject")), left_out)
    if understood.intent is Intent.COMPLAINT or understood.reading.sentiment is Sentiment.NEGATIVE:
        close_offers = offers if _comes_close(recalled, offers) else ()
        return Decision(Route.SORRY, (), close_offers, (*reasons, Reason("complains")), left_out)
    if _comes_close(recalled, offers):
        close = Reason("close_enough_to_ask", {"from": round(recalled.ask_from, 3)})
        return Decision(Route.ASK_BACK, (), offers, (*reasons, close), left_out)
    related = tuple(offer for offer in offers if terms(asked) & terms(offer))
    return Decision(Route.REFUSE, (), related, reasons, left_out)


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
    close = recalled.ask_from <= recalled.confidence < recalled.threshold
    return close and len(curated.intersection(offers)) >= 2
