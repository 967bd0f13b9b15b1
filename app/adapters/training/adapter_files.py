"""What a finished adapter folder may hold, and the SHA-256 manifest that says it is whole; standard library only."""

import hashlib
import json
from pathlib import Path
from typing import Any

MANIFEST = "kefu-manifest.json"
# Pickles run code when they are loaded, so an adapter is tensors, settings and text, nothing else.
SAFE_SUFFIXES = frozenset({".safetensors", ".json", ".jinja", ".md", ".txt", ".model"})


class AdapterRefused(Exception):
    """The folder is not an adapter this product made, or it was changed since; the reason is the message."""


def file_sha256(path: Path) -> str:
    """Hex digest, read in pieces so that a large file costs no memory."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while piece := source.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def hash_files(folder: Path) -> dict[str, str]:
    """Relative path to hex digest of every file below `folder` but the manifest itself, in path order."""
    return {
        path.relative_to(folder).as_posix(): file_sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def write_manifest(folder: Path, facts: dict[str, Any]) -> str:
    """Seals the folder and returns the digest of the manifest, which therefore stands for every file."""
    unsafe = [name for name in hash_files(folder) if Path(name).suffix not in SAFE_SUFFIXES]
    if unsafe:
        raise AdapterRefused(f"not a safe kind of file: {', '.join(unsafe)}")
    body = {**facts, "files": hash_files(folder)}
    target = folder / MANIFEST
    target.write_text(json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
    return file_sha256(target)


def check_adapter(folder: Path, sha256: str) -> dict[str, Any]:
    """Returns the manifest. Raises AdapterRefused when a file is missing, changed, added or of an unsafe kind."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise AdapterRefused(f"{folder} has no {MANIFEST}")
    if file_sha256(manifest) != sha256:
        raise AdapterRefused(f"the manifest of {folder} is not the registered one")
    facts: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
    found = hash_files(folder)
    if found != facts["files"]:
        changed = sorted(
            name for name in found.keys() | facts["files"].keys() if found.get(name) != facts["files"].get(name)
        )
        raise AdapterRefused(f"changed since it was made: {', '.join(changed)}")
    return facts


def base_digest(folder: Path) -> str:
    """Stands for the base's configuration and weights; empty for a name that is no folder."""
    if not folder.is_dir():
        return ""
    names = sorted([*folder.glob("*.safetensors"), folder / "config.json"])
    return hashlib.sha256("".join(file_sha256(path) for path in names if path.is_file()).encode()).hexdigest()
