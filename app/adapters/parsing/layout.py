"""A document's whole text as it is laid out passage by passage, and where its letters stand on pages."""

from bisect import bisect_right
from collections.abc import Sequence

from app.adapters.parsing.places import Place, merged

Spot = tuple[int, int, Place]
"""Letters from the first to before the second number, and where they stand."""


class Layout:
    """The text laid out so far."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.told = 0
        self._page_starts: list[int] = []
        self._pages: list[int | None] = []
        self._spots: list[Spot] = []
        self._spot_starts: list[int] = []

    def add(self, text: str, separator: str, page: int | None, spots: Sequence[Spot] = ()) -> int:
        """Lays out one more piece; returns where it starts. `spots` count from the start of the piece."""
        if self.length:
            self.parts.append(separator)
            self.length += len(separator)
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        if not self._pages or self._pages[-1] != page:
            self._page_starts.append(start)
            self._pages.append(page)
        for first, last, place in spots:
            self._spots.append((start + first, start + last, place))
            self._spot_starts.append(start + first)
        return start

    def page_at(self, position: int) -> int | None:
        """The page a position is on."""
        index = bisect_right(self._page_starts, position) - 1
        return self._pages[index] if index >= 0 else None

    def places(self, start: int, end: int, lead: Sequence[Place] = ()) -> tuple[Place, ...]:
        """The boxes of the letters from `start` to `end`, behind those of `lead`.

        What a passage repeats of the one before stands in that one's boxes only.
        """
        start = max(start, min(self.told, end - 1))
        self.told = max(self.told, end)
        index = max(0, bisect_right(self._spot_starts, start) - 1)
        found = list(lead)
        for first, last, place in self._spots[index:]:
            if first >= end:
                break
            if last > start:
                found.append(place)
        return merged(found)
