"""What the demo company tells is complete, agrees with itself, and its files say what their sources say."""

import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest

from app.demo import FOLDER, DemoFaq, demo_documents, demo_faqs, demo_staff
from app.demo.build_files import build
from tests.demo.demo_texts import document_text, figures

FAQS = list(demo_faqs())
DOCUMENTS = demo_documents()


def slug(source: str) -> str:
    return source.removeprefix("demo/").rsplit(".", 1)[0]


def pdf_pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]
    finally:
        document.close()


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    on_disk = {path for path in (FOLDER / "documents").rglob("*") if path.is_file()}
    assert {document.path for document in DOCUMENTS} == on_disk
    assert sum(path.stat().st_size for path in on_disk) < 1_500_000
    assert {path.suffix for path in on_disk} == {".md", ".pdf", ".docx", ".xlsx", ".csv", ".html"}


def test_titles_are_distinct_and_open_the_document() -> None:
    assert len({document.title for document in DOCUMENTS}) == len(DOCUMENTS)
    for document in DOCUMENTS:
        if document.path.suffix not in (".xlsx", ".csv"):
            assert document_text(slug(document.source)).startswith(f"# {document.title}\n")


def test_generated_files_say_what_their_sources_say(tmp_path: Path) -> None:
    for made in build(tmp_path):
        kept = FOLDER / "documents" / made.relative_to(tmp_path)
        if made.suffix == ".pdf":
            assert pdf_pages(made) == pdf_pages(kept), kept
        elif made.suffix == ".html":
            assert made.read_bytes() == kept.read_bytes(), kept
        else:
            with zipfile.ZipFile(made) as new, zipfile.ZipFile(kept) as old:
                assert {n: new.read(n) for n in new.namelist()} == {n: old.read(n) for n in old.namelist()}, kept


def test_the_chinese_policy_has_its_audio_clause_on_page_6() -> None:
    pages = pdf_pages(FOLDER / "documents" / "zh" / "after-sales-policy.pdf")
    page = pages[5].replace("\r\n", "")
    assert "签收后三十（30）日内出现非人为性能故障的，为消费者更换同型号新品，不作维修。" in page
    assert "第 3 章 换货" in page and len(pages) >= 10


@pytest.mark.parametrize("faq", FAQS, ids=lambda faq: faq.id)
def test_every_figure_of_an_answer_stands_in_a_document(faq: DemoFaq) -> None:
    assert faq.sources
    known = set().union(*(figures(document_text(source)) for source in faq.sources))
    assert figures(faq.answer) <= known


def test_every_answer_has_its_twin_and_no_two_share_a_phrasing() -> None:
    topics = Counter(faq.id.rsplit(".", 1)[0] for faq in FAQS)
    assert len(topics) >= 60 and set(topics.values()) == {2}
    phrasings = Counter(question.casefold() for faq in FAQS for question in faq.questions)
    assert [question for question, count in phrasings.items() if count > 1] == []
    for faq in FAQS:
        assert 2 <= len(faq.questions) <= 6 and faq.tags[0] == "demo"
        assert faq.locale == ("zh-CN" if faq.id.endswith(".zh") else "en")
        assert all(source.startswith(faq.id[-2:]) for source in faq.sources)


def test_chinese_texts_use_full_width_punctuation() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff][,:;?!()]|[,;?!()][\u4e00-\u9fff]")
    texts = [document_text(slug(d.source)) for d in DOCUMENTS if d.locale == "zh-CN" and d.path.suffix != ".xlsx"]
    texts += [text for faq in FAQS if faq.locale == "zh-CN" for text in [*faq.questions, faq.answer]]
    assert [found for text in texts for found in half_width.findall(text)] == []


def test_every_suggestion_is_answered_by_an_faq() -> None:
    company = json.loads((FOLDER / "company.json").read_text("utf-8"))
    asked = {question for faq in FAQS for question in faq.questions}
    for language in ("zh", "en"):
        assert len(company["suggestions"][language]) == 4
        assert set(company["suggestions"][language]) <= asked


def test_the_staff_has_every_role_and_addresses_that_reach_nobody() -> None:
    staff = demo_staff()
    assert staff[0].role == "admin" and {person.role for person in staff} == {"admin", "supervisor", "agent"}
    assert all(person.email.endswith("@nebula.example") for person in staff)
