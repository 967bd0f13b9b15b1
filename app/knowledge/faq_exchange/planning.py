"""From the rows of a file and what a base knows already to what importing it would do, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.kernel.database import Database
from app.knowledge.canonical import canonical_text
from app.knowledge.domain import Faq, FaqContent
from app.knowledge.faq_exchange.domain import FaqDraft, PlannedRow, RowKind
from app.knowledge.faqs import LONGEST_ANSWER, LONGEST_QUESTION, MOST_QUESTIONS
from app.knowledge.store.faqs import find_faqs, owners_of

AT_ONCE = 2_000
MOST_TAGS, LONGEST_TAG = 20, 50


@dataclass
class _Seen:
    """What the file said so far: per canonical question and per FAQ the row and its answer."""

    questions: dict[str, PlannedRow] = field(default_factory=dict)
    faqs: dict[UUID, PlannedRow] = field(default_factory=dict)


async def plan(database: Database, base_id: UUID, drafts: Sequence[FaqDraft]) -> list[PlannedRow]:
    """What becomes of each row; nothing is written."""
    seen = _Seen()
    planned: list[PlannedRow] = []
    for start in range(0, len(drafts), AT_ONCE):
        some = [_tidied(draft) for draft in drafts[start : start + AT_ONCE]]
        canonicals = list(dict.fromkeys(one for _, asked in some for one in asked))
        ids = [draft.faq_id for draft, _ in some if draft.faq_id is not None]
        async with database.reading() as session:
            owners = await owners_of(session, base_id, canonicals)
            known = await find_faqs(session, list({*owners.values(), *ids}))
        planned += [_planned(draft, asked, base_id, owners, known, seen) for draft, asked in some]
    return planned


def _tidied(draft: FaqDraft) -> tuple[FaqDraft, tuple[str, ...]]:
    """The draft with each way to ask once, and their canonical texts in the same order."""
    by_canonical: dict[str, str] = {}
    for question in draft.questions:
        if said := " ".join(question[: LONGEST_QUESTION + 1].split()):
            by_canonical.setdefault(canonical_text(said), said)
    tidy = replace(
        draft,
        questions=tuple(by_canonical.values()),
        answer=draft.answer.strip(),
        tags=tuple(dict.fromkeys(tag.strip() for tag in draft.tags if tag.strip())),
    )
    return tidy, tuple(by_canonical)


def _planned(
    draft: FaqDraft,
    asked: Sequence[str],
    base_id: UUID,
    owners: dict[str, UUID],
    known: dict[UUID, Faq],
    seen: _Seen,
) -> PlannedRow:
    if code := draft.problem or _problem(draft):
        return PlannedRow(draft, RowKind.BAD, code)
    if earlier := next((seen.questions[one] for one in asked if one in seen.questions), None):
        return _repeats(draft, earlier, "faq_row_repeated", "faq_row_contradicts")
    mine = {owner for one in asked if (owner := owners.get(one)) is not None}
    if draft.faq_id in known and known[draft.faq_id].base_id == base_id:
        mine.add(draft.faq_id)
    if len(mine) > 1:
        return PlannedRow(draft, RowKind.CONTRADICTION, "faq_row_ambiguous", faq_id=min(mine))
    faq = known.get(next(iter(mine))) if mine else None
    if faq is not None and (earlier := seen.faqs.get(faq.id)):
        return _repeats(draft, earlier, "faq_row_same_entry", "faq_row_same_entry")
    row = _row(draft, faq)
    seen.questions.update(dict.fromkeys(asked, row))
    if faq is not None:
        seen.faqs[faq.id] = row
    return row


def _row(draft: FaqDraft, faq: Faq | None) -> PlannedRow:
    if faq is None:
        return PlannedRow(draft, RowKind.ADDED)
    before = FaqContent.of(faq)
    kind = RowKind.UNCHANGED if draft.content(faq) == before else RowKind.CHANGED
    return PlannedRow(draft, kind, faq_id=faq.id, faq_version=faq.version, before=before)


def _repeats(draft: FaqDraft, earlier: PlannedRow, same: str, other: str) -> PlannedRow:
    """A row that an earlier one of the file has spoken for already, with the same answer or another."""
    alike = draft.answer == earlier.draft.answer
    kind = RowKind.DUPLICATE if alike else RowKind.CONTRADICTION
    return PlannedRow(draft, kind, same if alike else other, other_row=earlier.draft.row)


def _problem(draft: FaqDraft) -> str | None:
    if not draft.questions:
        return "faq_row_without_question"
    if not draft.answer:
        return "faq_row_without_answer"
    too_long = len(draft.answer) > LONGEST_ANSWER or any(len(one) > LONGEST_QUESTION for one in draft.questions)
    if too_long or len(draft.questions) > MOST_QUESTIONS:
        return "faq_row_too_long"
    if len(draft.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in (*draft.tags, *(draft.channels or ()))):
        return "faq_row_bad_tags"
    if not all(map(_storable, (*draft.questions, draft.answer, *draft.tags, *(draft.channels or ())))):
        return "faq_row_unreadable"
    return None


def _storable(said: str) -> bool:
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in said and "\ufffd" not in said
