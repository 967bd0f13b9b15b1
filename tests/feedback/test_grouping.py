"""Grouping by meaning: fitted on labelled questions, the same however it is cut into runs, and quick in a crowd."""

import asyncio
import random
from time import perf_counter

import numpy as np
import pytest

from app.feedback.gaps.fitting import TARGET, Fitted, fit, labelled_groups
from app.feedback.gaps.grouping import Groups, Vectors
from app.knowledge.hashed_embedder import DIMENSIONS, HashedEmbedder

EMBEDDER = HashedEmbedder()


async def embed(texts: object) -> Vectors:
    return EMBEDDER.embed_now(list(texts))  # type: ignore[call-overload]  # what fit asks for


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    """Once for all: it takes a second."""
    return asyncio.run(fit(embed, neural=False))


def test_the_likeness_is_fitted_on_labelled_questions_and_reaches_its_target(fitted: Fitted) -> None:
    found = fitted
    assert found.precision >= TARGET and found.recall >= 0.7, found
    assert 0.45 <= found.least <= 0.7 and found.groups == len(labelled_groups())


async def test_vectors_that_tell_nothing_end_at_the_strictest_likeness() -> None:
    async def blind(texts: object) -> Vectors:
        return np.ones((len(list(texts)), 4), dtype=np.float32) / 2  # type: ignore[call-overload]  # as above

    assert (await fit(blind, neural=True)).least > 0.9


def test_the_same_questions_form_the_same_groups_however_they_are_cut_into_runs(fitted: Fitted) -> None:
    texts = [text for block in labelled_groups() for text in block]
    random.Random(5).shuffle(texts)
    vectors, least = EMBEDDER.embed_now(texts), fitted.least
    whole = Groups(least, False, DIMENSIONS)
    at_once = [one.group for one in whole.place(texts, vectors)]
    parts = Groups(least, False, DIMENSIONS)
    one_by_one = [
        parts.place(texts[start : start + 7], vectors[start : start + 7]) for start in range(0, len(texts), 7)
    ]
    flat = [one.group for run in one_by_one for one in run]
    assert [at_once.index(group) for group in at_once] == [flat.index(group) for group in flat]


def test_what_must_not_differ_keeps_questions_apart(fitted: Fitted) -> None:
    least = fitted.least
    for one, other in (
        ("换货要自己付运费吗", "退货要自己付运费吗"),
        ("30 天内可以退货吗", "60 天内可以退货吗"),
        ("Orbit 3 支持无线充电吗", "Orbit 4 支持无线充电吗"),
        ("可以退货的商品有哪些", "不可以退货的商品有哪些"),
        ("寄到新加坡要多久", "寄到新加坡要多少钱"),
    ):
        groups = Groups(least, False, DIMENSIONS)
        placed = groups.place([one, other], EMBEDDER.embed_now([one, other]))
        assert placed[0].group != placed[1].group, (one, other)


def test_a_crowd_is_grouped_in_bounded_time(fitted: Fitted) -> None:
    things = [
        f"{a}{b}"
        for a in ("手环", "手表", "耳机", "充电盒", "表带", "音箱")
        for b in ["屏幕", "电池", "按键", "灯", "麦克风"]
    ]
    asks = ["坏了怎么修", "不亮了怎么办", "能不能换新", "多少钱可以换", "有异响", "进水了保修吗"]
    texts = [f"{thing}{ask}{number % 9 * '啊'}" for number, thing in enumerate(things * 4) for ask in asks]
    began = perf_counter()
    placed = Groups(fitted.least, False, DIMENSIONS).place(texts, EMBEDDER.embed_now(texts))
    assert len({one.group for one in placed}) <= len(things) * len(asks)
    assert perf_counter() - began < 20, "720 questions take about a second"
