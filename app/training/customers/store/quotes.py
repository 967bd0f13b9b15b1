"""SQL of places that repeat a customer's words without naming them: judgements, evaluations, kept answers, gaps."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.kernel.database import Session

_SAID = """(SELECT text FROM message WHERE conversation_id = ANY(:ids) AND role = 'customer'
    UNION SELECT question FROM correction WHERE conversation_id = ANY(:ids)
    UNION SELECT question FROM training_material WHERE conversation_id = ANY(:ids)
    UNION SELECT text FROM gap_question WHERE conversation_id = ANY(:ids) AND text IS NOT NULL)"""
_LEARNT = "SELECT DISTINCT dataset_id FROM dataset_row WHERE conversation_id = ANY(:ids)"
# What a candidate was asked is taken from its dataset, there with masks and cleaned: found by that as well.
_QUOTING = {
    "model_evaluation_row": f"""DELETE FROM model_evaluation_row r WHERE question IN {_SAID}
        OR r.kind <> 'refusal' AND r.evaluation_id IN (
            SELECT e.id FROM model_evaluation e JOIN train_run t ON t.model_id = e.model_id
            WHERE t.dataset_id IN ({_LEARNT})) RETURNING 1""",
    "evaluation_result": f"DELETE FROM evaluation_result WHERE question ->> 'text' IN {_SAID} RETURNING 1",
    "answer_evaluation_result": f"""DELETE FROM answer_evaluation_result
        WHERE asked ->> 'text' IN {_SAID} RETURNING 1""",
    "cached_answer": f"DELETE FROM cached_answer WHERE question IN {_SAID} RETURNING 1",
}
_PUBLISHED = text(
    f"""SELECT 'faq_phrasing', count(*) FROM faq_phrasing WHERE text IN {_SAID}
    UNION ALL SELECT 'regression_question', count(*) FROM regression_question WHERE text IN {_SAID}"""
)
_GAPS = text("SELECT DISTINCT gap_id FROM gap_question WHERE conversation_id = ANY(:ids) AND gap_id IS NOT NULL")
_ASKED = text("DELETE FROM gap_question WHERE conversation_id = ANY(:ids) RETURNING 1")
_EMPTY_GAPS = text(
    """DELETE FROM gap WHERE id = ANY(:gaps)
    AND NOT EXISTS (SELECT 1 FROM gap_question q WHERE q.gap_id = gap.id) RETURNING 1"""
)
# A gap that others asked about too keeps going under the words of one of them.
_RETITLE = text(
    """UPDATE gap SET title = (SELECT q.text FROM gap_question q WHERE q.gap_id = gap.id ORDER BY q.at LIMIT 1)
    WHERE id = ANY(:gaps)"""
)
_ORPHANED = text(
    """UPDATE gap SET correction_id = NULL,
        state = CASE WHEN state IN ('drafted', 'in_review') THEN 'open' ELSE state END
    WHERE correction_id IN (SELECT id FROM correction WHERE conversation_id = ANY(:ids))"""
)
QUOTING = (*_QUOTING, "gap")
"""The tables `erase_quotes` changes, besides those that name a customer or a conversation."""


async def published_words(session: Session, conversations: Sequence[UUID]) -> dict[str, int]:
    """How often a sentence of theirs is reviewed, published knowledge by now, by table."""
    rows = await session.execute(_PUBLISHED, {"ids": list(conversations)})
    return {name: count for name, count in rows if count}


async def erase_quotes(session: Session, conversations: Sequence[UUID]) -> dict[str, int]:
    """Takes away what repeats them, while their own words are still there to compare with; how many, by table."""
    ids = {"ids": list(conversations)}
    gone = {name: len((await session.execute(text(each), ids)).all()) for name, each in _QUOTING.items()}
    gaps = {"gaps": list(await session.scalars(_GAPS, ids))}
    await session.execute(_ORPHANED, ids)
    gone["gap_question"] = len((await session.execute(_ASKED, ids)).all())
    gone["gap"] = len((await session.execute(_EMPTY_GAPS, gaps)).all())
    await session.execute(_RETITLE, gaps)
    return {name: count for name, count in gone.items() if count}
