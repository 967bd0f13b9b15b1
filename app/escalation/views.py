"""What the desk's pages show: conversations, transcripts and traces as plain values, ready for a template."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from markupsafe import Markup

from app.accounts import Company
from app.answering import step_words
from app.conversations import Message, Owner, OwnerChange, Rating, Trace
from app.escalation.domain import DeskNote
from app.escalation.lists import why
from app.escalation.side import SideView
from app.kernel.clock import iso
from app.kernel.markdown import to_html
from app.kernel.texts import has_text, text

TONES = {"answered": "ok", "faq": "ok", "refused": "warn", "handed_off": "warn", "failed": "danger", "stopped": ""}
SMALLEST_BAR = 0.6  # of 100, so that a step of a microsecond can still be seen


@dataclass(frozen=True)
class SourceView:
    """One citation of a bot message."""

    number: int
    title: str
    place: str
    quote: str
    url: str


@dataclass(frozen=True)
class MessageView:
    """One message of the transcript with everything known about it."""

    message_id: UUID
    role: str
    owner: str
    author: str
    initial: str
    at: str
    text: str
    html: Markup
    outcome: str | None
    tone: str
    composer: str | None
    citations: tuple[SourceView, ...]
    rating: str | None
    reasons: tuple[str, ...]
    comment: str | None
    has_trace: bool
    correctable: bool


@dataclass(frozen=True)
class ThreadView:
    """The chosen conversation."""

    conversation_id: UUID
    name: str
    owner: str
    channel: str
    locale: str
    created_at: str
    messages: tuple[MessageView, ...]
    lifecycle: str
    agent: str | None
    mine: bool
    side: SideView


@dataclass(frozen=True)
class StepView:
    """One step of the trace, placed on a lane of width 100."""

    name: str
    words: str
    left: float
    width: float
    look: str
    ms: float
    shown: str


@dataclass(frozen=True)
class CandidateView:
    """One retrieved passage and what became of it."""

    number: int | None
    title: str
    text: str
    lexical: str
    vector: str
    final: str
    fate: str


def message(
    item: Message, owner: str, customer: str, company: Company, rating: Rating | None, urls: dict[int, str], locale: str
) -> MessageView:
    """One message from the transcript; `owner` is whose stretch of the conversation it stands in."""
    authors = {"customer": customer, "bot": company.assistant.read(locale), "agent": item.agent_name or ""}
    author = authors.get(item.role, "")
    return MessageView(
        message_id=item.id,
        role=item.role,
        owner=owner,
        author=author,
        initial="AI" if item.role == "bot" else author[:1],
        at=iso(item.created_at),
        text=item.text,
        html=to_html(item.text) if item.role != "customer" else Markup("<p>{}</p>").format(item.text),
        outcome=item.outcome if item.role == "bot" else None,
        tone=TONES.get(item.outcome or "", ""),
        composer=item.composer,
        citations=tuple(
            SourceView(c.number, c.title, " › ".join(c.heading_path), c.quote, urls.get(c.number, ""))
            for c in item.citations
        ),
        rating=rating.rating if rating else None,
        reasons=tuple(rating.reasons) if rating else (),
        comment=rating.comment if rating else None,
        has_trace=item.role == "bot" and item.outcome is not None,
        correctable=item.role == "bot" and item.reply_to is not None,
    )


def system_line(change: OwnerChange, locale: str) -> MessageView:
    """A change of owner as a line of the transcript."""
    words = text(f"desk.became_{change.owner.value}", locale, name=change.agent or "")
    reason = why(change.reason, locale) if change.owner is Owner.QUEUE else ""
    line = f"{words}：{reason}" if reason and locale == "zh-CN" else f"{words}: {reason}" if reason else words
    nobody: dict[str, Any] = {"outcome": None, "tone": "", "composer": None, "rating": None, "comment": None}
    return MessageView(
        message_id=UUID(int=change.seq),
        role="system",
        owner=change.owner.value,
        author="",
        initial="",
        at=iso(change.at),
        text=line,
        html=Markup(),
        citations=(),
        reasons=(),
        has_trace=False,
        correctable=False,
        **nobody,
    )


def note(written: DeskNote, owner: str, locale: str) -> MessageView:
    """What one of the staff wrote for the others, as a line of the transcript."""
    nobody: dict[str, Any] = {"tone": "", "composer": None, "rating": None, "comment": None}
    return MessageView(
        message_id=written.id,
        role="note",
        owner=owner,
        author=written.author_name,
        initial=written.author_name[:1],
        at=iso(written.at),
        text=text(f"desk.note_{written.kind}", locale),
        html=Markup("<p>{}</p>").format(written.text) if written.text else Markup(),
        outcome=written.outcome,
        citations=(),
        reasons=(),
        has_trace=False,
        correctable=False,
        **nobody,
    )


def steps(trace: Trace, locale: str) -> list[StepView]:
    """The steps as bars: offsets and widths in hundredths of the whole answer."""
    whole = float(trace.trace.get("total_ms") or 1.0)
    shown = []
    for step in trace.trace.get("steps", []):
        ms, start = float(step["ms"]), float(step["start_ms"])
        is_model = step["step"] == "compose" and trace.trace.get("model") is not None
        shown.append(
            StepView(
                name=str(step["step"]),
                words=step_words(step, locale),
                left=round(min(100.0, 100 * start / whole), 2),
                width=round(max(SMALLEST_BAR, min(100.0, 100 * ms / whole)), 2),
                look="model" if is_model else "own",
                ms=ms,
                shown=duration(ms),
            )
        )
    return shown


def ticks(trace: Trace) -> list[str]:
    """The marks of the time axis: nought, a quarter, a half, three quarters and the whole answer."""
    whole = float(trace.trace.get("total_ms") or 1.0)
    return ["0", *(duration(whole * part / 4) for part in (1, 2, 3, 4))]


def duration(ms: float | None) -> str:
    """0.8 ms, 312 ms, 4.68 s; a dash for what is not known."""
    if ms is None:
        return "—"
    if ms >= 1000:
        return f"{ms / 1000:.2f} s"
    return f"{ms:.1f} ms" if ms < 100 else f"{ms:.0f} ms"


def candidates(trace: Trace, locale: str) -> list[CandidateView]:
    """The retrieved passages with their ranks per channel."""
    shown = []
    for item in trace.trace.get("candidates", []):
        stages = item.get("stages") or {}
        final = stages.get("rerank") or stages.get("fused") or {"score": item.get("score")}
        fate = f"desk.fate_{item.get('fate', 'not_used')}"
        shown.append(
            CandidateView(
                number=item.get("number"),
                title=" › ".join([item["title"], *item.get("heading_path", [])]),
                text=item.get("text", ""),
                lexical=_rank(stages.get("lexical")),
                vector=_rank(stages.get("vector")),
                final=f"{float(final.get('score') or 0):.2f}",
                fate=text(fate, locale) if has_text(fate) else str(item.get("fate")),
            )
        )
    return shown


def _rank(stage: dict[str, Any] | None) -> str:
    return "—" if not stage or stage.get("rank") is None else f"#{stage['rank']}"


def tokens(usage: dict[str, Any]) -> str:
    """1,842 + 214: what the model was given and gave; a dash without a model."""
    given, gave = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return f"{given:,} + {gave:,}" if given is not None and gave is not None else "—"


def was_reranked(trace: Trace) -> bool:
    """Whether a reranker had the last word on the order."""
    return any((item.get("stages") or {}).get("rerank") for item in trace.trace.get("candidates", []))


def raw(trace: Trace) -> str:
    """The whole record, indented, for those who want everything."""
    return orjson.dumps(trace.trace, option=orjson.OPT_INDENT_2, default=str).decode()
