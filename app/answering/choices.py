"""The choices that are offered to a customer, and which of them the customer took."""

import re
from collections.abc import Sequence

from app.answering.domain import Language, Passage, Turn
from app.answering.language import language_of, plain, terms
from app.answering.planted import gives_orders
from app.answering.wants_person import wants_person

OFFERED = 3
_NUMBERED = re.compile(r"^(?:第[一二三四五六七八九十\d]+[章节条]|\d+(?:\.\d+)*[.、]?)\s+")
LONGEST_OFFER = 60
_EDGE = " \t。！!？?，,.~～、…:：;；"
_BARE_TOPIC = re.compile(r"^[\u3400-\u9fff]{2,4}$|^[a-z]+(?: [a-z]+)?$")
_ORDINAL = re.compile(
    r"(?:我?(?:要|选|是|问的是|说的是|想问)?第?([一二两三四1-4])(?:个|条|项|款|种)?(?:吧|的|那个)?)"
    r"|(?:the )?(?:number |no\.? ?|option |#)?(first|second|third|fourth|1st|2nd|3rd|4th|[1-4]|one|two|three|"
    r"four)(?: one| option| question)?"
)
_LAST = re.compile(r"(?:我?(?:要|选)?最后(?:一)?[个条项款种](?:吧)?)|(?:the )?last(?: one)?")
_YES = re.compile(
    r"(?:是|对|嗯|好)(?:的|啊|呀|就是(?:这个|它))?|就是(?:这个|它)|yes|yeah|yep|right|correct|that one|exactly"
)
_PLACES = {
    **dict.fromkeys(("一", "1", "first", "1st", "one"), 0),
    **dict.fromkeys(("二", "两", "2", "second", "2nd", "two"), 1),
    **dict.fromkeys(("三", "3", "third", "3rd", "three"), 2),
    **dict.fromkeys(("四", "4", "fourth", "4th", "four"), 3),
}


def chosen(text: str, history: Sequence[Turn]) -> str | None:
    """The offer of the turn before that this turn takes: by its words, or as 第二个 and "the first one"."""
    last = history[-1] if history else None
    if last is None or last.role != "bot" or not last.offers:
        return None
    bare = plain(text).strip(_EDGE)
    for offer in last.offers:
        if plain(offer).strip(_EDGE) == bare:
            return offer
    if _LAST.fullmatch(bare):
        return last.offers[-1]
    if len(last.offers) == 1 and _YES.fullmatch(bare):
        return last.offers[0]
    place = _ORDINAL.fullmatch(bare)
    nth = _PLACES[place[1] or place[2]] if place else len(last.offers)
    return last.offers[nth] if nth < len(last.offers) else None


def spoken(heading: str) -> str:
    """A heading as somebody would say it: without its number."""
    return _NUMBERED.sub("", heading.strip())


def asked_last(history: Sequence[Turn]) -> str | None:
    """The question that the offers of the turn before were made for."""
    return next((turn.text for turn in reversed(history) if turn.role == "customer"), None)


def sections_named(name: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages whose section, or whose document, goes by just this name."""
    bare = plain(name).strip(_EDGE)
    return tuple(
        p
        for p in passages
        if p.question is None
        and bare in {plain(name) for one in (p.title, *p.heading_path[-1:]) for name in (one, spoken(one))}
    )


def questions_about(text: str, passages: Sequence[Passage], language: Language) -> tuple[str, ...]:
    """The curated questions about a bare topic such as 退货; nothing when the text says more than a topic."""
    bare = plain(text).strip(" ?？。.!！")
    if not _BARE_TOPIC.match(bare) or not 1 <= len(terms(bare)) <= 3:
        return ()
    about = [p.question for p in passages if p.question and terms(bare) <= terms(p.question)]
    return tuple(dict.fromkeys(q for q in about if language_of(q, "") == language))


def suggestions(text: str, passages: Sequence[Passage], language: Language) -> tuple[str, ...]:
    """The nearest things we do know, in the customer's language: FAQ questions, else names of sections."""
    asked = plain(text)
    found: dict[str, None] = {}
    for passage in passages:
        offer = passage.question or spoken(passage.heading_path[-1] if passage.heading_path else passage.title)
        if offer and (wants_person(offer) or gives_orders(offer)):
            continue  # a click on it would be taken for the wish itself, and a person is offered anyway
        if offer and len(offer) <= LONGEST_OFFER and plain(offer) != asked and language_of(offer, "") == language:
            found.setdefault(offer.strip())
    return tuple(found)[:OFFERED]


def for_each_product(asked: str, products: Sequence[str], language: Language) -> tuple[str, ...]:
    """The question once for each product, to choose from."""
    bare = asked.strip(_EDGE)
    if language == "zh":
        return tuple(f"{product} {bare}？" for product in products)
    return tuple(f"{product}: {bare}?" for product in products)
