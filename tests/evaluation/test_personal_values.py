"""How much of what identifies a person is found, and how much that is found does: on a set made by rule."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from app.kernel.personal import find_personal

SET = Path(__file__).with_name("personal_values.jsonl")
# Kinds that a check digit or a fixed shape tells, and the one that is told by its wording alone.
BY_SHAPE = ("phone", "id_number", "card_number", "email", "plate")


def figures() -> dict[str, dict[str, float]]:
    """Recall and precision of each kind in each language: a value counts when kind and place are right."""
    wanted: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    for line in SET.read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        known = {(kind, value) for kind, value in row["values"]}
        found = {(one.kind.value, one.value) for one in find_personal(row["text"])}
        for kind, _ in known:
            wanted[row["lang"], kind] += 1
        for kind, value in found:
            said[row["lang"], kind] += 1
            right[row["lang"], kind] += (kind, value) in known
    return {
        f"{lang} {kind}": {
            "recall": right[lang, kind] / wanted[lang, kind] if wanted[lang, kind] else 1.0,
            "precision": right[lang, kind] / said[lang, kind] if said[lang, kind] else 1.0,
            "n": wanted[lang, kind],
        }
        for lang, kind in sorted(wanted | said)
    }


def test_recall_and_precision_hold() -> None:
    found = figures()
    for name, figure in found.items():
        by_shape = name.split()[1] in BY_SHAPE
        assert figure["recall"] >= (0.98 if by_shape else 0.9), (name, figure)
        assert figure["precision"] >= 0.95, (name, figure)


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2, ensure_ascii=False))
