"""Prompts are checked before they are used, activated for every process, rolled back, and told in the trace."""

from typing import Any

import pytest
from sqlalchemy import text as sql

from app.accounts import Role
from app.answering import AnsweringTools, Company, Finished, Fresh, PromptTools, Question, Unchanging, Versions, answer
from app.answering.prompting.book import PromptBook, Source, built_in_text
from app.answering.prompting.domain import Example, PromptText, PromptVersion
from app.answering.prompting.form import RenderedTooLong, compiled, problems_of, rendered
from app.answering.prompting.preview import preview
from app.answering.prompting.service import load_book, save_draft, with_text
from app.kernel.texts import has_text
from app.model_registry import ChatMessage
from tests.fakes.chat_model import FakeChatModel, FakeModels
from tests.fakes.passages import FakePassages, document, faq
from tests.serving import Served

RULES = "你是{{ company }}的客服。只依据资料，句末写[1]。没有答案时只输出 NO_ANSWER。"
FORM = (
    "{% for source in sources %}[{{ loop.index }}] {{ source.heading }}\n{{ source.body }}\n{% endfor %}"
    "问：{{ question }}"
)
RETURNS = document("自签收之日起 7 天内，商品完好可以无理由退货。")


def codes(name: str, body: str, *examples: Example) -> list[str]:
    return [one.code for one in problems_of(name, PromptText(body, examples), lambda text: text.body)]


def book_with(**bodies: str) -> PromptBook:
    return PromptBook.of(
        [
            PromptVersion(None, name.split("_")[0], "zh", 3, PromptText(body), "", "active", 1)
            for name, body in bodies.items()
        ]
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_built_in_prompts_pass_their_own_checks(language: Any) -> None:
    for name in ("answer", "question"):
        assert problems_of(name, built_in_text(name, language), lambda text: text.body) == []


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("answer", RULES + "{{ custmer }}", "prompt_unknown_variable"),
        ("answer", RULES + "{% if company %}", "prompt_syntax"),
        ("answer", RULES + "{{ company", "prompt_syntax"),
        ("answer", "只依据资料，句末写[1]。", "prompt_missing_phrase"),
        ("answer", RULES + "{{ company.__class__ }}", "prompt_unknown_variable"),
        ("answer", RULES + "{{ ''.__class__.__mro__ }}", "prompt_unknown_variable"),
        ("answer", RULES + "{{ company() }}", "prompt_forbidden"),
        ("answer", RULES + "{{ 'x' * 1000000000 }}", "prompt_forbidden"),
        ("answer", RULES + "{% for n in range(10**9) %}x{% endfor %}", "prompt_forbidden"),
        ("answer", RULES + "{% include 'secrets' %}", "prompt_forbidden"),
        ("answer", RULES + "{% set a = 1 %}", "prompt_forbidden"),
        ("answer", RULES + "{{ company | map('upper') | list }}", "prompt_forbidden"),
        ("answer", "长" * 12_001, "prompt_too_long"),
        ("answer", RULES + "很长的规则" * 800, "prompt_costs_too_much"),
        ("question", FORM.replace("{{ question }}", ""), "prompt_missing_variable"),
        ("question", FORM.replace("{{ source.body }}", ""), "prompt_missing_variable"),
        ("question", FORM.replace("[{{ loop.index }}]", ""), "prompt_missing_variable"),
        (
            "question",
            FORM.replace("{{ question }}", "{% if rewritten %}{{ question }}{% endif %}"),
            "prompt_missing_variable",
        ),
        ("question", FORM.replace("source.body", "source.secret"), "prompt_unknown_variable"),
        (
            "question",
            "{% for a in sources %}{% for b in sources %}x{% endfor %}{% endfor %}" + FORM,
            "prompt_forbidden",
        ),
        ("question", "{% for c in question %}{{ c }}{% endfor %}" + FORM, "prompt_unknown_variable"),
    ],
)
def test_a_template_that_cannot_be_used_is_told_by_a_code_with_a_sentence(name: str, body: str, code: str) -> None:
    found = problems_of(name, PromptText(body), lambda text: text.body)
    assert code in [one.code for one in found]
    assert all(has_text(f"prompts.{one.code}") for one in found)


