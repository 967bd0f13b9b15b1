"""`kefu eval regression` passes or not by the questions that must hold, and knows its sets by name."""

from collections.abc import AsyncIterator

import pytest

from app.commands.demo import load_demo, remove_demo
from app.commands.eval_regression import Report
from app.demo import REGRESSION_SET
from app.evaluation import EvaluationTools, Expected, Origin, Question, add_questions, add_set, find_set, run_set
from app.kernel.settings import Settings
from app.knowledge import SearchTools, add_faq
from app.wiring import Switchboard, switchboard


@pytest.fixture
async def board(settings: Settings) -> AsyncIterator[Switchboard]:
    async with switchboard(settings) as board:
        yield board


async def report(board: Switchboard, *questions: Question) -> Report:
    tools: EvaluationTools = board.tools[EvaluationTools]
    kept = await find_set(tools.database, "必问") or await add_set(tools.database, "必问", "", None)
    await add_questions(tools.database, kept.id, questions, Origin.STAFF, None)
    return Report(await run_set(tools, kept.id))


async def test_only_questions_that_must_hold_fail_the_command(board: Switchboard) -> None:
    search: SearchTools = board.tools[SearchTools]
    await add_faq(search, ["怎么修改收货地址？"], "发货前在订单详情里点修改地址。")
    lost = Question("退货几天内有效", expected=(Expected(source="没有这个文件"),))
    loose = await report(board, lost)
    assert loose.passes and loose.as_dict()["problems"][0]["problems"][0] == "not_found"
    strict = await report(board, Question("换货几天内有效", expected=lost.expected, must=True))
    assert not strict.passes and "does not pass" in strict.lines()[-1]


async def test_an_answer_to_what_must_be_refused_fails_the_command(board: Switchboard) -> None:
    search: SearchTools = board.tools[SearchTools]
    await add_faq(search, ["怎么修改收货地址？"], "发货前在订单详情里点修改地址。")
    assert (await report(board, Question("明天会下雨吗", must_refuse=True))).passes
    answered = await report(board, Question("怎么修改收货地址？", must_refuse=True))
    assert not answered.passes and answered.as_dict()["false_answers"] == 0.5


async def test_the_demo_brings_its_questions_and_takes_them_away(board: Switchboard) -> None:
    await load_demo(board)
    tools: EvaluationTools = board.tools[EvaluationTools]
    kept = await find_set(tools.database, REGRESSION_SET)
    assert kept is not None and kept.questions == 18
    await remove_demo(board)
    assert await find_set(tools.database, REGRESSION_SET) is None
