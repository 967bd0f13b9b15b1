"""Other wordings: marked, capped, the same every time, never of what judges a run, never near it."""

from dataclasses import replace
from uuid import uuid4

import orjson

from app.training.datasets.augment import augmented
from app.training.datasets.build import build_dataset, prepare
from app.training.datasets.recipe import Recipe
from app.training.domain import Lesson, Source, Split
from app.training.judging.domain import GateRules, Kind
from app.training.judging.probes import probes_of

SUBJECTS = ("退货运费谁出", "发票怎么开专票", "手环能游泳吗", "门店周末几点开门", "耳机有电流声怎么办", "保修多久到期")


def lesson(question: str, source: Source = Source.CORRECTION) -> Lesson:
    prompt = ({"role": "system", "content": "只按资料回答。"}, {"role": "user", "content": f"资料…\n问题：{question}"})
    return Lesson(source, uuid4(), question, prompt, f"{question}：请看说明第一页的详细步骤。", "zh-CN")


LESSONS = [lesson(said) for said in SUBJECTS]


def test_none_is_made_unless_wanted() -> None:
    ready = prepare(LESSONS, Recipe())
    assert {one.source for one in ready.lessons} == {Source.CORRECTION}
    assert (ready.steps[-1].name, ready.steps[-1].before) == ("augment", ready.steps[-1].after)


def test_variants_keep_the_reviewed_answer_are_marked_and_stay_below_their_share() -> None:
    built = build_dataset(LESSONS, "x", Recipe(synthetic_share=0.4))
    rows = [orjson.loads(line) for line in built.data.splitlines()]
    made = [row for row in rows if row["source"] == "synthetic"]
    assert 0 < len(made) <= 0.4 * len(rows) and built.manifest["by_source"]["synthetic"] == len(made)
    answers = {one.answer for one in LESSONS}
    for row in made:
        assert row["completion"][0]["content"] in answers and row["synthetic"] in ("template", "synonym")
        assert row["question"] in row["prompt"][-1]["content"] and row["split"] == "train"
    assert {str(one.source_id) for one in built.provenance} <= {str(one.source_id) for one in LESSONS}
    assert build_dataset(LESSONS, "x", Recipe(synthetic_share=0.4)).sha256 == built.sha256
    asked = [one for one in probes_of(built.data, built.manifest, GateRules(), []) if one.kind is Kind.CORRECTED]
    assert len(asked) == len(LESSONS), "a wording made by rule judges nobody"


def test_a_synonym_takes_the_place_of_the_word() -> None:
    rows, _, step = augmented([lesson("耳机有电流声怎么办")], [Split.TRAIN], Recipe(synthetic_share=0.8))
    made = [one for one in rows if one.variant == "synonym"]
    assert step.codes["made_by_synonym"] == 1 and "电流声" not in made[0].question


def test_what_judges_is_neither_varied_nor_nearly_repeated() -> None:
    learnt, kept = lesson("甲乙丙丁戊己庚辛壬癸子丑"), lesson("说甲乙丙丁戊己庚辛壬癸子丑")
    rows, splits, step = augmented([learnt, kept], [Split.TRAIN, Split.TEST], Recipe(synthetic_share=0.5))
    assert len(rows) == 2 and splits == [Split.TRAIN, Split.TEST]
    assert step.codes == {"variant_leaks": 1}


def test_old_knowledge_is_not_varied() -> None:
    old = [replace(one, source=Source.KEPT) for one in LESSONS]
    rows, _, _ = augmented(old, [Split.TRAIN] * len(old), Recipe(synthetic_share=0.5))
    assert rows == old
