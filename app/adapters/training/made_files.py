"""Writes what a run made: an adapter, or a whole model where a server could not take one; sealed with its digest."""

import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app.adapters.training.adapter_files import base_digest, write_manifest
from app.adapters.training.methods import WHOLE

RECORDED = (
    *("stage", "method", "start_from", "rank", "alpha", "dropout", "beta", "virtual_tokens", "learning_rate", "epochs"),
    *("batch_size", "accumulate", "max_length", "seed", "evaluate_every", "patience"),
)
LIBRARIES = ("torch", "transformers", "peft", "trl")


def save_made(spec: dict[str, Any], model: Any, tokenizer: Any, facts: dict[str, Any]) -> tuple[Path, str]:
    """The folder, and the digest of its manifest."""

    def write(draft: Path) -> None:
        if spec["method"] not in WHOLE:
            model.save_pretrained(draft, safe_serialization=True)
            return
        whole = model.merge_and_unload() if spec["method"] == "ia3" else model
        save_whole(whole, tokenizer, draft)

    return seal_made(spec, write, facts)


def seal_made(spec: dict[str, Any], write: Callable[[Path], None], facts: dict[str, Any]) -> tuple[Path, str]:
    """What `write` writes, with the manifest that tells how to make it again."""
    body = {
        "run_id": spec["run_id"],
        "base_model": spec["base_model"],
        "dataset_sha256": spec["dataset_sha256"],
        "settings": {key: spec[key] for key in RECORDED},
        "base_sha256": base_digest(Path(spec["base_model"])),
        **facts,
        "libraries": {name: version(name) for name in LIBRARIES},
    }
    return seal(Path(spec["adapter_dir"]), write, body)


def save_whole(model: Any, tokenizer: Any, folder: Path) -> None:
    """A model a server starts from: weights, configuration, tokenizer and chat template."""
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)


def seal(final: Path, write: Callable[[Path], None], facts: dict[str, Any]) -> tuple[Path, str]:
    """Written to a draft folder first, so that the final name only ever holds a whole thing."""
    draft = final.with_name(final.name + ".draft")
    for leftover in (draft, final):
        shutil.rmtree(leftover, ignore_errors=True)
    write(draft)
    (draft / "README.md").unlink(missing_ok=True)
    sha256 = write_manifest(draft, facts)
    draft.rename(final)
    return final, sha256
