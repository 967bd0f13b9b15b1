"""The demo company comes whole, answers at once, leaves other people's work alone and goes without a trace."""

from collections.abc import AsyncIterator

import pytest

from app.accounts import AccountTools, Role, create_staff, sign_in
from app.accounts.errors import SignInBad
from app.commands.demo import DemoCount, demo_is_settled, demo_sign_ins, load_demo, remove_demo
from app.demo import SOURCE_PREFIX, demo_documents, demo_faqs, demo_staff
from app.kernel.settings import Settings
from app.knowledge import (
    DocumentTools,
    SearchRequest,
    SearchTools,
    accept_document,
    add_faq,
    documents_under,
    ingest_document,
    list_faqs,
    search_passages,
)
from app.wiring import Switchboard, switchboard

WHOLE = DemoCount(len(demo_documents()), len(list(demo_faqs())), len(demo_staff()))


@pytest.fixture
async def board(settings: Settings) -> AsyncIterator[Switchboard]:
    async with switchboard(settings) as board:
        yield board


async def test_a_newcomers_first_question_is_answered_once_the_demo_is_loaded(board: Switchboard) -> None:
    assert await load_demo(board) == WHOLE
    for question in ("耳机有杂音，能换新吗？", "How do I get an invoice later?"):
        found = await search_passages(board.tools[SearchTools], SearchRequest([question]))
        assert found.faq_exact is not None and found.faq_exact.question == question
    assert demo_is_settled(board.settings.data_dir)


async def test_every_demo_account_signs_in_with_the_printed_password(board: Switchboard) -> None:
    await load_demo(board)
    sign_ins = demo_sign_ins(board.settings.data_dir)
    assert list(sign_ins) == [person.email for person in demo_staff()]
    for person in demo_staff():
        signed_in = await sign_in(board.tools[AccountTools], person.email, sign_ins[person.email], "127.0.0.1")
        assert signed_in.staff.role == person.role


async def test_loading_twice_adds_nothing_and_keeps_the_passwords(board: Switchboard) -> None:
    await load_demo(board)
    passwords = demo_sign_ins(board.settings.data_dir)
    assert await load_demo(board) == DemoCount(0, 0, 0)
    assert demo_sign_ins(board.settings.data_dir) == passwords


async def test_removing_takes_all_of_the_demo_and_nothing_else(board: Switchboard) -> None:
    documents, search, accounts = (board.tools[t] for t in (DocumentTools, SearchTools, AccountTools))
    own_faq = await add_faq(search, ["怎么补开发票？"], "请写信给财务部。", tags=["demo"])
    own = await accept_document(documents, file_name="demo/notes.md", data=b"# About demo/", source="notes")
    await create_staff(accounts, "me@example.com", "Me", Role.ADMIN, "a long enough password")
    loaded = await load_demo(board)
    assert loaded == DemoCount(WHOLE.documents, WHOLE.faqs - 1, WHOLE.accounts), "my own answer stays mine"
    assert await remove_demo(board) == loaded
    assert await documents_under(documents, SOURCE_PREFIX) == []
    assert [document.id for document in await documents_under(documents, "")] == [own.document_id]
    left = await list_faqs(search)
    assert [(faq.id, faq.answer) for faq in left] == [(own_faq, "请写信给财务部。")]
    found = await search_passages(search, SearchRequest(["耳机有杂音，能换新吗？"]))
    assert {hit.faq_id for hit in found.hits} <= {own_faq}
    await sign_in(accounts, "me@example.com", "a long enough password", "127.0.0.1")
    with pytest.raises(SignInBad):
        await sign_in(accounts, demo_staff()[0].email, "whatever it was", "127.0.0.1")
    assert demo_is_settled(board.settings.data_dir), "the next start must not bring it back"


async def test_the_policy_is_found_by_its_clause_and_page(board: Switchboard) -> None:
    await load_demo(board)
    tools = board.tools[DocumentTools]
    [policy] = await documents_under(tools, SOURCE_PREFIX + "zh/after-sales-policy")
    assert policy.file_name == "售后服务政策（2026 版）.pdf"
    assert policy.job_id is not None
    await ingest_document(tools, policy.job_id)
    request = SearchRequest(["音频类产品签收后三十日内出现非人为性能故障"], limit=20)
    hits = (await search_passages(board.tools[SearchTools], request)).hits
    clause = next(hit for hit in hits if hit.document_id == policy.id)
    assert clause.page == 6 and clause.heading_path[-1] == "3.2 音频类产品"
