"""Opens a comparison over an evaluation's answers, gives each person the next pair, and tells what it came to."""

import secrets
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.training.comparison import store
from app.training.comparison.domain import (
    Comparison,
    Outcome,
    Pair,
    Side,
    Vote,
    Why,
    is_swapped,
    outcome_of,
    winner_of,
)
from app.training.errors import ComparisonClosed, NothingToCompare, ResultCovered
from app.training.judging.domain import HumanWord, JudgedRow, JudgingState
from app.training.judging.service import get_evaluation, list_rows, weigh_again
from app.training.tools import TrainingTools

MOST_QUESTIONS = 200


@dataclass(frozen=True)
class Standing:
    """A comparison as one person finds it. mine: questions they have judged."""

    comparison: Comparison
    votes: int = 0
    people: int = 0
    mine: int = 0


@dataclass(frozen=True)
class Word:
    """What a person says of a pair."""

    place: int
    better: Side
    reasons: tuple[Why, ...] = ()
    note: str = ""


async def open_comparison(
    tools: TrainingTools, evaluation_id: UUID, questions: int, people: int, author: Principal
) -> Comparison:
    """Over the questions both models answered differently. Raises NotFound, NothingToCompare."""
    evaluation = await get_evaluation(tools, evaluation_id)
    if evaluation.state is not JudgingState.DONE:
        raise NothingToCompare
    rows = await list_rows(tools, evaluation_id, None, 0, 10_000)
    answered = [row for row in rows if row.now and row.new and row.now.text and row.new.text]
    unlike = [row.place for row in answered if not _same(row)]
    if not unlike:
        raise NothingToCompare
    seed = secrets.randbits(48)
    chosen = _drawn(unlike, seed, min(questions, MOST_QUESTIONS))
    new = Comparison(
        new_id(),
        evaluation_id,
        evaluation.model_id,
        seed,
        tuple(chosen),
        len(answered) - len(unlike),
        people,
        author.name,
        now(),
        None,
    )
    async with tools.database.transaction() as session:
        made = await store.add(session, new)
        await record_audit(session, author, "comparison.open", str(made.id), questions=len(chosen), people=people)
    return made


def _same(row: JudgedRow) -> bool:
    return row.now is not None and row.new is not None and row.now.text.strip() == row.new.text.strip()


def _drawn(places: list[int], seed: int, most: int) -> list[int]:
    """Which questions: told by the seed alone."""
    return sorted(sorted(places, key=lambda place: sha256(f"{seed}:{place}".encode()).digest())[:most])


async def standing(tools: TrainingTools, comparison_id: UUID, viewer: Principal) -> Standing:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find(session, comparison_id)
        counts = await store.counted(session, [comparison_id], viewer.id)
    if found is None:
        raise NotFound
    return Standing(found, *counts.get(comparison_id, (0, 0, 0)))


async def list_comparisons(
    tools: TrainingTools, before: UUID | None, limit: int, evaluation_id: UUID | None, viewer: Principal
) -> list[Standing]:
    """Newest first."""
    async with tools.database.reading() as session:
        found = await store.newest(session, before, limit, evaluation_id)
        counts = await store.counted(session, [one.id for one in found], viewer.id)
    return [Standing(one, *counts.get(one.id, (0, 0, 0))) for one in found]


async def next_pair(tools: TrainingTools, comparison_id: UUID, viewer: Principal) -> Pair | None:
    """The question with the fewest votes that this person has not judged; None: all judged, or closed."""
    found = (await standing(tools, comparison_id, viewer)).comparison
    if found.closed_at is not None:
        return None
    async with tools.database.reading() as session:
        votes = await store.votes_of(session, comparison_id)
    judged = Counter(vote.place for vote in votes)
    mine = {vote.place for vote in votes if vote.staff_id == viewer.id}
    left = [place for place in found.places if place not in mine and judged[place] < found.people]
    left = left or [place for place in found.places if place not in mine]
    if not left:
        return None
    place = min(left, key=lambda one: judged[one])
    (row,) = await list_rows(tools, found.evaluation_id, None, place - 1, 1)
    assert row.now is not None and row.new is not None
    sides = (row.new.text, row.now.text) if is_swapped(found.seed, place, viewer.id) else (row.now.text, row.new.text)
    return Pair(place, row.probe.question, *sides)


async def vote(tools: TrainingTools, comparison_id: UUID, word: Word, viewer: Principal) -> None:
    """Keeps a person's word; said again it replaces theirs. Raises NotFound, ComparisonClosed."""
    found = (await standing(tools, comparison_id, viewer)).comparison
    if word.place not in found.places:
        raise NotFound
    swapped = is_swapped(found.seed, word.place, viewer.id)
    winner = winner_of(word.better, swapped)
    said = Vote(word.place, viewer.id, viewer.name, winner, swapped, word.reasons, word.note, now())
    async with tools.database.transaction() as session:
        if not await store.is_open(session, comparison_id):
            raise ComparisonClosed
        await store.put_vote(session, comparison_id, said)
        await record_audit(session, viewer, "comparison.vote", str(comparison_id), place=word.place)


async def outcome(tools: TrainingTools, comparison_id: UUID, viewer: Principal) -> tuple[Outcome, list[Vote]]:
    """What people said. Raises NotFound, ResultCovered for those who may still judge."""
    seen = await standing(tools, comparison_id, viewer)
    if seen.comparison.closed_at is None and seen.mine < len(seen.comparison.places):
        raise ResultCovered
    async with tools.database.reading() as session:
        votes = await store.votes_of(session, comparison_id)
    return outcome_of(votes), votes


async def close_comparison(tools: TrainingTools, comparison_id: UUID, author: Principal) -> Outcome:
    """Ends the voting and tells the gate. Raises NotFound, ComparisonClosed."""
    found = (await standing(tools, comparison_id, author)).comparison
    async with tools.database.transaction() as session:
        if not await store.close(session, comparison_id):
            raise ComparisonClosed
        told = outcome_of(await store.votes_of(session, comparison_id))
        await record_audit(
            session, author, "comparison.close", str(comparison_id), votes=told.votes, win_rate=told.win_rate
        )
    await weigh_again(tools, found.evaluation_id, HumanWord(told.win_rate, told.low, told.high, told.questions))
    return told