def test_problems_name_the_line_and_the_thing() -> None:
    found = problems_of("answer", PromptText(RULES + "\n\n{{ custmer }}"), lambda text: text.body)
    assert (found[0].line, found[0].values) == (3, {"name": "custmer"})


def test_examples_must_be_whole_and_cite_what_they_show() -> None:
    good = Example(("7 天内可退。",), "几天内能退？", "7 天内可以退货[1]。")
    assert codes("answer", RULES, good, Example((), "天气？", "NO_ANSWER")) == []
    assert codes("answer", RULES, Example(("7 天内可退。",), "几天内能退？", "7 天内可以退货。")) == [
        "prompt_example_uncited"
    ]
    assert codes("answer", RULES, Example((), "", "x")) == ["prompt_example_empty"]
    assert codes("answer", RULES, *[good] * 7) == ["prompt_examples_too_many"]
    assert codes("question", FORM, good) == ["prompt_takes_no_examples"]


def test_what_a_template_makes_is_bounded_while_it_is_made() -> None:
    with pytest.raises(RenderedTooLong):
        rendered(compiled(FORM), {"sources": [Source("h", None, "x" * 5_000)] * 100, "question": "q"})


def test_examples_stand_before_the_conversation_in_the_form_of_real_turns() -> None:
    example = Example(("7 天内可退。",), "几天内能退？", "7 天内可以退货[1]。")
    version = PromptVersion(None, "answer", "zh", 4, PromptText(RULES, (example,)), "", "active", 1)
    book = PromptBook.of([version])
    assert [one.role for one in book.examples("zh")] == ["user", "assistant"]
    assert "7 天内可退。" in book.examples("zh")[0].content and book.examples("en") == ()
    assert book.version("zh") == "answer.zh@4 question.zh@built-in"
    assert book.version("en") == "answer.en@built-in question.en@built-in"


async def asked(tools: AnsweringTools, words: str) -> Finished:
    events = [event async for event in answer(tools, Question(words, company=Company("星河数码", "Nebula")))]
    assert isinstance(events[-1], Finished)
    return events[-1]


async def test_the_prompt_in_force_is_what_the_model_reads_and_the_trace_names_its_version() -> None:
    chat = FakeChatModel(["签收后 7 天内可以无理由退货[1]。"])
    book = book_with(answer_zh=RULES, question_zh=FORM)
    tools = AnsweringTools(FakePassages([RETURNS]), FakeModels(chat), prompts=Unchanging(book))
    end = await asked(tools, "几天内可以退货？")
    assert chat.prompts[0][0].content == "你是星河数码的客服。只依据资料，句末写[1]。没有答案时只输出 NO_ANSWER。"
    assert chat.prompts[0][-1].content.endswith("问：几天内可以退货？")
    assert end.trace["prompt"]["version"] == "answer.zh@3 question.zh@3"


async def test_a_preview_answers_with_both_prompts_from_one_search() -> None:
    chat = FakeChatModel(["签收后 7 天内可以无理由退货[1]。"])
    knowledge = FakePassages([RETURNS])
    tools = AnsweringTools(knowledge, FakeModels(chat))
    old, new = await preview(tools, Question("几天内可以退货？"), (PromptBook.of(), book_with(answer_zh=RULES)))
    assert len(knowledge.asked) == 1 and len(chat.prompts) == 2
    assert old.asked_model and new.asked_model and "7 天" in new.ended.text
    assert old.messages[0] != new.messages[0] and old.messages[-1] == new.messages[-1]
    assert new.estimated_tokens < old.estimated_tokens


