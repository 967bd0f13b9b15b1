"""An accepted correction is tried, made live when nothing becomes worse, and stopped when something would."""

from uuid import UUID

from sqlalchemy import text

from app.accounts import Role
from app.evaluation import EvaluationTools
from app.feedback import PublishingTools, do_publication
from app.jobs import list_jobs
from app.knowledge import SearchTools, get_faq, list_faqs
from tests.feedback.conftest import RETURNS, Shop

ENGRAVING = "耳机盒可以免费刻字，下单时在备注里写上要刻的内容，最多八个字。"
QUESTION = "耳机盒能不能刻字？"


async def test_the_next_customer_gets_the_published_answer(shop: Shop) -> None:
    answer = await shop.asked(QUESTION)
    assert answer["outcome"] == "refused"
    correction = await shop.proposed(answer, ENGRAVING, place="new_faq", faults=["incomplete"])
    assert correction["plan"]["questions"] == [QUESTION]
    assert (await shop.asked(QUESTION))["outcome"] == "refused"  # a proposal alone changes nothing

    done = await shop.accepted(correction)
    assert (done["state"], done["problem"]) == ("published", None)
    assert done["trial"]["right_before"] == 0 and done["trial"]["right_after"] == done["trial"]["right_live"] == 1
    said = await shop.asked("请问耳机盒可以刻字吗？")
    assert (said["outcome"], said["text"]) == ("faq", ENGRAVING)

    sets = (await shop.supervisor.get("/api/v1/regression/sets")).json()["items"]
    assert [(one["name"], one["questions"]) for one in sets] == [("知识缺口 · Knowledge gaps", 1)]
    audit = {"correction.propose", "correction.review", "correction.publish", "faq.added"}
    assert audit <= await _audited(shop)


async def test_a_trial_shows_both_answers_and_no_customer_sees_it(shop: Shop) -> None:
    correction = await shop.proposed(await shop.asked(QUESTION), ENGRAVING, place="new_faq")
    begun = await shop.agent.post(f"/api/v1/corrections/{correction['correction_id']}/try")
    assert begun.status_code == 202
    await shop.publish()
    shown = await shop.shown(correction)
    assert shown["state"] == "in_review" and shown["trial"]["passes"]
    [one] = shown["trial"]["questions"]
    assert (one["before"]["outcome"], one["after"]["outcome"]) == ("refused", "faq")
    assert (one["after"]["text"], one["after"]["right"]) == (ENGRAVING, True)
    assert (await shop.asked(QUESTION))["outcome"] == "refused"
    assert len(await list_faqs(shop.tools[SearchTools])) == 1


async def test_another_phrasing_joins_its_faq_and_only_that_is_embedded(shop: Shop) -> None:
    answer = await shop.asked("快递送错小区了想换个地方收")
    places = (await shop.agent.get(f"/api/v1/answers/{answer['message_id']}/correction-places")).json()
    near = places["faqs"][0]
    assert near["question"] in ("怎么修改收货地址？", "地址写错了怎么办")
    before = await _chunks(shop, near["faq_id"])
    correction = await shop.proposed(answer, near["answer"], place="faq_phrasing", faq_id=near["faq_id"])
    done = await shop.accepted(correction)
    assert done["state"] == "published" and done["published_faq_id"] == near["faq_id"]
    faq = await get_faq(shop.tools[SearchTools], UUID(near["faq_id"]))
    assert faq.questions[-1] == "快递送错小区了想换个地方收" and faq.answer == near["answer"]
    assert set(before) <= set(await _chunks(shop, near["faq_id"]))  # the known ways to ask kept their passages
    assert (await shop.asked("快递送错小区了，想换个地方收"))["text"] == near["answer"]


async def test_a_passage_is_edited_and_its_old_words_are_gone(shop: Shop) -> None:
    answer = await shop.asked("签收后几天内可以无理由退货？")
    assert answer["outcome"] == "answered", answer
    [cited] = (await shop.agent.get(f"/api/v1/answers/{answer['message_id']}/correction-places")).json()["passages"]
    assert cited["text"] == RETURNS
    right = RETURNS.replace("七天", "十五天")
    correction = await shop.proposed(
        answer,
        "签收后十五天内可以无理由退货。",
        place="passage",
        faults=["outdated"],
        chunk_id=cited["chunk_id"],
        passage_text=right,
        target_version=cited["version"],
    )
    done = await shop.accepted(correction)
    assert done["state"] == "published", done["problem"]
    said = await shop.asked("签收后几天内可以无理由退货？")
    assert "十五天" in said["text"] and "七天" not in said["text"].replace("十五天", "")


