"""Server-sent events of a model server, cut into lines by hand: the cheapest way from bytes to JSON there is."""

from app.model_registry import ModelBroken

LONGEST_LINE = 1024 * 1024
DONE = b"[DONE]"


class SseData:
    """Collects bytes and gives back the payloads of complete `data:` lines; everything else in a stream is ignored."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """The payloads completed by this chunk. Raises ModelBroken for a line that never ends."""
        if self._rest:
            chunk = self._rest + chunk
        lines = chunk.split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > LONGEST_LINE:
            raise ModelBroken("line_too_long")
        return [line[5:].strip() for line in lines if line.startswith(b"data:")]

    def end(self) -> list[bytes]:
        """The payload of a last line without its line break."""
        rest, self._rest = self._rest, b""
        return [rest[5:].strip()] if rest.startswith(b"data:") else []
