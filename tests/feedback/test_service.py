"""Votes replace each other; corrections are proposed, edited, accepted or rejected, once."""

from dataclasses import replace
from uuid import uuid4

import pytest

from app.accounts import Principal, Role
from app.feedback import (
    AnswerRated,
    CorrectionAccepted,
    CorrectionState,
    FeedbackTools,
    RatedAnswer,
    Reason,
    Review,
    Vote,
    find_ratings,
    list_corrections,
    list_liked_answers,
    propose_correction,
    rate_answer,
    review_correction,
)
from app.feedback.errors import CorrectionReviewed, CorrectionUnchanged
from app.kernel.database import Database, Session
from app.kernel.errors import NotFound, Unauthenticated
from app.kernel.events import Announcer
from tests.fakes.answers import FakeAnswers

AGENT = Principal(uuid4(), "staff", "林", Role.AGENT)
SUPERVISOR = Principal(uuid4(), "staff", "Wang", Role.SUPERVISOR)
PROMPT = ({"role": "system", "content": "只根据资料回答。"}, {"role": "user", "content": "保修多久？"})


def an_answer(**changes: object) -> RatedAnswer:
    answer = RatedAnswer(uuid4(), uuid4(), "保修多久？", "保修一年。", "zh-CN", PROMPT)
    return replace(answer, **changes)  # type: ignore[arg-type]  # keywords of the test's own


@pytest.fixture
def answers() -> FakeAnswers:
    return FakeAnswers()


@pytest.fixture
def heard() -> list[object]:
    return []


@pytest.fixture
def tools(database: Database, answers: FakeAnswers, heard: list[object]) -> FeedbackTools:
    announcer = Announcer()

    async def hear(session: Session, event: object) -> None:
        heard.append(event)

    announcer.listen(AnswerRated, hear)
    announcer.listen(CorrectionAccepted, hear)
    return FeedbackTools(database, answers, announcer)


async def test_a_second_vote_replaces_the_first(
    tools: FeedbackTools, answers: FakeAnswers, heard: list[object]
) -> None:
    answer = answers.add(an_answer())
    await rate_answer(tools, answer.message_id, "customer", Vote.UP, [], None)
    await rate_answer(
        tools, answer.message_id, "customer", Vote.DOWN, [Reason.WRONG, Reason.WRONG, Reason.TONE], "不对"
    )
    rating = (await find_ratings(tools.database, [answer.message_id, uuid4()]))[answer.message_id]
    assert (rating.vote, rating.reasons, rating.comment) == (Vote.DOWN, (Reason.WRONG, Reason.TONE), "不对")
    assert [event.vote for event in heard if isinstance(event, AnswerRated)] == [Vote.UP, Vote.DOWN]


async def test_a_vote_needs_the_conversation_the_answer_was_given_in(
    tools: FeedbackTools, answers: FakeAnswers
) -> None:
    mine, foreign = answers.add(an_answer(), "me"), answers.add(an_answer(), "somebody else")
    with pytest.raises(NotFound):
        await rate_answer(tools, foreign.message_id, "me", Vote.UP, [], None)
    with pytest.raises(Unauthenticated):
        await rate_answer(tools, mine.message_id, "forged", Vote.UP, [], None)
    assert await find_ratings(tools.database, [mine.message_id, foreign.message_id]) == {}


async def test_a_correction_keeps_what_the_bot_said_and_what_it_was_given(
    tools: FeedbackTools, answers: FakeAnswers
) -> None:
    answer = answers.add(an_answer())
    made, is_new = await propose_correction(tools, answer.message_id, " 保修两年。 ", AGENT)
    assert is_new and made.state is CorrectionState.PROPOSED
    assert (made.question, made.wrong_answer, made.right_answer) == ("保修多久？", "保修一年。", "保修两年。")
    assert made.prompt == PROMPT and made.proposed_by_name == "林"


async def test_proposing_again_replaces_the_text_of_the_open_proposal(
    tools: FeedbackTools, answers: FakeAnswers
) -> None:
    answer = answers.add(an_answer())
    first, _ = await propose_correction(tools, answer.message_id, "保修两年。", AGENT)
    second, is_new = await propose_correction(tools, answer.message_id, "保修三年。", SUPERVISOR)
    assert (second.id, is_new, second.right_answer, second.proposed_by) == (
        first.id,
        False,
        "保修三年。",
        SUPERVISOR.id,
    )


