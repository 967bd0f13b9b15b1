"""Blind comparison: sides are shuffled and covered, people's words become a win rate, and the gate listens."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from app.accounts import Principal, Role
from app.feedback import FeedbackTools
from app.jobs import JobTools
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.events import Announcer
from app.kernel.ids import new_id
from app.model_registry import ModelKind, ModelRegistryTools, NewModelVersion, get_model, note_of_model, register_model
from app.training import TrainingTools
from app.training.comparison.domain import Side, Vote, Why, Winner, agreement, is_swapped, outcome_of, wilson, winner_of
from app.training.comparison.service import (
    Word,
    close_comparison,
    next_pair,
    open_comparison,
    outcome,
    standing,
    vote,
)
from app.training.errors import ComparisonClosed, NothingToCompare, ResultCovered
from app.training.judging import store as judging_store
from app.training.judging.domain import Answered, GateRules, JudgingState, Kind, Probe
from app.training.judging.service import change_gate, get_evaluation
from app.training.judging.store import add_evaluation, begin, end, keep_answers
from tests.fakes.answers import FakeAnswers
from tests.fakes.bell import FakeBell
from tests.fakes.training import BlobsInMemory, FakeAdapterServer, FakeCurated, PlainForm, ScriptedTrainer

BOSS, ANNA, BO = (Principal(uuid4(), "staff", name, Role.SUPERVISOR) for name in ("Boss", "Anna", "Bo"))
QUESTIONS = 8


@pytest.fixture
def tools(database: Database) -> TrainingTools:
    announcer = Announcer()
    return TrainingTools(
        database=database,
        blobs=BlobsInMemory(),  # type: ignore[arg-type]  # takes whole bytes only, which is all training gives
        jobs=JobTools(database, FakeBell(), announcer),
        models=ModelRegistryTools(database),
        feedback=FeedbackTools(database, FakeAnswers(), announcer),
        curated=FakeCurated(),
        form=PlainForm(),
        trainer=ScriptedTrainer([]),
        adapters=FakeAdapterServer(),
        base_model="/models/base",
    )


async def judged(tools: TrainingTools, alike: int = 1) -> UUID:
    """A finished evaluation whose candidate answers "新" and whose live model "旧", but for those that are alike."""
    version = await register_model(tools.models, NewModelVersion(ModelKind.CHAT, "kefu-x", "base"), None)
    evaluation_id = new_id()
    async with tools.database.transaction() as session:
        await add_evaluation(session, evaluation_id, version.id, None, uuid4(), "Boss")
        await begin(
            session, evaluation_id, [Probe(Kind.OLD, f"问{n}", "新", "zh-CN") for n in range(QUESTIONS + alike)]
        )
        for place in range(1, QUESTIONS + alike + 1):
            now, new = ("同", "同") if place > QUESTIONS else (f"旧{place}", f"新{place}")
            await keep_answers(
                session, evaluation_id, place, Answered(now, "answered", 1, 1.0), Answered(new, "answered", 1, 1.0)
            )
        await end(session, evaluation_id, JudgingState.DONE, figures={}, verdict={"passed": True, "rules": []})
    await note_of_model(tools.models, version.id, gate={"passed": True, "evaluation_id": str(evaluation_id)})
    return evaluation_id


async def judge_all(tools: TrainingTools, comparison_id: UUID, who: Principal, likes: str = "新") -> list[str]:
    """Says of every pair that the answer beginning with `likes` is better; which side that was."""
    sides = []
    while pair := await next_pair(tools, comparison_id, who):
        side = Side.FIRST if pair.first.startswith(likes) else Side.SECOND
        await vote(tools, comparison_id, Word(pair.place, side, (Why.RIGHT,), "更准"), who)
        sides.append(side.value)
    return sides


async def test_people_judge_covered_sides_and_the_gate_hears_it(tools: TrainingTools) -> None:
    await change_gate(tools, GateRules(human_win=0.6), BOSS)
    evaluation_id = await judged(tools)
    made = await open_comparison(tools, evaluation_id, 50, 2, BOSS)
    assert (len(made.places), made.alike) == (QUESTIONS, 1)
    with pytest.raises(ResultCovered):
        await outcome(tools, made.id, ANNA)
    hers = await judge_all(tools, made.id, ANNA)
    his = await judge_all(tools, made.id, BO)
    assert hers != his and set(hers + his) == {"first", "second"}, "each has an order of their own"
    found, votes = await outcome(tools, made.id, ANNA)
    assert (found.win_rate, found.new, found.people, found.agreed, found.alpha) == (1.0, 16, 2, 1.0, 1.0)
    assert found.low > 0.6 and {one.note for one in votes} == {"更准"} and found.reasons == {"new": {"right": 16}}
    await close_comparison(tools, made.id, BOSS)
    version = await get_model(tools.models, made.model_id)
    assert version.gate_passed and version.details["human"]["questions"] == QUESTIONS
    verdict = (await get_evaluation(tools, evaluation_id)).verdict
    assert verdict is not None
    assert next(one for one in verdict["rules"] if one["rule"] == "human_win")["value"] == 1.0
    with pytest.raises(ComparisonClosed):
        await vote(tools, made.id, Word(made.places[0], Side.EVEN), ANNA)


async def test_a_candidate_people_like_less_is_stopped(tools: TrainingTools) -> None:
    await change_gate(tools, GateRules(human_win=0.6), BOSS)
    made = await open_comparison(tools, await judged(tools), 50, 1, BOSS)
    await judge_all(tools, made.id, ANNA, likes="旧")
    told = await close_comparison(tools, made.id, BOSS)
    assert (told.win_rate, told.now) == (0.0, QUESTIONS)
    assert (await get_model(tools.models, made.model_id)).gate_passed is False


async def test_a_word_said_again_replaces_the_first_and_foreign_questions_are_refused(tools: TrainingTools) -> None:
    made = await open_comparison(tools, await judged(tools), 3, 1, BOSS)
    assert len(made.places) == 3
    for side in (Side.FIRST, Side.EVEN):
        await vote(tools, made.id, Word(made.places[0], side), ANNA)
    assert (await standing(tools, made.id, ANNA)).mine == 1
    with pytest.raises(NotFound):
        await vote(tools, made.id, Word(999, Side.EVEN), ANNA)


async def test_what_is_alike_or_unfinished_cannot_be_compared(tools: TrainingTools) -> None:
    evaluation_id = await judged(tools)
    async with tools.database.transaction() as session:
        for row in await judging_store.list_rows(session, evaluation_id):
            assert row.now is not None
            await keep_answers(session, evaluation_id, row.place, row.now, row.now)
    with pytest.raises(NothingToCompare):
        await open_comparison(tools, evaluation_id, 10, 1, BOSS)


def test_sides_are_even_over_many_and_the_same_when_asked_again() -> None:
    sides = [is_swapped(7, place, ANNA.id) for place in range(400)]
    assert 160 < sum(sides) < 240 and sides == [is_swapped(7, place, ANNA.id) for place in range(400)]
    assert {winner_of(side, swapped) for side in (Side.FIRST, Side.SECOND) for swapped in (True, False)} == {
        Winner.NEW,
        Winner.NOW,
    }
    assert winner_of(Side.FIRST, True) is winner_of(Side.SECOND, False) is Winner.NEW


@pytest.mark.parametrize(
    ("wins", "asked", "low", "high"), [(0, 0, 0.0, 1.0), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
)
def test_the_interval_is_wilsons(wins: float, asked: int, low: float, high: float) -> None:
    assert wilson(wins, asked) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_agreement_is_none_of_few_zero_of_guessing_and_below_of_quarrel() -> None:
    new, now = Winner.NEW, Winner.NOW
    assert agreement([[new, now]] * 4) == (None, None)
    assert agreement([[new, new], [now, now]] * 3) == (1.0, 1.0)
    share, alpha = agreement([[new, now]] * 6)
    assert share == 0.0 and alpha is not None and alpha < 0
    share, alpha = agreement([[new, new], [now, now], [new, now], [now, new]] * 50)
    assert share == 0.5 and alpha == pytest.approx(0.0, abs=0.02)


def test_one_diligent_person_does_not_outweigh_the_others() -> None:
    votes = [Vote(1, uuid4(), str(n), Winner.NEW, False, (), "", datetime.now(UTC)) for n in range(9)]
    votes.append(Vote(2, uuid4(), "x", Winner.NOW, False, (), "", datetime.now(UTC)))
    assert outcome_of(votes).win_rate == 0.5, "questions count the same, however many judged them"
