"""What a trace says in the reader's language: the reasons of a decision, and each step in a few words."""

from collections.abc import Mapping
from typing import Any

from app.kernel.texts import has_text, text


def reason_words(reason: Mapping[str, Any], locale: str) -> str:
    """One reason of a decision, as the trace keeps it, in a sentence; the bare code of one that has no sentence."""
    if not has_text(f"trace.because_{reason.get('code')}"):
        return str(reason.get("code"))
    values = {name: value for name, value in reason.items() if name != "code"}
    if "what" in values:
        values["what"] = _known("differs", values["what"], locale)
    return text(f"trace.because_{reason['code']}", locale, **values)


def step_words(step: Mapping[str, Any], locale: str) -> str:
    """What a step found, such as "question · Chinese" or "8 candidates"; empty when there is nothing to say."""
    notes = step.get("notes") or {}
    match step["step"]:
        case "screen":
            said = [_known("remark", remark, locale) for remark in notes.get("remarks", [])]
            return text("shared.separator", locale).join(said) or text("trace.nothing_remarkable", locale)
        case "guard":
            return _known("guard", notes["action"], locale) if "action" in notes else ""
        case "understand":
            said = [_known(kind, notes[kind], locale) for kind in ("intent", "language") if kind in notes]
            by = "by_rules_instead" if "failed" in notes else "by_model" if notes.get("by") == "model" else None
            return " · ".join([*said, *([text(f"trace.{by}", locale)] if by else [])])
        case "cache":
            return _known("cache", notes["look"], locale) if "look" in notes else ""
        case "recall":
            return text("trace.found", locale, n=notes["found"]) if "found" in notes else ""
        case "decide":
            return _known("route", notes["route"], locale) if "route" in notes else ""
        case "several":
            return _known("several", notes["answered_as"], locale) if "answered_as" in notes else ""
        case "cooperate":
            return _known("strategy", notes["strategy"], locale) if "strategy" in notes else ""
        case "compose":
            return _known("finish", notes["finish_reason"], locale) if notes.get("finish_reason") else ""
        case _:
            return ""


def _known(kind: str, value: object, locale: str) -> str:
    key = f"trace.{kind}_{value}"
    return text(key, locale) if has_text(key) else str(value)