async def test_the_bots_own_words_are_no_correction(tools: FeedbackTools, answers: FakeAnswers) -> None:
    answer = answers.add(an_answer())
    with pytest.raises(CorrectionUnchanged):
        await propose_correction(tools, answer.message_id, "  保修一年。\n", AGENT)
    with pytest.raises(NotFound):
        await propose_correction(tools, uuid4(), "保修两年。", AGENT)
    assert await list_corrections(tools.database) == []


async def test_a_supervisor_accepts_with_an_edit_and_it_is_announced_once(
    tools: FeedbackTools, answers: FakeAnswers, heard: list[object]
) -> None:
    answer = answers.add(an_answer())
    made, _ = await propose_correction(tools, answer.message_id, "保修两年。", AGENT)
    word = Review(CorrectionState.ACCEPTED, "自购买之日起保修两年。", "日期说清楚")
    accepted = await review_correction(tools, made.id, word, SUPERVISOR)
    again = await review_correction(tools, made.id, Review(CorrectionState.ACCEPTED), SUPERVISOR)
    assert accepted.right_answer == "自购买之日起保修两年。" and accepted.reviewed_by_name == "Wang"
    assert again == accepted
    assert heard == [CorrectionAccepted(made.id, answer.message_id)]


async def test_a_reviewed_correction_cannot_be_reviewed_otherwise(tools: FeedbackTools, answers: FakeAnswers) -> None:
    made, _ = await propose_correction(tools, answers.add(an_answer()).message_id, "保修两年。", AGENT)
    await review_correction(tools, made.id, Review(CorrectionState.REJECTED), SUPERVISOR)
    with pytest.raises(CorrectionReviewed):
        await review_correction(tools, made.id, Review(CorrectionState.ACCEPTED), SUPERVISOR)
    with pytest.raises(NotFound):
        await review_correction(tools, uuid4(), Review(CorrectionState.ACCEPTED), SUPERVISOR)


async def test_after_a_review_the_same_answer_can_be_corrected_anew(tools: FeedbackTools, answers: FakeAnswers) -> None:
    answer = answers.add(an_answer())
    first, _ = await propose_correction(tools, answer.message_id, "保修两年。", AGENT)
    await review_correction(tools, first.id, Review(CorrectionState.REJECTED), SUPERVISOR)
    second, is_new = await propose_correction(tools, answer.message_id, "保修三年。", AGENT)
    assert is_new and second.id != first.id
    open_ones = await list_corrections(tools.database, state=CorrectionState.PROPOSED)
    assert [one.id for one in open_ones] == [second.id]


async def test_liked_answers_leave_out_corrected_and_unprompted_ones(
    tools: FeedbackTools, answers: FakeAnswers
) -> None:
    liked, corrected, quoted = (
        answers.add(an_answer(), "a"),
        answers.add(an_answer(), "b"),
        answers.add(an_answer(prompt=None), "c"),
    )
    for answer, token in ((liked, "a"), (corrected, "b"), (quoted, "c")):
        await rate_answer(tools, answer.message_id, token, Vote.UP, [], None)
    await propose_correction(tools, corrected.message_id, "别的说法。", AGENT)
    assert await list_liked_answers(tools, 10, 2) == [liked]


async def test_one_conversations_many_votes_do_not_hide_those_of_the_others(
    tools: FeedbackTools, answers: FakeAnswers
) -> None:
    honest = answers.add(an_answer(), "honest")
    await rate_answer(tools, honest.message_id, "honest", Vote.UP, [], None)
    crowd = uuid4()
    for _ in range(6):
        one = answers.add(replace(an_answer(), conversation_id=crowd), "crowd")
        await rate_answer(tools, one.message_id, "crowd", Vote.UP, [], None)
    found = await list_liked_answers(tools, 3, 2)
    assert [one.conversation_id for one in found] == [crowd, crowd, honest.conversation_id]
    everything = await list_liked_answers(tools, 10, 2)
    assert [one.conversation_id for one in everything[3:]] == [crowd] * 4, "what is over follows, to be counted"
