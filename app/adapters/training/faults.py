"""Which faults of a library mean a full disk or a full memory, however they are raised; standard library only."""

import errno
import re

from app.adapters.training.report import TrainingFailed

FULL = (errno.ENOSPC, errno.EDQUOT)
# safetensors and torch write with code of their own: the system's word stands in their sentence only.
_DISK = re.compile(r"no space left on device|os error 28|disk quota exceeded|os error 122", re.IGNORECASE)
_MEMORY = re.compile(r"out of memory|can't allocate memory|cannot allocate memory", re.IGNORECASE)


def named(failure: BaseException) -> TrainingFailed | None:
    """The failure with its stable code; None for one that nobody foresaw."""
    seen: BaseException | None = failure
    while seen is not None:
        text = str(seen)
        if (isinstance(seen, OSError) and seen.errno in FULL) or _DISK.search(text):
            return TrainingFailed("disk_full", text.splitlines()[0])
        if isinstance(seen, MemoryError) or (isinstance(seen, RuntimeError) and _MEMORY.search(text)):
            return TrainingFailed("out_of_memory", text.splitlines()[0] if text else type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    return None
