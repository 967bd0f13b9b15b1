"""The public test data beside the repository; tests that need it are skipped with the reason when it is absent."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "data"


def shared_data(name: str) -> Path:
    """A folder or file of the public test data, or skips the test."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the public test data is not there: ../shared/data/{name}")
    return path
