"""What a customer's browser loads: the chat element stays within its budget."""

import gzip
from typing import Any

import orjson
import pytest

from app.kernel.web import FRONTEND

DIST = FRONTEND / "dist"
BUDGET_BYTES = 60_000


def scripts(manifest: dict[str, Any], entry: str) -> set[str]:
    """An entry's script and everything it imports."""
    part = manifest[entry]
    return {part["file"]}.union(*(scripts(manifest, name) for name in part.get("imports", [])))


def test_the_chat_element_fits_its_budget() -> None:
    path = DIST / ".vite" / "manifest.json"
    if not path.exists():
        pytest.skip("the pages are not built: run `make setup`")
    files = scripts(orjson.loads(path.read_bytes()), "src/entries/customer.ts")
    size = sum(len(gzip.compress((DIST / file).read_bytes(), 9)) for file in files)
    assert size <= BUDGET_BYTES, f"{size} bytes gzipped in {sorted(files)}"
