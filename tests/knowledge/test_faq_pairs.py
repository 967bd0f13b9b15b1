"""FAQs that mean the same are found, merged with all their phrasings, or set apart for good."""

from app.accounts import Role
from app.jobs import JobTools
from app.knowledge import FaqTools, SearchTools, add_faq, change_faq, find_pairs, get_faq
from app.knowledge.faq_pairs.service import open_search
from tests.fakes.bell import FakeBell
from tests.serving import Served

SAME = (["怎么申请退货？", "如何办理退货"], ["退货怎么申请", "想退货要怎么操作"])
OTHERS = ["怎么开发票", "运费谁出", "7 天内可以无理由退货吗", "15 天内可以无理由退货吗", "How do I return goods?"]


async def compared(kefu: Served) -> FaqTools:
    served: FaqTools = kefu.tools[FaqTools]
    jobs = JobTools(served.search.database, FakeBell())
    tools = FaqTools(served.search, served.sheets, jobs, served.blobs, served.uses)
    await find_pairs(tools, await open_search(tools))
    return tools


async def test_two_ways_to_ask_for_one_thing_are_found_and_merged(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    search: SearchTools = kefu.tools[SearchTools]
    one, other = [await add_faq(search, asked, f"答案{place}", tags=[f"t{place}"]) for place, asked in enumerate(SAME)]
    for asked in OTHERS:
        await add_faq(search, [asked], f"关于{asked}")
    await compared(kefu)
    listed = (await admin.get("/api/v1/faqs/pairs")).json()
    assert [{pair["one"]["faq_id"], pair["other"]["faq_id"]} for pair in listed["items"]] == [{str(one), str(other)}]
    wish = {"keep_id": str(one), "keep_version": 1, "remove_id": str(other), "remove_version": 1, "answer": "答案0"}
    merged = await admin.post("/api/v1/faqs/pairs/merge", json=wish)
    assert merged.status_code == 200, merged.text
    assert (len(merged.json()["questions"]), merged.json()["tags"]) == (4, ["t0", "t1"])
    assert (await admin.get(f"/api/v1/faqs/{other}")).status_code == 404
    found = (await admin.post("/api/v1/search", json={"query": "想退货要怎么操作"})).json()
    assert found["faq_exact"]["answer"] == "答案0"
    assert (await admin.get("/api/v1/faqs/pairs")).json()["items"] == []


async def test_a_pair_set_apart_does_not_come_back(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    for place, asked in enumerate(SAME):
        await add_faq(kefu.tools[SearchTools], asked, f"答案{place}")
    await compared(kefu)
    [pair] = (await admin.get("/api/v1/faqs/pairs")).json()["items"]
    ends = {"one_id": pair["one"]["faq_id"], "other_id": pair["other"]["faq_id"]}
    assert (await admin.post("/api/v1/faqs/pairs/dismiss", json=ends)).status_code == 204
    await compared(kefu)
    assert (await admin.get("/api/v1/faqs/pairs")).json()["items"] == []


async def test_a_merge_over_an_edit_is_refused_and_changes_nothing(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    search: SearchTools = kefu.tools[SearchTools]
    one, other = [await add_faq(search, asked, f"答案{place}") for place, asked in enumerate(SAME)]
    await change_faq(search, other, ["别的问题"], "别的答案")
    wish = {"keep_id": str(one), "keep_version": 1, "remove_id": str(other), "remove_version": 1, "answer": "答案0"}
    refused = await admin.post("/api/v1/faqs/pairs/merge", json=wish)
    assert (refused.status_code, refused.json()["code"]) == (409, "faq_changed")
    assert refused.json()["theirs"]["answer"] == "别的答案"
    assert (await get_faq(search, one)).questions == tuple(SAME[0])