async def test_the_gate_stops_what_breaks_another_question_until_someone_overrides(shop: Shop) -> None:
    made = await shop.supervisor.post("/api/v1/regression/sets", json={"name": "上线前必问"})
    asked = [{"text": "耳机盒上能印图案吗", "must_refuse": True}]
    await shop.supervisor.post(f"/api/v1/regression/sets/{made.json()['set_id']}/questions", json={"questions": asked})
    answer = await shop.asked(QUESTION)
    questions = [QUESTION, "耳机盒上能印图案吗"]
    correction = await shop.proposed(answer, ENGRAVING, place="new_faq", questions=questions)
    stopped = await shop.accepted(correction)
    assert (stopped["state"], stopped["problem"]) == ("accepted", "correction_stopped")
    assert stopped["trial"]["passes"] is False and any("new_false_answers" in r for r in stopped["trial"]["reasons"])
    assert (await shop.asked(QUESTION))["outcome"] == "refused"

    path = f"/api/v1/corrections/{correction['correction_id']}/override"
    assert (await shop.agent.post(path, json={"reason": "急"})).status_code == 403
    assert (await shop.supervisor.post(path, json={"reason": " "})).status_code == 422
    forced = await shop.supervisor.post(path, json={"reason": "刻字就是印图案，那道题该改"})
    assert forced.status_code == 202, forced.text
    await shop.publish()
    done = await shop.shown(correction)
    assert done["state"] == "published" and done["override_reason"] == "刻字就是印图案，那道题该改"
    assert "correction.override" in await _audited(shop)
    assert (await shop.asked(QUESTION))["text"] == ENGRAVING


async def test_a_publication_done_twice_makes_one_faq(shop: Shop) -> None:
    correction = await shop.proposed(await shop.asked(QUESTION), ENGRAVING, place="new_faq")
    await shop.accepted(correction)
    again = await shop.agent.post(f"/api/v1/corrections/{correction['correction_id']}/try")
    assert (again.status_code, again.json()["code"]) == (409, "correction_not_ready")
    tools: PublishingTools = shop.tools[PublishingTools]
    [job] = await list_jobs(tools.database, kind="correction_publish")
    await do_publication(tools, job.id)
    assert len(await list_faqs(shop.tools[SearchTools])) == 2


async def test_an_faq_that_changed_meanwhile_stops_the_publication(shop: Shop) -> None:
    search: SearchTools = shop.tools[SearchTools]
    [faq] = await list_faqs(search)
    answer = await shop.asked("地址写错了怎么办")
    assert answer["outcome"] == "faq"
    plan = {"place": "passage", "faq_id": str(faq.id), "target_version": faq.version, "faults": ["wrong"]}
    correction = await shop.proposed(answer, "发货前后都可以联系客服改地址。", **plan)
    form = {"questions": list(faq.questions), "answer": "地址请在付款前确认。"}
    admin = await shop.served.keyed(Role.ADMIN)
    changed = await admin.put(f"/api/v1/faqs/{faq.id}", json=form)
    assert changed.status_code < 300, changed.text
    done = await shop.accepted(correction)
    assert (done["state"], done["problem"]) == ("accepted", "faq_changed")
    assert (await get_faq(search, faq.id)).answer == "地址请在付款前确认。"
    returned = await shop.supervisor.post(f"/api/v1/corrections/{correction['correction_id']}/return", json={})
    assert (returned.json()["state"], returned.json()["problem"]) == ("draft", None)


async def _audited(shop: Shop) -> set[str]:
    tools: EvaluationTools = shop.tools[EvaluationTools]
    async with tools.database.reading() as session:
        return set((await session.execute(text("SELECT action FROM audit_entry"))).scalars())


async def _chunks(shop: Shop, faq_id: str) -> list[str]:
    tools: EvaluationTools = shop.tools[EvaluationTools]
    async with tools.database.reading() as session:
        rows = await session.execute(text("SELECT sha256 FROM chunk WHERE faq_id = :id"), {"id": UUID(faq_id)})
        return [str(one) for one in rows.scalars()]
