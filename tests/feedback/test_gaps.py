"""Failed questions become gaps: each person counts once, drafts carry evidence, publication answers the next one."""

from typing import Any
from uuid import UUID

import httpx

from app.accounts import Role
from app.escalation import SuggestionSent
from app.feedback import GapTools, do_grouping, tend_gaps
from app.kernel.events import Announcer
from app.kernel.ids import new_id
from tests.conversations.customer import Customer
from tests.feedback.conftest import Shop

ASKED = ("手环二次损坏能不能退款", "手环第二次损坏了可以退款吗", "请问手环二次损坏能不能退款？")
OTHER = "耳机盒能不能刻字"


async def group(shop: Shop) -> None:
    """What the scheduler and a worker do."""
    tools: GapTools = shop.tools[GapTools]
    job_id = await tend_gaps(tools)
    assert job_id is not None
    await do_grouping(tools, job_id)


async def gaps(client: httpx.AsyncClient, tab: str = "waiting") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/v1/gaps", params={"tab": tab})).json()["items"]
    return found


async def down(customer: Customer, answer: dict[str, Any], vote: str = "down") -> None:
    form = {"rating": vote, "reasons": ["wrong"] if vote == "down" else []}
    path = f"/api/v1/messages/{answer['message_id']}/feedback"
    assert (await customer.client.post(path, json=form, headers=customer.headers)).status_code == 204


async def test_refusals_votes_and_hand_overs_of_one_meaning_are_one_gap(shop: Shop) -> None:
    for text in ASKED:
        await shop.asked(text)
    await shop.asked(OTHER)
    asked = await shop.asked("怎么修改收货地址？")
    await down(asked["customer"], asked)
    handed = await shop.asked(ASKED[0])
    await handed["customer"].post("/handoff", {"reason": "想找人"})
    assert (await shop.supervisor.get("/api/v1/gaps/counts")).json()["ungrouped"] == 6
    await group(shop)
    first, *rest = await gaps(shop.supervisor)
    assert (first["title"], first["people"], first["asked"]) == (ASKED[0], 4, 4)
    assert first["signs"] == {"refused": 4, "failed": 0, "down_vote": 0, "escalated": 1, "correction": 0}
    assert first["trend"][-1] == 4 and sum(first["trend"]) == 4
    assert {one["title"] for one in rest} == {OTHER, "怎么修改收货地址？"}
    voted = next(one for one in rest if one["title"].startswith("怎么修改"))
    assert voted["signs"]["down_vote"] == 1
    detail = (await shop.supervisor.get(f"/api/v1/gaps/{first['gap_id']}", params={"days": 30})).json()
    assert len(detail["gap"]["trend"]) == 30
    assert {one["text"] for one in detail["examples"]} == set(ASKED)
    assert all(one["conversation_id"] for one in detail["examples"])
    await down(asked["customer"], asked, "up")
    assert "怎么修改收货地址？" not in [one["title"] for one in await gaps(shop.supervisor)]


async def test_a_crowd_of_questions_and_votes_from_one_visitor_counts_once(shop: Shop) -> None:
    crowd = await Customer.begin(shop.served.client())
    for number in range(5):
        await crowd.ask(f"{OTHER}{'？' * (number % 3)}")
        answer = (await crowd.snapshot())["messages"][-1]
        await down(crowd, answer)
        await down(crowd, answer)
    await shop.asked(OTHER)
    await group(shop)
    [gap] = await gaps(shop.supervisor)
    assert (gap["people"], gap["asked"], gap["signs"]["down_vote"]) == (2, 6, 1)


async def test_new_questions_join_the_gaps_that_are_there(shop: Shop) -> None:
    await shop.asked(ASKED[0])
    await group(shop)
    [before] = await gaps(shop.supervisor)
    await shop.asked(ASKED[1])
    await group(shop)
    [after] = await gaps(shop.supervisor)
    assert (after["gap_id"], after["people"]) == (before["gap_id"], 2)
    assert await tend_gaps(shop.tools[GapTools]) is None


