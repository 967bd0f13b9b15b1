"""Distilling: a big model answers approved questions, and what it says well becomes a dataset for a small one."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.accounts import Principal, record_audit
from app.jobs import Lease, finish, open_job, report_progress, run_job
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.model_registry import Price, cost_of
from app.training.collect import current_recipe, gather, keep_version
from app.training.datasets.build import prepare, sealed
from app.training.datasets.mixing import lot
from app.training.datasets.recipe import Recipe
from app.training.domain import OLD_KNOWLEDGE, Lesson
from app.training.errors import NothingToLearn, TeacherUnavailable
from app.training.estimate import tokens_of
from app.training.teaching import store
from app.training.teaching.answers import distilled
from app.training.teaching.asking import FAILED, ask_all, key_of, known_texts
from app.training.teaching.domain import DISTILLED, Ask, Distillation, Expected, Purpose, Said, Teacher
from app.training.teaching.teachers import find_teacher
from app.training.tools import TrainingTools

JOB_KIND, QUEUE, UNIT = "training.distil", "default", "answers"
LOOK_EVERY_S = 0.5
LONGER = 1.5
"""How much longer a teacher's answer is taken to be than the approved one."""


@dataclass(frozen=True)
class Order:
    """What is wanted. most: questions to be asked; price: what the teacher's tokens cost, if that is known."""

    teacher: str
    most: int
    price: Price | None = None


async def expect(tools: TrainingTools, order: Order) -> Expected:
    """What an order would take; nothing is asked. Raises NoTeacher, NothingToLearn, ModelFailure."""
    teacher = await find_teacher(tools, order.teacher)
    asked, _ = await _questions(tools, order.most)
    known = await known_texts(tools, teacher, Purpose.ANSWER, _asks(asked))
    new = [one for one in asked if key_of(one.prompt) not in known]
    prompt = int(sum(tokens_of(turn["content"]) for one in new for turn in one.prompt))
    completion = int(sum(tokens_of(one.answer) for one in new) * LONGER)
    async with tools.database.reading() as session:
        before = await store.last_figures(session, teacher.kept_as)
    each = float(before.get("seconds_each") or 0)
    return Expected(
        len(asked),
        len(asked) - len(new),
        prompt,
        completion,
        *_cost(order.price or teacher.price, prompt, completion),
        round(each * len(new), 1) if each else None,
    )


async def start_distillation(tools: TrainingTools, order: Order, author: Principal) -> Distillation:
    """A queued order. Raises NoTeacher, NothingToLearn, ModelFailure."""
    teacher = await find_teacher(tools, order.teacher)
    await _questions(tools, order.most)
    price = order.price or teacher.price
    distillation_id = new_id()
    async with tools.database.transaction() as session:
        job_id = await open_job(session, tools.jobs.bell, JOB_KIND, QUEUE, distillation_id)
        made = Distillation(
            distillation_id,
            job_id,
            order.teacher,
            teacher.name,
            order.most,
            price.as_dict() if price else None,
            None,
            {},
            author.name,
            now(),
        )
        await store.add_distillation(session, made)
        await record_audit(
            session, author, "dataset.distil", str(made.id), teacher=teacher.name, most=order.most, price=made.price
        )
    return made


async def do_distillation(tools: TrainingTools, job_id: UUID) -> None:
    """A worker's part. Answers are kept as they come: after a crash, a cancel or a retry only the rest is asked."""

    async def work(lease: Lease) -> None:
        order = await get_distillation(tools, lease.subject_id)
        teacher = await find_teacher(tools, order.teacher)
        asked, old = await _questions(tools, order.most)
        before, began = await known_texts(tools, teacher, Purpose.ANSWER, _asks(asked)), time.monotonic()
        said = await _told(tools, teacher, _asks(asked), lease)
        if all(one.finish == FAILED for one in said.values()):
            raise TeacherUnavailable
        new = [one for key, one in said.items() if key not in before]
        figures = _figures(order, new, len(said), time.monotonic() - began)
        rows, step = distilled(asked, said)
        recipe, _ = await current_recipe(tools)
        ready = await asyncio.to_thread(prepare, [*rows, *old], recipe, await tools.sensitive())
        if not rows:
            raise NothingToLearn
        told = {"teacher": teacher.name, **figures}
        built = sealed(replace(ready, steps=[step, *ready.steps]), DISTILLED, recipe, {"teaching": told})
        version = await keep_version(tools, DISTILLED, built, None, order.created_by)
        async with tools.database.transaction() as session:
            await store.end_distillation(session, order.id, version.id, {**figures, "step": step.as_dict()})
            await finish(session, lease)

    await run_job(tools.jobs, job_id, work)


async def _told(tools: TrainingTools, teacher: Teacher, asks: Sequence[Ask], lease: Lease) -> dict[str, Said]:
    """Asks, and tells the job how far it is."""
    done = 0

    def tell(answers: int) -> None:
        nonlocal done
        done = answers

    asking = asyncio.create_task(ask_all(tools, teacher, Purpose.ANSWER, asks, tell))
    try:
        while not asking.done():
            await asyncio.wait({asking}, timeout=LOOK_EVERY_S)
            await report_progress(tools.database, lease, done, len(asks), UNIT)
    finally:
        if asking.cancel():
            await asyncio.wait({asking})
    return await asking


async def _questions(tools: TrainingTools, most: int) -> tuple[list[Lesson], list[Lesson]]:
    """Approved questions as every dataset would hold them, without personal values; and the old knowledge to mix in.

    Raises NothingToLearn.
    """
    recipe, _ = await current_recipe(tools)
    lessons = await gather(tools, recipe)
    plain: Recipe = replace(recipe, synthetic_share=0.0)
    ready = await asyncio.to_thread(prepare, lessons, plain, await tools.sensitive())
    approved = sorted((one for one in ready.lessons if one.source not in OLD_KNOWLEDGE), key=lot)
    if not approved:
        raise NothingToLearn
    return approved[:most], [one for one in ready.lessons if one.source in OLD_KNOWLEDGE]


def _asks(asked: Sequence[Lesson]) -> list[Ask]:
    return [Ask(key_of(one.prompt), one.prompt, one.conversation_id) for one in asked]


def _figures(order: Distillation, new: Sequence[Said], answers: int, seconds: float) -> dict[str, Any]:
    prompt, completion = sum(one.prompt_tokens for one in new), sum(one.completion_tokens for one in new)
    cost, currency = _cost(Price.from_dict(order.price), prompt, completion)
    return {
        "answers": answers,
        "asked": len(new),
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "cost": cost,
        "currency": currency,
        "seconds_each": round(seconds / len(new), 3) if new else None,
    }


def _cost(price: Price | None, prompt: int, completion: int) -> tuple[float | None, str]:
    found = cost_of({"price": price.as_dict() if price else None}, prompt, completion)
    return found["amount"], found["currency"]


async def get_distillation(tools: TrainingTools, distillation_id: UUID) -> Distillation:
    """Raises NotFound."""
    async with tools.database.reading() as session:
        found = await store.find_distillation(session, distillation_id)
    if found is None:
        raise NotFound
    return found


async def list_distillations(tools: TrainingTools, before: UUID | None, limit: int) -> list[Distillation]:
    """Newest first."""
    async with tools.database.reading() as session:
        return await store.list_distillations(session, before, limit)
