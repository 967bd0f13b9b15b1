"""What a customer says of themselves that is worth remembering: their name for us, their products; never secrets."""

import re
from datetime import date

from app.answering.memory.domain import FactKind, Noted
from app.answering.names import names_in

_CALLED = re.compile(
    r"(?:我叫|叫我|我的名字(?:是|叫)|称呼我)(?P<zh>(?![了过车人客你您快到们])[\u4e00-\u9fff]{2,4}?)(?:就行|就好|吧|[，,。！!\s]|$)"
    r"|\b(?:my name is|call me|i am called)\s+(?P<en>[A-Z][a-z]{1,20})\b",
    re.IGNORECASE,
)
# Owning, not asking about: 我买的 Orbit 3, 我用的是 Nova Buds 2, "I have an Orbit Band", "my Nova Buds 2".
_OWNS = re.compile(
    r"我(?:上?个?[周月天年]|最近|刚|昨天|前天)?(?:在你们这|在你家)?(?:买|用|戴|有|入手)(?:了|的|过|着)?(?:是|一[副个台只块条])?\s*$"
    r"|我(?:的|这[副个台只块条款])\s*$|\b(?:my|i (?:have|own|bought|use|got)(?: an?| the| your)?)\s+$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{6,}")
LONGEST, LONGEST_CASE = 60, 120


def profile_facts(text: str, locale: str) -> list[Noted]:
    """The facts in one message of a customer. Long numbers are never kept: they may be anybody's."""
    chinese = not locale.startswith("en")
    noted: list[Noted] = []
    called = _CALLED.search(text)
    if called is not None:
        name = called["zh"] or called["en"]
        noted.append(Noted(FactKind.PROFILE, "name", f"称呼：{name}" if chinese else f"Name: {name}"))
    for name in names_in(text):
        place = text.find(name)
        product = any(mark.isdigit() or mark.isupper() for mark in name) and not _DIGITS.search(name)
        if product and _OWNS.search(text[max(0, place - 20) : place]):
            said = f"使用的产品：{name}" if chinese else f"Uses: {name}"
            noted.append(Noted(FactKind.PROFILE, f"owns:{name.casefold()}", said[:LONGEST]))
    return noted


def case_fact(conversation_id: str, question: str, outcome: str, on: date, locale: str) -> Noted:
    """One line on what a conversation was about: its day, its latest question, and how that ended."""
    asked = _DIGITS.sub("…", " ".join(question.split()))[:LONGEST_CASE]
    words = _ENDED["zh" if not locale.startswith("en") else "en"].get(outcome, "")
    return Noted(FactKind.CASE, conversation_id, f"{on.isoformat()} {asked}{words}")


_ENDED = {
    "zh": {"refused": "（没有答上）", "failed": "（没有答完）"},
    "en": {"refused": " (not answered)", "failed": " (not finished)"},
}
