"""The record of one answer: what each step saw, did and took, enough to redraw and replay it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from app.answering.domain import Passage
from app.model_registry import ChatMessage, cost_of

PROMPT_SHOWN = 24_000


class Trace:
    """Fills up while the steps run; `as_dict` is stored with the answer."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self._places: dict[int, int] = {}
        self._record: dict[str, Any] = {
            "question": {},
            "steps": [],
            "candidates": [],
            "thresholds": {},
            "decision": {},
            "prompt": None,
            "model": None,
            "usage": None,
            "check": None,
            "first_token_ms": None,
        }

    def _now_ms(self) -> float:
        return round((perf_counter() - self._began) * 1000, 2)

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Times one step; the dict it gives takes notes."""
        notes: dict[str, Any] = {}
        entry = {"step": name, "start_ms": self._now_ms(), "ms": 0.0, "notes": notes}
        self._record["steps"].append(entry)
        try:
            yield notes
        finally:
            entry["ms"] = round(self._now_ms() - float(str(entry["start_ms"])), 2)

    def note(self, section: str, **facts: Any) -> None:
        """Adds facts to a section, such as `question` or `decision`."""
        self._record[section] = {**(self._record.get(section) or {}), **facts}

    def candidates(self, passages: tuple[Passage, ...], noted: tuple[Passage, ...] = ()) -> None:
        """Lists what retrieval found, all still without a fate, and what stood behind that, without its text."""
        self._places = {id(passage): index for index, passage in enumerate(passages)}
        self._record["candidates"] = [
            *({**_candidate(passage), "text": passage.text[:400], "fate": "not_used"} for passage in passages),
            *({**_candidate(passage), "text": "", "fate": "not_among_best"} for passage in noted),
        ]

    def fate(self, passage: Passage, fate: str, number: int | None = None) -> None:
        """Says what became of a candidate: cited, given, other_model, other_product, opposite,
        below_threshold, not_used, not_among_best."""
        index = self._places.get(id(passage))
        if index is not None:
            self._record["candidates"][index].update(fate=fate, number=number)

    def prompt(self, version: str, messages: Sequence[ChatMessage], estimated_tokens: int) -> None:
        """Keeps the prompt as the model got it, cut where it would burst the row."""
        kept = [{"role": message.role, "content": message.content[:PROMPT_SHOWN]} for message in messages]
        self._record["prompt"] = {"version": version, "messages": kept, "estimated_tokens": estimated_tokens}

    def first_token(self) -> None:
        """Marks the first text of the answer."""
        if self._record["first_token_ms"] is None:
            self._record["first_token_ms"] = self._now_ms()

    def as_dict(self, **facts: Any) -> dict[str, Any]:
        """Everything so far, with the whole time taken and what the model's tokens cost."""
        used = self._record["usage"] or {}
        cost = cost_of(self._record["model"], int(used.get("prompt_tokens", 0)), int(used.get("completion_tokens", 0)))
        return {**self._record, **facts, "cost": self._with_reading(cost), "total_ms": self._now_ms()}

    def _with_reading(self, cost: dict[str, Any]) -> dict[str, Any]:
        """The cost with that of a model that read the turn before anything was answered."""
        read: dict[str, Any] = next(
            (step["notes"] for step in self._record["steps"] if step["step"] == "understand"), {}
        )
        if "prompt_tokens" not in read or cost["amount"] is None:
            return cost
        more = cost_of(read, int(read["prompt_tokens"]), int(read["completion_tokens"]))
        return {**cost, "amount": None if more["amount"] is None else round(cost["amount"] + more["amount"], 8)}


def _candidate(passage: Passage) -> dict[str, Any]:
    return {
        "number": None,
        "chunk_id": _id(passage.chunk_id),
        "document_id": _id(passage.document_id),
        "faq_id": _id(passage.faq_id),
        "title": passage.title,
        "heading_path": list(passage.heading_path),
        "page": passage.page,
        "question": passage.question,
        "score": round(passage.score, 4),
        "stages": passage.stages,
    }


def _id(value: object) -> str | None:
    return None if value is None else str(value)
