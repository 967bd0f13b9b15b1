"""No search finds what its reader may not see, however it is asked; and it finds all the reader may see."""

import random
from datetime import datetime, timedelta
from itertools import product

import pytest

from app.kernel.clock import now
from app.knowledge import Audience, SearchRequest, SearchTools, add_faq, search_passages
from app.knowledge.bases.domain import BaseSettings
from app.knowledge.domain import SearchResult
from app.knowledge.store.bases import add_base_row
from app.knowledge.store.chunks import set_channels, set_validity
from tests.canaries.planted import EXACT, QUESTIONS, SETTINGS, Planted, Who, canary, plant
from tests.knowledge.indexing import add_document, passages

READERS = [
    Who(audience, tier, channel)
    for (audience, tier), channel in product(
        [
            (Audience.PUBLIC, None),
            (Audience.PUBLIC, "gold"),
            (Audience.SIGNED_IN, None),
            (Audience.SIGNED_IN, "gold"),
            (Audience.SIGNED_IN, "silver"),
            (Audience.STAFF, None),
        ],
        ["web", "wechat", None],
    )
]


async def search(tools: SearchTools, who: Who, *queries: str) -> SearchResult:
    asked = SearchRequest(list(queries), None, who.audience, 100, tier=who.tier, channel=who.channel)
    return await search_passages(tools, asked)


async def test_every_reader_finds_the_own_canaries_and_no_other(search_tools: SearchTools) -> None:
    planted = await plant(search_tools)
    kinds = {base_id: kind for kind, base_id in planted.bases.items()}
    naming = tuple(f"北仓库的口令 {canary(kind)} 怎么改？" for kind in SETTINGS)
    for who in READERS:
        expected = {kind for kind in SETTINGS if who.may_see(kind)}
        for question in (*QUESTIONS, *naming):
            found = await search(search_tools, who, question)
            seen = {kinds[hit.base_id] for hit in found.hits if canary(kinds[hit.base_id]) in hit.text}
            seen |= {kinds[faq.base_id] for faq in (found.faq_exact, found.faq_near) if faq}
            assert seen <= expected, (who, question)
            said = "\n".join(f"{hit.title} {hit.question} {hit.text}" for hit in found.hits)
            assert not [secret for secret in who.forbidden() if secret in said], (who, question)
            if question == EXACT:
                assert seen == expected, "each is found by whom it is for"
                assert found.faq_exact is not None


async def test_naming_bases_opens_none(search_tools: SearchTools) -> None:
    planted: Planted = await plant(search_tools)
    for kind, base_id in planted.bases.items():
        who = Who()
        asked = SearchRequest([EXACT], [base_id], who.audience, 100, channel=who.channel)
        found = await search_passages(search_tools, asked)
        seen = any(canary(kind) in hit.text for hit in found.hits) or found.faq_exact is not None
        assert seen == who.may_see(kind), kind


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_mixture_of_rules_lets_through_exactly_what_it_says(search_tools: SearchTools, seed: int) -> None:
    dice = random.Random(seed)
    owners = [await _any_owner(search_tools, dice, number) for number in range(16)]
    for _ in range(24):
        audience = dice.choice([Audience.PUBLIC, Audience.SIGNED_IN, Audience.STAFF])
        who = Who(audience, dice.choice([None, "gold", "silver"]), dice.choice(["web", "wechat", "api", None]))
        found = await search(search_tools, who, EXACT)
        seen = {hit.base_id for hit in found.hits}
        expected = {rule.base_id for rule in owners if rule.lets(who)}
        assert seen == expected, who
        assert (found.faq_exact is not None) == any(rule.curated and rule.lets(who) for rule in owners), who


class _Rule:
    """One owner with random limits, and what they mean."""

    def __init__(self, dice: random.Random, number: int) -> None:
        self.settings = BaseSettings(
            f"base {number}",
            audience=dice.choice([Audience.PUBLIC, Audience.SIGNED_IN, Audience.TIERS, Audience.STAFF]),
            tiers=tuple(dice.sample(["gold", "silver", "bronze"], dice.randint(1, 2))),
            channels=tuple(dice.sample(["web", "wechat", "api"], dice.choice([0, 0, 1, 2]))),
            priority=dice.randint(-3, 3),
        )
        self.channels = dice.sample(["web", "wechat", "api"], dice.choice([0, 0, 1]))
        self.first, self.last = dice.choice([None, None, -1, 1]), dice.choice([None, None, -1, 1])
        self.curated = dice.random() < 0.5

    async def plant(self, tools: SearchTools) -> None:
        async with tools.database.transaction() as session:
            self.base_id = await add_base_row(session, self.settings)
        text = f"门禁口令是 {self.settings.name}。"
        if self.curated:
            owner_id = await add_faq(tools, [EXACT], text, self.base_id)
        else:
            owner_id = await add_document(tools, "手册", passages("北仓库的" + text), self.base_id)
        async with tools.database.transaction() as session:
            await set_validity(session, owner_id, _days(self.first), _days(self.last))
            await set_channels(session, owner_id, self.channels)

    def lets(self, who: Who) -> bool:
        holds = (self.first is None or self.first < 0) and (self.last is None or self.last > 0)
        here = all(not named or who.channel is None or who.channel in named for named in self._named())
        staff, known = who.audience is Audience.STAFF, who.audience is Audience.SIGNED_IN
        person = {
            Audience.PUBLIC: True,
            Audience.SIGNED_IN: staff or known,
            Audience.TIERS: staff or (known and who.tier in self.settings.tiers),
            Audience.STAFF: staff,
        }[self.settings.audience]
        return holds and here and person

    def _named(self) -> list[list[str]]:
        return [list(self.settings.channels), self.channels]


async def _any_owner(tools: SearchTools, dice: random.Random, number: int) -> _Rule:
    rule = _Rule(dice, number)
    await rule.plant(tools)
    return rule


def _days(apart: int | None) -> datetime | None:
    return None if apart is None else now() + timedelta(days=apart)
