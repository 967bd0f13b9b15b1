"""How the guard ends a turn: with one honest sentence, or with a person."""

from app.answering.decide import Decision, Reason, Route
from app.answering.guard.domain import Verdict


def stopped(verdict: Verdict) -> Decision:
    """The way of a message that is not answered, with what it was stopped for."""
    route = Route.HAND_OVER if verdict.action == "hand_over" else Route.GUARDED
    return Decision(route, reasons=(Reason(f"guard_{verdict.why}", {"kinds": ", ".join(verdict.because)}),))
