"""Mixes in old knowledge: as many rows of it as the recipe's share allows, always the same ones."""

import hashlib

from app.training.datasets.recipe import Recipe
from app.training.datasets.steps import Dropped, Step
from app.training.domain import OLD_KNOWLEDGE, Lesson


def mixed(lessons: list[Lesson], recipe: Recipe) -> tuple[list[Lesson], Step]:
    """All new rows, and of the old ones at most the share; which ones is decided by their content."""
    old = [one for one in lessons if one.source in OLD_KNOWLEDGE]
    new = len(lessons) - len(old)
    share = min(recipe.base_share, 0.95)
    room = max(recipe.base_floor, round(new * share / (1 - share)))
    chosen = {id(one) for one in sorted(old, key=lot)[:room]}
    kept = [one for one in lessons if one.source not in OLD_KNOWLEDGE or id(one) in chosen]
    over = [Dropped(one, "over_base_share") for one in old if id(one) not in chosen]
    codes = {"over_base_share": len(over)} if over else {}
    return kept, Step("mixing", len(lessons), len(kept), 0, codes, tuple(over[:2]))


def lot(lesson: Lesson) -> str:
    """Where a row stands when a part is drawn: the same for the same words."""
    return hashlib.sha256(f"{lesson.question}\x00{lesson.answer}".encode()).hexdigest()
