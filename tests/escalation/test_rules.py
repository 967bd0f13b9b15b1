"""Escalation rules: each kind applies when it should, the first acts, a replay tells what would have changed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.accounts import Role
from app.answering.versions import Versions
from app.conversations import Happening, change_owner
from app.conversations.ask import Begun, ask_for_person
from app.escalation.queues.domain import Priority
from app.escalation.rules import service
from app.escalation.rules.domain import Action, Kind, Rule, Turn, default_rules, find_hit, has_private_data, is_same
from app.escalation.rules.errors import ExplicitStays, RulesChanged, UnknownQueue
from app.kernel.ids import new_id
from tests.conversations.customer import Customer
from tests.escalation.actors import House, agent, house
from tests.serving import Served, settings_for

SUPERVISOR = agent("主管", Role.SUPERVISOR)


def rule(kind: Kind, **others: object) -> Rule:
    return Rule(new_id(), kind, kind.value, **others)  # type: ignore[arg-type]  # tests name fields freely


REFUSED, GOOD = Turn("能退吗", "refused"), Turn("多久到", "answered")
ASKED = Turn("手环屏幕又花了，这次怎么办", "answered")


@pytest.mark.parametrize(
    ("kind", "others", "turns", "tier", "value"),
    [
        (Kind.EXPLICIT, {}, [Turn("叫个人来", "handed_off")], None, "1"),
        (Kind.SENSITIVE, {"words": ("投诉",)}, [Turn("我要投诉你们", "answered")], None, "投诉"),
        (Kind.SENSITIVE, {"words": ("投诉",)}, [GOOD], None, None),
        (Kind.DATA, {}, [Turn("卡号 4111 1111 1111 1111", "answered")], None, "card"),
        (Kind.DATA, {}, [Turn("身份证 11010519491231002X", "answered")], None, "identity"),
        (Kind.DATA, {}, [Turn("单号 4111111111111112", "answered")], None, None),
        (Kind.UNGROUNDED, {"count": 2}, [GOOD, REFUSED, REFUSED], None, "2"),
        (Kind.UNGROUNDED, {"count": 2}, [REFUSED, GOOD, REFUSED], None, None),
        (
            Kind.REPEATED,
            {"count": 3},
            [ASKED, GOOD, ASKED, replace(ASKED, question="手环屏幕又花了，怎么办")],
            None,
            "3",
        ),
        (Kind.REPEATED, {"count": 2}, [GOOD, ASKED], None, None),
        (Kind.DOWN_VOTE, {"count": 2}, [replace(GOOD, voted_down=True), replace(ASKED, voted_down=True)], None, "2"),
        (Kind.SENTIMENT, {"count": 2}, [Turn("垃圾产品"), GOOD, replace(ASKED, negative=True)], None, "2"),
        (Kind.SENTIMENT, {"count": 2}, [Turn("垃圾产品"), GOOD, GOOD, ASKED], None, None),
        (Kind.TOOL_FAILURE, {}, [replace(GOOD, tool_failed=True)], None, "1"),
        (Kind.FAILURE, {}, [Turn("在吗", "failed")], None, "1"),
        (Kind.VIP, {"words": ("gold",)}, [GOOD], "gold", "gold"),
        (Kind.VIP, {"words": ("gold",)}, [GOOD], None, None),
        (Kind.TURNS, {"count": 3}, [GOOD, GOOD, ASKED], None, "3"),
    ],
    ids=lambda value: value.value if isinstance(value, Kind) else "",
)
def test_each_kind_applies_when_it_should(
    kind: Kind, others: dict[str, object], turns: list[Turn], tier: str | None, value: str | None
) -> None:
    hit = find_hit([rule(kind, **others)], turns, tier)
    assert (hit.value if hit else None) == value


def test_the_first_that_applies_acts_those_switched_off_do_not_and_who_asks_for_a_person_always_gets_one() -> None:
    off, first, second = (rule(Kind.TURNS, enabled=n > 0) for n in range(3))
    hit = find_hit([off, first, second], [GOOD], None)
    assert hit is not None and hit.rule == first
    explicit = replace(default_rules()[0], enabled=False)
    assert find_hit([explicit], [Turn("叫个人来", "handed_off")], None) is not None
    assert find_hit([first], [], None) is None
    assert is_same("怎么退货？", "怎么退货") and not is_same("怎么退货", "怎么换货多久到")
    assert has_private_data("订单 20261122 共 3 件") is None


@pytest.fixture
async def ruled(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A Kefu that answers every question from its documents."""
    async with house(settings_for(database_url, redis_url, tmp_path, database_pool=8), witness=False) as found:
        yield found


async def asked(ruled: House, *questions: str) -> Begun:
    begun = await ruled.begin()
    for question in questions:
        answer_id = await ruled.ask(begun, question)
        assert answer_id is not None
        await ruled.over(answer_id)
    return begun


async def put(ruled: House, *rules: Rule, version: int = 0) -> service.RuleSet:
    every = (default_rules()[0], *rules)
    return await service.put_rules(ruled.escalation, ruled.board[Versions], every, version, SUPERVISOR)


