"""Search learns from what people chose: better on questions it never saw, never from those that judge it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from app.kernel.database import Database
from app.knowledge import (
    Embedders,
    EmbedderTools,
    Pick,
    RunState,
    SearchRequest,
    SearchTools,
    open_run,
    search_passages,
)
from app.knowledge.embedding.store.runs import find_run
from app.knowledge.embedding.tuning import FEWEST, Lesson, tune
from app.knowledge.hashed_embedder import HashedEmbedder, IdfCounts, neutral_idf
from app.knowledge.search import WEIGHT_FREE
from tests.fakes.bell import FakeBell
from tests.fakes.question_bank import FakeBank
from tests.knowledge.indexing import add_document, passages
from tests.knowledge.reembedding import worked_off
from tests.shared_data import shared_data

WORDS = 0.7


def lessons(count: int, noise: str = "麻烦客服帮忙看看谢谢") -> list[Lesson]:
    """Each question says one telling word and much that stands in every wrong passage."""
    telling = [chr(0x4E00 + 37 * place) + chr(0x5000 + 41 * place) for place in range(count)]
    return [
        Lesson(f"{noise}{word}", f"{word}在这里", (f"{noise}别的", f"{noise}再说"), f"g{place:04}")
        for place, word in enumerate(telling)
    ]


def test_words_that_tell_nothing_apart_lose_weight_also_in_questions_never_seen() -> None:
    found = tune(neutral_idf(), WORDS, lessons(100))
    assert found is not None and found.better and found.before.lessons == 20
    assert found.after.reciprocal > found.before.reciprocal + 0.2
    assert found.idf.shape == neutral_idf().shape and (found.idf > 0).all()


def test_what_teaches_nothing_changes_nothing() -> None:
    same = [replace(one, chosen="甲乙丙", rejected=("甲乙丙", "甲乙丙")) for one in lessons(60)]
    found = tune(neutral_idf(), WORDS, same)
    assert found is not None and not found.better
    assert np.array_equal(found.idf, neutral_idf()) and found.lexical_weight == WORDS


def test_too_few_choices_teach_nothing() -> None:
    assert tune(neutral_idf(), WORDS, lessons(FEWEST - 1)) is None


def test_one_conversation_is_never_both_learnt_and_measured() -> None:
    one = [replace(lesson, group="the same") for lesson in lessons(60)]
    assert tune(neutral_idf(), WORDS, one) is None


def read(path: Path, name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (path / name).read_text("utf-8").splitlines()]


def test_real_questions_to_other_passages_are_found_better() -> None:
    """Learns from the training split of a public set; asks 400 questions of the other split over all passages."""
    folder = shared_data("faq_zh")
    passages_of = {row["id"]: f"{row['question']}\n{row['answer']}" for row in read(folder, "kb_health.jsonl")[:1800]}
    asked = [row for row in read(folder, "queries_health.jsonl") if row["gold_ids"][0] in passages_of]
    taught = [row for row in asked if row["split"] == "train"][:600]
    aside = [row for row in asked if row["split"] == "dev"][:400]
    assert not {row["gold_ids"][0] for row in taught} & {row["gold_ids"][0] for row in aside}
    ids, texts = list(passages_of), list(passages_of.values())
    counts = IdfCounts()
    for text in texts:
        counts.add(text)
    idf = counts.idf()
    table = HashedEmbedder(idf).embed_now(texts)

    def near(rows: list[dict[str, str]], embedder: HashedEmbedder, vectors: np.ndarray) -> np.ndarray:
        return embedder.embed_now([row["query"] for row in rows]) @ vectors.T

    found: list[Lesson] = []
    for row, scores in zip(taught, near(taught, HashedEmbedder(idf), table), strict=True):
        gold = ids.index(row["gold_ids"][0])
        others = [texts[place] for place in np.argsort(-scores)[:7] if place != gold][:6]
        found.append(Lesson(row["query"], texts[gold], tuple(others), row["qid"]))
    tuned = tune(idf, WEIGHT_FREE[0], found)
    assert tuned is not None and tuned.better

    def reciprocal(embedder: HashedEmbedder) -> float:
        scores = near(aside, embedder, embedder.embed_now(texts))
        own = [row_scores[ids.index(row["gold_ids"][0])] for row, row_scores in zip(aside, scores, strict=True)]
        return float(np.mean([1 / (1 + (row > mine).sum()) for row, mine in zip(scores, own, strict=True)]))

    before, after = reciprocal(HashedEmbedder(idf)), reciprocal(HashedEmbedder(tuned.idf))
    print(f"mean reciprocal rank of {len(aside)} unseen questions: {before:.4f} -> {after:.4f}")
    assert after > before


@dataclass
class FixedPicks:
    """What people chose."""

    found: list[Pick] = field(default_factory=list)

    async def newest(self, limit: int) -> Sequence[Pick]:
        """See the port `Picks`."""
        return self.found[:limit]


NOISE = "麻烦客服帮忙看看谢谢"
TOPICS = [f"{chr(0x4E00 + 37 * place)}{chr(0x5000 + 41 * place)}" for place in range(60)]


@pytest.fixture
async def tools(database: Database, bell: FakeBell) -> EmbedderTools:
    search = SearchTools(database, Embedders(database))
    await add_document(search, "须知", passages(*[f"{word}在这里，照说明做。" for word in TOPICS]))
    await add_document(search, "客套", passages(*[f"{NOISE}，{said}。" for said in ("别的", "再说", "稍后", "好的")]))
    return EmbedderTools(search, bell, bank=FakeBank(), picks=FixedPicks())


async def picked(tools: EmbedderTools) -> list[Pick]:
    found = []
    for place, word in enumerate(TOPICS):
        hits = (await search_passages(tools.search, SearchRequest([word], limit=3))).hits
        chunk_ids: frozenset[UUID] = frozenset(hit.chunk_id for hit in hits if word in hit.text)
        found.append(Pick(f"{NOISE}{word}", chunk_ids, frozenset(), f"c{place:03}"))
    return found


async def test_a_tuned_embedder_goes_through_the_same_stages_and_tells_what_it_learnt(tools: EmbedderTools) -> None:
    picks, bank = tools.picks, tools.bank
    assert isinstance(picks, FixedPicks) and isinstance(bank, FakeBank)
    picks.found = await picked(tools)
    picks.found += [replace(picks.found[0], group="crowd", question=f"{NOISE}{place}") for place in range(9)]
    bank.answerable = [picks.found[5].question]
    opened = await open_run(tools, None, tuned=True)
    run = await worked_off(tools)
    assert run.state is RunState.READY, run.error_code
    told = run.comparison["tuning"]
    assert told["left_out"]["of_regression"] == 1, "what judges it teaches nothing"
    assert told["left_out"]["capped"] == 7, "a crowd in one conversation counts twice"
    assert told["after"]["reciprocal"] >= told["before"]["reciprocal"]
    card = next(one.card for one in await tools.search.embedders.in_use(fresh=True) if one.id == opened.embedder_id)
    assert card.state == "future" and card.settings["lexical_weight"] == told["lexical_weight"]
    assert run.comparison["verdict"]["passes"], "it is compared and gated as any other"


async def test_with_too_few_choices_the_run_stands_still_with_words(tools: EmbedderTools) -> None:
    opened = await open_run(tools, None, tuned=True)
    run = await worked_off(tools)
    assert (run.state, run.error_code) == (RunState.FAILED, "too_few_lessons")
    async with tools.database.reading() as session:
        kept = await find_run(session, opened.run_id)
    assert kept is not None and kept.error_values == {"found": 0, "least": FEWEST}
