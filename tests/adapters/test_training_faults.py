"""A full disk and a full memory are named however the libraries say it; anything else stays what it is."""

import errno

import pytest

from app.adapters.training.faults import named


class SafetensorError(Exception):
    """As safetensors raises it: no OSError, the system's word in its sentence."""


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk_full"),
        (SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"), "disk_full"),
        (RuntimeError("[enforce fail at inline_container.cc:664] . No space left on device"), "disk_full"),
        (MemoryError(), "out_of_memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"), "out_of_memory"),
        (RuntimeError("shapes do not match"), None),
        (OSError(errno.EACCES, "Permission denied"), None),
    ],
    ids=str,
)
def test_a_full_disk_and_a_full_memory_have_a_name(failure: BaseException, code: str | None) -> None:
    found = named(failure)
    assert (found.code if found else None) == code


def test_what_lies_behind_a_failure_counts_too() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as cause:
            raise RuntimeError("unexpected pos 64 vs 0") from cause
    except RuntimeError as failure:
        found = named(failure)
    assert found is not None and found.code == "disk_full"
