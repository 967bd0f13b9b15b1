"""What a base model's folder holds, read without loading it, and what keeps it from being trained; standard library."""

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

# Kinds transformers has in its library, so that no code from the folder runs, and vLLM serves adapters for.
KNOWN = frozenset(
    {"glm", "glm4", "llama", "qwen2", "qwen3", "mistral", "mixtral", "gemma", "gemma2", "gemma3_text", "phi3"}
    | {"internlm2", "baichuan", "yi", "qwen2_moe", "qwen3_moe", "glm4_moe", "gpt_neox", "olmo2", "granite"}
)
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
LONGEST_HEADER = 100 << 20
BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I8": 1, "U8": 1, "F8_E4M3": 1, "F8_E5M2": 1}


class BaseModelFault(Exception):
    """Why a folder cannot be trained: a stable code and the detail."""

    def __init__(self, code: str, detail: str):
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class BaseFacts:
    """What the files say. weight_bytes: of the tensors as they are stored."""

    model_type: str
    architecture: str
    parameters: int
    weight_bytes: int
    hidden: int
    layers: int
    vocabulary: int


def inspect_base(folder: Path) -> BaseFacts:
    """Raises BaseModelFault: missing or broken files, pickles, a kind nobody knows, no chat template."""
    config = _json(folder, "config.json")
    weights = weight_files(folder)
    model_type = str(config.get("model_type", ""))
    if model_type not in KNOWN or "auto_map" in config:
        raise BaseModelFault("base_model_unknown", f"model_type {model_type or 'is not named'}")
    if not any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer.model", "vocab.json")):
        raise BaseModelFault("base_model_incomplete", "no tokenizer.json")
    tokenizer = _json(folder, "tokenizer_config.json")
    if not tokenizer.get("chat_template") and not (folder / "chat_template.jinja").is_file():
        raise BaseModelFault("base_model_no_template", "neither tokenizer_config.json nor chat_template.jinja has one")
    parameters = size = 0
    for path in weights:
        for tensor in tensors_of(path).values():
            count = prod(tensor["shape"])
            parameters += count
            size += count * BYTES.get(tensor["dtype"], 4)
    architectures = config.get("architectures") or [""]
    return BaseFacts(
        model_type,
        str(architectures[0]),
        parameters,
        size,
        int(config.get("hidden_size", 0)),
        int(config.get("num_hidden_layers", config.get("num_layers", 0))),
        int(config.get("vocab_size", 0)),
    )


def _json(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    if not path.is_file():
        raise BaseModelFault("base_model_missing" if name == "config.json" else "base_model_incomplete", f"no {name}")
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise BaseModelFault("base_model_incomplete", f"{name} is not JSON") from error
    if not isinstance(found, dict):
        raise BaseModelFault("base_model_incomplete", f"{name} is not an object")
    return found


def weight_files(folder: Path) -> list[Path]:
    """The safetensors of a model. Raises BaseModelFault."""
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        named = set(_json(folder, index.name).get("weight_map", {}).values())
        missing = sorted(name for name in named if not (folder / str(name)).is_file())
        if missing or not named:
            raise BaseModelFault("base_model_incomplete", f"missing {', '.join(map(str, missing[:5])) or 'weights'}")
        return [folder / str(name) for name in sorted(named)]
    found = sorted(folder.glob("*.safetensors"))
    if found:
        return found
    pickles = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLES)
    if pickles:
        raise BaseModelFault("base_model_pickle", f"{', '.join(pickles[:3])} could run code; convert to safetensors")
    raise BaseModelFault("base_model_incomplete", "no model.safetensors")


def tensors_of(path: Path) -> dict[str, dict[str, Any]]:
    """Shape and type of each tensor by its name, from the header alone. Raises BaseModelFault."""
    with path.open("rb") as source:
        length = int.from_bytes(source.read(8), "little")
        if not 2 <= length <= LONGEST_HEADER:
            raise BaseModelFault("base_model_incomplete", f"{path.name} is not safetensors")
        try:
            header = json.loads(source.read(length))
        except ValueError as error:
            raise BaseModelFault("base_model_incomplete", f"{path.name} is cut off") from error
    tensors = {name: value for name, value in header.items() if name != "__metadata__"}
    end = max((value["data_offsets"][1] for value in tensors.values()), default=0)
    if path.stat().st_size < 8 + length + end:
        raise BaseModelFault("base_model_incomplete", f"{path.name} is cut off")
    return tensors
