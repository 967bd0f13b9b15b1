"""Which product a question and a passage speak of: model numbers, names in titles, and things that are opposites."""

import re
from collections.abc import Collection, Sequence

from app.answering.domain import Passage
from app.answering.language import plain, terms
from app.answering.names import name_alone
from app.answering.near_match import opposites

_MODEL_NUMBER = re.compile(
    r"([a-z]+)[- ]?(\d+)(?![\d.]|\s*(?:天|日|元|块|个|小时|分钟|days?|hours?|minutes?|months?|years?|%))"
)
# A product by its name in a title or a curated question: Nova Buds 2, Orbit Band; not the one capital of a sentence.
_NAME = re.compile(r"(?<![A-Za-z])([A-Z][a-z]+(?:[ -](?:[A-Z][a-z]+|\d+[A-Za-z]*))+)(?![A-Za-z])")
_SIDES = frozenset({"左", "右", "left", "right"})
WORTH_NAMING, MOST_PRODUCTS = 0.35, 4


def about_another(asked: str, passage: Passage, named: Sequence[str] = ()) -> str | None:
    """`other_model` when the passage is about Buds 2 and Buds 3 was asked for; `other_product` when it is about the
    Orbit Band, by its title or question, and says nothing of any product `named`; `opposite` for 退货 against 换货.

    A passage that goes on to speak of what was asked for as well is about both.
    """
    ours, theirs = _models(asked), _models(f"{passage.heading} {passage.question or ''}")
    for name, versions in ours.items():
        if name in theirs and not versions & theirs[name] and not _mentions(asked, passage.text):
            return "other_model"
    about = {plain(name) for name in _labels(passage)}
    if named and about and not any(_speaks_of(passage, about, plain(name)) for name in named):
        return "other_product"
    if passage.question:
        said = plain(passage.text)
        wanted = [word for word in opposites(asked, passage.question) if word not in _SIDES]
        if any(word not in said for word in wanted):
            return "opposite"
    return None


def products_named(asked: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The products that a question names, as far as the passages found know them, in whatever spelling."""
    said = plain(asked)
    known = {name for p in passages for name in (*_labels(p), *_names(p.text))}
    found = [name for name in known if re.search(rf"(?<![a-z0-9]){re.escape(plain(name))}(?![a-z0-9])", said)]
    return tuple(name for name in found if not any(name != other and plain(name) in plain(other) for other in found))


def unknown_model(asked: str, passages: Sequence[Passage]) -> str | None:
    """Buds 3, when everything found speaks of Buds 2 only: a general rule may not hold for a product nobody knows."""
    found = _models(" ".join(f"{p.heading} {p.question or ''} {p.text}" for p in passages))
    for name, versions in _models(asked).items():
        if found.get(name) and not versions & found[name]:
            return f"{name} {min(versions)}"
    return None


def which_product(asked: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The products whose curated questions or sections are just about this, when the question names none; else nothing.

    如何重置 with "Orbit 3 怎么重置？" and 4.4 重置 of the Nova Buds 2 manual: both are meant, so neither is.
    """
    about = terms(asked)
    if not about or not passages or _product(passages[0]) is None:
        return ()
    found: dict[str, None] = {}
    for passage in passages:
        name = _product(passage)
        label = passage.question or (passage.heading_path[-1] if passage.heading_path else passage.title)
        if name and about <= terms(label) and passage.score >= WORTH_NAMING * passages[0].score:
            found.setdefault(name)
    said = plain(asked)
    named = any(plain(name) in said or plain(name).split()[0] in said for name in found)
    return () if named or len(found) < 2 else tuple(found)[:MOST_PRODUCTS]


def _labels(passage: Passage) -> list[str]:
    """The products a passage is about by its title, its headings or its question."""
    return _names("\n".join((passage.title, passage.question or "", *passage.heading_path)))


def _speaks_of(passage: Passage, about: Collection[str], name: str) -> bool:
    """Whether a passage tells of a product: by its name, or as one of the family it is about."""
    whole = plain(f"{passage.title} {passage.question or ''} {' '.join(passage.heading_path)} {passage.text}")
    return name in whole or any(name.startswith(f"{label} ") for label in about)


def _product(passage: Passage) -> str | None:
    return next(iter([*_names(passage.question or ""), *_names(passage.title)]), None)


def _names(text: str) -> list[str]:
    return [name for found in _NAME.findall(text) if " " in (name := name_alone(found)) or "-" in name]


def _models(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in _MODEL_NUMBER.findall(plain(text)):
        found.setdefault(name, set()).add(version)
    return found


def _mentions(asked: str, text: str) -> bool:
    inside = _models(text)
    return all(versions & inside.get(name, set()) for name, versions in _models(asked).items())
