"""`kefu demo load` and `kefu demo remove`: the demo company comes and goes as a whole."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.accounts import AccountTools, Role, create_staff, remove_staff
from app.accounts.errors import EmailTaken
from app.commands.demo_tools import remove_demo_tools
from app.commands.workplace import with_switchboard
from app.demo import REGRESSION_SET, SOURCE_PREFIX, demo_documents, demo_faqs, demo_regression, demo_staff
from app.evaluation import EvaluationTools, Origin, add_questions, add_set, find_set, read_questions, remove_set
from app.knowledge import (
    DocumentTools,
    Faq,
    FaqDraft,
    SearchTools,
    accept_document,
    canonical_text,
    delete_document,
    delete_faq,
    documents_under,
    import_faqs,
    list_faqs,
)
from app.wiring import Switchboard

SIGN_INS = "demo-sign-ins.json"
FAQ_SOURCE = SOURCE_PREFIX + "faqs.jsonl"
PAGE = 200


@dataclass(frozen=True)
class DemoCount:
    """How much of the demo company was added or taken away."""

    documents: int
    faqs: int
    accounts: int


def load(data_dir: Path | None) -> tuple[DemoCount, dict[str, str]]:
    """Loads the demo company; what is there already stays. Gives back the counts and the sign-ins."""

    async def work(board: Switchboard) -> tuple[DemoCount, dict[str, str]]:
        return await load_demo(board), demo_sign_ins(board.settings.data_dir)

    return with_switchboard(data_dir, work)


def remove(data_dir: Path | None) -> DemoCount:
    """Removes the demo company and keeps the next start from loading it again."""
    return with_switchboard(data_dir, remove_demo)


async def load_demo(board: Switchboard) -> DemoCount:
    """Accounts, documents and FAQs of the demo company. Safe to cut short and run again."""
    data_dir = board.settings.data_dir
    known = demo_sign_ins(data_dir)
    sign_ins = {person.email: known.get(person.email) or secrets.token_urlsafe(9) for person in demo_staff()}
    # Written first: a cut run finds its own passwords again.
    _write(data_dir, {"settled": False, "sign_ins": sign_ins})
    accounts = 0
    for person in demo_staff():
        name, password = f"{person.name} {person.name_en}", sign_ins[person.email]
        try:
            await create_staff(board.tools[AccountTools], person.email, name, Role(person.role), password)
        except EmailTaken:
            if person.email not in known:
                del sign_ins[person.email]  # somebody else's password
            continue
        accounts += 1
    faqs = await _load_faqs(board.tools[SearchTools])
    documents = await _load_documents(board.tools[DocumentTools])
    await _load_regression(board.tools[EvaluationTools])
    _write(data_dir, {"settled": True, "sign_ins": sign_ins})
    return DemoCount(documents, faqs, accounts)


async def remove_demo(board: Switchboard) -> DemoCount:
    """Takes away everything `load_demo` added, whoever has changed it since."""
    documents = await documents_under(board.tools[DocumentTools], SOURCE_PREFIX)
    for document in documents:
        await delete_document(board.tools[DocumentTools], document.id)
    faqs = [faq for faq in await _all_faqs(board.tools[SearchTools]) if faq.source == FAQ_SOURCE]
    for faq in faqs:
        await delete_faq(board.tools[SearchTools], faq.id)
    questions = await find_set(board.tools[EvaluationTools].database, REGRESSION_SET)
    if questions is not None:
        await remove_set(board.tools[EvaluationTools].database, questions.id, None)
    await remove_demo_tools(board)
    emails = [person.email for person in demo_staff()]
    await remove_staff(board.tools[AccountTools], emails)
    _write(board.settings.data_dir, {"settled": True, "sign_ins": {}})
    return DemoCount(len(documents), len(faqs), len(emails))


def demo_is_settled(data_dir: Path) -> bool:
    """Whether the demo was loaded to its end, or removed: then a start leaves it as it is."""
    return bool(_read(data_dir).get("settled"))


def demo_sign_ins(data_dir: Path) -> dict[str, str]:
    """E-mail to password of the demo staff; empty when there is none."""
    found: dict[str, str] = _read(data_dir).get("sign_ins", {})
    return found


async def _load_documents(tools: DocumentTools) -> int:
    taken = 0
    for document in demo_documents():
        accepted = await accept_document(
            tools, file_name=document.file_name, data=document.path.read_bytes(), source=document.source
        )
        taken += not accepted.duplicate
    return taken


async def _load_faqs(tools: SearchTools) -> int:
    """Leaves alone every question that somebody else has answered already."""
    answered = {
        canonical_text(question)
        for faq in await _all_faqs(tools)
        if faq.source != FAQ_SOURCE
        for question in faq.questions
    }
    drafts = [
        FaqDraft(row, tuple(faq.questions), faq.answer, tuple(faq.tags))
        for row, faq in enumerate(demo_faqs(), 1)
        if answered.isdisjoint(map(canonical_text, faq.questions))
    ]
    report = await import_faqs(tools, drafts, source=FAQ_SOURCE)
    return report.created + report.updated


async def _load_regression(tools: EvaluationTools) -> None:
    """Its regression questions; those that are there already stay as somebody left them."""
    kept = await find_set(tools.database, REGRESSION_SET) or await add_set(tools.database, REGRESSION_SET, "", None)
    questions = await read_questions("regression.jsonl", demo_regression(), tools.sheets)
    await add_questions(tools.database, kept.id, questions, Origin.DEMO, None)


async def _all_faqs(tools: SearchTools) -> list[Faq]:
    found: list[Faq] = []
    while True:
        page = await list_faqs(tools, before=found[-1].id if found else None, limit=PAGE)
        found += page
        if len(page) < PAGE:
            return found


def _read(data_dir: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((data_dir / SIGN_INS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _write(data_dir: Path, content: dict[str, Any]) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    draft = data_dir / (SIGN_INS + ".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
    draft.replace(data_dir / SIGN_INS)
