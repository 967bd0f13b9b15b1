"""Words: protected terms are not cut, synonyms are looked for too, changes reach just the passages they touch."""

from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.accounts import Role
from app.jobs import JobTools
from app.knowledge import Audience, SearchRequest, SearchTools, WordsTools, add_faq, reindex_words, search_passages
from app.knowledge.lexical import PROTECTED, UNIGRAM, question_terms, terms_of
from app.knowledge.spelling import normalise
from app.knowledge.words import Words
from app.knowledge.words.domain import Synonyms, WordList
from app.knowledge.words.service import current_words, save_words
from tests.fakes.bell import FakeBell
from tests.knowledge.indexing import add_document, add_test_base, passages
from tests.serving import Served

LIST = WordList(
    (Synonyms(("底噪", "嗡嗡声")), Synonyms(("智能手环", "小星"), one_way=True)), ("小米手环", "Orbit 3", "克")
)


@pytest.mark.parametrize("said", ["Orbit 3", "orbit-3", "ＯＲＢＩＴ3", "Orbit  3"])
def test_a_protected_term_is_one_whatever_blanks_it_is_written_with(said: str) -> None:
    words = LIST.compiled()
    whole = [
        set(terms_of(one, words=words).ids[terms_of(one, words=words).kinds == PROTECTED]) for one in (said, "Orbit 3")
    ]
    assert whole[0] == whole[1] and len(whole[0]) == 1


@pytest.mark.parametrize("said", ["orbit 35", "myorbit 3", "克拉", "xorbit3y"])
def test_a_longer_word_is_not_the_protected_term_in_it(said: str) -> None:
    assert PROTECTED not in terms_of(said, words=LIST.compiled()).kinds


def test_single_characters_of_a_protected_term_find_nothing() -> None:
    words = LIST.compiled()
    rice = terms_of("米").ids
    assert set(rice) & set(terms_of("小米手环").ids) and not set(rice) & set(terms_of("小米手环", words=words).ids)
    assert set(terms_of("手环").ids[terms_of("手环").kinds != UNIGRAM]) <= set(terms_of("小米手环", words=words).ids)
    assert PROTECTED in terms_of("重 5 克", words=words).kinds


def test_words_nobody_says_change_nothing() -> None:
    for said in ("怎么退货", "How do I return X-200?", "", "😀"):
        plain, worded = terms_of(said), question_terms(said, LIST.compiled())
        assert plain.ids.tolist() == worded.ids.tolist() and worded.extra is None


def test_synonyms_count_less_than_what_was_said_and_one_way_goes_one_way() -> None:
    words = LIST.compiled()
    terms = question_terms("有底噪怎么办", words)
    assert terms.extra is not None and terms.extra.any() and (terms.counts[terms.extra] < 1).all()
    assert [one.other for one in words.expansions(normalise("智能手環"))] == ["小星"]
    assert words.expansions("小星") == []


def test_a_long_chain_of_overlapping_terms_is_cut_once_from_the_left() -> None:
    words = Words(("星环", "环星", "星环星"))
    assert words.segments("星环星环") == [("星环星", True), ("环", False)]


def tools_of(kefu: Served) -> tuple[WordsTools, FakeBell]:
    served: WordsTools = kefu.tools[WordsTools]
    bell = FakeBell()
    return WordsTools(served.search, JobTools(served.database, bell), served.bank), bell


async def hits(tools: SearchTools, query: str) -> list[str]:
    """What the words alone propose."""
    found = (await search_passages(tools, SearchRequest([query]))).hits
    return [hit.text for hit in found if "lexical" in hit.stages]


async def test_a_synonym_finds_what_the_words_alone_do_not(kefu: Served) -> None:
    tools, _ = tools_of(kefu)
    await add_document(tools.search, "说明", passages("耳机出现嗡嗡声时请更换数据线。", "发票在订单里下载。"))
    before = await search_passages(tools.search, SearchRequest(["播放时有底噪"]))
    await save_words(tools, None, LIST, 0)
    after = await search_passages(tools.search, SearchRequest(["播放时有底噪"]))
    assert after.hits[0].text.startswith("耳机出现嗡嗡声")
    scores = [
        one.hits[0].stages["lexical"].score if one.hits and "lexical" in one.hits[0].stages else 0.0
        for one in (before, after)
    ]
    assert scores[1] > scores[0] and after.confidence > before.confidence


async def test_only_passages_that_say_a_changed_term_are_indexed_anew(kefu: Served) -> None:
    tools, bell = tools_of(kefu)
    await add_document(tools.search, "说明", passages("小米手环怎么充电。", "大米怎么煮。", "和小米手环无关的话。"))
    await add_faq(tools.search, ["小米手环防水吗"], "防水。")
    version = await save_words(tools, None, LIST, 0)
    [job] = bell.rung
    await reindex_words(tools, job.subject_id)
    assert version.job_id == job.subject_id
    assert (await current_words(tools, None)).reindexed == 3
    async with tools.database.reading() as session:
        counted = (await session.execute(text(COUNTS))).one()
    assert counted.tokens == counted.summed and counted.wrong == 0
    await add_document(tools.search, "新", passages("小米手环新款。"))
    assert len(await hits(tools.search, "小米手环")) == 4
    removed = await save_words(tools, None, WordList(), 1)
    await reindex_words(tools, bell.rung[-1].subject_id)
    assert removed.number == 2 and (await current_words(tools, None)).reindexed == 4
    async with tools.database.reading() as session:
        counted = (await session.execute(text(COUNTS))).one()
    assert counted.tokens == counted.summed and counted.wrong == 0


