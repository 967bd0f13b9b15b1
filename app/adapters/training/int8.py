"""Writes a model with int8 weights, one scale a row, in the layout of compressed-tensors, which vLLM reads anywhere."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

LAYOUT = {
    "quant_method": "compressed-tensors",
    "format": "int-quantized",
    "quantization_status": "compressed",
    "ignore": ["lm_head"],
    "config_groups": {
        "group_0": {
            "targets": ["Linear"],
            "weights": {"num_bits": 8, "type": "int", "symmetric": True, "strategy": "channel", "dynamic": False},
            # Rounded by the server as they pass; nothing of them is kept.
            "input_activations": {
                "num_bits": 8,
                "type": "int",
                "symmetric": True,
                "strategy": "token",
                "dynamic": True,
            },
        }
    },
}


def rounded(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Each row as whole numbers in [-127, 127], and the scale that gives it back."""
    scale = weight.float().abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
    return (weight.float() / scale).round().clamp(-127, 127).to(torch.int8), scale


def save_int8(model: Any, tokenizer: Any, folder: Path) -> None:
    """Leaves the model with the weights that were kept, so that it answers as the folder will."""
    tensors: dict[str, torch.Tensor] = {}
    linear = {
        name: layer
        for name, layer in model.named_modules()
        if isinstance(layer, torch.nn.Linear) and not name.endswith("lm_head")
    }
    with torch.no_grad():
        for name, layer in linear.items():
            whole, scale = rounded(layer.weight)
            tensors[f"{name}.weight"] = whole.cpu()
            tensors[f"{name}.weight_scale"] = scale.cpu()
            layer.weight.copy_((whole.float() * scale).to(layer.weight.dtype))
    for name, tensor in model.state_dict().items():
        tied = name == "lm_head.weight" and model.config.tie_word_embeddings
        if name not in tensors and not tied:
            tensors[name] = tensor.detach().cpu().clone()
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    config = folder / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text("utf-8")), "quantization_config": LAYOUT}, indent=1))
