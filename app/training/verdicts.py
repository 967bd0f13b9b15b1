"""What the curves of a run say in words: over-fitting, stopped early, still learning, or too little to tell."""

from collections.abc import Sequence

from app.training.domain import Metric, Validation, Verdict

RISE, FALL, GAP = 1.05, 0.98, 2.0


def verdict_of(metrics: Sequence[Metric], validations: Sequence[Validation], stopped_early: bool) -> Verdict:
    """A code with the figures its sentence needs."""
    if len(validations) < 2:
        return Verdict("no_validation" if not validations else "too_early", {})
    best = min(validations, key=lambda one: one.loss)
    last = validations[-1]
    facts: dict[str, float | int] = {"best_step": best.step, "best": round(best.loss, 4), "last": round(last.loss, 4)}
    falling = (
        len(validations)
        - 1
        - next((at for at in range(len(validations) - 1, 0, -1) if validations[at].loss > validations[at - 1].loss), 0)
    )
    facts["falls"] = falling
    learnt = metrics[-1].loss if metrics else last.loss
    if last.loss > best.loss * RISE and learnt < last.loss:
        return Verdict("stopped_overfitting" if stopped_early else "overfitting", facts)
    if stopped_early:
        return Verdict("stopped_flat", facts)
    if learnt * GAP < last.loss and last.loss > best.loss:
        return Verdict("gap", facts)
    if last.loss < validations[-2].loss * FALL:
        return Verdict("still_improving", facts)
    return Verdict("fine", facts)