async def test_gaps_are_ignored_opened_renamed_merged_and_split(shop: Shop) -> None:
    for text in (*ASKED, OTHER):
        await shop.asked(text)
    await group(shop)
    big, small = await gaps(shop.supervisor)
    path = f"/api/v1/gaps/{small['gap_id']}"
    gone = (await shop.supervisor.post(f"{path}/ignore", json={"reason": "不做刻字", "version": 1})).json()
    assert gone["state"] == "ignored" and (await gaps(shop.supervisor, "ignored"))[0]["reason"] == "不做刻字"
    late = await shop.supervisor.post(f"{path}/rename", json={"title": "刻字", "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "gap_changed")
    back = (await shop.supervisor.post(f"{path}/reopen", json={"version": gone["version"]})).json()
    merge = {"into": big["gap_id"], "version": back["version"]}
    merged = (await shop.supervisor.post(f"{path}/merge", json=merge)).json()
    assert merged["gap_id"] == big["gap_id"] and (await shop.supervisor.get(path)).status_code == 404
    [one] = await gaps(shop.supervisor)
    assert one["people"] == 4
    detail = (await shop.supervisor.get(f"/api/v1/gaps/{one['gap_id']}")).json()
    ids = {example["text"]: example["question_id"] for example in detail["examples"]}
    split = f"/api/v1/gaps/{one['gap_id']}/split"
    all_of_them = {"question_ids": list(ids.values()), "version": one["version"]}
    assert (await shop.supervisor.post(split, json=all_of_them)).json()["code"] == "gap_nothing_to_split"
    some = {"question_ids": [ids[OTHER]], "version": one["version"]}
    apart = await shop.supervisor.post(split, json=some)
    assert apart.status_code == 201 and apart.json()["title"] == OTHER
    await shop.asked("请问耳机盒能不能刻字呢？")  # what is asked like it goes where it went
    await group(shop)
    assert {gap["title"]: gap["people"] for gap in await gaps(shop.supervisor)} == {ASKED[0]: 3, OTHER: 2}
    assert (await shop.agent.get("/api/v1/gaps")).status_code == 403


async def test_a_gap_is_drafted_with_evidence_published_and_answers_the_next_customer(shop: Shop) -> None:
    asked = [await shop.asked(text) for text in ASKED[:2]]
    customer: Customer = asked[0]["customer"]
    await customer.post("/handoff", {})
    served = await shop.served.signed_in(Role.AGENT, "lin@example.com")
    path = f"/api/v1/conversations/{customer.conversation_id}"
    assert (await served.post(f"{path}/take-over")).status_code == 200
    reply = "可以退款，请提供订单号。我的电话 13800138000，退款三个工作日内到账。"
    sent = await served.post(f"{path}/replies", json={"client_id": str(new_id()), "text": reply})
    assert sent.status_code < 300, sent.text
    await group(shop)
    [gap] = await gaps(shop.supervisor)
    gap_path = f"/api/v1/gaps/{gap['gap_id']}"
    made = await shop.supervisor.post(f"{gap_path}/draft")
    assert made.status_code == 201, made.text
    draft = made.json()
    assert draft["state"] == "draft" and "13800138000" not in made.text and "〔电话〕" in draft["text"]
    assert set(draft["plan"]["questions"]) == set(ASKED[:2]) and draft["plan"]["place"] == "new_faq"
    assert draft["evidence"]["passages"] and draft["evidence"]["replies"][0]["text"] == draft["text"]
    assert [one["supported"] for one in draft["evidence"]["sentences"]] == [False, False]
    assert (await shop.supervisor.post(f"{gap_path}/draft")).json()["code"] == "gap_busy"
    correction = f"/api/v1/corrections/{draft['correction_id']}"
    right = "可以退款。请提供订单号，退款三个工作日内到账。"
    edited = (await shop.supervisor.patch(correction, json={"version": draft["version"], "text": right})).json()
    await shop.supervisor.post(f"{correction}/submit", json={"version": edited["version"]})
    assert [one["state"] for one in await gaps(shop.supervisor, "in_review")] == ["in_review"]
    other = await shop.served.signed_in(Role.SUPERVISOR, "song@example.com")
    accepted = await other.post(f"{correction}/accept", json={})
    assert accepted.status_code == 200, accepted.text
    await shop.publish()
    done = await shop.shown(draft)
    assert (done["state"], done["trial"]["right_before"], done["trial"]["right_after"]) == ("published", 0, 2)
    [published] = await gaps(shop.supervisor, "published")
    assert published["correction_id"] == draft["correction_id"]
    assert (await shop.asked(ASKED[2]))["text"] == right
    # When people go on asking in vain, it opens again by itself.
    admin = await shop.served.keyed(Role.ADMIN)
    assert (await admin.delete(f"/api/v1/faqs/{done['published_faq_id']}")).status_code == 204
    for _ in range(3):
        await shop.asked(ASKED[0])
    await group(shop)
    assert [one["state"] for one in await gaps(shop.supervisor)] == ["open"]


async def test_an_edited_suggestion_is_kept_as_a_pair(shop: Shop) -> None:
    asked = await shop.asked(OTHER)
    tools: GapTools = shop.tools[GapTools]
    announcer: Announcer = shop.tools[Announcer]
    ids = [new_id(), new_id()]
    conversation = UUID(asked["customer"].conversation_id)
    async with tools.database.transaction() as session:
        for message_id, sent in zip(ids, ("可以刻字。", "可以刻字，最多八个字。"), strict=True):
            event = SuggestionSent(conversation, message_id, "可以刻字。", sent, new_id(), ())
            await announcer.announce(session, event)
            await announcer.announce(session, event)
    edited = (await shop.supervisor.get("/api/v1/suggestion-pairs")).json()["items"]
    assert [(one["suggested"], one["sent"], one["edited"]) for one in edited] == [
        ("可以刻字。", "可以刻字，最多八个字。", True)
    ]


async def test_a_request_about_gaps_that_makes_no_sense_is_refused(shop: Shop) -> None:
    missing = f"/api/v1/gaps/{new_id()}"
    assert (await shop.supervisor.get(missing)).status_code == 404
    assert (await shop.supervisor.post(f"{missing}/draft")).status_code == 404
    for bad in ({"days": 15}, {"tab": "all"}, {"cursor": "x"}, {"limit": 101}):
        assert (await shop.supervisor.get("/api/v1/gaps", params=bad)).status_code == 422, bad
    for tail, form in (("ignore", {"reason": " ", "version": 1}), ("split", {"question_ids": [], "version": 1})):
        assert (await shop.supervisor.post(f"{missing}/{tail}", json=form)).status_code == 422