async def test_without_a_model_a_preview_shows_what_it_would_read_and_the_cost() -> None:
    tools = AnsweringTools(FakePassages([RETURNS]), FakeModels(None))
    old, new = await preview(tools, Question("几天内可以退货？"), (PromptBook.of(), book_with(question_zh=FORM)))
    assert not old.asked_model and "7 天内" in old.messages[-1].content and old.passages == 1
    assert new.messages[-1].content.endswith("问：几天内可以退货？") and new.estimated_tokens > 20
    curated = faq("几天内可以退货？", "7 天。")
    exact = AnsweringTools(FakePassages([curated], exact=curated), FakeModels(FakeChatModel(["x"])))
    (side,) = await preview(exact, Question("几天内可以退货？"), (PromptBook.of(),))
    assert not side.asked_model and isinstance(side.messages[-1], ChatMessage)


async def test_drafts_are_kept_activated_rolled_back_and_audited(kefu: Served) -> None:
    admin = await kefu.signed_in(Role.ADMIN)
    tools: PromptTools = kefu.tools[PromptTools]
    url = "/api/v1/prompts/answer/zh"
    shown = (await admin.get(url)).json()
    assert shown["active"]["number"] == 0 and shown["draft"] is None and shown["tokens"] > 100
    broken = {"body": "只依据资料。{{ nobody }}", "seen": 0}
    saved = (await admin.put(f"{url}/draft", json=broken)).json()
    assert (saved["number"], saved["state"], saved["revision"]) == (1, "draft", 1), "a broken draft is not lost"
    refused = await admin.post(f"{url}/activate", json={"seen": 1})
    assert refused.status_code == 422 and refused.json()["code"] == "prompt_broken"
    assert {"prompt_unknown_variable"} == {one["code"] for one in refused.json()["problems"]}
    clash = await admin.put(f"{url}/draft", json={"body": RULES, "seen": 0})
    assert clash.status_code == 409 and clash.json()["theirs"]["body"] == broken["body"]
    await admin.put(f"{url}/draft", json={"body": RULES, "note": "更短", "seen": 1})
    active = (await admin.post(f"{url}/activate", json={"seen": 2})).json()
    assert (active["number"], active["state"], active["activated_by"]) == (1, "active", "Admin")
    live: AnsweringTools = kefu.tools[AnsweringTools]
    assert (await live.prompts.get()).version("zh") == "answer.zh@1 question.zh@built-in", "at once, in this process"
    assert (await admin.post(f"{url}/rollback", json={"to": 1})).json()["code"] == "prompt_active"
    assert (await admin.post(f"{url}/rollback", json={"to": 0})).json()["number"] == 0
    assert (await live.prompts.get()).version("zh") == "answer.zh@built-in question.zh@built-in"
    assert (await admin.post(f"{url}/rollback", json={"to": 1})).json()["number"] == 1
    assert (await admin.post(f"{url}/rollback", json={"to": 9})).status_code == 404
    items = (await admin.get(f"{url}/versions")).json()["items"]
    assert [(one["number"], one["state"]) for one in items] == [(1, "active"), (0, "retired")]
    async with tools.database.reading() as session:
        actions = [row[0] for row in await session.execute(sql("SELECT action FROM audit_entry ORDER BY id"))]
    assert [one for one in actions if one.startswith("prompt.")] == [
        "prompt.draft",
        "prompt.draft",
        "prompt.activate",
        "prompt.rollback",
        "prompt.rollback",
    ]


async def test_agents_read_no_prompts_supervisors_change_none_and_unknown_templates_are_told(kefu: Served) -> None:
    agent, supervisor = await kefu.keyed(Role.AGENT), await kefu.keyed(Role.SUPERVISOR)
    assert (await agent.get("/api/v1/prompts")).status_code == 403
    assert (await supervisor.get("/api/v1/prompts")).status_code == 200
    draft = {"body": RULES, "seen": 0}
    assert (await supervisor.put("/api/v1/prompts/answer/zh/draft", json=draft)).status_code == 403
    assert (await supervisor.get("/api/v1/prompts/answer/fr")).status_code == 422
    assert (await supervisor.get("/api/v1/prompts/../answer/zh")).status_code in (404, 422)


