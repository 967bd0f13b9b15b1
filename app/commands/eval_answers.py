"""`kefu eval answers`: whole answers to labelled questions, judged by their sources, their words and their refusals."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import orjson

from app.accounts import Company
from app.answering import AnsweringTools, Citation, Failed, Finished, Outcome, Question, answer, company_of
from app.commands.workplace import with_switchboard
from app.knowledge import DocumentTools, SearchTools, get_document, get_faq
from app.wiring import Switchboard

AT_ONCE = 2
ANSWERING = frozenset({Outcome.ANSWERED, Outcome.FAQ})


@dataclass(frozen=True)
class Labelled:
    """A question with what a right answer cites and says.

    sources: parts of document sources, or FAQ ids, any of which is right. must_contain: of each group one must occur.
    part: the set it belongs to, such as `seen` or `held_out`.
    """

    qid: str
    text: str
    locale: str
    answerable: bool
    sources: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    part: str = ""

    @property
    def group(self) -> str:
        """Language and, where the file tells them apart, whether anybody may tune on it: `zh-CN held_out`."""
        return f"{self.locale} {self.part}".strip()


@dataclass
class Judged:
    """One answer and how it did; `problem` is empty when nothing is wrong with it."""

    asked: Labelled
    outcome: str
    text: str
    seconds: float
    says_right: bool = False
    offers_right: bool = False
    cited: list[str] = field(default_factory=list)

    @property
    def cited_right(self) -> list[str]:
        """Those of its sources that the labels call right."""
        return [name for name in self.cited if any(wanted in name for wanted in self.asked.sources)]

    @property
    def problem(self) -> str:
        """What is wrong, in a word."""
        answered = self.outcome in ANSWERING
        if not self.asked.answerable:
            return "answered_unanswerable" if answered else ""
        if not answered:
            return f"not_answered:{self.outcome}"
        if not self.says_right:
            return "words_missing"
        return "" if self.cited_right else "other_source"


def evaluate(data_dir: Path | None, questions: Path, faqs: Path | None) -> tuple[dict[str, float], list[Judged]]:
    """Asks the knowledge base as it stands; gives the figures and every judged answer."""
    asked = read_labelled(questions)
    names = read_faq_names(faqs) if faqs is not None else {}

    async def work(board: Switchboard) -> list[Judged]:
        return await judge_all(board, asked, names)

    judged = with_switchboard(data_dir, work)
    return figures(judged), judged


async def judge_all(board: Switchboard, asked: Sequence[Labelled], faq_names: Mapping[str, str]) -> list[Judged]:
    """Answers every question through the pipeline customers get."""
    gate = asyncio.Semaphore(AT_ONCE)
    tools: AnsweringTools = board.tools[AnsweringTools]
    company = company_of(board.tools[Company])

    async def judge(labelled: Labelled) -> Judged:
        async with gate:
            began = perf_counter()
            ended: Finished | Failed | None = None
            async for event in answer(tools, Question(labelled.text, labelled.locale, company=company)):
                if isinstance(event, Finished | Failed):
                    ended = event
            seconds = perf_counter() - began
        if not isinstance(ended, Finished):
            return Judged(labelled, Outcome.FAILED.value, ended.text if ended else "", seconds)
        cited = [await _source_of(board, source, faq_names) for source in ended.citations]
        return Judged(
            labelled,
            ended.outcome.value,
            ended.text,
            seconds,
            says_right=all(any(_says(ended.text, words) for words in group) for group in labelled.must_contain),
            offers_right=any(faq_names.get(offer, "-") in labelled.sources for offer in ended.suggestions),
            cited=cited,
        )

    return list(await asyncio.gather(*(judge(labelled) for labelled in asked)))


async def _source_of(board: Switchboard, source: Citation, faq_names: Mapping[str, str]) -> str:
    """The source of the cited document, or the file's own id of the cited FAQ."""
    if source.document_id is not None:
        return (await get_document(board.tools[DocumentTools], source.document_id)).source
    faq_id: UUID | None = source.faq_id
    assert faq_id is not None, "a citation has a document or an FAQ"
    faq = await get_faq(board.tools[SearchTools], faq_id)
    return next((faq_names[q] for q in faq.questions if q in faq_names), faq.source)


def _says(text: str, words: str) -> bool:
    return "".join(words.split()).casefold() in "".join(text.split()).casefold()


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Rates over the answerable and the unanswerable questions, and how long an answer takes."""
    inside = [one for one in judged if one.asked.answerable]
    outside = [one for one in judged if not one.asked.answerable]
    answered = [one for one in inside if one.outcome in ANSWERING]
    refused = [one for one in inside if one.outcome not in ANSWERING]
    times = sorted(one.seconds * 1000 for one in judged)
    return {
        "questions": len(judged),
        "right": _share([one for one in inside if one.says_right and one.outcome in ANSWERING], inside),
        "answered": _share(answered, inside),
        "right_source_of_answered": _share([one for one in answered if one.cited_right], answered),
        "right_words_of_answered": _share([one for one in answered if one.says_right], answered),
        "citation_precision": _share(
            [name for one in answered for name in one.cited_right], [name for one in answered for name in one.cited]
        ),
        "refused_with_the_right_offer": _share([one for one in refused if one.offers_right], refused),
        "false_refusal": _share(refused, inside),
        "false_answer": _share([one for one in outside if one.outcome in ANSWERING], outside),
        "failed": _share([one for one in judged if one.outcome == Outcome.FAILED.value], judged),
        "ms_p50": round(times[len(times) // 2], 1) if times else 0.0,
        "ms_p95": round(times[int(len(times) * 0.95)], 1) if times else 0.0,
    }


def figures_by_group(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """The same for each language and set."""
    groups = sorted({one.asked.group for one in judged})
    return {group: figures([one for one in judged if one.asked.group == group]) for group in groups}


def _share(part: Sequence[object], whole: Sequence[object]) -> float:
    return round(len(part) / len(whole), 4) if whole else 0.0


def read_labelled(path: Path) -> list[Labelled]:
    """Lines `{qid, question, locale, answerable, documents?, faqs?, must_contain?, set?}`."""
    found = []
    for line in path.read_bytes().splitlines():
        if line.strip():
            row: dict[str, Any] = orjson.loads(line)
            found.append(
                Labelled(
                    str(row["qid"]),
                    str(row["question"]),
                    str(row.get("locale", "zh-CN")),
                    bool(row.get("answerable", True)),
                    (*row.get("documents", ()), *row.get("faqs", ())),
                    tuple(tuple(group) for group in row.get("must_contain", ())),
                    str(row.get("set", "")),
                )
            )
    return found


def read_faq_names(path: Path) -> dict[str, str]:
    """The id of each FAQ question in a file of lines `{id, questions}`."""
    rows = [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
    return {question: str(row["id"]) for row in rows for question in row["questions"]}


def report(judged: Sequence[Judged]) -> list[str]:
    """A line for each answer something is wrong with."""
    return [
        f"{one.problem}  {one.asked.qid}  {one.asked.text}  ->  {' '.join(one.text.split())[:160]}  {one.cited}"
        for one in judged
        if one.problem
    ]
