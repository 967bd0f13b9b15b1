"""What a model's tokens cost: a price per million of them, kept with each registered version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CURRENCY, MILLION = "CNY", 1_000_000


@dataclass(frozen=True)
class Price:
    """What a million tokens cost, those the model reads and those it writes; `currency` is an ISO 4217 code."""

    prompt: float
    completion: float
    currency: str = CURRENCY

    def as_dict(self) -> dict[str, Any]:
        """As a version's details and a trace keep it."""
        return {"prompt": self.prompt, "completion": self.completion, "currency": self.currency}

    @classmethod
    def from_dict(cls, kept: object) -> "Price | None":
        """What `as_dict` gave; None for anything else, since details may be written by hand."""
        if not isinstance(kept, Mapping):
            return None
        try:
            return cls(float(kept["prompt"]), float(kept["completion"]), str(kept.get("currency") or CURRENCY))
        except (KeyError, TypeError, ValueError):
            return None


def cost_of(model: Mapping[str, Any] | None, prompt_tokens: int, completion_tokens: int) -> dict[str, Any]:
    """`{amount, currency}` of one answer: nothing without a model, amount None when nobody told its price.

    model: as a trace keeps it, with its `price`.
    """
    if model is None:
        return {"amount": 0.0, "currency": CURRENCY}
    price = Price.from_dict(model.get("price"))
    if price is None:
        return {"amount": None, "currency": CURRENCY}
    amount = (price.prompt * prompt_tokens + price.completion * completion_tokens) / MILLION
    return {"amount": round(amount, 8), "currency": price.currency}
