"""A dataset of documents' own text for continued pre-training: cleaned, masked, without repeats, split by document."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import orjson

from app.kernel.personal import MASKS, personal_values
from app.training.datasets.cleaning import is_garbled
from app.training.datasets.near import plain
from app.training.datasets.recipe import Recipe
from app.training.datasets.steps import Find
from app.training.domain import BuiltDataset, Passage, Provenance, Source, Split
from app.training.errors import NothingToLearn

SHORTEST = 20
Counted = dict[str, Any]


def build_documents(passages: Sequence[Passage], name: str, recipe: Recipe, find: Find) -> BuiltDataset:
    """Raises NothingToLearn."""
    steps: list[Counted] = []
    rows = _kept("clean", list(passages), lambda one: len(one.text) >= SHORTEST and not is_garbled(one.text), steps)
    rows, masked = _masked(rows, steps)
    first = {plain(one.text): one for one in reversed(rows)}
    rows = _kept("exact", rows, lambda one: first[plain(one.text)] is one, steps)
    listed = [word.casefold() for word in recipe.sensitive_words if word.strip()]
    rows = _kept("sensitive", rows, lambda one: not (_says(one.text, listed) or find(one.text)), steps)
    if not rows:
        raise NothingToLearn
    watched = _watched({one.document_id for one in rows}, recipe.validation_share)
    lines = [(_line(one, one.document_id in watched), one) for one in rows]
    data = b"\n".join(line for line, _ in lines) + b"\n"
    digest = hashlib.sha256(data).hexdigest()
    splits = Counter(_split(one.document_id in watched).value for _, one in lines)
    manifest = {
        "name": name,
        "format": "plain text, JSON lines",
        "rows": len(lines),
        "documents": len({one.document_id for one in rows}),
        "by_source": {Source.DOCUMENT.value: len(lines)},
        "by_split": dict(sorted(splits.items())),
        "steps": steps,
        "recipe": recipe.as_dict(),
        "personal_values_masked": masked,
        "sha256": digest,
    }
    origins = tuple(
        Provenance(
            place,
            hashlib.sha256(line).hexdigest(),
            Source.DOCUMENT,
            one.document_id,
            None,
            _split(one.document_id in watched),
            "",
            None,
        )
        for place, (line, one) in enumerate(lines, 1)
    )
    return BuiltDataset(data, digest, len(lines), manifest, origins)


def _kept(name: str, rows: list[Passage], keeps: Callable[[Passage], bool], steps: list[Counted]) -> list[Passage]:
    kept = [one for one in rows if keeps(one)]
    steps.append({"name": name, "before": len(rows), "after": len(kept), "changed": 0, "codes": {}})
    return kept


def _masked(rows: list[Passage], steps: list[Counted]) -> tuple[list[Passage], int]:
    """Whoever stands in a document; what a company publishes of itself looks the same and goes too."""
    found: list[Passage] = []
    values = changed = 0
    for one in rows:
        private = personal_values(one.text)
        said = one.text
        for value in sorted(private, key=len, reverse=True):
            said = said.replace(value, MASKS["zh"][private[value]])
        values, changed = values + len(private), changed + bool(private)
        found.append(Passage(one.document_id, one.title, said))
    steps.append({"name": "personal", "before": len(rows), "after": len(found), "changed": changed, "codes": {}})
    return found, values


def _says(text: str, words: Sequence[str]) -> bool:
    return any(word in text.casefold() for word in words)


def _watched(documents: set[UUID], share: float) -> set[UUID]:
    """Whole documents to watch a run by, none of a small library; which ones is decided by their ids."""
    drawn = sorted(documents, key=lambda one: hashlib.sha256(one.bytes).digest())
    return set(drawn[: int(len(drawn) * share)])


def _split(is_watched: bool) -> Split:
    return Split.VALIDATION if is_watched else Split.TRAIN


def _line(one: Passage, is_watched: bool) -> bytes:
    row = {
        "text": f"{one.title}\n{one.text}",
        "source": Source.DOCUMENT.value,
        "source_id": str(one.document_id),
        "split": _split(is_watched).value,
    }
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