# The base's counts agree with its passages, and every term's with the index.
COUNTS = """
SELECT sum(token_count) AS tokens, (SELECT sum(token_count) FROM chunk) AS summed,
    (SELECT count(*) FROM term_stat s WHERE s.df <> (
        SELECT count(*) FROM chunk_terms t, string_to_table(btrim(split_part(t.lexical::text, '/', 1), '{}'), ',') pair
        WHERE t.base_id = s.base_id AND split_part(pair, ':', 1)::int - 1 = s.term)) AS wrong
FROM base"""


async def test_words_of_a_base_stay_in_it_and_out_of_sight_of_others(kefu: Served) -> None:
    tools, _ = tools_of(kefu)
    staff_only = await add_test_base(tools.search, "staff", Audience.STAFF)
    await save_words(tools, staff_only, LIST, 0)
    book = tools.search.embedders.words
    assert book.of_question(None, Audience.PUBLIC.readable()).same == {}
    assert book.of_question(None, Audience.STAFF.readable()).same != {}
    assert book.of_base(UUID(int=1)).protected == ()


async def test_words_over_http_with_versions_rollback_and_conflict(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    assert (await admin.get("/api/v1/words/versions")).json()["items"] == []
    body = {"number": 0, "synonyms": [{"words": ["底噪", "嗡嗡声", "底噪"]}], "protected": ["Orbit 3", "orbit-3"]}
    saved = (await admin.put("/api/v1/words", json=body)).json()
    assert (saved["number"], saved["synonyms"][0]["words"], saved["protected"]) == (1, ["底噪", "嗡嗡声"], ["Orbit 3"])
    again = await admin.put("/api/v1/words", json=body)
    assert (again.status_code, again.json()["code"], again.json()["theirs"]["number"]) == (409, "words_changed", 1)
    await admin.put("/api/v1/words", json={**body, "number": 1, "protected": []})
    back = (await admin.post("/api/v1/words/rollback", json={"to": 1, "number": 2})).json()
    assert (back["number"], back["protected"]) == (3, ["Orbit 3"])
    versions = (await admin.get("/api/v1/words/versions")).json()["items"]
    assert [(one["number"], one["action"], one["added"], one["removed"]) for one in versions] == [
        (3, "rolled_back", ["[Orbit 3]"], []),
        (2, "saved", [], ["[Orbit 3]"]),
        (1, "saved", ["底噪 = 嗡嗡声", "[Orbit 3]"], []),
    ]
    agent = await kefu.keyed(Role.AGENT)
    assert (await agent.put("/api/v1/words", json=body)).status_code == 403


async def test_a_list_goes_out_and_comes_back_and_bad_rows_are_told(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    body = {"number": 0, "synonyms": [{"words": ["=cmd()", "b"], "one_way": True}], "protected": ["@sum", "米"]}
    assert (await admin.put("/api/v1/words", json=body)).status_code == 200
    exported = (await admin.get("/api/v1/words/export")).content
    assert b",=cmd" not in exported and b",@sum" not in exported
    sent = {"files": {"file": ("w.csv", exported)}, "data": {"replace": "true"}}
    report = (await admin.post("/api/v1/words/import", **sent)).json()
    assert (report["added"], report["removed"], report["problems"]) == ([], [], [])
    bad = "kind,words\ncolour,红\nsynonym,一个\n同义词,底噪|嗡嗡声\nprotected," + "长" * 51 + "\n"
    sent = {"files": {"file": ("w.csv", bad.encode("gb18030"))}, "params": {"dry_run": "true"}}
    report = (await admin.post("/api/v1/words/import", **sent)).json()
    assert [(one["row"], one["code"]) for one in report["problems"]] == [
        (2, "words_row_bad_kind"),
        (3, "words_row_too_few"),
        (5, "words_row_too_long"),
    ]
    assert (report["added"], report["words"]["number"]) == (["底噪 = 嗡嗡声"], 1)


async def test_the_box_shows_segments_terms_and_meanings_of_a_list_not_saved_yet(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    words = {"number": 0, "synonyms": [{"words": ["底噪", "嗡嗡声"]}], "protected": ["Orbit 3"]}
    tried = (await admin.post("/api/v1/words/test", json={"text": "ORBIT3 有底噪", "words": words})).json()
    assert tried["segments"] == [{"text": "orbit3", "whole": True}, {"text": " 有底噪", "whole": False}]
    assert tried["terms"][0] == "orbit3" and "底噪" in tried["terms"]
    assert {"said": "底噪", "other": ["嗡嗡声"], "source": "ours", "weight": 0.7} in tried["meanings"]


@pytest.mark.parametrize(
    "body",
    [
        {"number": 0, "synonyms": [{"words": ["只有一个"]}], "protected": []},
        {"number": 0, "synonyms": [], "protected": ["a|b"]},
        {"number": 0, "synonyms": [], "protected": ["x" * 51]},
        {"number": 0, "synonyms": [], "protected": ["x\x00"]},
        {"number": -1, "synonyms": [], "protected": []},
    ],
)
async def test_a_bad_list_is_refused(standing_admin: httpx.AsyncClient, body: dict[str, object]) -> None:
    assert (await standing_admin.put("/api/v1/words", json=body)).status_code == 422
    assert (await standing_admin.get("/api/v1/words")).json()["number"] == 0
