"""Whether confidence tells what can be answered: its curve, and thresholds that never saw the questions they judge."""

from collections.abc import Sequence
from zlib import crc32

Judged = tuple[str, float, bool]
FALSE_ANSWERS = 0.02


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """The chance that a random one of `higher` is above a random one of `lower`; ties count half."""
    scores = sorted([(score, True) for score in higher] + [(score, False) for score in lower])
    total, start = 0.0, 0
    while start < len(scores):
        end = start
        while end < len(scores) and scores[end][0] == scores[start][0]:
            end += 1
        mean_rank = (start + 1 + end) / 2
        total += mean_rank * sum(positive for _, positive in scores[start:end])
        start = end
    return (total - len(higher) * (len(higher) + 1) / 2) / (len(higher) * len(lower))


def refusals_across(judged: Sequence[Judged], target: float = FALSE_ANSWERS) -> tuple[float, float, float]:
    """False answers, false refusals and the mean threshold, when each half of the questions (by their hash) is judged
    at the threshold that lets `target` of the other half's unanswerable ones through."""
    halves = [[one for one in judged if crc32(one[0].encode()) % 2 == side] for side in (0, 1)]
    thresholds = [threshold_for([score for _, score, answerable in half if not answerable], target) for half in halves]
    said = [
        (score > threshold, answerable)
        for half, threshold in zip(halves, reversed(thresholds), strict=True)
        for _, score, answerable in half
    ]
    outside = [yes for yes, answerable in said if not answerable]
    inside = [yes for yes, answerable in said if answerable]
    return sum(outside) / len(outside), 1 - sum(inside) / len(inside), sum(thresholds) / 2


def threshold_for(outside: Sequence[float], target: float) -> float:
    """The value that at most `target` of some confidences are above."""
    ranked = sorted(outside, reverse=True)
    return ranked[min(len(ranked) - 1, int(len(ranked) * target))] if ranked else 0.0
