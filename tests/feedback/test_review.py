"""Reviews: drafts, four eyes, two reviewers at once, edits while accepting, and what a plan must name."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from app.accounts import Role
from tests.feedback.conftest import Shop

TEXT = "耳机盒可以免费刻字。"


@pytest.fixture
async def answer(shop: Shop) -> dict[str, Any]:
    return await shop.asked("耳机盒能不能刻字？")


async def test_a_draft_is_edited_sent_to_review_and_sent_back(shop: Shop, answer: dict[str, Any]) -> None:
    form = {"message_id": answer["message_id"], "text": TEXT, "draft": True, "plan": {"place": "faq_phrasing"}}
    draft = (await shop.agent.post("/api/v1/corrections", json=form)).json()
    path = f"/api/v1/corrections/{draft['correction_id']}"
    assert draft["state"] == "draft"
    early = await shop.agent.post(f"{path}/submit", json={"version": draft["version"]})
    assert (early.status_code, early.json()["code"]) == (422, "correction_incomplete")
    edit = {"version": draft["version"], "plan": {"place": "new_faq", "faults": ["incomplete"]}}
    edited = (await shop.agent.patch(path, json=edit)).json()
    assert edited["plan"]["questions"] == ["耳机盒能不能刻字？"] and edited["version"] == draft["version"] + 1
    late = await shop.agent.patch(path, json=edit)
    assert (late.status_code, late.json()["code"]) == (409, "correction_changed")
    sent = (await shop.agent.post(f"{path}/submit", json={"version": edited["version"]})).json()
    assert sent["state"] == "in_review"
    back = (await shop.supervisor.post(f"{path}/return", json={"note": "说清楚字数"})).json()
    assert (back["state"], back["note"]) == ("draft", "说清楚字数")
    counts = (await shop.agent.get("/api/v1/corrections/counts")).json()
    assert counts == {
        "counts": {"draft": 1, "in_review": 0, "accepted": 0, "rejected": 0, "published": 0},
        "four_eyes": True,
    }


async def test_whoever_proposed_it_may_not_accept_it_unless_the_rule_is_off(shop: Shop, answer: dict[str, Any]) -> None:
    form = {"message_id": answer["message_id"], "text": TEXT}
    made = (await shop.supervisor.post("/api/v1/corrections", json=form)).json()
    path = f"/api/v1/corrections/{made['correction_id']}/accept"
    own = await shop.supervisor.post(path, json={})
    assert (own.status_code, own.json()["code"]) == (403, "own_correction")
    assert (await shop.agent.put("/api/v1/corrections/rules", json={"four_eyes": False})).status_code == 403
    assert (await shop.supervisor.put("/api/v1/corrections/rules", json={"four_eyes": False})).status_code == 200
    assert (await shop.supervisor.post(path, json={})).json()["state"] == "accepted"


async def test_of_two_reviewers_one_wins_and_the_other_is_told_who(shop: Shop, answer: dict[str, Any]) -> None:
    made = await shop.proposed(answer, TEXT)
    others = [await shop.served.signed_in(Role.SUPERVISOR, f"s{n}@example.com") for n in range(4)]
    path = f"/api/v1/corrections/{made['correction_id']}"
    said = await asyncio.gather(
        *(
            other.post(f"{path}/{'accept' if n % 2 else 'reject'}", json={"version": made["version"]})
            for n, other in enumerate(others)
        )
    )
    won = [one for one in said if one.status_code == 200]
    state = won[0].json()["state"]
    assert all(one.json()["state"] == state for one in won)
    lost = [one.json() for one in said if one.status_code == 409]
    assert len(won) + len(lost) == 4 and lost
    assert all(one["code"] == "correction_reviewed" and "Supervisor" in one["detail"] for one in lost)
    assert all(one["theirs"]["state"] == state for one in lost)


async def test_a_reviewer_edits_text_place_owner_and_expiry_while_accepting(shop: Shop, answer: dict[str, Any]) -> None:
    made = await shop.proposed(answer, TEXT)
    plan = {
        "place": "new_faq",
        "questions": ["耳机盒能刻字吗"],
        "owner": "周宁",
        "valid_until": "2027-05-21T00:00:00Z",
    }
    done = await shop.accepted(made, text="可以免费刻字，最多八个字。", plan=plan, note="补了字数")
    assert done["state"] == "published"
    faq = (await shop.agent.get(f"/api/v1/faqs/{done['published_faq_id']}")).json()
    assert (faq["answer"], faq["questions"]) == ("可以免费刻字，最多八个字。", ["耳机盒能刻字吗"])
    assert faq["valid_until"].startswith("2027-05-21") and done["plan"]["owner"] == "周宁"


async def test_evidence_is_kept_with_the_sources_of_the_answer(shop: Shop) -> None:
    answer = await shop.asked("签收后几天内可以无理由退货？")
    made = await shop.proposed(answer, "十五天内。")
    assert made["wrong_answer"] == answer["text"]
    assert [one["quote"] in answer["text"] or one["title"] for one in made["sources"]]
    assert made["sources"][0]["title"] == "购物须知"


async def test_a_plan_that_makes_no_sense_is_refused(shop: Shop, answer: dict[str, Any]) -> None:
    for plan in (
        {"place": "faq_phrasing"},
        {"place": "passage"},
        {"place": "passage", "chunk_id": str(uuid4())},
        {"place": "somewhere"},
        {"place": "new_faq", "questions": ["x" * 501]},
        {"place": "new_faq", "questions": ["问"] * 31},
        {"place": "new_faq", "valid_until": "2027-05-21"},
        {"faults": ["ugly"]},
    ):
        form = {"message_id": answer["message_id"], "text": TEXT, "plan": plan}
        refused = await shop.agent.post("/api/v1/corrections", json=form)
        assert refused.status_code == 422, plan
    assert (await shop.agent.get("/api/v1/corrections")).json()["items"] == []


async def test_a_faq_that_does_not_exist_stops_the_publication(shop: Shop, answer: dict[str, Any]) -> None:
    made = await shop.proposed(answer, TEXT, place="faq_phrasing", faq_id=str(uuid4()))
    done = await shop.accepted(made)
    assert (done["state"], done["problem"]) == ("accepted", "not_found")
