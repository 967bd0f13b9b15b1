"""Passages as a model may read them: quoted data, without orders somebody planted in them for it."""

from functools import lru_cache

from app.answering.guard.attacks import find_orders, without_orders
from app.answering.screen import neutralise

LEFT_OUT = "〔…〕"


@lru_cache(maxsize=4096)
def harmless(text: str) -> tuple[str, int]:
    """A passage without template tokens and without orders to its reader, and how many of those it held."""
    return without_orders(neutralise(text.strip()), LEFT_OUT)


def gives_orders(text: str) -> bool:
    """Whether a quotation would pass an order on to whoever reads it."""
    return bool(find_orders(text))
