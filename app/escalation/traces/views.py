"""A trace as plain values for its page: bars on a time axis, candidates with their fate, sentences with their check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.answering import step_words
from app.kernel.texts import has_text, text

SMALLEST_BAR = 0.6  # of 100, so that a step of a microsecond can still be seen
# A generated answer goes on long after its first word; the axis then shows the way to that word.
MOSTLY_WRITING, ROOM = 1.5, 1.08
SIGNS = {"CNY": "¥ ", "USD": "$ ", "EUR": "€ "}


@dataclass(frozen=True)
class Bar:
    """A piece of a lane of width 100; `look` is own, embed, database, rerank, wait or model."""

    left: float
    width: float
    look: str


@dataclass(frozen=True)
class StepView:
    """One step of the trace; `beyond` when it goes on after the end of the axis."""

    key: str
    name: str
    words: str
    bars: tuple[Bar, ...]
    ms: float
    shown: str
    beyond: bool


@dataclass(frozen=True)
class CandidateView:
    """One retrieved passage and what became of it. tone: muted for what went no further."""

    number: int | None
    title: str
    text: str
    lexical: str
    vector: str
    final: str
    fate: str
    tone: str


@dataclass(frozen=True)
class SentenceView:
    """One sentence of a generated answer and whether its sources say so."""

    text: str
    verdict: str
    tone: str
    support: str


TONES_OF_VERDICTS = {"supported": "ok", "weak": "warn", "unsupported": "danger", "invented_number": "danger"}


def steps(record: Mapping[str, Any], locale: str) -> list[StepView]:
    """The steps as bars: offsets and widths in hundredths of the axis."""
    whole = span(record)
    shown = []
    for step in record.get("steps") or []:
        ms, start = float(step.get("ms") or 0.0), float(step.get("start_ms") or 0.0)
        name = str(step.get("step"))
        label = f"desk.step_{name}"
        shown.append(
            StepView(
                key=name,
                name=text(label, locale) if has_text(label) else name,
                words=step_words(step, locale),
                bars=tuple(_bars(record, step, start, ms, whole)),
                ms=ms,
                shown=duration(ms),
                beyond=start + ms > whole * 1.001,
            )
        )
    return shown


def _bars(record: Mapping[str, Any], step: Mapping[str, Any], start: float, ms: float, whole: float) -> list[Bar]:
    pieces: list[tuple[float, float, str]] = []
    first = record.get("first_token_ms")
    timings = (step.get("notes") or {}).get("timings_ms") or {}
    if step.get("step") == "compose" and record.get("model") and first is not None:
        pieces = [(start, max(0.0, float(first) - start), "wait"), (float(first), start + ms - float(first), "model")]
    elif step.get("step") == "recall" and timings:
        at = start
        for name in ("embed", "database", "rerank"):
            if name in timings:
                pieces.append((at, float(timings[name]), name))
                at += float(timings[name])
    else:
        pieces = [(start, ms, "own")]
    return [_bar(at, took, look, whole) for at, took, look in pieces if at < whole and took >= 0]


def _bar(at: float, took: float, look: str, whole: float) -> Bar:
    left = min(100.0 - SMALLEST_BAR, 100 * at / whole)
    return Bar(round(left, 2), round(max(SMALLEST_BAR, min(100.0 - left, 100 * took / whole)), 2), look)


def span(record: Mapping[str, Any]) -> float:
    """The milliseconds the axis shows."""
    whole = float(record.get("total_ms") or 1.0)
    first = record.get("first_token_ms")
    if record.get("model") and first and whole > MOSTLY_WRITING * float(first):
        return float(first) * ROOM
    return whole or 1.0


def looks(shown: Sequence[StepView]) -> list[str]:
    """What kinds of bars there are, for the legend."""
    found = {bar.look for step in shown for bar in step.bars}
    return [look for look in ("own", "embed", "database", "rerank", "wait", "model") if look in found]


def ticks(record: Mapping[str, Any]) -> list[str]:
    """The marks of the time axis: nought, a quarter, a half, three quarters and its end."""
    whole = span(record)
    return ["0", *(duration(whole * part / 4) for part in (1, 2, 3, 4))]


def duration(ms: float | None) -> str:
    """0.8 ms, 312 ms, 4.68 s; a dash for what is not known."""
    if ms is None:
        return "—"
    if ms >= 1000:
        return f"{ms / 1000:.2f} s"
    return f"{ms:.1f} ms" if ms < 100 else f"{ms:.0f} ms"


@dataclass(frozen=True)
class Totals:
    """How many of the passages told each channel found, and how many were cited or given to the model."""

    lexical: int
    vector: int
    used: int


def totals(record: Mapping[str, Any]) -> Totals:
    """Counted over the passages the trace tells, those that went no further too."""
    told = [item for item in record.get("candidates") or [] if isinstance(item, Mapping)]
    found = {name: sum(bool((item.get("stages") or {}).get(name)) for item in told) for name in ("lexical", "vector")}
    return Totals(found["lexical"], found["vector"], sum(item.get("fate") in ("cited", "given") for item in told))


def reading(record: Mapping[str, Any], locale: str) -> list[tuple[str, str]]:
    """How the turn was understood, and by whom, in words."""
    asked = record.get("question")
    if not isinstance(asked, Mapping) or "intent" not in asked:
        return []
    by = (asked.get("reading") or {}).get("by")
    slots = " · ".join(str(value) for value in (asked.get("slots") or {}).values())
    told = (
        ("read_intent", _words(f"trace.intent_{asked['intent']}", asked["intent"], locale)),
        ("read_sentiment", _words(f"trace.sentiment_{asked.get('sentiment')}", asked.get("sentiment"), locale)),
        ("read_slots", slots),
        ("read_by", text("trace.by_model" if by == "model" else "trace.by_pattern_or_examples", locale)),
    )
    return [(text(f"trace.{name}", locale), words) for name, words in told if words]


def parts(record: Mapping[str, Any], locale: str) -> list[tuple[str, str]]:
    """The questions of a turn that asked several, each with the way it was answered."""
    asked = record.get("question")
    told = asked.get("parts") if isinstance(asked, Mapping) else None
    shown = []
    for number, one in enumerate(told or (), 1):
        route = _words(f"trace.route_{one['route']}", one["route"], locale)
        found = {"text": one["text"], "route": route, "confidence": f"{one['confidence']:.2f}"}
        shown.append((text("trace.part", locale, n=number), text("trace.part_found", locale, **found)))
    return shown


def _words(key: str, value: Any, locale: str) -> str:
    return text(key, locale) if has_text(key) else str(value or "")


def candidates(record: Mapping[str, Any], locale: str) -> list[CandidateView]:
    """The retrieved passages with their ranks per channel."""
    shown = []
    for item in record.get("candidates") or []:
        stages = item.get("stages") or {}
        final = stages.get("rerank") or stages.get("fused") or {"score": item.get("score")}
        fate = str(item.get("fate") or "not_used")
        label = f"desk.fate_{fate}"
        shown.append(
            CandidateView(
                number=item.get("number"),
                title=" › ".join(dict.fromkeys([str(item.get("title", "")), *item.get("heading_path", [])])),
                text=item.get("text", ""),
                lexical=_placed(stages.get("lexical")),
                vector=_placed(stages.get("vector")),
                final=f"{float(final.get('score') or 0):.2f}",
                fate=text(label, locale) if has_text(label) else fate,
                tone="muted" if fate == "not_among_best" else "warn-text" if fate in _KEPT_OUT else "",
            )
        )
    return shown


_KEPT_OUT = frozenset({"below_threshold", "other_model", "other_product", "opposite", "over_budget"})


def _placed(stage: Mapping[str, Any] | None) -> str:
    """#4 · 0.61: the place in a channel and its score there; a dash when the channel did not propose it."""
    if not stage or stage.get("rank") is None:
        return "—"
    score = stage.get("score")
    return f"#{stage['rank']}" if score is None else f"#{stage['rank']} · {float(score):.2f}"