async def test_a_check_tells_problems_or_what_the_model_reads(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    fine = (await admin.post("/api/v1/prompts/answer/zh/check", json={"body": RULES})).json()
    assert fine["problems"] == [] and "星河数码" in fine["rendered"] and fine["tokens"] > 10
    wrong = (await admin.post("/api/v1/prompts/answer/zh/check", json={"body": RULES + "\n{{ nobody }}"})).json()
    assert wrong["problems"][0]["code"] == "prompt_unknown_variable" and wrong["problems"][0]["line"] == 2
    assert "nobody" in wrong["problems"][0]["detail"] and wrong["rendered"] == ""


async def test_activating_asks_the_regression_questions_anew_once(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    made = await admin.post("/api/v1/regression/sets", json={"name": "要点"})
    set_id = made.json()["set_id"]
    question = {"text": "几天内能退货？", "must_say": [["7 天"]]}
    added = await admin.post(f"/api/v1/regression/sets/{set_id}/questions", json={"questions": [question]})
    assert added.status_code == 201, added.text
    url = "/api/v1/prompts/answer/zh"
    await admin.put(f"{url}/draft", json={"body": RULES, "seen": 0})
    await admin.post(f"{url}/activate", json={"seen": 1})
    await admin.post(f"{url}/rollback", json={"to": 0})
    runs = (await admin.get("/api/v1/evaluations?kind=regression")).json()["items"]
    assert [(run["cause"], run["state"]) for run in runs] == [("prompts", "queued")]


async def test_a_changed_prompt_is_tried_on_a_typed_question_and_on_a_regression_question(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    faq_body = {"questions": ["几天内可以退货"], "answer": "签收后 7 天内。"}
    assert (await admin.post("/api/v1/faqs", json=faq_body)).status_code == 201
    trial = {"name": "answer", "language": "zh", "body": RULES, "question": "几天内可以退货？"}
    tried = (await admin.post("/api/v1/evaluations/prompts", json=trial)).json()
    assert tried["before"]["outcome"] == tried["after"]["outcome"] == "faq" and not tried["after"]["asked_model"]
    assert tried["after"]["messages"][0]["content"].startswith("你是") and tried["after"]["estimated_tokens"] > 0
    assert tried["before"]["messages"][0] != tried["after"]["messages"][0]
    broken = await admin.post("/api/v1/evaluations/prompts", json={**trial, "body": "{{ nobody }}"})
    assert broken.status_code == 422 and broken.json()["code"] == "prompt_broken"


async def test_another_process_sees_an_activation_and_a_draft_changes_nothing(kefu: Served) -> None:
    tools: PromptTools = kefu.tools[PromptTools]
    elsewhere = Versions(tools.database, every_s=0)

    async def load() -> PromptBook:
        return await load_book(tools.database)

    book = Fresh(elsewhere, "prompts", load)
    await save_draft(tools, "answer", "zh", PromptText(RULES), "", 0)
    assert (await book.get()).version("zh").startswith("answer.zh@built-in")
    admin = await kefu.keyed(Role.ADMIN)
    await admin.post("/api/v1/prompts/answer/zh/activate", json={"seen": 1})
    assert (await book.get()).version("zh").startswith("answer.zh@1")
    settings = {"unsupported": "mark", "follow_ups": False, "seen": 0}
    assert (await admin.put("/api/v1/prompts/settings", json=settings)).json()["number"] == 1
    assert (await book.get()).version("zh").endswith("settings@1")
    assert (await admin.put("/api/v1/prompts/settings", json=settings)).status_code == 409


def test_a_book_with_another_text_leaves_the_others_as_they_are() -> None:
    changed = with_text(PromptBook.of(), "answer", "zh", PromptText(RULES))
    assert changed.rules("zh", "星河").startswith("你是星河的客服") and changed.rules("en", "N").startswith("You are")
