"""The figures of a run over labelled questions: rates, likeness, citations, refusals, time and tokens."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.evaluation.answers.domain import FAILED, Judged, Labelled

Pair = tuple[Labelled, Judged]
LIKENESS = ("exact", "contains", "f1", "rouge_l", "bleu")


def figures(pairs: Sequence[Pair]) -> dict[str, float]:
    """Rates over the questions they can be told of; those that cannot be told of any are left out."""
    inside = [(asked, one) for asked, one in pairs if asked.answerable]
    outside = [one for asked, one in pairs if not asked.answerable]
    answered = [(asked, one) for asked, one in inside if one.answered]
    refused = [one for _, one in inside if not one.answered]
    followed = [(asked, one) for asked, one in inside if asked.history]
    found: dict[str, float | None] = {
        "questions": len(pairs),
        "right": _share(one.says_right and one.answered for _, one in inside),
        "answered": _share(one.answered for _, one in inside),
        "right_words_of_answered": _share(one.says_right for _, one in answered),
        **_cites(inside, answered),
        **_like(answered),
        **_grounded([one for _, one in answered]),
        "refused_with_the_right_offer": _share(one.offers_right for one in refused),
        "false_refusal": _share(not one.answered for _, one in inside),
        "false_answer": _share(one.answered for one in outside),
        **_refusals(refused, outside),
        "multi_turn_right": _share(one.says_right and one.answered for _, one in followed),
        "failed": _share(one.outcome == FAILED for _, one in pairs),
        **_costs([one for _, one in pairs]),
    }
    return {name: value for name, value in found.items() if value is not None}


def _cites(inside: Sequence[Pair], answered: Sequence[Pair]) -> dict[str, float | None]:
    """Precision: of all sources cited those that are right. Recall: of all questions those whose source is cited."""
    labelled = [one for asked, one in answered if asked.has_sources]
    return {
        "right_source_of_answered": _share(any(one.right_cites) for one in labelled),
        "citation_precision": _share(right for one in labelled for right in one.right_cites),
        "citation_recall": _share(any(one.right_cites) for asked, one in inside if asked.has_sources),
    }


def _like(answered: Sequence[Pair]) -> dict[str, float | None]:
    measured = [one.like for _, one in answered if one.like]
    return {name: _mean(like[name] for like in measured) for name in LIKENESS}


def _grounded(answered: Sequence[Judged]) -> dict[str, float | None]:
    return {
        "grounded": _mean(one.grounded for one in answered if one.grounded is not None),
        "judged_grounded": _mean(one.judged_grounded for one in answered if one.judged_grounded is not None),
    }


def _refusals(refused: Sequence[Judged], outside: Sequence[Judged]) -> dict[str, float | None]:
    """Precision: of all refusals those nobody could have answered. Recall: of those, how many were refused."""
    rightly = [one for one in outside if not one.answered]
    all_refused = len(rightly) + len(refused)
    precision = round(len(rightly) / all_refused, 4) if outside and all_refused else None
    return {"refusal_precision": precision, "refusal_recall": _share(not one.answered for one in outside)}


def _costs(judged: Sequence[Judged]) -> dict[str, float | None]:
    times = sorted(one.ms for one in judged)
    firsts = sorted(one.first_ms for one in judged if one.first_ms is not None)
    return {
        "first_ms_p50": _at(firsts, 0.5),
        "ms_p50": _at(times, 0.5),
        "ms_p95": _at(times, 0.95),
        "prompt_tokens": sum(one.prompt_tokens for one in judged),
        "completion_tokens": sum(one.completion_tokens for one in judged),
        "cost": round(sum(one.cost for one in judged), 6),
    }


def figures_by_group(pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    """The same for each language and set."""
    groups = sorted({asked.group for asked, _ in pairs})
    return {group: figures([pair for pair in pairs if pair[0].group == group]) for group in groups}


def all_figures(pairs: Sequence[Pair]) -> dict[str, Any]:
    """As a run keeps them: the whole, and each group where there is more than one."""
    groups = figures_by_group(pairs)
    return {**figures(pairs), **({"groups": groups} if len(groups) > 1 else {})}


def _share(found: Iterable[bool]) -> float | None:
    return _mean(float(one) for one in found)


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else None


def _at(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else None
