"""The gate: what may not become worse when search changes."""

from app.evaluation.domain import GateRules
from app.knowledge import Measured, MeasuredQuestion, Verdict


def verdict_of(rules: GateRules, before: Measured, after: Measured) -> Verdict:
    """Compares two runs over the same questions. Reasons: `code name=value …`, those that stop the change first."""
    earlier = {row.question_id: row for row in before.rows}
    both = [(earlier[row.question_id], row) for row in after.rows if row.question_id in earlier]
    stops: list[str] = []
    fine: list[str] = []

    def weigh(code: str, worse: float, allowed: float | None, was: float, now: float) -> None:
        shown = f"{code} before={was:.3f} after={now:.3f} allowed={allowed}"
        if allowed is not None:
            (stops if worse > allowed + 1e-9 else fine).append(shown)

    def count(code: str, found: list[MeasuredQuestion], allowed: int | None) -> None:
        if allowed is not None:
            (stops if len(found) > allowed else fine).append(f"{code} count={len(found)} allowed={allowed}")

    if after.questions == 0:
        return Verdict(True, ("no_questions",))
    recall, ranks = before.recall_at_5 - after.recall_at_5, before.mrr_at_10 - after.mrr_at_10
    refusals = after.false_refusals - before.false_refusals
    count("new_false_answers", [row for was, row in both if _newly_answered(was, row)], rules.new_false_answers)
    count("broken_musts", [row for was, row in both if row.must and was.passed and not row.passed], rules.broken_musts)
    weigh("recall_at_5", recall, rules.recall_at_5_fall, before.recall_at_5, after.recall_at_5)
    weigh("mrr_at_10", ranks, rules.mrr_fall, before.mrr_at_10, after.mrr_at_10)
    weigh("false_refusals", refusals, rules.false_refusals_rise, before.false_refusals, after.false_refusals)
    return Verdict(not stops, (*stops, *fine))


def _newly_answered(before: MeasuredQuestion, after: MeasuredQuestion) -> bool:
    return after.must_refuse and after.answered and not before.answered
