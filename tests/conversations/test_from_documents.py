"""The whole way, only the model server scripted: a document goes in, a question is answered from it with a source."""

from collections.abc import AsyncIterator

import pytest

from app.accounts import Role
from app.bench.script import Script
from app.bench.scripted_model import start
from app.kernel.settings import Settings
from app.knowledge import DocumentTools, accept_document, ingest_document
from tests.conversations.customer import Customer
from tests.serving import Served, serving

POLICY = """# 退换货政策

## 七天无理由退货

签收后七天内可以无理由退货，商品需保持完好，配件齐全。退货运费由买家承担，质量问题由我们承担。

## 换货

质量问题十五天内可以换货，请保留发票和包装。
"""


async def taken_in(served: Served) -> None:
    """The policy is searchable."""
    tools: DocumentTools = served.tools[DocumentTools]
    accepted = await accept_document(tools, file_name="退换货政策.md", data=POLICY.encode())
    assert accepted.job_id is not None
    await ingest_document(tools, accepted.job_id)


async def test_without_a_model_the_document_is_quoted_and_its_link_opens(kefu: Served) -> None:
    await taken_in(kefu)
    customer = await Customer.begin(kefu.client())
    reading = await customer.ask("签收后几天内可以无理由退货？")
    started = next(e for e in reading.events if e.name == "answer.started")
    completed = reading.events[-1].data
    assert started.data["composer"] == "extractive" and completed["outcome"] == "answered"
    assert "七天内可以无理由退货" in completed["text"]
    citation = completed["citations"][0]
    assert citation["title"] and "七天" in citation["quote"] and citation["document_id"]
    opened = await kefu.client().get(citation["url"])
    assert opened.status_code == 200 and "七天" in opened.text


async def test_what_no_document_says_is_refused_kindly(kefu: Served) -> None:
    await taken_in(kefu)
    customer = await Customer.begin(kefu.client())
    completed = (await customer.ask("火星上的火山有多高？")).events[-1]
    assert completed.name == "answer.completed" and completed.data["outcome"] == "refused"


async def test_a_curated_answer_is_given_word_for_word(kefu: Served) -> None:
    admin = await kefu.keyed(Role.ADMIN)
    form = {"questions": ["发票怎么开？"], "answer": "在订单页点“申请发票”。"}
    assert (await admin.post("/api/v1/faqs", json=form)).status_code == 201
    customer = await Customer.begin(kefu.client())
    completed = (await customer.ask("发票怎么开")).events[-1].data
    assert completed["outcome"] == "faq" and completed["text"].startswith("在订单页点“申请发票”。")


@pytest.fixture
async def with_model(settings: Settings) -> AsyncIterator[Served]:
    """Kefu with a scripted model server behind KEFU_CHAT_URL."""
    server, _, url = await start(Script(first_token_ms=1, rate=2_000, tokens=40))
    async with serving(Settings(**{**settings.model_dump(), "chat_url": url})) as served:
        yield served
    server.close()


async def test_with_a_model_the_answer_is_generated_and_cited(with_model: Served) -> None:
    await taken_in(with_model)
    customer = await Customer.begin(with_model.client())
    reading = await customer.ask("签收后几天内可以无理由退货？")
    started = next(e for e in reading.events if e.name == "answer.started")
    assert started.data["composer"] == "generative" and reading.events[-1].data["outcome"] == "answered"
    assert reading.events[-1].data["citations"][0]["number"] == 1


async def test_a_broken_model_ends_in_one_sentence_and_the_next_question_works(with_model: Served) -> None:
    await taken_in(with_model)
    customer = await Customer.begin(with_model.client())
    for mark in ("fault=cut", "fault=garbage", "fault=html", "fault=bad_json", "status=503", "fault=empty"):
        failed = (await customer.ask(f"签收后几天内可以无理由退货？@@{mark}@@")).events[-1]
        assert failed.name == "answer.failed" and failed.data["text"], mark
        assert (await customer.snapshot())["messages"][-1]["outcome"] == "failed", mark
        after = (await customer.ask("签收后几天内可以无理由退货？")).events[-1]
        assert after.data["outcome"] == "answered", mark