async def test_a_rule_puts_a_conversation_in_its_line_once_and_says_why(ruled: House) -> None:
    await put(ruled, rule(Kind.SENSITIVE, words=("律师",), priority=Priority.URGENT))
    begun = await asked(ruled, "我的律师会联系你们")
    await service.judge(ruled.escalation, begun.conversation_id)
    owner = await ruled.rows("SELECT owner, handoff_reason FROM conversation")
    assert (owner[0].owner, owner[0].handoff_reason) == ("queue", "rule_sensitive")
    assert [row.priority for row in await ruled.rows("SELECT priority FROM line_entry")] == [Priority.URGENT]
    assert await service.judge(ruled.escalation, begun.conversation_id) is None, "again changes nothing"
    log = await ruled.rows("SELECT kind, value, action, rules_version FROM escalation_log")
    assert [tuple(row) for row in log] == [("sensitive", "律师", "queue", 1)]
    event = await ruled.rows("SELECT actor FROM conversation_event WHERE type = 'owner.changed'")
    assert event[0].actor.startswith("rule:")
    async with ruled.database.transaction() as session:
        bulletin, id = ruled.tools.bulletin, begun.conversation_id
        await change_owner(session, bulletin, id, Happening.HANDED_BACK, actor="staff", reason="handed_back")
    assert await service.judge(ruled.escalation, begun.conversation_id) is None, "what was before is settled"


async def test_a_rule_may_only_show_it_to_the_staff_while_the_bot_goes_on(ruled: House) -> None:
    await put(ruled, rule(Kind.TURNS, count=2, action=Action.ATTENTION))
    begun = await asked(ruled, "在吗", "能退吗", "多久到")
    await service.judge(ruled.escalation, begun.conversation_id)
    assert [row.owner for row in await ruled.rows("SELECT owner FROM conversation")] == ["bot"]
    shown = await ruled.rows("SELECT reasons FROM conversation_attention")
    assert [row.reasons for row in shown] == [["rule_turns"]]
    assert len(await ruled.rows("SELECT 1 FROM escalation_log")) == 1
    await ask_for_person(ruled.tools, begun.conversation_id, begun.token, None)
    assert await ruled.rows("SELECT 1 FROM conversation_attention") == [], "people are there now"


async def test_the_rule_of_asking_stays_and_of_two_who_change_at_once_one_is_told(ruled: House) -> None:
    explicit, other = default_rules()[0], rule(Kind.TURNS, count=5)
    versions, tools = ruled.board[Versions], ruled.escalation
    for bad in ((), (other,), (other, explicit), (replace(explicit, enabled=False),)):
        with pytest.raises(ExplicitStays):
            await service.put_rules(tools, versions, bad, 0, SUPERVISOR)
    with pytest.raises(UnknownQueue):
        await put(ruled, replace(other, group_id=new_id()))
    assert (await put(ruled, other)).version == 1
    with pytest.raises(RulesChanged) as refused:
        await put(ruled, other)
    assert refused.value.values == {"name": "主管"}
    assert (await service.load_rules(ruled.database)).rules[1] == other


async def test_a_replay_tells_what_would_have_changed_and_warns_of_what_takes_everything(ruled: House) -> None:
    await put(ruled)
    complained, plain = await asked(ruled, "我要投诉"), await asked(ruled, "多久到")
    pressed = await asked(ruled, "能退吗")
    await ask_for_person(ruled.tools, pressed.conversation_id, pressed.token, None)
    lost = await asked(ruled, "发票")
    async with ruled.database.transaction() as session:
        id, bulletin = lost.conversation_id, ruled.tools.bulletin
        await change_owner(session, bulletin, id, Happening.ESCALATED, actor="rule:x", reason="rule_turns")
    narrow, wide = rule(Kind.SENSITIVE, words=("投诉",)), rule(Kind.TURNS, count=1)
    found = await service.replay(ruled.escalation, [default_rules()[0], narrow], 7)
    assert (found.conversations, found.did, found.would, found.newly, found.no_longer) == (4, 2, 2, 1, 1)
    assert [one.conversation_id for one in found.newly_examples] == [complained.conversation_id]
    assert [one.conversation_id for one in found.no_longer_examples] == [lost.conversation_id]
    assert found.too_much() == []
    everything = await service.replay(ruled.escalation, [default_rules()[0], wide], 7)
    assert everything.by_rule[wide.id] == 4 and everything.too_much() == [wide.id]
    owners = await ruled.rows("SELECT id FROM conversation WHERE owner = 'bot'")
    assert {row.id for row in owners} == {complained.conversation_id, plain.conversation_id}, "nothing was changed"


async def test_the_routes_are_for_supervisors(kefu: Served) -> None:
    supervisor, one = await kefu.signed_in(Role.SUPERVISOR), await kefu.signed_in(Role.AGENT)
    shown = (await one.get("/api/v1/escalation-rules")).json()
    assert shown["version"] == 0 and shown["rules"][0]["kind"] == "explicit"
    form = {"rules": shown["rules"]}
    assert (await one.put("/api/v1/escalation-rules", json=form, headers={"If-Match": "0"})).status_code == 403
    assert (await one.post("/api/v1/escalation-rules/replay", json={**form, "days": 7})).status_code == 403
    customer = await Customer.begin(kefu.client())
    await customer.ask("在吗？")
    replayed = (await supervisor.post("/api/v1/escalation-rules/replay", json={**form, "days": 7})).json()
    assert (replayed["conversations"], replayed["newly"]) == (1, 0)
    put_back = await supervisor.put("/api/v1/escalation-rules", json=form, headers={"If-Match": "0"})
    assert (put_back.status_code, put_back.json()["version"]) == (200, 1), put_back.text
    again = await supervisor.put("/api/v1/escalation-rules", json=form, headers={"If-Match": "0"})
    assert (again.status_code, again.json()["code"]) == (409, "rules_changed")
    for bad in ({"rules": []}, {"rules": [{**shown["rules"][0], "kind": "mood"}]}, {**form, "days": 0}):
        assert (await supervisor.post("/api/v1/escalation-rules/replay", json=bad)).status_code == 422, bad
