"""The capacity plan follows from its figures, and shows them."""

from dataclasses import replace

import pytest

from app.commands.plan_capacity import Load, plan_capacity, report

LOAD = Load(chats_per_day=20_000)


def test_the_figures_of_a_worked_example() -> None:
    plan = plan_capacity(LOAD)
    assert plan.questions_per_s == 2.5  # 20,000 chats of 3 questions, 15 % of them within an hour
    assert plan.answers_at_once == 14  # 2.5 a second, 70 % by the model, 8 s each
    assert plan.gpus == 1  # 437.5 tokens a second of 900 planned
    assert plan.database_memory_gb == 2.6  # 0.46 GB of vectors and 0.18 GB of rows beside 2 GB


@pytest.mark.parametrize("part", ["web_processes", "database_cores", "gpus", "answers_at_once"])
def test_a_hundred_times_the_chats_need_more_of_everything_and_never_more_than_a_hundred_times(part: str) -> None:
    before = getattr(plan_capacity(LOAD), part)
    after = getattr(plan_capacity(replace(LOAD, chats_per_day=2_000_000)), part)
    assert before < after <= 100 * before


def test_one_web_process_is_never_enough_and_without_a_model_no_gpu_is_asked_for() -> None:
    plan = plan_capacity(replace(LOAD, chats_per_day=1, model_share=0))
    assert (plan.web_processes, plan.gpus) == (2, 0)


def test_the_report_shows_every_assumption() -> None:
    shown = report(replace(LOAD, cpu_ms_per_question=12.5))
    assert "cpu ms per question" in shown and "12.5" in shown and "gpu tokens per s" in shown
