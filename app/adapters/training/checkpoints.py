"""Which checkpoints of an interrupted fine-tune can be trusted; standard library only."""

import json
import os
import re
import shutil
from pathlib import Path

from app.adapters.training.adapter_files import hash_files

SEAL = "kefu-complete.json"
NAME = re.compile(r"checkpoint-(\d+)")


def seal_checkpoint(folder: Path) -> None:
    """Marks a checkpoint as completely written, with a digest of each file; the mark itself appears in one step."""
    digests = {name: digest for name, digest in hash_files(folder).items() if name != SEAL}
    draft = folder / f".{SEAL}"
    draft.write_text(json.dumps(digests, sort_keys=True), "utf-8")
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(folder / SEAL)


def is_whole(folder: Path) -> bool:
    """True when the checkpoint is sealed and every file is as it was then."""
    seal = folder / SEAL
    if not seal.is_file():
        return False
    try:
        expected = json.loads(seal.read_text("utf-8"))
    except ValueError:
        return False
    found = {name: digest for name, digest in hash_files(folder).items() if name != SEAL}
    return bool(expected) and found == expected


def last_whole_checkpoint(work_dir: Path) -> tuple[int, Path] | None:
    """The furthest trustworthy checkpoint as (step, folder); half-written ones are removed, as a kill leaves them."""
    numbered = [(int(match[1]), path) for path in work_dir.glob("checkpoint-*") if (match := NAME.fullmatch(path.name))]
    for step, path in sorted(numbered, reverse=True):
        if is_whole(path):
            return step, path
        shutil.rmtree(path)
    return None
