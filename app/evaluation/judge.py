"""Judges what was found and said: where the expected passage stands, what is wrong, and the figures of a run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.evaluation.domain import Expected, Judged, Question, Row
from app.knowledge import Explained, Hit, Measured, MeasuredQuestion, Reference, canonical_text

FIRST_FEW, FAR = 5, 10
# How much of the shorter text must stand in the other for both to be one passage, cut elsewhere or lightly edited.
SAME_TEXT, GRAM = 0.6, 4
ANSWERING = frozenset({"answered", "faq"})
STAGES = ("lexical", "vector", "fused", "reranked")


def is_expected(expected: Expected, hit: Hit, known: Reference) -> bool:
    """Whether a hit is the passage that is expected."""
    if expected.faq_id is not None or expected.question:
        asked = canonical_text(expected.question) if expected.question else ""
        return (expected.faq_id is not None and known.faq_id == expected.faq_id) or asked in known.canonicals
    if expected.source and not _names(expected.source, known):
        return False
    if expected.sha256 and expected.sha256 == known.sha256:
        return True
    if expected.text:
        return _same_text(expected.text, hit.text)
    return bool(expected.source) and not expected.sha256


def _names(wanted: str, known: Reference) -> bool:
    """Whether a name is the document's source, the end of its path, or its title, with or without the ending."""
    name, source = wanted.strip().casefold(), known.source.casefold()
    names = {source, source.rsplit("/", 1)[-1], known.title.casefold()}
    return bool(name) and (
        name in names or name in {one.rsplit(".", 1)[0] for one in names} or source.endswith("/" + name)
    )


def _same_text(wanted: str, found: str) -> bool:
    ours, theirs = _grams(wanted), _grams(found)
    shorter = min(len(ours), len(theirs))
    return shorter > 0 and len(ours & theirs) >= SAME_TEXT * shorter


def _grams(text: str) -> frozenset[str]:
    plain = "".join(text.split()).casefold()
    return (
        frozenset(plain[start : start + GRAM] for start in range(max(1, len(plain) - GRAM + 1)))
        if plain
        else frozenset()
    )


def expected_chunks(
    expected: Iterable[Expected], explained: Explained | None, references: Mapping[UUID, Reference]
) -> set[UUID]:
    """Of all passages a search saw those that are expected."""
    if explained is None:
        return set()
    wanted = list(expected)
    return {
        chunk_id
        for chunk_id, hit in explained.passages.items()
        if any(is_expected(one, hit, references.get(chunk_id, Reference())) for one in wanted)
    }


def ranks_of(wanted: set[UUID], explained: Explained | None) -> dict[str, int]:
    """The best place of the wanted passages at each stage that lists one of them."""
    if explained is None:
        return {}
    lists = {stage: getattr(explained, stage) for stage in STAGES}
    best = {
        stage: min((seen.rank for seen in rows if seen.chunk_id in wanted), default=0) for stage, rows in lists.items()
    }
    return {stage: rank for stage, rank in best.items() if rank}


def problems_of(
    question: Question, ranks: Mapping[str, int], answerable: bool, outcome: str, said: str
) -> tuple[str, ...]:
    """What is wrong, as codes. outcome "": nobody composed an answer."""
    answered = outcome in ANSWERING if outcome else answerable
    found: list[str] = []
    if outcome == "failed":
        return ("failed",)
    if question.must_refuse:
        return ("answered_unanswerable",) if answered else ()
    if question.expected and not 1 <= ranks.get("reranked", 0) <= FIRST_FEW:
        found.append("not_found")
    if (question.expected or question.must_say) and not answered:
        found.append("not_answered")
    if (
        question.must_say
        and answered
        and not all(any(says(said, words) for words in group) for group in question.must_say)
    ):
        found.append("words_missing")
    if any(says(said, words) for words in question.must_not_say):
        found.append("words_forbidden")
    return tuple(found)


def says(text: str, words: str) -> bool:
    """Whether a text says some words, whatever the case and the blanks."""
    return "".join(words.split()).casefold() in "".join(text.split()).casefold()


def measured(run_id: UUID, rows: Sequence[Row]) -> Measured:
    """The figures of a run over all its asked questions."""
    asked = [(row, row.judged) for row in rows if row.judged is not None]
    seeking = [judged.ranks.get("reranked", 0) for row, judged in asked if row.question.expected]
    refusing = [judged for row, judged in asked if row.question.must_refuse]
    hoping = [judged for row, judged in asked if not row.question.must_refuse and _hopes(row.question)]
    return Measured(
        run_id=run_id,
        questions=len(asked),
        recall_at_1=_share(rank == 1 for rank in seeking),
        recall_at_5=_share(1 <= rank <= FIRST_FEW for rank in seeking),
        mrr_at_10=_mean(1 / rank if 1 <= rank <= FAR else 0.0 for rank in seeking),
        false_answers=_share("answered_unanswerable" in judged.problems for judged in refusing),
        false_refusals=_share("not_answered" in judged.problems for judged in hoping),
        rows=tuple(_measured_row(row, judged) for row, judged in asked),
    )


def _hopes(question: Question) -> bool:
    return bool(question.expected or question.must_say)


def _measured_row(row: Row, judged: Judged) -> MeasuredQuestion:
    rank = judged.ranks.get("reranked", 0)
    return MeasuredQuestion(
        question_id=row.question_id or UUID(int=row.position),
        text=row.question.text,
        must=row.question.must,
        must_refuse=row.question.must_refuse,
        rank=rank if 1 <= rank <= FAR else None,
        answered=judged.outcome in ANSWERING if judged.outcome else judged.answerable,
        problems=judged.problems,
    )


def figures_of(result: Measured) -> dict[str, Any]:
    """The figures as they are kept and shown."""
    return {
        "questions": result.questions,
        "passed": sum(row.passed for row in result.rows),
        "recall_at_1": result.recall_at_1,
        "recall_at_5": result.recall_at_5,
        "mrr_at_10": result.mrr_at_10,
        "false_answers": result.false_answers,
        "false_refusals": result.false_refusals,
    }


def _share(found: Iterable[bool]) -> float:
    return _mean(float(one) for one in found)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0