def expected(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """The cited candidates by what they are known by when the knowledge has moved on: an FAQ's id, a passage's text."""
    return [
        {
            "faq_id": str(one["faq_id"]),
            "question": str(one.get("question") or ""),
            "title": str(one.get("question") or ""),
        }
        if one.get("faq_id")
        else {"text": str(one.get("text", "")), "title": str(one.get("title", ""))}
        for one in record.get("candidates") or []
        if one.get("fate") == "cited"
    ]


def sentences(record: Mapping[str, Any], locale: str) -> list[SentenceView]:
    """Each sentence with its verdict; none when the answer was not written by a model."""
    check = record.get("check")
    judged: Sequence[Mapping[str, Any]] = (check or {}).get("sentences") or []
    shown = []
    for one in judged:
        label = f"desk.verdict_{one.get('verdict')}"
        shown.append(
            SentenceView(
                text=str(one.get("text", "")),
                verdict=text(label, locale) if has_text(label) else str(one.get("verdict")),
                tone=TONES_OF_VERDICTS.get(str(one.get("verdict")), ""),
                support=f"{float(one['support']):.2f}" if one.get("support") is not None else "—",
            )
        )
    return shown


def tokens(usage: Mapping[str, Any]) -> str:
    """1,842 + 214: what the model was given and gave; a dash without a model."""
    given, gave = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return f"{given:,} + {gave:,}" if given is not None and gave is not None else "—"


def money(cost: Mapping[str, Any] | None) -> str:
    """¥ 0.0031; ¥ 0 without a model; a dash when nobody told the model's price."""
    if not cost or cost.get("amount") is None:
        return "—"
    sign = SIGNS.get(str(cost.get("currency")), f"{cost.get('currency')} ")
    amount = float(cost["amount"])
    return f"{sign}0" if amount == 0 else f"{sign}{amount:.4f}" if amount >= 0.0001 else f"{sign}<0.0001"


def was_reranked(record: Mapping[str, Any]) -> bool:
    """Whether a reranker had the last word on the order."""
    return any((item.get("stages") or {}).get("rerank") for item in record.get("candidates") or [])


def raw(record: Mapping[str, Any]) -> str:
    """The whole record, indented, for those who want everything."""
    return orjson.dumps(record, option=orjson.OPT_INDENT_2, default=str).decode()
