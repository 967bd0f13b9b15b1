"""Keeps a reasoning model's thoughts to itself: a `<think>` block at the beginning of an answer is not passed on."""

OPEN, CLOSE = "<think>", "</think>"


class ThoughtsHidden:
    """Text in, text without the opening thoughts out; a tag cut in half waits for its other half."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "opening"

    def feed(self, text: str) -> str:
        """What may be shown now."""
        if self._state == "answer":
            return text
        self._held += text
        if self._state == "opening":
            begun = self._held.lstrip()
            if OPEN.startswith(begun[: len(OPEN)]) and len(begun) < len(OPEN):
                return ""
            if not begun.startswith(OPEN):
                self._state, shown, self._held = "answer", self._held, ""
                return shown
            self._state, self._held = "thinking", begun[len(OPEN) :]
        _, closed, rest = self._held.partition(CLOSE)
        if not closed:
            self._held = self._held[-len(CLOSE) :]
            return ""
        self._state, self._held = "answer", ""
        return rest.lstrip()

    def end(self) -> str:
        """What was held back in case it became a tag, and did not."""
        held, self._held = self._held, ""
        return held if self._state == "opening" else ""
