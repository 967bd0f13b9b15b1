"""The web as sources need it: one request to one address, checked where it really connects to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Wanted:
    """One request. takes: told the URL and media type of an answer, says whether its body is wanted at all."""

    url: str
    limit_bytes: int
    takes: Callable[[str, str], bool]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """One answer. `headers` have lower-case names; `data` is unpacked, and empty unless the status is 200."""

    url: str
    status: int
    headers: Mapping[str, str]
    data: bytes = b""

    @property
    def media_type(self) -> str:
        """Lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Web(Protocol):
    """Reads single addresses without trusting them; follows no redirect, keeps no cookie, sends no credential."""

    async def get(self, wanted: Wanted) -> Reply:
        """Raises FetchFailed: a wrong, forbidden or unreachable address, too large, wrong type, broken."""
        ...

    async def close(self) -> None:
        """Ends every connection."""
        ...
