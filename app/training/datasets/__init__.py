"""Datasets: from reviewed lessons through counted steps to immutable versions, split without leaks, in any format."""

from app.training.datasets.build import build_dataset, prepare
from app.training.datasets.lessons import lessons_from, same_question
from app.training.datasets.recipe import Recipe

__all__ = ["Recipe", "build_dataset", "lessons_from", "prepare", "same_question"]
