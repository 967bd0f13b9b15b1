"""Whether a LoRA adapter was made for a base model: by the shapes of both, and by the digest of the base it learnt on.

A server checks the rank only: an adapter of a smaller model is copied into a corner of the larger weights, unnoticed.
"""

import json
from pathlib import Path
from typing import Any

from app.adapters.training.adapter_files import MANIFEST, base_digest
from app.adapters.training.base_model import BaseModelFault, tensors_of, weight_files

WEIGHTS = "adapter_model.safetensors"
PREFIX, DOWN, UP = "base_model.model.", ".lora_A.weight", ".lora_B.weight"


class AdapterUnfitting(Exception):
    """The adapter belongs to another base; what does not fit is the message."""


def check_fit(adapter: Path, base: Path) -> None:
    """Raises AdapterUnfitting. Reads headers; the base's weights only when it stands elsewhere than in training."""
    if not (adapter / WEIGHTS).is_file():
        raise AdapterUnfitting(f"no {WEIGHTS}")
    try:
        learnt = tensors_of(adapter / WEIGHTS)
        shapes = {name: one["shape"] for path in weight_files(base) for name, one in tensors_of(path).items()}
    except BaseModelFault as fault:
        raise AdapterUnfitting(fault.detail) from fault
    for name, tensor in learnt.items():
        if name.endswith(DOWN):
            _check_one(name, tensor, learnt, shapes)
    made_on = _manifest(adapter)
    if made_on.get("base_model") == str(base) or not made_on.get("base_sha256"):
        return
    if made_on["base_sha256"] != base_digest(base):
        raise AdapterUnfitting(f"it was made on {made_on['base_model']}, whose weights are not those of {base}")


def _check_one(name: str, down: dict[str, Any], learnt: dict[str, Any], shapes: dict[str, list[int]]) -> None:
    module = name.removeprefix(PREFIX).removesuffix(DOWN)
    base, up = shapes.get(f"{module}.weight"), learnt.get(name.removesuffix(DOWN) + UP)
    if base is None:
        raise AdapterUnfitting(f"the base has no {module}")
    if up is None or [up["shape"][0], down["shape"][1]] != base:
        found = "half of it" if up is None else f"{up['shape'][0]} x {down['shape'][1]}"
        raise AdapterUnfitting(f"{module} is {base[0]} x {base[1]} in the base, {found} in the adapter")


def _manifest(adapter: Path) -> dict[str, Any]:
    path = adapter / MANIFEST
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found
